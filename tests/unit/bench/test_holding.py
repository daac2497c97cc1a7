"""Which rates count as held."""

from typing import Any

import pytest

from tests.bench.flow import is_held


def _outcome(**changed: Any) -> dict[str, Any]:
    usual = {"opened": 300, "offered": 300, "ended": 300, "refused": 0, "per_second": 100.0, "p99_ms": 400.0, "backlog_s": 0.3}
    return {**usual, **changed}


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
