"""Rows of a list of places, and which unit each of them means."""

import pytest

from services.tickets.domain.place_list import Merged, merge_places
from services.tickets.domain.site import Building, Site
from shared.importing.rows import SheetRow

SITE = Site(
    id="demo",
    version=1,
    code="DEMO",
    name="Demo",
    time_zone="Asia/Shanghai",
    buildings=(
        Building(code="3", name="三号楼", units=("1201", "1202"), areas_m2={"1201": 80.0}),
        Building(code="5", name="5号楼", units=("1-101", "2-101")),
        Building(code="A", name="A座"),
    ),
)


def _row(
    building: str | None, entrance: str | None, room: str, area: float | None = None, n: int = 2
) -> SheetRow:
    return SheetRow(n, {"building": building, "entrance": entrance, "room": room, "area_m2": area})


def _units(merged: Merged) -> set[str]:
    """The units that are new."""
    had = {f"{each.code}-{unit}" for each in SITE.buildings for unit in each.units}
    return {f"{each.code}-{unit}" for each in merged.site.buildings for unit in each.units} - had


@pytest.mark.parametrize(
    ("building", "entrance", "room", "unit"),
    [
        ("3", None, "1301", "3-1301"),
        ("3号楼", None, "1301室", "3-1301"),
        ("３＃楼", None, "1301", "3-1301"),
        ("三栋", None, "1301", "3-1301"),
        ("5", "一单元", "102", "5-1-102"),
        ("5", "3", "101", "5-3-101"),
        ("5", None, "3-101", "5-3-101"),
        ("5", "3", "3-101", "5-3-101"),
        ("5", None, "5-3-101", "5-3-101"),
        (None, None, "3-1301", "3-1301"),
        (None, None, "5-3-101", "5-3-101"),
        (None, None, "3号楼1301室", "3-1301"),
        (None, None, "5号楼3单元101室", "5-3-101"),
        ("5", None, "5号楼三单元1层101", "5-3-101"),
        ("5", "3", "3单元101室", "5-3-101"),
        ("5号楼三单元", None, "101", "5-3-101"),
        ("5号楼3单元", "3单元", "101", "5-3-101"),
        ("17号楼1单元", None, "101", "17-1-101"),
        ("a座", None, "12B", "A-12B"),
        ("17幢", None, "101", "17-101"),
        ("会所", None, "1", "会所-1"),
    ],
)
def test_a_row_means_one_unit(
    building: str | None, entrance: str | None, room: str, unit: str
) -> None:
    merged = merge_places(SITE, [_row(building, entrance, room)])

    assert not merged.wrong, merged.wrong[0][1]
    assert (_units(merged), merged.created) == ({unit}, 1)


@pytest.mark.parametrize(
    ("building", "entrance", "room", "column"),
    [
        ("3", None, "01202", "room"),
        ("3", "1", "1202", "entrance"),
        ("5", None, "101", "room"),
        ("5", None, "5-101", "room"),
        ("3", None, "1-2-3-4", "room"),
        ("3", None, "十二楼", "room"),
        ("3", None, "5号楼1301室", "room"),
        ("5", "1", "3单元101", "room"),
        ("5号楼3单元", "1", "101", "building"),
        ("!", None, "1", "building"),
        (None, None, "1202", "building"),
    ],
)
def test_what_may_be_another_unit_is_asked(
    building: str | None, entrance: str | None, room: str, column: str
) -> None:
    merged = merge_places(SITE, [_row(building, entrance, room)])

    assert [wrong.column for _, wrong in merged.wrong] == [column]
    assert (_units(merged), merged.site) == (set(), SITE)


def test_what_is_there_stays_as_it_is() -> None:
    rows = [_row("3", None, "1201", 80.0), _row("3", None, "1202", n=3)]

    merged = merge_places(SITE, rows)

    assert (merged.created, merged.changed, merged.unchanged) == (0, 0, 2)
    assert merged.site == SITE


def test_an_area_is_mended_and_never_lost() -> None:
    rows = [_row("3", None, "1201"), _row("3", None, "1202", 90.5, n=3)]

    merged = merge_places(SITE, rows)

    assert (merged.changed, merged.unchanged) == (1, 1)
    assert merged.site.buildings[0].areas_m2 == {"1201": 80.0, "1202": 90.5}


def test_a_new_building_is_called_as_the_list_calls_it() -> None:
    merged = merge_places(SITE, [_row("17幢", None, "101"), _row("17", None, "102", n=3)])

    new = merged.site.buildings[-1]
    assert (new.code, new.name, new.units) == ("17", "17幢", ("101", "102"))
    merged = merge_places(SITE, [_row("18号楼1单元", None, "101"), _row("18", "2", "101", n=3)])
    new = merged.site.buildings[-1]
    assert (new.code, new.name, new.units) == ("18", "18号楼", ("1-101", "2-101"))


def test_a_room_without_its_entrance_is_compared_with_the_first_that_has_one() -> None:
    rows = [_row("17", str(entrance), "101", n=entrance) for entrance in range(2, 42)]

    merged = merge_places(
        SITE, [*rows, _row("17", None, "101", n=42), _row("17", "7", "0101", n=43)]
    )

    assert merged.created == 40
    assert [(row.number, wrong.column) for row, wrong in merged.wrong] == [
        (42, "room"),
        (43, "room"),
    ]
    assert "may be 17-2-101," in str(merged.wrong[0][1])
    assert "may be 17-7-101," in str(merged.wrong[1][1])
