"""Until when a resident may object to a resolution: so many working days of their site."""

from dataclasses import dataclass
from datetime import datetime

from services.sla.domain.calendars import Calendars
from services.sla.domain.life import Life


@dataclass(frozen=True, kw_only=True)
class Objection:
    """The time to object to what was resolved at `resolved_at`."""

    resolved_at: datetime
    ends_at: datetime


def time_to_object(
    life: Life, *, working_days: int | None, calendars: Calendars, before: Objection | None
) -> Objection | None:
    """Return the time to object to the resolution that stands: what was told of it `before` stays,
    else the site's working days from it on. None while nothing is resolved, where the site does not
    say how many, and where its calendar has too few.
    """
    standing = next((each for each in life.ticket.resolutions if each.until is None), None)
    if standing is None:
        return None
    if before is not None and before.resolved_at == standing.since:
        return before
    if working_days is None:
        return None
    hours = calendars.hours_of_site(life.ticket.site_id, at=standing.since)
    ends_at = hours.add(standing.since, working_days * hours.working_day)
    return None if ends_at is None else Objection(resolved_at=standing.since, ends_at=ends_at)
