"""How slowly a body may come."""

from shared.http.pace import PAUSE_TIMEOUT_S, SLOWEST_BYTES_PER_S, Pace


def test_a_piece_has_to_come_within_the_pause() -> None:
    pace = Pace(100.0)
    pace.came(10 * SLOWEST_BYTES_PER_S, 110.0)

    assert pace.next_by_s(110.0) == 110.0 + PAUSE_TIMEOUT_S


def test_a_body_that_drips_is_over_soon_after_the_pause() -> None:
    pace, now_s = Pace(0.0), 0.0

    while now_s < pace.next_by_s(now_s):
        now_s += 10.0
        pace.came(1, now_s)

    assert now_s <= PAUSE_TIMEOUT_S + 10.0


def test_what_came_fast_does_not_buy_hours_of_dripping() -> None:
    pace, now_s = Pace(0.0), 1.0
    pace.came(6000 * SLOWEST_BYTES_PER_S, now_s)

    while now_s < pace.next_by_s(now_s):
        now_s += 20.0
        pace.came(1, now_s)

    assert now_s < 90.0


def test_the_slowest_body_comes_for_as_long_as_it_takes() -> None:
    pace = Pace(0.0)

    for now_s in range(1, 10_000):
        assert now_s < pace.next_by_s(float(now_s - 1))
        pace.came(SLOWEST_BYTES_PER_S, float(now_s))
