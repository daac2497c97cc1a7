"""How long a promise is: ISO 8601 durations of days, hours, minutes and seconds, in which a day may
be a working day.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from shared.remarks import WrongValue

MAX_DAYS = 366

_TIME = (
    r"(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?"
)
_ISO = re.compile(rf"P(?:(?P<days>\d{{1,4}})D)?(?:T{_TIME})?", re.ASCII)


class NoDuration(WrongValue):
    """Not a length of time that a promise can have."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """`days` are whole days: 24 h in wall time, the length of a working day in working time; `rest`
    comes on top.
    """

    days: int = 0
    rest: timedelta = timedelta(0)

    def measured(self, day: timedelta) -> timedelta:
        """Return the span as time, when a day is that long."""
        return self.days * day + self.rest

    def iso(self) -> str:
        """Return the shortest ISO 8601 form: `P2D`, `PT2H30M`, `P1DT0.5S`."""
        minutes, seconds = divmod(self.rest, timedelta(minutes=1))
        hours, minutes = divmod(minutes, 60)
        seconds_text = f"{seconds.total_seconds():f}".rstrip("0").rstrip(".")
        time = "".join(
            [
                f"{hours}H" if hours else "",
                f"{minutes}M" if minutes else "",
                f"{seconds_text}S" if seconds else "",
            ]
        )
        return "P" + (f"{self.days}D" if self.days else "") + (f"T{time}" if time else "")


def parse_span(value: str | float) -> Span:
    """Parse `P2D`, `PT15M` or a number of seconds.

    Raises NoDuration for anything else, for zero, and beyond 366 days.
    """
    try:
        span = _from_text(value) if isinstance(value, str) else Span(rest=timedelta(seconds=value))
    except (OverflowError, ValueError):  # infinity and not-a-number
        span = None
    if span is None or not timedelta(0) < span.measured(timedelta(days=1)) <= timedelta(
        days=MAX_DAYS
    ):
        raise NoDuration(
            "no_duration",
            "A promise lasts more than no time and at most {days} days; write P2D, PT2H30M or a "
            "number of seconds, not '{given}'.",
            days=MAX_DAYS,
            given=value,
        )
    return span


def _from_text(text: str) -> Span | None:
    match = _ISO.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        return None
    hours, minutes, seconds = (float(match[name] or 0) for name in ("hours", "minutes", "seconds"))
    rest = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return Span(days=int(match.group("days") or 0), rest=rest)
