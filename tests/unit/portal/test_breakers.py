"""A service that does not answer is left alone for a moment."""

from dataclasses import dataclass

from services.portal.adapters.breakers import PAUSE_S, Breaker


@dataclass
class _Time:
    s: float = 0.0

    def __call__(self) -> float:
        return self.s


def test_after_three_failures_in_a_row_no_call_is_made_for_two_seconds() -> None:
    now = _Time()
    breaker = Breaker(now=now)
    for _ in range(3):
        assert breaker.lets_through()
        breaker.failed()

    assert not breaker.lets_through()
    now.s += PAUSE_S - 0.1
    assert not breaker.lets_through()


def test_then_one_call_tries_for_all_and_opens_the_way_or_closes_it_again() -> None:
    now = _Time()
    breaker = Breaker(now=now)
    for _ in range(3):
        breaker.failed()
    now.s += PAUSE_S

    assert breaker.lets_through()
    assert not breaker.lets_through()
    breaker.succeeded()
    assert breaker.lets_through()


def test_a_success_in_between_counts_from_the_beginning() -> None:
    breaker = Breaker(now=_Time())
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()

    assert breaker.lets_through()
