"""How jobs came to technicians: figures of the tickets that were reported in some days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import Invalid
from shared.ids import SiteId

MAX_DAYS = timedelta(days=31)
"""They are counted job by job."""
MAX_SITES = 100


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """Jobs of one site, with how they were handed out.

    `asked` were offered to a technician at least once, `offers` times altogether; of the `accepted`
    ones `at_first` were taken before any offer of them came to nothing, `assigned` by a dispatcher,
    after `minutes_to_accept` on average. `returned` is how often a technician who had one gave it
    back or lost it.
    """

    site_id: SiteId
    jobs: int
    asked: int
    offers: int
    accepted: int
    at_first: int
    assigned: int
    declined: int
    expired: int
    returned: int
    completed: int
    follow_ups: int
    unassignable: int
    minutes_to_accept: float | None


def demand_days(since: datetime, until: datetime) -> None:
    """Raise Invalid for a time that is none, or too long to be counted."""
    if since >= until:
        raise Invalid("`to` has to lie behind `from`.", field="to")
    if until - since > MAX_DAYS:
        raise Invalid(f"Ask for {MAX_DAYS.days} days at most.", field="from")
