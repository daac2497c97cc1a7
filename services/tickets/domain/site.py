"""A site: where its people live and what they may report there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.tickets.domain.danger.words import USUAL_DANGER_WORDS
from shared.contracts import SkillNeed
from shared.contracts.tickets import Place, Priority
from shared.errors import Conflict, Invalid

_OTHER = "other"


class UnknownSite(Invalid):
    code = "unknown_site"


class CodeTaken(Conflict):
    code = "site_code_taken"


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something to ask about a fault; a required one that is not answered marks the ticket
    `needs_info`.
    """

    code: str
    names: Mapping[str, str]
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Category:
    code: str
    names: Mapping[str, str]
    skills: tuple[SkillNeed, ...] = ()
    priority: Priority = Priority.NORMAL
    expected_minutes: int = 60
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Building:
    """A building with its units.

    A unit is known as `<building>-<unit>` (`3-1202`); neither code has a hyphen. Coordinates are
    WGS 84.
    """

    code: str
    name: str = ""
    units: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None


_NO_BUILDING: tuple[Building, frozenset[str]] = (Building(code=""), frozenset())


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A public place, such as a lift lobby or a pump room."""

    code: str
    name: str = ""
    building: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class SiteLine:
    """A site as a list shows it."""

    id: str
    version: int
    code: str
    name: str
    time_zone: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Site:
    """The first fields are those of `SiteV1`; buildings, spots, danger words and the last rule stay
    in this service.
    """

    id: str
    version: int
    code: str
    name: str
    time_zone: str
    language: str = "zh-CN"
    lat: float | None = None
    lon: float | None = None
    categories: tuple[Category, ...] = ()
    removed_at: datetime | None = None
    buildings: tuple[Building, ...] = ()
    spots: tuple[Spot, ...] = ()
    danger_words: tuple[str, ...] = USUAL_DANGER_WORDS
    residents_see_unit: bool = False
    """Whether a resident also sees what others reported for the same unit."""

    @property
    def site_id(self) -> str:
        return self.id

    def category(self, code: str) -> tuple[Category, bool]:
        """Return the category of that code and True; what it becomes when the site does not know it
        (`other`) and False.
        """
        known = self._categories.get(code)
        if known is not None:
            return known, True
        return self._categories.get(_OTHER) or Category(code=_OTHER, names={}), False

    def unit(self, key: str) -> Place | None:
        """Return the place of a unit such as `3-1202`; None when the site does not know it."""
        code, _, unit = key.partition("-")
        building, units = self._buildings.get(code, _NO_BUILDING)
        return (
            Place(building=code, unit=unit, lat=building.lat, lon=building.lon)
            if unit in units
            else None
        )

    def spot(self, named: str) -> Spot | None:
        """Return the spot of that code or name; None when the site does not know it."""
        return self._spots.get(named)

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def _buildings(self) -> dict[str, tuple[Building, frozenset[str]]]:
        return {building.code: (building, frozenset(building.units)) for building in self.buildings}

    @cached_property
    def _spots(self) -> dict[str, Spot]:
        return {key: spot for spot in reversed(self.spots) for key in (spot.name, spot.code) if key}


def check_site(site: Site) -> None:
    """Raise Invalid for an unknown zone and for what is named twice."""
    try:
        ZoneInfo(site.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise Invalid(
            "The time zone must be an IANA zone, such as Asia/Shanghai.", field="/time_zone"
        ) from unknown
    _demand_unique("/categories", [category.code for category in site.categories])
    _demand_unique("/buildings", [building.code for building in site.buildings])
    _demand_unique("/spots", [spot.code for spot in site.spots])
    for n, building in enumerate(site.buildings):
        _demand_unique(f"/buildings/{n}/units", list(building.units))
    for n, category in enumerate(site.categories):
        _demand_unique(
            f"/categories/{n}/questions", [question.code for question in category.questions]
        )


def _demand_unique(field: str, codes: list[str]) -> None:
    twice = (
        sorted({code for code in codes if codes.count(code) > 1})
        if len(set(codes)) < len(codes)
        else []
    )
    if twice:
        raise Invalid(f"Named more than once: {', '.join(twice)}.", field=field)
