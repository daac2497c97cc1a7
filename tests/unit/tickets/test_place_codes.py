"""Codes of places: drawn by chance, of signs that are not taken for each other."""

import pytest

from services.tickets.domain.place_codes import (
    LENGTH,
    PlaceKey,
    PlaceKind,
    code_as_written,
    coded_place,
    new_codes,
    place_keys,
)
from services.tickets.domain.site import Building, Site, Spot

_SITE = Site(
    id="demo",
    version=1,
    code="DEMO",
    name="Demo Gardens",
    time_zone="Asia/Shanghai",
    buildings=(
        Building(code="3", name="3号楼", units=("101", "2-101"), lat=31.2, lon=121.4),
        Building(code="东楼"),
    ),
    spots=(Spot(code="lobby 3", name="大堂", building="3", lat=31.3, lon=121.5), Spot(code="gate")),
)


def test_codes_are_of_ten_signs_none_of_which_is_taken_for_another() -> None:
    codes = new_codes(10_000)

    assert len(set(codes)) == 10_000
    assert {len(code) for code in codes} == {LENGTH}
    signs = set("".join(codes))
    assert len(signs) == 32
    assert not signs & set("01IO")
    assert new_codes(0) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("7KQM2XW9PA", "7KQM2XW9PA"),
        ("7kqm2xw9pa", "7KQM2XW9PA"),
        (" 7kqm2 xw9pa ", "7KQM2XW9PA"),
        ("7KQM2-XW9PA", "7KQM2XW9PA"),
        ("7KQM2XW9P", None),
        ("7KQM2XW9PAA", None),
        ("7KQM2XW9P0", None),
        ("7KQM2XW9PI", None),
        ("７ＫＱＭ２ｘｗ９ｐａ", "7KQM2XW9PA"),
        ("7KQM2XW9PÄ", None),
        ("", None),
    ],
)
def test_a_code_is_read_as_people_write_it(said: str, code: str | None) -> None:
    assert code_as_written(said) == code


def test_every_building_unit_and_spot_is_a_place() -> None:
    assert list(place_keys(_SITE)) == [
        ("building", "3"),
        ("unit", "3-101"),
        ("unit", "3-2-101"),
        ("building", "东楼"),
        ("spot", "lobby 3"),
        ("spot", "gate"),
    ]


@pytest.mark.parametrize(
    ("key", "building", "entrance", "unit", "spot", "name", "lat"),
    [
        (PlaceKey(PlaceKind.BUILDING, "3"), "3", None, None, None, "3号楼", 31.2),
        (PlaceKey(PlaceKind.UNIT, "3-101"), "3", None, "101", None, "3号楼", 31.2),
        (PlaceKey(PlaceKind.UNIT, "3-2-101"), "3", "2", "101", None, "3号楼", 31.2),
        (PlaceKey(PlaceKind.SPOT, "lobby 3"), "3", None, None, "lobby 3", "大堂", 31.3),
        (PlaceKey(PlaceKind.SPOT, "gate"), None, None, None, "gate", "", None),
    ],
)
def test_a_place_is_told_with_what_the_site_says_of_it(
    key: PlaceKey,
    building: str | None,
    entrance: str | None,
    unit: str | None,
    spot: str | None,
    name: str,
    lat: float | None,
) -> None:
    place = coded_place(_SITE, key, "7KQM2XW9PA")

    assert (place.code, place.site_id, place.site_name, place.kind) == (
        "7KQM2XW9PA",
        "demo",
        "Demo Gardens",
        key.kind,
    )
    assert (place.building, place.entrance, place.unit, place.spot, place.name, place.lat) == (
        building,
        entrance,
        unit,
        spot,
        name,
        lat,
    )
