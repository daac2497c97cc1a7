"""Which calendar counts for a site, and since when: every version there ever was, so that ended
promises stay as they were timed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from services.sla.domain.calendar import Calendar, WeekdayHours
from services.sla.domain.policy import CountedIn, Targets
from services.sla.domain.working_time import WorkingTime

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything happened."""
USUAL_ZONE = "Asia/Shanghai"
"""Where a site is taken to be until it is heard of."""


def usual_calendar(time_zone: str) -> Calendar:
    """Return the calendar of a site that has written none: Monday to Friday, 08:00–12:00 and
    13:30–18:00.
    """
    hours = ((8 * 60, 12 * 60), (13 * 60 + 30, 18 * 60))
    week = tuple(
        WeekdayHours(weekday=weekday, start_min=start, end_min=end)
        for weekday in range(1, 6)
        for start, end in hours
    )
    return Calendar(time_zone=time_zone, week=week)


@dataclass(frozen=True, kw_only=True)
class WrittenCalendar:
    """The newest version of a calendar; `site_id` None is for every site.

    Version 0 is the usual calendar of a site that has none of its own.
    """

    id: str
    version: int
    site_id: str | None
    calendar: Calendar


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A calendar as it stood from `since` on, until the next edition.

    `site_id` is whose it is; None for a calendar of all sites.
    """

    since: datetime
    hours: WorkingTime
    site_id: str | None = None


class Calendars:
    """All editions of the calendars that a batch of tickets may need.

    `written` maps a calendar's id to its editions, `zones` a site's id to its time zones with the
    times from which they held; both in order of time. A site's own calendar is the one with the
    site's id; until it is written the site has the usual one in its zone.
    """

    def __init__(
        self,
        written: Mapping[str, Sequence[Edition]],
        zones: Mapping[str, Sequence[tuple[datetime, str]]],
    ) -> None:
        self._written = written
        self._zones = zones

    def editions(self, site_id: str, targets: Targets) -> Sequence[Edition]:
        """Return what these targets are counted in at that site, the first from the beginning of
        time.
        """
        if targets.counted_in is CountedIn.WALL:
            return _WALL_EDITIONS
        named = self._own(targets.calendar, site_id) if targets.calendar is not None else ()
        return _from_the_beginning(named) if named else self._of_site(site_id)

    def hours_of_site(self, site_id: str, *, at: datetime) -> WorkingTime:
        """Return the site's own working time as it stood then."""
        editions = self._of_site(site_id)
        return next(
            (each.hours for each in reversed(editions) if each.since <= at), editions[0].hours
        )

    def _own(self, calendar_id: str, site_id: str) -> Sequence[Edition]:
        """Return the editions under that id that are the site's own or of all sites."""
        return [
            edition
            for edition in self._written.get(calendar_id, ())
            if edition.site_id in (None, site_id)
        ]

    def _of_site(self, site_id: str) -> Sequence[Edition]:
        # One written under this id before there was a site of that name may be another site's.
        own = self._own(site_id, site_id)
        until = own[0].since if own else None
        usual = [
            Edition(since=since, hours=_usual_hours(zone))
            for since, zone in self._zones.get(site_id, _ZONE_OF_THE_UNKNOWN)
        ]
        return (
            *(
                edition
                for edition in _from_the_beginning(usual)
                if until is None or edition.since < until
            ),
            *own,
        )


def _from_the_beginning(editions: Sequence[Edition]) -> Sequence[Edition]:
    return (Edition(since=ALWAYS, hours=editions[0].hours), *editions[1:])


@lru_cache(maxsize=1024)
def _usual_hours(time_zone: str) -> WorkingTime:
    return WorkingTime(usual_calendar(time_zone))


_WALL_EDITIONS = (
    Edition(since=ALWAYS, hours=WorkingTime(Calendar(time_zone="UTC", always_open=True))),
)
_ZONE_OF_THE_UNKNOWN = ((ALWAYS, USUAL_ZONE),)
