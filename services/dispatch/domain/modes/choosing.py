"""The mode that a site's rules choose for a job says what is done about it."""

from datetime import datetime

from services.dispatch.domain.asking import Ask, NoCandidate
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.decisions import LeftToDesk, LookAgain, PutInPool, Waiting
from services.dispatch.domain.modes import manual, plan, pool
from services.dispatch.domain.rules import Mode


def decide(
    job: Waiting, crew: Crew, *, now: datetime
) -> Ask | NoCandidate | PutInPool | LeftToDesk | LookAgain:
    """Return what the job's mode makes of it, with this crew."""
    match job.case.rules.mode_for(job.case.need):
        case Mode.PLAN:
            return plan.decide(job, crew)
        case Mode.POOL:
            return pool.decide(job, crew, now=now)
        case Mode.MANUAL:
            return manual.decide(job, now=now)
