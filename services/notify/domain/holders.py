"""Who had a ticket's job, and since when: whether what a person says there reaches a technician."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.notify.domain.known import Known
from shared.contracts.dispatch import IN_HAND, JobState, JobV1

TAKEN = IN_HAND
"""A technician has the job."""


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A job in a technician's hands; `until` is None while they have it, `lost` says that they did
    not end it themself or with the ticket.
    """

    since: datetime
    until: datetime | None
    lost: bool = False


def reaches_technician(known: Known, at: datetime) -> bool:
    """Return whether a technician hears what was said at that time: one has the job now, or had it
    then and has finished it.

    Work that was given back leaves the words of its time to the desk.
    """
    jobs = known.work_order.jobs if known.work_order else ()
    holdings = [holding for job in jobs for holding in _holdings(job)]
    return any(
        holding.until is None or (holding.since <= at <= holding.until and not holding.lost)
        for holding in holdings
    )


def _holdings(job: JobV1) -> Iterator[Holding]:
    since: datetime | None = None
    for step in job.steps:
        if step.state in TAKEN:
            since = since or step.at
        elif since is not None:
            yield Holding(since=since, until=step.at, lost=step.state is JobState.WAITING)
            since = None
    if since is not None:
        yield Holding(since=since, until=None)
