"""The highest rate that holds is found in few steps, and never claimed without having held."""

import pytest

from tests.bench.bisection import LOWEST_RATE, Tried, best_rate, next_rate

MAX_STEPS = 20


def _search(capacity: float, guess: float) -> list[Tried]:
    """Try rates against something that holds up to `capacity`, until the search has enough."""
    tried: list[Tried] = []
    while (rate := next_rate(tried, guess=guess)) is not None:
        assert len(tried) < MAX_STEPS
        tried.append(Tried(rate, rate <= capacity))
    return tried


def test_the_guess_is_tried_first() -> None:
    assert next_rate([], guess=60.4) == 60


@pytest.mark.parametrize("guess", [10, 95, 100, 105, 700])
def test_the_answer_is_within_the_noise_of_what_holds(guess: float) -> None:
    tried = _search(100, guess)

    assert 100 / 1.08 - 1 <= best_rate(tried) <= 100


def test_a_good_guess_needs_no_more_steps_than_a_bench_has_time_for() -> None:
    assert len(_search(100, 90)) <= 5


def test_nothing_holds() -> None:
    tried = _search(0, 40)

    assert best_rate(tried) == 0
    assert tried[-1].rate == LOWEST_RATE


def test_a_rate_that_held_above_one_that_did_not_stands() -> None:
    tried = [Tried(50, True), Tried(60, False), Tried(65, True)]

    assert best_rate(tried) == 65
    assert next_rate(tried, guess=50) == 84  # up again: what failed below is noise


def test_halfway_between_is_tried_until_the_gap_is_small() -> None:
    assert next_rate([Tried(50, True), Tried(100, False)], guess=50) == 75
    assert next_rate([Tried(50, True), Tried(54, False)], guess=50) is None


def test_small_rates_come_to_an_end_too() -> None:
    assert next_rate([Tried(1, True), Tried(2, False)], guess=1) is None
