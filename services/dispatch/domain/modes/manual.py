"""`manual` 指派: a dispatcher chooses; no technician is asked, and the desk is told that the job
waits for it.
"""

from datetime import datetime

from services.dispatch.domain.decisions import LeftToDesk, LookAgain, Waiting


def decide(job: Waiting, *, now: datetime) -> LeftToDesk | LookAgain:
    """Say once that the job waits for the desk."""
    again_at = now + job.case.rules.retry
    if job.is_left_to_desk:
        return LookAgain(job=job, at=again_at)
    return LeftToDesk(job=job, again_at=again_at)
