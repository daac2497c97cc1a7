from datetime import UTC, datetime, timedelta

import pytest

from demo.pace import MIN_PROMISE_S, Pace, arrival_budget_s, arrivals

MONDAY = datetime(2026, 1, 19, 8, tzinfo=UTC)


def opened_after(*minutes: float) -> list[datetime]:
    return [MONDAY + timedelta(minutes=each) for each in minutes]


def test_gaps_that_fit_are_only_sped_up() -> None:
    opened = opened_after(0, 30, 90)

    pace, arrivals_s = arrivals(opened, speed=1800, budget_s=60)

    assert arrivals_s == [0, 1, 3]
    assert pace.longest_gap_min is None


def test_quiet_stretches_are_cut_and_bursts_stay_bursts() -> None:
    opened = opened_after(0, 1, 2, 10_000, 10_001, 90_000)

    pace, arrivals_s = arrivals(opened, speed=60, budget_s=203)

    assert arrivals_s == [0, 1, 2, 102, 103, 203]
    assert pace.longest_gap_min == 100


@pytest.mark.parametrize("opened", [[], opened_after(0)])
def test_no_gap_no_wait(opened: list[datetime]) -> None:
    _, arrivals_s = arrivals(opened, speed=1800, budget_s=10)

    assert arrivals_s == [0.0] * len(opened)


def test_requests_of_the_same_moment_come_in_together() -> None:
    _, arrivals_s = arrivals(opened_after(0, 0, 0, 50), speed=60, budget_s=10)

    assert arrivals_s == [0, 0, 0, 10]


def test_promises_are_squeezed_but_never_under_the_floor() -> None:
    pace = Pace(speed=1800, longest_gap_min=None)

    assert pace.promise_s(120) == 4
    assert pace.promise_s(5) == MIN_PROMISE_S


def test_played_minutes_and_real_seconds_are_two_sides_of_one_thing() -> None:
    pace = Pace(speed=600, longest_gap_min=None)

    assert pace.real_s(20) == 2
    assert pace.played_min(2) == 20


def test_two_hundred_rows_come_in_well_within_three_minutes_and_many_at_ten_a_second() -> None:
    assert arrival_budget_s(200) == 75
    assert arrival_budget_s(10) == 4
    assert arrival_budget_s(3995) == pytest.approx(399.5)
