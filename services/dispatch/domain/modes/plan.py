"""`plan`: the best technician is asked, and the next when they decline or say nothing."""

from services.dispatch.domain.asking import Ask, NoCandidate, whom_to_ask
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.decisions import Waiting


def decide(job: Waiting, crew: Crew) -> Ask | NoCandidate:
    """Return whom of the crew to ask, or until when none."""
    return whom_to_ask(job.case, crew)
