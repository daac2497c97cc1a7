"""A site's plan: one building or sixty, with coordinates or without."""

from collections.abc import Sequence

import pytest

from services.portal.domain.drawing.plan import (
    BuildingIn,
    JobIn,
    SpotIn,
    TechnicianIn,
    draw_plan,
)
from services.portal.domain.drawing.plan_shapes import House
from services.portal.domain.drawing.site_layout import Point

LAT, LON = 31.2104, 121.43


def _buildings(count: int, *, columns: int = 8, step: float = 0.0008) -> list[BuildingIn]:
    return [
        BuildingIn(
            code=str(n + 1),
            word=f"{n + 1}号",
            at=Point(lat=LAT - (n // columns) * step, lon=LON + (n % columns) * step),
        )
        for n in range(count)
    ]


def _overlapping(houses: Sequence[House]) -> list[tuple[str, str]]:
    return [
        (one.word, other.word)
        for n, one in enumerate(houses)
        for other in houses[n + 1 :]
        if abs(one.x - other.x) < one.width - 1 and abs(one.y - other.y) < one.height - 1
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 7, 12, 60, 150])
def test_every_building_is_on_the_plan_and_none_upon_another(count: int) -> None:
    plan = draw_plan(_buildings(count))

    assert len(plan.houses) == count
    assert _overlapping(plan.houses) == []
    assert all(
        house.x >= 0
        and house.x + house.width <= plan.width
        and house.y >= 0
        and house.y + house.height <= plan.height
        for house in plan.houses
    )


def test_north_is_up_and_east_is_right() -> None:
    north, south, east = (
        BuildingIn(code="n", word="N", at=Point(lat=LAT + 0.001, lon=LON)),
        BuildingIn(code="s", word="S", at=Point(lat=LAT - 0.001, lon=LON)),
        BuildingIn(code="e", word="E", at=Point(lat=LAT, lon=LON + 0.001)),
    )

    plan = draw_plan([north, south, east])

    up, down, right = plan.houses
    assert up.y < right.y < down.y
    assert right.x > up.x


@pytest.mark.parametrize("count", [1, 5, 12, 60])
def test_buildings_without_coordinates_stand_in_rows(count: int) -> None:
    plan = draw_plan([BuildingIn(code=str(n), word=str(n)) for n in range(count)])

    assert len(plan.houses) == count
    assert _overlapping(plan.houses) == []


def test_one_without_coordinates_stands_below_those_that_have_some() -> None:
    plan = draw_plan([*_buildings(6), BuildingIn(code="x", word="X")])

    lost = plan.houses[-1]
    assert all(lost.y > house.y for house in plan.houses[:-1])
    assert lost.y + lost.height <= plan.height


def test_buildings_at_one_point_are_pushed_apart() -> None:
    same = [BuildingIn(code=str(n), word=str(n), at=Point(lat=LAT, lon=LON)) for n in range(5)]

    assert _overlapping(draw_plan(same).houses) == []


def test_jobs_of_one_building_are_one_mark_with_the_most_pressing_shape_and_colour() -> None:
    plan = draw_plan(
        _buildings(4),
        jobs=[
            JobIn(priority="normal", tone="late", building="2"),
            JobIn(priority="emergency", tone="ok", building="2"),
            JobIn(priority="low", tone="mute", building="3"),
            JobIn(priority="low", tone="mute", building="nowhere"),
        ],
    )

    assert [(mark.number, mark.tone) for mark in plan.marks] == [(2, "late"), (1, "mute")]
    assert "l13 13" in plan.marks[0].path
    assert [house.hot for house in plan.houses] == [False, True, False, False]


def test_technicians_at_one_house_stand_side_by_side_and_many_are_counted() -> None:
    plan = draw_plan(
        _buildings(4),
        technicians=[TechnicianIn(word=sign, building="1") for sign in "王李陈杨张"],
    )

    assert [face.word for face in plan.faces] == ["王", "李", "+3"]
    assert len({face.x for face in plan.faces}) == 3


def test_a_technician_inside_a_house_stands_before_its_door_others_where_they_are() -> None:
    buildings = _buildings(4)
    assert buildings[0].at is not None
    plan = draw_plan(
        buildings,
        technicians=[
            TechnicianIn(word="王", at=buildings[0].at),
            TechnicianIn(word="李", at=Point(lat=LAT + 5, lon=LON)),
        ],
    )

    inside, far = plan.faces
    house = plan.houses[0]
    assert (inside.x, inside.y) == (house.mid_x, house.y + house.height + 10)
    assert far.y == 16.0


def test_a_day_leads_from_the_technician_through_its_stops() -> None:
    plan = draw_plan(
        _buildings(12, columns=4),
        technicians=[TechnicianIn(word="李", building="6")],
        stops=["8", "nowhere", "10", None, "2"],
    )

    assert [stop.number for stop in plan.stops] == [1, 3, 5]
    assert [way.now for way in plan.ways] == [True, False, False]
    assert all(way.path.startswith("M") for way in plan.ways)


def test_spots_whose_names_lie_on_a_house_are_left_out_and_others_move_aside() -> None:
    gate = Point(lat=LAT + 0.0009, lon=LON + 0.0004)
    plan = draw_plan(
        _buildings(4),
        spots=[
            SpotIn(word="大堂", at=Point(lat=LAT, lon=LON)),
            SpotIn(word="北门", at=gate),
            SpotIn(word="岗亭", at=gate),
        ],
        jobs=[JobIn(priority="low", tone="ok", at=gate)],
    )

    assert [word.word for word in plan.spots] == ["北门", "岗亭"]
    (mark,) = plan.marks
    assert all(abs(word.y - mark.y) > 13 for word in plan.spots)


def test_a_job_that_lies_in_a_house_is_marked_at_its_corner() -> None:
    buildings = _buildings(4)

    plan = draw_plan(
        buildings,
        jobs=[
            JobIn(priority="low", tone="ok", at=buildings[1].at),
            JobIn(priority="low", tone="ok", building="2"),
        ],
    )

    assert [mark.number for mark in plan.marks] == [2]


def test_a_word_too_long_for_its_house_is_smaller_or_not_there() -> None:
    plan = draw_plan(
        [
            BuildingIn(code="1", word="3号"),
            BuildingIn(code="2", word="会所与游泳馆"),
            BuildingIn(code="3", word="Clubhouse and swimming pool"),
        ]
    )

    assert [house.word for house in plan.houses] == ["3号", "会所与游泳馆", ""]
    assert plan.houses[0].text > plan.houses[1].text
