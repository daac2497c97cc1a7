"""At which pace connections are let in, and whose."""

from dataclasses import dataclass

from shared.http.limits.arrivals import Arrivals, Comer

DORA, DAN = Comer("caller dora", is_known=True), Comer("caller dan", is_known=True)
CRM = Comer("caller crm", factor=3, is_known=True)
STRANGERS = [Comer(f"192.0.2.{number}") for number in range(3)]


@dataclass
class Time:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def _let_in(arrivals: Arrivals[str]) -> list[str]:
    found = []
    while let_in := arrivals.next():
        found += let_in
    return found


def test_a_hundredth_comes_in_at_once_and_a_tenth_each_second_the_newest_first() -> None:
    time = Time()
    arrivals = Arrivals[str](200, time)
    for number in range(5):
        arrivals.add(DORA, f"dora-{number}")

    at_once = _let_in(arrivals)
    time.now += 0.05
    later = _let_in(arrivals)
    time.now += 10
    at_last = _let_in(arrivals)

    assert at_once == ["dora-4", "dora-3"]
    assert later == ["dora-2"]
    assert at_last == ["dora-1", "dora-0"]


def test_callers_take_turns_and_none_waits_for_another() -> None:
    arrivals = Arrivals[str](200, Time())
    for number in range(5):
        arrivals.add(DORA, f"dora-{number}")
    arrivals.add(DAN, "dan")

    assert _let_in(arrivals) == ["dora-4", "dan", "dora-3"]
    assert arrivals.wait_s() == 0.05


def test_many_callers_come_in_at_a_time_one_of_each_and_of_strangers_one_in_all() -> None:
    arrivals = Arrivals[str](200, Time())
    for stranger in STRANGERS:
        arrivals.add(stranger, stranger.key)
    for number in range(20):
        arrivals.add(Comer(f"caller {number}", is_known=True), f"caller-{number}")
        arrivals.add(Comer(f"caller {number}", is_known=True), f"again-{number}")

    first, second, third = arrivals.next(), arrivals.next(), arrivals.next()

    assert first == [*(f"again-{number}" for number in range(16)), STRANGERS[0].key]
    later = [f"again-{number}" for number in range(16, 20)]
    assert second == [*later, *(f"caller-{number}" for number in range(12)), STRANGERS[1].key]
    assert third == [*(f"caller-{number}" for number in range(12, 20)), STRANGERS[2].key]


def test_what_waits_of_callers_and_strangers_is_given_up() -> None:
    arrivals = Arrivals[str](200, Time())
    arrivals.add(DORA, "dora")
    arrivals.add(STRANGERS[0], "stranger")

    assert arrivals.wait_s() is not None
    assert arrivals.clear() == ["dora", "stranger"]
    assert arrivals.wait_s() is None


def test_an_integration_comes_in_as_many_times_faster() -> None:
    arrivals = Arrivals[str](200, Time())
    for number in range(7):
        arrivals.add(CRM, f"crm-{number}")

    assert len(_let_in(arrivals)) == 6


def test_of_too_many_that_wait_the_oldest_gives_way() -> None:
    arrivals = Arrivals[int](3, Time())

    given_way = [arrivals.add(DORA, number) for number in range(5)]

    assert given_way == [None, None, None, 0, 1]


def test_nothing_is_looked_for_when_none_waits() -> None:
    arrivals = Arrivals[str](20, Time())
    arrivals.add(DORA, "dora")
    _let_in(arrivals)

    assert arrivals.wait_s() is None
    assert arrivals.clear() == []
