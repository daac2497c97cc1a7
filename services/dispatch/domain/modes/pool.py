"""`pool` 抢单: every technician who is able sees the job and may grab it, for a time; what is not
grabbed by then is handed out as by `plan`.

A job that none is able to take is not put into the pool: it waits as by `plan`, for one to come.
"""

from datetime import datetime

from services.dispatch.domain.asking import Ask, NoCandidate, best_able
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.decisions import LookAgain, PutInPool, Waiting
from services.dispatch.domain.job import Pool
from services.dispatch.domain.modes import plan
from services.dispatch.domain.need import Need
from services.dispatch.domain.rules import Mode, SiteRules

MAX_TOLD = 20
"""Technicians who are told that a job is in the pool, the best of those who are able; the others
see it in their list.
"""


def decide(job: Waiting, crew: Crew, *, now: datetime) -> PutInPool | LookAgain | Ask | NoCandidate:
    """Put the job into the pool once, while one of the crew is able to take it."""
    if job.pool is None and (able := best_able(job.case, crew, limit=MAX_TOLD)):
        told = tuple(each.technician.id for each in able)
        until = now + job.case.rules.pool_time
        return PutInPool(job=job, pool=Pool(at=now, until=until, told=told))
    if job.pool is not None and now < job.pool.until:
        return LookAgain(job=job, at=job.pool.until)
    return plan.decide(job, crew)


def is_open(pool: Pool | None, rules: SiteRules, need: Need, *, now: datetime) -> bool:
    """Return whether a waiting job with that pool may be grabbed."""
    return (
        pool is not None
        and now < pool.until
        and not need.held
        and rules.mode_for(need) is Mode.POOL
    )
