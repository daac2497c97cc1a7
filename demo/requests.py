"""Requests as read from a file: the one shape that every layout of columns is turned into."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from math import isfinite
from types import MappingProxyType
from zoneinfo import ZoneInfo

from shared.sheets import Column, Form

MIN_OPENED_AT = datetime(1970, 1, 1, tzinfo=UTC)
MAX_OPENED_AT = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Where:
    """A unit of a building, a public spot, or an address as text; `lat` and `lon` in degrees."""

    building: str | None = None
    unit: str | None = None
    spot: str | None = None
    address: str | None = None
    lat: float | None = None
    lon: float | None = None

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """Return (lat, lon) in degrees of WGS 84, or None where the row has none."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One row. `opened_at` is aware; `priority` is None where the category decides it.

    `text` is what a person wrote. What a clerk's form called it stands in `answers`, where no
    words of danger are looked for.
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
    """A row that cannot be played: its number (the header is 1), its column, the value, and why."""

    row: int
    column: str
    value: str
    why: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.why}: {self.value!r}"


class BadValue(ValueError):
    """A value that makes its row useless."""

    def __init__(self, column: str, value: str, why: str) -> None:
        super().__init__(f"{column}: {why}: {value!r}")
        self.column, self.value, self.why = column, value, why


@dataclass(frozen=True, kw_only=True)
class SiteProfile:
    """The site that is made for an input; `lat` and `lon` count where no row has coordinates."""

    code: str
    name: str
    time_zone: str
    language: str
    lat: float
    lon: float


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One known set of columns. `read` turns a row, by field, and its number into a request.

    Dates come as ISO 8601. `read` raises BadValue.
    """

    form: Form
    site: SiteProfile
    read: Callable[[Mapping[str, str], int], Request]


def local_time(row: Mapping[str, str], column: str, zone: ZoneInfo) -> datetime:
    """Return the local time in a column, whatever offset it claims. Raises BadValue.

    Cities' portals write local times, one of them with +00:00.
    """
    value = row[column]
    try:
        at = datetime.fromisoformat(value.strip()).replace(tzinfo=zone)
    except ValueError:
        raise BadValue(column, value, "is not a time like 2016-01-31 15:30:40") from None
    if not MIN_OPENED_AT <= at < MAX_OPENED_AT:
        raise BadValue(column, value, "lies outside 1970 to 2099")
    return at


def required_type(row: Mapping[str, str], column: str) -> str:
    """Return the type in a column. Raises BadValue where it is empty."""
    if not (value := row[column].strip()):
        raise BadValue(column, row[column], "no type is given")
    return value


def coordinates(lat: str, lon: str) -> tuple[float, float] | tuple[None, None]:
    """Return degrees, or (None, None) for what is empty, `Unknown` or out of range.

    0, 0 is what a geocoder writes that found nothing: (None, None) too.
    """
    try:
        at = float(lat), float(lon)
    except ValueError:
        return None, None
    if not all(map(isfinite, at)) or at == (0.0, 0.0) or abs(at[0]) > 90 or abs(at[1]) > 180:
        return None, None
    return at


def answers_of(**given: str) -> dict[str, str]:
    """Return what a portal's form says besides its type, without what is empty."""
    return {name: text for name, value in given.items() if (text := value.strip())}


def pseudonym(portal: str, identity: str) -> str:
    """Return an id for the unnamed reporter of a portal's row: one for each address."""
    return f"{portal}-{sha256(identity.encode()).hexdigest()[:12]}"


def portal_form(
    name: str,
    *columns: str,
    opened_at: str,
    headings: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Form:
    """Return the form of a city's portal: its columns, of which `opened_at` is a date; `headings`
    are what some of them are called in other exports of it.
    """
    return Form(
        name=name,
        columns=tuple(
            Column(
                name=each,
                headings=headings.get(each, ()),
                is_date=each == opened_at,
            )
            for each in columns
        ),
    )
