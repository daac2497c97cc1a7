"""The days that a page of the manager is about."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS_SHOWN = 12
_EARLIEST = date(2001, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Days:
    """From `since` until before `until`."""

    since: date
    until: date

    def query(self) -> dict[str, str]:
        """Return them as sla is asked."""
        return {"from": self.since.isoformat(), "to": self.until.isoformat()}

    def moments(self, zone: ZoneInfo) -> dict[str, str]:
        """Return them as dispatch is asked: midnights in the zone."""
        since, until = (datetime.combine(day, time(), zone) for day in (self.since, self.until))
        return {"from": since.isoformat(), "to": until.isoformat()}


def month_of(day: date) -> Days:
    first = day.replace(day=1)
    return Days(since=first, until=_month_after(first))


def month_named(text: str, *, today: date) -> Days:
    """Return the month that `2026-11` names; this one for what is none or lies ahead."""
    try:
        named = date.fromisoformat(f"{text}-01")
    except ValueError:
        return month_of(today)
    return month_of(min(max(named, _EARLIEST), today))


def month_before(month: Days) -> Days:
    return month_of(month.since - timedelta(days=1))


def month_after(month: Days, *, today: date) -> Days | None:
    """Return the next month; None where it has not begun."""
    return None if month.until > today else month_of(month.until)


def year_until(month: Days) -> Days:
    """Return the twelve months of which that is the last."""
    first = month.since
    for _ in range(MONTHS_SHOWN - 1):
        first = month_of(first - timedelta(days=1)).since
    return Days(since=first, until=month.until)


def months_in(days: Days) -> list[date]:
    """Return the first day of every month in the days."""
    months, month = [], days.since.replace(day=1)
    while month < days.until:
        months.append(month)
        month = _month_after(month)
    return months


def day_of(today: date) -> Days:
    return Days(since=today, until=today + timedelta(days=1))


def week_of(today: date) -> Days:
    """Return the days from Monday until today."""
    return Days(since=today - timedelta(days=today.weekday()), until=today + timedelta(days=1))


def _month_after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
