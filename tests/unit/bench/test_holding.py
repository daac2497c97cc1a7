"""Which rates count as held, and how the highest of them is found and confirmed."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from tests.bench.flow import is_held
from tests.bench.holding import Run, find_held_rates
from tests.bench.plan import LONG, USUAL
from tests.bench.progress import Progress

LONG_S = 600.0


def _outcome(**changed: Any) -> dict[str, Any]:
    usual = {
        "opened": 300,
        "offered": 300,
        "ended": 300,
        "refused": 0,
        "per_second": 100.0,
        "p99_ms": 400.0,
        "backlog_s": 0.3,
    }
    return {**usual, **changed}


def _instance(
    asked: list[tuple[str, float]], name: str, *, holds: float, swift: float, for_long: float
) -> Run:
    """An instance that holds up to a rate; up to a lower one swiftly, and for long."""

    def run(rate: float, seconds: float) -> dict[str, Any]:
        asked.append((name, rate))
        limit = for_long if seconds == LONG_S else holds
        return {
            "rate": rate,
            "held": rate <= limit,
            "swift": rate <= swift,
            "p99_ms": 1.0,
            "backlog_s": 0.1,
        }

    return run


def _progress() -> Progress:
    return Progress(Console(file=StringIO()))


def test_all_in_time_is_held() -> None:
    assert is_held(_outcome(), 100)


@pytest.mark.parametrize(
    "changed",
    [
        {"backlog_s": 1.2},
        {"p99_ms": 1600.0},
        {"per_second": 90.0},
        {"ended": 299},
        {"offered": 299, "ended": 299},
        {"refused": 1},
    ],
)
def test_what_grows_a_queue_or_loses_a_ticket_is_not(changed: dict[str, Any]) -> None:
    assert not is_held(_outcome(**changed), 100)


def test_the_trees_take_turns() -> None:
    asked: list[tuple[str, float]] = []
    runs = {
        name: _instance(asked, name, holds=70, swift=50, for_long=70) for name in ("now", "base")
    }

    find_held_rates(runs, {"now": 60, "base": 60}, USUAL, _progress(), reserve_s=0)

    assert [name for name, _ in asked] == ["now", "base"] * (len(asked) // 2)


def test_the_highest_rate_stands_beside_the_one_that_is_swift() -> None:
    run = _instance([], "now", holds=70, swift=50, for_long=70)

    found = find_held_rates(
        {"now": run}, {"now": 60}, replace(USUAL, swift_steps=4), _progress(), reserve_s=0
    )["now"]

    assert 70 / 1.08 - 1 <= found["per_second"] <= 70
    assert 40 <= found["swift_per_second"] <= 50


def test_what_does_not_last_for_long_is_confirmed_at_a_lower_rate() -> None:
    run = _instance([], "now", holds=70, swift=70, for_long=64)

    found = find_held_rates(
        {"now": run}, {"now": 60}, replace(USUAL, confirm_s=LONG_S), _progress(), reserve_s=0
    )["now"]

    assert [each["held"] for each in found["confirmations"]] == [False, True]
    assert found["per_second"] == found["confirmations"][-1]["rate"] <= 64


def test_the_rate_that_was_swift_is_the_first_to_be_held_for_long() -> None:
    run = _instance([], "now", holds=70, swift=50, for_long=64)

    found = find_held_rates(
        {"now": run}, {"now": 60}, replace(LONG, confirm_s=LONG_S), _progress(), reserve_s=0
    )["now"]

    [confirmed] = found["confirmations"]
    assert confirmed["held"]
    assert 40 <= confirmed["rate"] == found["per_second"] == found["swift_per_second"] <= 50


def test_what_never_lasts_is_not_claimed() -> None:
    run = _instance([], "now", holds=70, swift=50, for_long=1)

    found = find_held_rates(
        {"now": run}, {"now": 60}, replace(USUAL, confirm_s=LONG_S), _progress(), reserve_s=0
    )["now"]

    assert found["per_second"] == 0
    assert len(found["confirmations"]) == 3


def test_the_search_ends_with_what_it_has_when_time_is_short() -> None:
    asked: list[tuple[str, float]] = []
    progress = _progress()
    progress.until_s = 0

    run = _instance(asked, "now", holds=70, swift=50, for_long=70)
    found = find_held_rates({"now": run}, {"now": 60}, USUAL, progress, reserve_s=10)["now"]

    assert len(asked) == 3
    assert found["per_second"] > 0
