"""Buildings as they are told: one fact each, which has room for the largest."""

from dataclasses import fields, replace
from typing import Any

import pytest
from pydantic_core import from_json

from services.tickets.domain.buildings import (
    MAX_UNITS,
    KnownBuilding,
    ToldBuilding,
    check_buildings,
    told_buildings,
)
from services.tickets.domain.site import Building, Site, Spot
from services.tickets.events import of_building
from shared.contracts import BuildingV1
from shared.errors import Invalid
from shared.facts import MAX_FACT_BYTES
from tests.unit.tickets.arranging import NOON

_LOBBY = Spot(code="lobby-3", name="大堂", building="3", lat=31.2301, lon=121.4731)


def _site(*buildings: Building, spots: tuple[Spot, ...] = ()) -> Site:
    return Site(
        id="demo",
        version=1,
        code="DEMO",
        name="Demo Gardens",
        time_zone="Asia/Shanghai",
        buildings=buildings,
        spots=spots,
    )


def _told(*buildings: Building, **more: Any) -> ToldBuilding:
    [told] = told_buildings(_site(*buildings, **more)).values()
    return told


def _long_units(count: int, *, entrances: int) -> tuple[str, ...]:
    return tuple(f"{n % entrances:A>20}-{n:B>20}" for n in range(count))


def test_a_told_building_has_the_names_of_its_contract() -> None:
    assert {each.name for each in fields(ToldBuilding)} == set(BuildingV1.model_fields)


def test_a_building_is_told_with_its_entrances_units_areas_and_spots() -> None:
    building = Building(
        code="3",
        name="3号楼",
        units=("1-101", "2-101", "1-102"),
        lat=31.23,
        lon=121.47,
        areas_m2={"2-101": 89.47},
    )

    told = _told(building, spots=(_LOBBY,))

    assert from_json(of_building("changed", told).body())["building"] == {
        "id": "demo:3",
        "version": 1,
        "site_id": "demo",
        "code": "3",
        "name": "3号楼",
        "entrances": ["1", "2"],
        "units": {"1-101": None, "2-101": 89.47, "1-102": None},
        "spots": [{"code": "lobby-3", "name": "大堂", "lat": 31.2301, "lon": 121.4731}],
        "lat": 31.23,
        "lon": 121.47,
    }


def test_twelve_hundred_units_of_the_longest_names_with_areas_fit_into_one_fact() -> None:
    units = _long_units(MAX_UNITS, entrances=10)
    building = Building(code="B" * 20, units=units, areas_m2=dict.fromkeys(units, 89.47))
    site = _site(building)

    check_buildings(site)
    body = of_building("changed", _told(building)).body()

    assert {len(unit) for unit in units} == {41}
    assert len(set(units)) == MAX_UNITS == 1200
    assert MAX_FACT_BYTES * 0.9 < len(body) <= MAX_FACT_BYTES


def test_one_unit_more_is_refused_with_what_to_do() -> None:
    full, larger = (
        Building(code=code, units=tuple(str(n) for n in range(count)))
        for code, count in (("3", MAX_UNITS), ("5", MAX_UNITS + 1))
    )

    check_buildings(_site(full))
    with pytest.raises(Invalid, match="1201 units, and a building takes 1200: split it") as refused:
        check_buildings(_site(full, larger))

    assert refused.value.details["field"] == "/buildings/1/units"


@pytest.mark.parametrize("where", ["3", None])
def test_what_no_fact_has_room_for_is_refused_with_its_place(where: str | None) -> None:
    spots = tuple(Spot(code=f"{n:040}", name="水" * 60, building=where) for n in range(400))

    with pytest.raises(Invalid, match="split it, or give its units and spots shorter") as refused:
        check_buildings(_site(Building(code="1"), Building(code="3"), spots=spots))

    assert refused.value.details["field"] == ("/buildings/1" if where else "/spots")


def test_spots_outside_of_all_buildings_are_told_as_the_grounds() -> None:
    gate = Spot(code="gate", building=None)
    elsewhere = Spot(code="pump", building="99")

    told = told_buildings(_site(Building(code="3"), spots=(_LOBBY, gate, elsewhere)))

    assert {id: [spot.code for spot in each.spots] for id, each in told.items()} == {
        "demo:3": ["lobby-3"],
        "demo:": ["gate", "pump"],
    }
    assert told["demo:"].code == ""
    assert "demo:" not in told_buildings(_site(Building(code="3"), spots=(_LOBBY,)))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Tower"},
        {"units": ("101",)},
        {"areas_m2": {"101": 90.0}},
        {"lat": 31.0, "lon": 121.0},
    ],
)
def test_a_change_of_anything_that_is_told_is_found(change: dict[str, Any]) -> None:
    building = Building(code="3", units=("101", "102"), areas_m2={"101": 89.47})
    told = _told(building)
    known = KnownBuilding(id=told.id, site_id="demo", code="3", version=7, digest=told.digest)

    changed = _told(replace(building, **change))

    assert known.is_as(told.at_version(8))
    assert not known.is_as(changed)
    assert not known.is_as(known.removed(at=NOON))


def test_a_removed_building_is_told_so_and_stays_removed_since_then() -> None:
    known = KnownBuilding(id="demo:3", site_id="demo", code="3", version=1, digest="")
    removed = known.removed(at=NOON).at_version(2)
    again = replace(known, version=2, digest=removed.digest, removed_at=NOON)

    assert from_json(of_building("changed", removed).body())["building"] == {
        "id": "demo:3",
        "version": 2,
        "site_id": "demo",
        "code": "3",
        "removed_at": "2026-03-02T12:00:00Z",
    }
    assert again.is_as(again.removed(at=NOON.replace(year=2030)))
