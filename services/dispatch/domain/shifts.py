"""When a technician works: weekly shifts, and those of single dates, in the site's own time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from shared.contracts.base import Window

_DAY_MIN = 24 * 60
_LOOKED_AHEAD_DAYS = 8
_FORTNIGHT_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Shift:
    """`weekday` is ISO (Monday 1 … Sunday 7); minutes since midnight on the wall.

    An end at or before its start lies on the next day. With a date (`on`, whose weekday it has) it
    is worked then alone, and on that date in place of what the week has.
    """

    weekday: int
    start_min: int
    end_min: int
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Working time without a break, from `begin` to `end`; `longest` is the longest that there is
    in these shifts.
    """

    begin: datetime
    end: datetime
    longest: timedelta


def covers(shifts: Sequence[Shift], zone: tzinfo, window: Window) -> bool:
    """Return whether the whole window lies inside working time; shifts that touch count as one."""
    # Who works through a fortnight is taken to work through whatever is longer.
    until = min(window.end, window.start + timedelta(days=_FORTNIGHT_DAYS))
    days = (until - window.start).days + 3
    return any(
        begin <= window.start and until <= end
        for begin, end in _worked(
            shifts, zone, first=window.start.astimezone(zone).date(), days=days
        )
    )


def next_begin(shifts: Sequence[Shift], zone: tzinfo, after: datetime) -> datetime | None:
    """Return when work begins next, strictly after that instant; None without shifts."""
    first = after.astimezone(zone).date()
    ahead = _worked_from(tuple(shifts), zone, first)
    found = next((begin for begin, _ in ahead if begin > after), None)
    dates = [shift.on for shift in shifts if shift.on is not None and shift.on > first]
    if found is not None or not dates:
        return found
    midnight = _instant(min(dates), 0, zone)
    ahead = _worked_from(tuple(shifts), zone, min(dates))
    return next((begin for begin, _ in ahead if begin >= midnight), None)


def stretch_at(shifts: Sequence[Shift], zone: tzinfo, at: datetime) -> Stretch | None:
    """Return the working time without a break that lies around that instant; None off shift. One
    that has no end is said to end in a week at the earliest.
    """
    around = _worked_from(tuple(shifts), zone, at.astimezone(zone).date())
    longest = max((end - begin for begin, end in around), default=timedelta(0))
    return next(
        (
            Stretch(begin=begin, end=end, longest=longest)
            for begin, end in around
            if begin <= at < end
        ),
        None,
    )


# a whole crew shares its shifts, and at night a turn asks for each of them, job by job
@lru_cache(maxsize=1024)
def _worked_from(
    shifts: tuple[Shift, ...], zone: tzinfo, first: date
) -> Sequence[tuple[datetime, datetime]]:
    return _worked(shifts, zone, first=first, days=_LOOKED_AHEAD_DAYS)


def _worked(
    shifts: Sequence[Shift], zone: tzinfo, *, first: date, days: int
) -> list[tuple[datetime, datetime]]:
    """Return working time as intervals in UTC, in order, none touching another, from the day before
    `first`.
    """
    around = [first + timedelta(days=offset) for offset in range(-1, days)]
    dates = {shift.on for shift in shifts}
    pieces = [
        (_instant(day, shift.start_min, zone), _instant(day, _end(shift), zone))
        for day in around
        for shift in shifts
        if shift.on == (day if day in dates else None) and shift.weekday == day.isoweekday()
    ]
    joined: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(pieces):
        if end <= begin:
            continue  # all of it lies in the hour that daylight saving leaves out
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _end(shift: Shift) -> int:
    return shift.end_min if shift.end_min > shift.start_min else shift.end_min + _DAY_MIN


def _instant(day: date, minute: int, zone: tzinfo) -> datetime:
    """Return that minute on the wall of that day; an hour that daylight saving leaves out counts as
    the one after it.
    """
    day += timedelta(days=minute // _DAY_MIN)
    wall = datetime.combine(day, time(minute % _DAY_MIN // 60, minute % 60), tzinfo=zone)
    return wall.astimezone(UTC)
