"""Moments and spans of time as pages say them: filters that know the page's zone and language."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

DEFAULT_ZONE = "Asia/Shanghai"
_MINUTES_OF_A_DAY = 24 * 60


def moment_of(value: str | datetime) -> datetime:
    """Return the moment that an API writes (`2026-01-21T07:08:00Z`); the same for one that is read
    already. Raises ValueError.
    """
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


@lru_cache(maxsize=256)
def zone_of(name: str | None) -> ZoneInfo:
    """Return the zone of that name; the default's where there is none of it."""
    try:
        return ZoneInfo(name or DEFAULT_ZONE)
    except (ValueError, OSError, LookupError):
        return ZoneInfo(DEFAULT_ZONE)


@pass_context
def clock(context: Context, at: str | datetime) -> str:
    """Return `07:08`."""
    return f"{_there(context, at):%H:%M}"


@pass_context
def day(context: Context, at: str | datetime) -> str:
    """Return 今天, 明天, 昨天, 1月21日; with the year where it is another."""
    then, now = _there(context, at), _there(context, context["now"])
    t = context["t"]
    match (then.date() - now.date()).days:
        case 0:
            return str(t("moment-today"))
        case 1:
            return str(t("moment-tomorrow"))
        case -1:
            return str(t("moment-yesterday"))
    month = str(t(f"moment-month-{then.month}"))
    if then.year == now.year:
        return str(t("moment-day", month=month, day=str(then.day)))
    return str(t("moment-day-of-year", month=month, day=str(then.day), year=str(then.year)))


@pass_context
def day_clock(context: Context, at: str | datetime) -> str:
    """Return `07:08` for today, else the day and the time: 明天 07:08."""
    then = _there(context, at)
    time = f"{then:%H:%M}"
    if then.date() == _there(context, context["now"]).date():
        return time
    return str(context["t"]("moment-day-clock", day=day(context, at), clock=time))


def iso(at: str | datetime) -> str:
    """Return what `<time datetime>` and scripts read: `2026-01-21T07:08:00Z`."""
    return moment_of(at).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@pass_context
def span(context: Context, length: float | timedelta) -> str:
    """Return minutes, or a timedelta, in words: 12 分钟, 1 小时 5 分钟, 2 天 3 小时."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else length * 60
    t, minutes = context["t"], round(abs(seconds) / 60)
    if minutes < 60:
        return str(t("moment-minutes", count=minutes))
    if minutes < _MINUTES_OF_A_DAY:
        large, small = divmod(minutes, 60)
        words = "moment-hours", "moment-minutes"
    else:
        large, small = divmod(round(minutes / 60), 24)
        words = "moment-days", "moment-hours"
    said = str(t(words[0], count=large))
    if small == 0:
        return said
    return str(t("moment-and", large=said, small=str(t(words[1], count=small))))


@pass_context
def short_span(context: Context, minutes: float) -> str:
    """Return minutes as a row has room for them: 26 分, 1:25, 3 天."""
    t, whole = context["t"], round(abs(minutes))
    if whole < 60:
        return str(t("span-minutes", n=whole))
    if whole < _MINUTES_OF_A_DAY:
        return f"{whole // 60}:{whole % 60:02}"
    return str(t("span-days", n=whole // _MINUTES_OF_A_DAY))


@pass_context
def minutes_left(context: Context, at: str | datetime) -> int:
    """Return the whole minutes until then, negative once it is over."""
    left = moment_of(at) - moment_of(context["now"])
    return floor(left.total_seconds() / 60)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "clock": clock,
    "day": day,
    "day_clock": day_clock,
    "iso": iso,
    "span": span,
    "short_span": short_span,
    "minutes_left": minutes_left,
}


def _there(context: Context, at: Any) -> datetime:
    """Return the moment in the page's zone."""
    zone = context.get("zone")
    return moment_of(at).astimezone(zone_of(zone if isinstance(zone, str) else None))
