"""A site: where its people live and what they may report there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.tickets.domain.danger.words import USUAL_DANGER_WORDS
from services.tickets.domain.known_building import UnitKey
from services.tickets.domain.known_spots import KnownSpots
from services.tickets.domain.known_units import KnownUnits, UnitMatch
from services.tickets.domain.questions import Question, check_questions
from shared.contracts import SkillNeed
from shared.contracts.categories import Nature, Road
from shared.contracts.tickets import Place, Priority
from shared.errors import Conflict, Invalid

_OTHER = "other"


class UnknownSite(Invalid):
    code = "unknown_site"


class CodeTaken(Conflict):
    code = "site_code_taken"


@dataclass(frozen=True, kw_only=True)
class ChecklistItem:
    """Something that a technician looks at before a job is completed, and ticks."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Category:
    """What may be reported: a fault that a technician sees to, or what the desk answers."""

    code: str
    names: Mapping[str, str]
    skills: tuple[SkillNeed, ...] = ()
    priority: Priority = Priority.NORMAL
    expected_minutes: int = 60
    questions: tuple[Question, ...] = ()
    nature: Nature = Nature.FAULT
    road: Road = Road.DISPATCH
    checklist: tuple[ChecklistItem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Building:
    """A building with its units.

    A unit is known as `<building>-<unit>` (`3-1202`), or `<building>-<entrance>-<unit>` where it is
    listed with its entrance (`1-1202`); no code has a hyphen of its own. Coordinates are WGS 84.
    """

    code: str
    name: str = ""
    units: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    areas_m2: Mapping[str, float] = field(default_factory=dict)
    """Of those of its units whose area is known."""


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
    """The first fields are those of `SiteV1`; danger words and the last rules stay in this
    service, buildings and spots are told as facts of their own (`buildings.py`).
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
    close_after_working_days: int | None = None
    """So many working days a resident may object to a resolution; None: 72 hours."""
    visits_stand_after_hours: int | None = 24
    """So long a resident may object to a visit that staff set before it counts as agreed, at most
    until it begins; None: it never does without their word, 0: at once.
    """
    phone: str | None = None
    """Where residents call, as it is written for them; None: nowhere."""

    @property
    def visits_stand_after(self) -> timedelta | None:
        hours = self.visits_stand_after_hours
        return None if hours is None else timedelta(hours=hours)

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

    def find_unit(self, said: str) -> UnitMatch:
        """Return the unit that is meant by its key or as people write it, or those that may be."""
        code, _, unit = said.partition("-")
        if unit in self._buildings.get(code, _NO_BUILDING)[1]:
            entrance, _, room = unit.rpartition("-")
            return UnitMatch(unit=UnitKey(code, entrance or None, room))
        return self._known_units.find(said)

    def buildings_called(self, said: str) -> frozenset[str]:
        """Return the codes of the buildings of that name or number."""
        return self._known_units.buildings_called(said)

    def unit(self, said: str) -> Place | None:
        """Return the place of the unit that is meant; None where there is none, or several."""
        found = self.find_unit(said).unit
        return None if found is None else self.place_of(found)

    def building(self, code: str) -> Building | None:
        found, _ = self._buildings.get(code, _NO_BUILDING)
        return found if found.code else None

    def spot(self, code: str) -> Spot | None:
        return self._spots.get(code)

    def place_of(self, unit: UnitKey) -> Place:
        """Return the place of a unit, with its building's coordinates."""
        building, _ = self._buildings.get(unit.building, _NO_BUILDING)
        return Place(
            building=unit.building,
            entrance=unit.entrance,
            unit=unit.unit,
            lat=building.lat,
            lon=building.lon,
        )

    def find_spots(self, said: str) -> tuple[Spot, ...]:
        """Return the spots of that code or name: one that was meant, several that may be, or
        none.
        """
        return tuple(self._spots[code] for code in self._known_spots.find(said))

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def _buildings(self) -> dict[str, tuple[Building, frozenset[str]]]:
        return {building.code: (building, frozenset(building.units)) for building in self.buildings}

    @cached_property
    def _spots(self) -> dict[str, Spot]:
        return {spot.code: spot for spot in self.spots}

    @cached_property
    def _known_units(self) -> KnownUnits:
        buildings = [(each.code, each.name, each.units) for each in self.buildings]
        return KnownUnits(buildings, site_name=self.name)

    @cached_property
    def _known_spots(self) -> KnownSpots:
        spots = [(spot.code, spot.name, spot.building) for spot in self.spots]
        return KnownSpots(spots, self._known_units)


def check_site(site: Site) -> None:
    """Raise Invalid for an unknown zone and for what is named twice."""
    try:
        ZoneInfo(site.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise Invalid(
            "The time zone must be an IANA zone, such as Asia/Shanghai.",
            field="/time_zone",
            reason="unknown_time_zone",
            values={"zone": site.time_zone},
        ) from unknown
    _demand_unique("/categories", [category.code for category in site.categories])
    _demand_unique("/buildings", [building.code for building in site.buildings])
    _demand_unique("/spots", [spot.code for spot in site.spots])
    for n, building in enumerate(site.buildings):
        _demand_unique(f"/buildings/{n}/units", list(building.units))
    for n, category in enumerate(site.categories):
        checklist = [item.code for item in category.checklist]
        _demand_unique(f"/categories/{n}/checklist", checklist)
        field = f"/categories/{n}/questions"
        _demand_unique(field, [question.code for question in category.questions])
        check_questions(category.questions, field=field)
        for m, question in enumerate(category.questions):
            _demand_unique(f"{field}/{m}/options", [option.code for option in question.options])


def _demand_unique(field: str, codes: list[str]) -> None:
    twice = (
        sorted({code for code in codes if codes.count(code) > 1})
        if len(set(codes)) < len(codes)
        else []
    )
    if twice:
        named = ", ".join(twice)
        raise Invalid(
            f"Named more than once: {named}.",
            field=field,
            reason="named_twice",
            values={"codes": named},
        )
