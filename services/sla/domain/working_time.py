"""Arithmetic in working time. An instant is working time when the clock on the wall, in the calendar's zone, shows working hours:
an hour that daylight saving repeats counts twice, one that it skips counts not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.sla.domain.calendar import Calendar, zone

_DAY = timedelta(days=1)
_LOOK_AHEAD_DAYS = 3660


@dataclass(frozen=True)
class Period:
    """From `since` until just before `until`; None is for ever."""

    since: datetime
    until: datetime | None


class WorkingTime:
    """A calendar made ready for counting; it remembers the days it has looked at."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.working_day = calendar.working_day()
        self._zone = zone(calendar.time_zone)
        self._days: dict[date, Sequence[tuple[datetime, datetime]]] = {}

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """How much working time lies between two instants; none when `end` is not later."""
        if end <= begin:
            return timedelta(0)
        if self.calendar.always_open:
            return end - begin
        worked = (min(until, end) - max(since, begin) for since, until in self._periods(begin, end) if since < end and until > begin)
        return sum(worked, timedelta(0))

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        """The earliest instant by which `amount` of working time has passed since `start`; None when ten years are not enough."""
        if self.calendar.always_open or amount <= timedelta(0):
            return start + amount
        left = amount
        for since, until in self._periods(start, start + _LOOK_AHEAD_DAYS * _DAY):
            since = max(since, start)
            if until - since >= left:
                return since + left
            left -= max(until - since, timedelta(0))
        return None

    def due(self, start: datetime, amount: timedelta, pauses: Sequence[Period]) -> datetime | None:
        """When `amount` of working time outside the pauses has passed since `start`; None while a pause has no end.

        `pauses` are in order and apart. What ends at the very instant a pause begins has not ended before it.
        """
        cursor, left = start, amount
        for pause in pauses:
            if pause.until is not None and pause.until <= cursor:
                continue
            used = self.between(cursor, pause.since)
            if used >= left and (reached := self.add(cursor, left)) is not None and reached < pause.since:
                return reached
            if pause.until is None:
                return None
            left -= used
            cursor = pause.until
        return self.add(cursor, left)

    def _periods(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open periods (UTC) of every UTC day from that of `begin` to that of `end`, in order and apart."""
        day = begin.astimezone(UTC).date()
        last = end.astimezone(UTC).date()
        while day <= last:
            if day not in self._days:
                self._days[day] = tuple(self._open_on(day))
            yield from self._days[day]
            day += _DAY

    def _open_on(self, utc_day: date) -> Iterator[tuple[datetime, datetime]]:
        begin = datetime.combine(utc_day, time(0), UTC)
        for since, until, offset in _stretches(self._zone, begin, begin + _DAY):
            shown_since, shown_until = (since + offset).replace(tzinfo=None), (until + offset).replace(tzinfo=None)
            day = shown_since.date()
            while datetime.combine(day, time(0)) < shown_until:
                for open_from, open_until in self._hours_shown_on(day):
                    first, last = max(open_from, shown_since), min(open_until, shown_until)
                    if first < last:
                        yield (first - offset).replace(tzinfo=UTC), (last - offset).replace(tzinfo=UTC)
                day += _DAY

    def _hours_shown_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working hours that fall on one local date, merged: its own, and what reaches over midnight from the day before."""
        midnight, next_midnight = datetime.combine(day, time(0)), datetime.combine(day, time(0)) + _DAY
        hours = [
            (from_ + timedelta(minutes=each.start_min), from_ + timedelta(minutes=each.until()))
            for from_, of in ((midnight - _DAY, day - _DAY), (midnight, day))
            for each in self.calendar.on_date(of)
        ]
        merged: list[tuple[datetime, datetime]] = []
        for since, until in sorted((max(since, midnight), min(until, next_midnight)) for since, until in hours if until > midnight):
            if merged and since <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
            else:
                merged.append((since, until))
        return merged


def _stretches(where: ZoneInfo, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The time from `begin` to `end` (a day of UTC) in parts with one offset from UTC each."""
    before, after = _offset(where, begin), _offset(where, end)
    if before == after:
        yield begin, end, before
        return
    low, high = begin, end
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(where, middle) == before:
            low = middle
        else:
            high = middle
    yield begin, high, before
    yield high, end, after


def _offset(where: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(where).utcoffset() or timedelta(0)
