"""Distances between points whose distance is known."""

from itertools import pairwise
from math import pi

import pytest

from shared.geodesy import EARTH_RADIUS_M, metres_between

SHANGHAI = (31.2304, 121.4737)
BEIJING = (39.9042, 116.4074)


@pytest.mark.parametrize(
    ("here", "there", "metres"),
    [
        ((0, 0), (1, 0), 110_574.4),
        ((0, 0), (0, 1), 111_319.5),
        ((0, 0), (90, 0), 10_001_965.7),
        (BEIJING, SHANGHAI, 1_067_000),
        ((51.4700, -0.4543), (40.6413, -73.7781), 5_555_000),
    ],
    ids=["a degree north", "a degree east", "to the pole", "Beijing to Shanghai", "London to NY"],
)
def test_a_distance_is_within_six_thousandths_of_the_one_on_the_ellipsoid(
    here: tuple[float, float], there: tuple[float, float], metres: float
) -> None:
    found = metres_between(*here, *there)

    assert found == pytest.approx(metres, rel=0.006)


def test_a_few_metres_are_told_apart() -> None:
    metres_north = metres_between(31.2304, 121.4737, 31.2305, 121.4737)

    assert metres_north == pytest.approx(11.12, abs=0.01)


def test_a_way_across_the_date_line_is_short_and_one_round_the_earth_is_half_of_it() -> None:
    across = metres_between(0, 179.9, 0, -179.9)
    opposite = metres_between(90, 0, -90, 0)

    assert across == pytest.approx(metres_between(0, 0, 0, 0.2))
    assert opposite == pytest.approx(pi * EARTH_RADIUS_M)


def test_there_and_back_are_equally_far_and_here_is_no_way_at_all() -> None:
    places = [SHANGHAI, BEIJING, (-33.8688, 151.2093), (64.1466, -21.9426)]

    for one, other in pairwise(places):
        assert metres_between(*one, *other) == pytest.approx(metres_between(*other, *one))
        assert metres_between(*one, *one) == 0
