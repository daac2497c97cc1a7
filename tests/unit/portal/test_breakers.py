"""A service that does not answer is left alone for a moment."""

from dataclasses import dataclass

from services.portal.adapters.breakers import PAUSE_S, Breaker, Breakers


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


def test_what_fails_for_one_visitor_alone_shuts_no_other_out() -> None:
    breakers = Breakers(now=_Time())
    for _ in range(10):
        breakers.failed("li")

    assert [breakers.lets_through(each) for each in ("li", "wang")] == [False, True]


def test_what_fails_for_three_visitors_in_a_row_is_left_alone_by_all() -> None:
    now = _Time()
    breakers = Breakers(now=now)
    for visitor in ("li", "wang", "chen"):
        breakers.failed(visitor)

    assert not breakers.lets_through("zhao")
    now.s += PAUSE_S
    assert breakers.lets_through("zhao")
    assert not breakers.lets_through("sun")
    breakers.failed("li")
    assert not breakers.lets_through("sun")
    now.s += PAUSE_S
    assert breakers.lets_through("sun")
    breakers.succeeded("sun")
    assert breakers.lets_through("zhao")


def test_a_success_in_between_counts_for_all_from_the_beginning() -> None:
    breakers = Breakers(now=_Time())
    breakers.failed("li")
    breakers.failed("wang")
    breakers.succeeded("chen")
    breakers.failed("zhao")

    assert breakers.lets_through("sun")


def test_whose_calls_failed_is_let_through_with_all_of_them_once_the_service_is_well() -> None:
    now = _Time()
    breakers = Breakers(now=now)
    for _ in range(3):
        breakers.failed("li")
    assert not breakers.lets_through("li")
    now.s += PAUSE_S

    assert [breakers.lets_through("li") for _ in range(4)] == [True] * 4
    breakers.failed("li")
    assert not breakers.lets_through("li")
