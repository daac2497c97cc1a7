"""What people asked for, as read from a file: the one shape that every layout of columns is turned
into.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from zoneinfo import ZoneInfo

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Where:
    """A unit of a building, a public spot, or an address as text; degrees of WGS 84 where they are
    known.
    """

    building: str | None = None
    unit: str | None = None
    spot: str | None = None
    address: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """One row. `opened_at` is aware; `priority` is None where the category is to decide it.

    `text` is what a person wrote. What a clerk's form called it stands in `answers`, where nobody
    looks for words of danger.
    """

    row: int
    source_id: str
    opened_at: datetime
    category: str
    priority: str | None = None
    title: str = ""
    text: str = ""
    language: str
    where: Where
    reporter_id: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that cannot be played: the record's number (the header is 1), its column, the value as
    it stands there, and why.
    """

    row: int
    column: str
    value: str
    why: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.why}: {self.value!r}"


class BadValue(ValueError):
    """A column that makes its row useless."""

    def __init__(self, column: str, value: str, why: str) -> None:
        super().__init__(f"{column}: {why}: {value!r}")
        self.column, self.value, self.why = column, value, why


class UnreadableFile(Exception):
    """The file as a whole cannot be played; the message says what was found and
    what was expected.
    """


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where an input lies: the site that is made for it.

    `lat` and `lon` count where no row says better.
    """

    code: str
    name: str
    time_zone: str
    language: str
    lat: float
    lon: float


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One known set of columns. `read` turns a row into a request and raises BadValue."""

    name: str
    columns: tuple[str, ...]
    home: Home
    read: Callable[[Mapping[str, str], int], Request]


def moment(row: Mapping[str, str], column: str, zone: ZoneInfo) -> datetime:
    """The local time in a column, whatever offset it claims: both city portals write local times,
    one of them with +00:00.
    """
    value = row[column]
    try:
        at = datetime.fromisoformat(value.strip()).replace(tzinfo=zone)
    except ValueError:
        raise BadValue(column, value, "is not a time like 2016-01-31 15:30:40") from None
    if not EARLIEST <= at < LATEST:
        raise BadValue(column, value, "lies outside 1970 to 2099")
    return at


def named(row: Mapping[str, str], column: str) -> str:
    """The type in a column; an empty one says nothing about what to do."""
    if not (value := row[column].strip()):
        raise BadValue(column, row[column], "no type is given")
    return value


def coordinates(lat: str, lon: str) -> tuple[float, float] | tuple[None, None]:
    """Degrees, or (None, None) for what is empty, `Unknown`, out of range or the 0, 0 of a geocoder
    that gave up.
    """
    try:
        at = float(lat), float(lon)
    except ValueError:
        return None, None
    if not all(map(isfinite, at)) or at == (0.0, 0.0) or abs(at[0]) > 90 or abs(at[1]) > 180:
        return None, None
    return at
