"""Settings as people write them in a field: spans, hours, numbers, lists. All raise Unreadable."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


class Unreadable(Exception):
    """A field says what cannot be read; `key` is the message that says how to mend it."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What is wrong with a field: a message, and what it is given."""

    name: str
    key: str
    values: Mapping[str, str] = field(default_factory=dict)


_SPAN = re.compile(
    r"([0-9]{1,6})\s*(m|min|mins|minutes?|分|分钟|h|hours?|小时|时|d|days?|天|日)", re.IGNORECASE
)
_UNITS = {"m": "PT{}M", "分": "PT{}M", "h": "PT{}H", "小": "PT{}H", "时": "PT{}H"}
_ISO = re.compile(r"P(?=.)([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+S)?)?", re.IGNORECASE)
_ISO_UNIT = re.compile(r"P(?:([0-9]+)D|T(?:([0-9]+)H|([0-9]+)M))")
_BETWEEN = re.compile(r"[,，、;；\n]+")
_HOURS = re.compile(
    r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])\s*[-–—~至到]\s*([01]?[0-9]|2[0-4])[:：]([0-5][0-9])"
)


def read_span(text: str) -> str | None:
    """Return a promised span as ISO 8601, of `2h`, `30 分钟`, `1d`, or of that itself; None for an
    empty field, which promises nothing.
    """
    written = text.strip()
    if not written or written in ("-", "–"):
        return None
    if found := _SPAN.fullmatch(written):
        unit = found[2][0].lower()
        return _UNITS.get(unit, "P{}D").format(int(found[1]))
    if _ISO.fullmatch(written):
        return written.upper()
    raise Unreadable("desk-settings-wrong-span", value=written)


def write_span(iso: str | None) -> str:
    """Return a span as it is written in a field: `2h`; what has several units as it is."""
    if iso is None:
        return ""
    found = _ISO_UNIT.fullmatch(iso)
    if found is None:
        return iso
    days, hours, minutes = found.groups()
    return f"{days}d" if days else f"{hours}h" if hours else f"{minutes}m"


def read_hours(text: str) -> list[dict[str, str]]:
    """Return `08:00-12:00 13:30-18:00` as parts of a day; none for an empty field."""
    left = _HOURS.sub("", text)
    if re.sub(r"[\s,，、;；]+", "", left):
        raise Unreadable("desk-settings-wrong-hours", value=text.strip())
    return [
        {"start": f"{int(found[1]):02}:{found[2]}", "end": f"{int(found[3]):02}:{found[4]}"}
        for found in _HOURS.finditer(text)
    ]


def write_hours(hours: list[dict[str, str]]) -> str:
    return " ".join(f"{each['start']}-{each['end']}" for each in hours)


def read_number(text: str, *, least: int, most: int) -> int:
    written = text.strip()
    if not (written.isascii() and written.isdigit() and least <= int(written[:12]) <= most):
        raise Unreadable(
            "desk-settings-wrong-number", value=written, least=str(least), most=str(most)
        )
    return int(written)


def read_optional_number(text: str, *, least: int, most: int) -> int | None:
    """Return the number; None for an empty field."""
    return read_number(text, least=least, most=most) if text.strip() else None


def read_list(text: str) -> list[str]:
    """Return what stands between commas or on lines, each once."""
    return list(dict.fromkeys(each.strip() for each in _BETWEEN.split(text) if each.strip()))


def read_numbers(text: str, *, least: int, most: int) -> list[int]:
    """Return numbers between commas or spaces, in order."""
    found = [each for each in re.split(r"[\s,，、%]+", text) if each]
    return sorted({read_number(each, least=least, most=most) for each in found})
