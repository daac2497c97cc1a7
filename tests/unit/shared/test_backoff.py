"""Pauses between tries: they grow, they have an end, and they are not the same for all."""

from hypothesis import given
from hypothesis import strategies as st

from shared.backoff import Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(0.5, 3, chance=lambda: 0.0)

    pauses = [backoff.next_s() for _ in range(5)]

    assert pauses == [0.5, 1, 2, 3, 3]


def test_after_a_try_that_went_well_the_pause_is_short_again() -> None:
    backoff = Backoff(0.5, 3, chance=lambda: 0.0)
    for _ in range(4):
        backoff.next_s()

    backoff.reset()

    assert backoff.next_s() == 0.5


@given(st.floats(0, 1, exclude_max=True))
def test_chance_takes_at_most_half_of_a_pause(chance: float) -> None:
    backoff = Backoff(1, 8, chance=lambda: chance)

    pauses = [backoff.next_s() for _ in range(5)]

    for pause, longest in zip(pauses, [1, 2, 4, 8, 8], strict=True):
        assert longest / 2 <= pause <= longest


def test_instances_that_failed_together_wait_for_different_times() -> None:
    instances = [Backoff(10, 10) for _ in range(20)]

    pauses = {each.next_s() for each in instances}

    assert len(pauses) > 10


def test_what_the_other_side_asked_for_is_waited_for() -> None:
    backoff = Backoff(0.5, 3, chance=lambda: 0.5)

    assert backoff.next_s(at_least_s=7) == 7
    assert backoff.next_s(at_least_s=0.1) == 0.75, "a short wish does not shorten the pause"
