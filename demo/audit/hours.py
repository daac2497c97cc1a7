"""The hours in which a promise is counted, reckoned anew: all hours, or a site's working hours.

A day of local time is laid out as it stands on a wall clock, then turned into instants.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import inf
from zoneinfo import ZoneInfo

DAY_MIN = 24 * 60
MAX_DAYS = 400
"""So many days are looked ahead before a promise counts as never due."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """`week` has (start, end) in minutes of the local day by ISO weekday, 1 to 7; None: all hours.

    An end at or before its start lies on the next day.
    """

    time_zone: str
    week: Mapping[int, Sequence[tuple[int, int]]] | None = None

    def due(
        self, start: float, amount_s: float, pauses: Sequence[tuple[float, float]] = ()
    ) -> float:
        """Return when so many seconds outside the pauses are used up, in seconds since the epoch.

        Infinite where a pause has no end, or no hours come.
        """
        left_s = amount_s
        for opens, closes in self._open(start):
            for since, until in _outside(opens, closes, sorted(pauses)):
                if until - since >= left_s:
                    return since + left_s
                left_s -= until - since
        return inf

    def _open(self, start: float) -> Iterator[tuple[float, float]]:
        """Yield the open stretches from `start` on, in order and apart."""
        if self.week is None:
            yield start, inf
            return
        zone = ZoneInfo(self.time_zone)
        first = datetime.fromtimestamp(start, UTC).astimezone(zone).date() - timedelta(days=1)
        reached = start
        for day in (first + timedelta(days=number) for number in range(MAX_DAYS)):
            for start_min, end_min in sorted(self.week.get(day.isoweekday(), ())):
                ends_min = end_min if end_min > start_min else end_min + DAY_MIN
                opens = max(_at(day, start_min, zone), reached)
                closes = _at(day, ends_min, zone)
                if opens < closes:
                    yield opens, closes
                    reached = closes


def _at(day: date, minutes: int, zone: ZoneInfo) -> float:
    wall = datetime.combine(day, time(0)) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=zone).timestamp()


def _outside(
    since: float, until: float, pauses: Sequence[tuple[float, float]]
) -> Iterator[tuple[float, float]]:
    """Yield the parts of a stretch that lie in none of the pauses, which are in order."""
    for begins, ends in pauses:
        if ends <= since:
            continue
        if begins >= until:
            break
        if begins > since:
            yield since, begins
        since = max(since, ends)
    if since < until:
        yield since, until
