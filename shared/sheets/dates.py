"""Dates as people and programs write them; the order of a column is settled by all its values."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from shared.remarks import Remark

_EXCEL_BEGINS = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's dates have no zone
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_TIME = r"""
    (?:[T\s]\s*|(?<=[日号])\s*)
    (?P<half_before>上午|下午|中午|晚上|[ap]\.?m\.?)?\s*
    (?P<hour>\d{1,2})\s*[:时点]\s*(?:(?P<minute>\d{1,2})(?:\s*[:分]\s*(?P<second>\d{1,2})(?:[.,]\d+)?)?)?
    \s*[分秒]?\s*(?P<half_after>[ap]\.?m\.?)?
    \s*(?P<offset>z|utc|[+-]\d{2}(?::?\d{2})?)?"""
_NUMBERS = re.compile(
    rf"(?P<a>\d{{1,4}})\s*(?P<mark>[-/.年])\s*(?P<b>\d{{1,2}})\s*[-/.月]\s*(?P<c>\d{{1,4}})[日号]?(?:{_TIME})?",
    re.VERBOSE | re.IGNORECASE,
)
_DAY_NAMED = re.compile(
    rf"(?P<day>\d{{1,2}})[-\s.]+(?P<month>[a-z]{{3,9}})[-\s.,]+(?P<year>\d{{4}})(?:,?{_TIME})?",
    re.VERBOSE | re.IGNORECASE,
)
_MONTH_NAMED = re.compile(
    rf"(?P<month>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?:,?{_TIME})?",
    re.VERBOSE | re.IGNORECASE,
)
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_WEEKDAY = re.compile(
    r"[(]?(?:星期|礼拜|周)[一二三四五六日天][)]?|^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]+\s",
    re.IGNORECASE,
)
_CENTURY_TURNS = 70
_MAX_DAY = 31
_MAX_CHARS = 60


class Order(StrEnum):
    MONTH_FIRST = "month/day/year"
    DAY_FIRST = "day/month/year"


@dataclass(frozen=True, kw_only=True)
class Dates:
    """How the dates of a column are read; `remark` says what was guessed, None where nothing
    was.
    """

    order: Order = Order.MONTH_FIRST
    remark: Remark | None = None

    def read(self, text: str) -> datetime:
        """Return the moment, with an offset where one is given. Raises ValueError."""
        given = _plain(text)
        if _SERIAL.fullmatch(given):
            seconds = round(float(given) * 86_400)
            return _EXCEL_BEGINS + timedelta(seconds=seconds)
        if found := _COMPACT.fullmatch(given):
            return datetime(int(found["year"]), int(found["month"]), int(found["day"]))  # noqa: DTZ001
        if found := _NUMBERS.fullmatch(given):
            return _moment(*self._ordered(found), found)
        if found := _DAY_NAMED.fullmatch(given) or _MONTH_NAMED.fullmatch(given):
            month = _MONTHS.get(found["month"][:3].lower())
            if month is None:
                raise ValueError(f"has no month {found['month']!r}")
            return _moment(int(found["year"]), month, int(found["day"]), found)
        raise ValueError("is not a time like 2016-01-31 15:30:40")

    def _ordered(self, found: re.Match[str]) -> tuple[int, int, int]:
        """Return year, month, day."""
        a, b, c = (int(found[name]) for name in "abc")
        if not _year_last(found):
            return a, b, c
        if _may_be_year_first(found):
            raise ValueError("is not a time like 2016-01-31: its year may be either end")
        year = c if len(found["c"]) == 4 else c + (2000 if c < _CENTURY_TURNS else 1900)
        day_first = self.order is Order.DAY_FIRST or found["mark"] == "."
        return (year, b, a) if day_first else (year, a, b)


def settle(values: Iterable[str]) -> Dates:
    """Return how a column's dates are read, looking at all its values: 25/1/2026 can only be a day
    first, 1/25/2026 a month first.

    Where no value tells, a month first, as Excel writes it; `remark` says so.
    """
    day_first = month_first = either = None
    for value in values:
        found = _NUMBERS.fullmatch(_plain(value))
        if found is None or not _year_last(found) or found["mark"] == ".":
            continue
        if _may_be_year_first(found):
            continue
        a, b = int(found["a"]), int(found["b"])
        if a > 12 >= b:
            day_first = day_first or value
        elif b > 12 >= a:
            month_first = month_first or value
        else:
            either = either or value
    if day_first is not None and month_first is not None:
        both = Remark.of(
            "both_date_orders",
            "days and months stand in both orders ({day_first}, {month_first}): read as "
            "month/day/year, and what cannot be is named; write them as 2026-01-31",
            day_first=day_first,
            month_first=month_first,
        )
        return Dates(remark=both)
    if day_first is not None:
        text = "dates are read as day/month/year, since {proof} can be nothing else"
        return Dates(order=Order.DAY_FIRST, remark=Remark.of("day_first", text, proof=day_first))
    if month_first is not None:
        text = "dates are read as month/day/year, since {proof} can be nothing else"
        return Dates(remark=Remark.of("month_first", text, proof=month_first))
    if either is not None:
        guessed = Remark.of(
            "guessed_date_order",
            "dates such as {sample} could be month/day/year or day/month/year, and no value "
            "tells: read as month/day/year; if that is wrong, write them as 2026-01-31",
            sample=either,
        )
        return Dates(remark=guessed)
    return Dates()


def _plain(text: str) -> str:
    """Return the text with usual digits and marks, cut where no date is so long."""
    said = unicodedata.normalize("NFKC", text[:_MAX_CHARS]).strip()
    return " ".join(_WEEKDAY.sub(" ", said).split()) if _WEEKDAY.search(said) else said


def _year_last(found: re.Match[str]) -> bool:
    return len(found["a"]) <= 2 and found["mark"] != "年"


def _may_be_year_first(found: re.Match[str]) -> bool:
    """Return whether a date without a year of four digits, such as 26-01-05, may begin with it."""
    if len(found["c"]) == 4 or int(found["c"]) > _MAX_DAY:
        return False
    return len(found["c"]) != 2 or found["mark"] != "/" or int(found["a"]) > 12


def _moment(year: int, month: int, day: int, found: re.Match[str]) -> datetime:
    """Raise ValueError for a day or a time that there is not."""
    try:
        return datetime(
            year,
            month,
            day,
            _hour(found),
            int(found["minute"] or 0),
            int(found["second"] or 0),
            tzinfo=_offset(found["offset"]),
        )
    except ValueError as error:
        raise ValueError(f"is not a time that there is ({error})") from None


def _hour(found: re.Match[str]) -> int:
    hour = int(found["hour"] or 0)
    half = (found["half_before"] or found["half_after"] or "").lower().replace(".", "")
    if half in ("pm", "下午", "晚上") and hour < 12:
        return hour + 12
    if half in ("am", "上午") and hour == 12:
        return 0
    return hour


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.lower() in ("z", "utc"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(ahead if text[0] == "+" else -ahead)
