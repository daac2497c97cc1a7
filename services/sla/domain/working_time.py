"""Arithmetic in working time. An instant is working time when the clock on the wall, in the
calendar's zone, shows working hours: an hour that daylight saving repeats counts twice, one that it
skips counts not at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.sla.domain.calendar import Calendar, zone

_DAY = timedelta(days=1)
_LOOK_AHEAD_DAYS = 3660


@dataclass(frozen=True)
class Period:
    """From `since` until just before `until`; None is for ever."""

    since: datetime
    until: datetime | None


def merged(periods: list[Period]) -> list[Period]:
    """Return the same time in order, none overlapping or touching."""
    if len(periods) < 2:
        return periods
    result: list[Period] = []
    for period in sorted(periods, key=lambda each: each.since):
        last = result[-1] if result else None
        if last is None or (last.until is not None and last.until < period.since):
            result.append(period)
        elif last.until is not None:
            result[-1] = Period(
                last.since, None if period.until is None else max(last.until, period.until)
            )
    return result


def known_by(periods: list[Period], instant: datetime) -> list[Period]:
    """Return what had begun before `instant`, ended by then at the latest."""
    return [
        Period(period.since, instant if period.until is None else min(period.until, instant))
        for period in periods
        if period.since < instant
    ]


@dataclass(frozen=True)
class _OpenDay:
    """The open periods (UTC) of one UTC day, in order and apart, and how long they are together."""

    periods: tuple[tuple[datetime, datetime], ...]
    worked: timedelta


class WorkingTime:
    """A calendar made ready for counting."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.working_day = calendar.working_day()
        self._zone = zone(calendar.time_zone)

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two instants; none when `end` is not later."""
        if end <= begin:
            return timedelta(0)
        if self.calendar.always_open:
            return end - begin
        worked, day, first, last = timedelta(0), _utc_day(begin), _utc_day(begin), _utc_day(end)
        while day <= last:
            looked_at = _open_day(self, day)
            if first < day < last:
                worked += looked_at.worked
            else:
                parts = (
                    min(until, end) - max(since, begin)
                    for since, until in looked_at.periods
                    if since < end and until > begin
                )
                worked += sum(parts, timedelta(0))
            day += _DAY
        return worked

    def outside(self, pauses: Sequence[Period], begin: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two instants and in none of the pauses, which
        are apart.
        """
        paused = (
            self.between(
                max(pause.since, begin), end if pause.until is None else min(pause.until, end)
            )
            for pause in pauses
        )
        return self.between(begin, end) - sum(paused, timedelta(0))

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        """Return the earliest instant by which `amount` of working time has passed since `start`;
        None when ten years are not enough.
        """
        if self.calendar.always_open or amount <= timedelta(0):
            return start + amount
        left, first = amount, _utc_day(start)
        for day in (first + n * _DAY for n in range(_LOOK_AHEAD_DAYS)):
            looked_at = _open_day(self, day)
            if day != first and looked_at.worked < left:
                left -= looked_at.worked
                continue
            for since, until in looked_at.periods:
                since = max(since, start)
                if until - since >= left:
                    return since + left
                left -= max(until - since, timedelta(0))
        return None

    def due(self, start: datetime, amount: timedelta, pauses: Sequence[Period]) -> datetime | None:
        """Return when `amount` of working time outside the pauses has passed since `start`; None
        while a pause has no end.

        `pauses` are in order and apart. What ends at the very instant a pause begins has not ended
        before it.
        """
        cursor, left = start, amount
        for pause in pauses:
            if pause.until is not None and pause.until <= cursor:
                continue
            used = self.between(cursor, pause.since)
            if (
                used >= left
                and (reached := self.add(cursor, left)) is not None
                and reached < pause.since
            ):
                return reached
            if pause.until is None:
                return None
            left -= used
            cursor = pause.until
        return self.add(cursor, left)

    def open_between(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working hours between two instants, in order; what reaches over the end of a
        day of UTC comes in two parts that meet.
        """
        if end <= begin:
            return
        if self.calendar.always_open:
            yield begin, end
            return
        day, last = _utc_day(begin), _utc_day(end)
        while day <= last:
            for since, until in _open_day(self, day).periods:
                if since < end and until > begin:
                    yield max(since, begin), min(until, end)
            day += _DAY

    def open_on(self, utc_day: date) -> Iterator[tuple[datetime, datetime]]:
        """Return the open periods (UTC) of one UTC day, in order and apart."""
        begin = datetime.combine(utc_day, time(0), UTC)
        for since, until, offset in _stretches(self._zone, begin, begin + _DAY):
            shown_since, shown_until = (
                (since + offset).replace(tzinfo=None),
                (until + offset).replace(tzinfo=None),
            )
            day = shown_since.date()
            while datetime.combine(day, time(0)) < shown_until:
                for open_from, open_until in self._hours_shown_on(day):
                    first, last = max(open_from, shown_since), min(open_until, shown_until)
                    if first < last:
                        yield (
                            (first - offset).replace(tzinfo=UTC),
                            (last - offset).replace(tzinfo=UTC),
                        )
                day += _DAY

    def _hours_shown_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the working hours that fall on one local date, merged: its own, and what reaches
        over midnight from the day before.
        """
        midnight, next_midnight = (
            datetime.combine(day, time(0)),
            datetime.combine(day, time(0)) + _DAY,
        )
        hours = [
            (from_ + timedelta(minutes=each.start_min), from_ + timedelta(minutes=each.until()))
            for from_, of in ((midnight - _DAY, day - _DAY), (midnight, day))
            for each in self.calendar.on_date(of)
        ]
        merged: list[tuple[datetime, datetime]] = []
        for since, until in sorted(
            (max(since, midnight), min(until, next_midnight))
            for since, until in hours
            if until > midnight
        ):
            if merged and since <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
            else:
                merged.append((since, until))
        return merged


@lru_cache(maxsize=16_384)
def _open_day(hours: WorkingTime, utc_day: date) -> _OpenDay:
    """Return the day's open periods, computed once and kept while they are asked for: most promises
    are counted in the same few calendars over the same few days.
    """
    periods = tuple(hours.open_on(utc_day))
    return _OpenDay(periods, sum((until - since for since, until in periods), timedelta(0)))


def _utc_day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()


def _stretches(
    where: ZoneInfo, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Return the time from `begin` to `end` (a day of UTC) in parts with one offset from UTC
    each.
    """
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
