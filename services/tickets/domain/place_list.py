"""Places from a list: its rows merged into a site's buildings. Nothing is taken away by a list."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.tickets.domain.folding import without_zeros
from services.tickets.domain.known_building import UnitKey
from services.tickets.domain.listed_units import ListedUnits
from services.tickets.domain.site import Building, Site
from shared.importing.columns import BUILDING, ENTRANCE, ROOM
from shared.importing.form import Field, ImportForm, Kind
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell

MAX_BUILDINGS = 500
MAX_UNITS = 1200
"""Units of a building."""

PLACES = ImportForm(
    name="places",
    fields=(
        BUILDING,
        ENTRANCE,
        ROOM,
        Field(
            name="area_m2",
            headings=(
                "面积", "Area", "建筑面积", "房屋面积", "面积(㎡)", "建筑面积(㎡)", "面积(平方米)",
                "建筑面积(平方米)", "Area (m2)",
            ),
            kind=Kind.NUMBER,
            least=0.1,
            most=100_000,
        ),
    ),
    key=("building", "entrance", "room"),
)  # fmt: skip
EXAMPLE: Mapping[str, str | float] = {
    "building": "1",
    "entrance": "1",
    "room": "1202",
    "area_m2": 89.5,
}


@dataclass(kw_only=True)
class Merged:
    """The site with what the list says more, and the rows that cannot be taken, with why."""

    site: Site
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: list[tuple[SheetRow, WrongCell]] = field(default_factory=list)


def merge_places(site: Site, rows: Sequence[SheetRow]) -> Merged:
    """Return the site with the units and areas of the rows."""
    return _Merging(site).merged(rows)


@dataclass(kw_only=True)
class _House:
    """A building while rows are merged into it."""

    building: Building
    units: dict[str, None]
    areas: dict[str, float]
    alike: dict[str, dict[str | None, UnitKey]] = field(default_factory=lambda: defaultdict(dict))
    """The units by their room, without zeros, and their entrance."""

    def add(self, key: UnitKey) -> None:
        self.units[_unit(key)] = None
        self.alike[without_zeros(key.unit.lower())].setdefault(key.entrance, key)


class _Merging:
    def __init__(self, site: Site) -> None:
        self._site, self._listed = site, ListedUnits(site)
        self._houses: dict[str, _House] = {}
        for building in site.buildings:
            house = _House(building=building, units={}, areas=dict(building.areas_m2))
            for unit in building.units:
                entrance, _, room = unit.rpartition("-")
                house.add(UnitKey(building.code, entrance or None, room))
            self._houses[building.code] = house

    def merged(self, rows: Sequence[SheetRow]) -> Merged:
        merged = Merged(site=self._site)
        for key, row in self._single(rows, merged):
            try:
                self._take(key, row, merged)
            except WrongCell as wrong:
                merged.wrong.append((row, wrong))
        merged.site = replace(self._site, buildings=tuple(self._buildings()))
        return merged

    def _single(
        self, rows: Sequence[SheetRow], merged: Merged
    ) -> Iterator[tuple[UnitKey, SheetRow]]:
        """Yield the rows with their unit; two of the same unit are both wrong."""
        of_unit: dict[UnitKey, list[SheetRow]] = defaultdict(list)
        for row in rows:
            try:
                of_unit[self._listed.unit_of(row)].append(row)
            except WrongCell as wrong:
                merged.wrong.append((row, wrong))
        for key, same in of_unit.items():
            if len(same) == 1:
                yield key, same[0]
                continue
            numbers = ", ".join(str(each.number) for each in same[:5])
            twice = WrongCell(
                "room",
                "same_unit",
                "is {unit} in each of the rows {rows}: keep one of them",
                unit=key,
                rows=numbers,
            )
            merged.wrong += [(row, twice) for row in same]

    def _take(self, key: UnitKey, row: SheetRow, merged: Merged) -> None:
        house = self._houses.get(key.building) or self._new_house(key.building)
        area, unit = row.number_of("area_m2"), _unit(key)
        if unit in house.units:
            if area is None or house.areas.get(unit) == area:
                merged.unchanged += 1
                return
            merged.changed += 1
        else:
            _demand_new(house, key)
            house.add(key)
            merged.created += 1
        if area is not None:
            house.areas[unit] = area

    def _new_house(self, code: str) -> _House:
        if len(self._houses) >= MAX_BUILDINGS:
            raise WrongCell(
                "building",
                "too_many_buildings",
                "would be more than {most} buildings of a site",
                most=MAX_BUILDINGS,
            )
        said = self._listed.called.get(code, code)
        name = "" if said == code else said
        house = _House(building=Building(code=code, name=name), units={}, areas={})
        self._houses[code] = house
        return house

    def _buildings(self) -> Iterator[Building]:
        for house in self._houses.values():
            if house.building.units or house.units or house.building in self._site.buildings:
                yield replace(house.building, units=tuple(house.units), areas_m2=dict(house.areas))


def _demand_new(house: _House, key: UnitKey) -> None:
    """Raise WrongCell for a unit that may be one which the site has in another spelling, and for
    one too many.
    """
    code = house.building.code
    alike = house.alike.get(without_zeros(key.unit.lower()), {})
    if (same := alike.get(key.entrance)) is not None:
        raise WrongCell(
            "room",
            "other_spelling",
            "may be {unit}, as the site or another row has it: write both the same",
            unit=same,
        )
    other = alike.get(None) if key.entrance else next(iter(alike.values()), None)
    if other is not None:
        raise WrongCell(
            "entrance" if key.entrance else "room",
            "entrance_in_one",
            "may be {unit}, as the site or another row has it: name the entrance in both, or "
            "in neither",
            unit=other,
        )
    if len(house.units) >= MAX_UNITS:
        raise WrongCell(
            "room",
            "too_many_units",
            "would be more than {most} units of building {building}: split it, and list the rest "
            "as another building, such as {building}B",
            most=MAX_UNITS,
            building=code,
        )


def _unit(key: UnitKey) -> str:
    return key.unit if key.entrance is None else f"{key.entrance}-{key.unit}"
