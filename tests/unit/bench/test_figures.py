"""What the bench computes from what it measured."""

import pytest

from tests.bench.figures import medians, pooled, quantile, ratio, spread


@pytest.mark.parametrize(
    ("q", "value"),
    [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)],
)
def test_a_quantile_is_the_smallest_value_that_the_share_does_not_exceed(
    q: float, value: float
) -> None:
    assert quantile(list(range(100, 0, -1)), q) == value


def test_of_few_values_the_highest_quantile_is_the_highest_value() -> None:
    assert quantile([3, 1, 2], 0.99) == 3
    assert quantile([], 0.99) == 0


def test_the_spread_is_a_share_of_the_median() -> None:
    assert spread([90, 100, 120]) == 0.3
    assert spread([]) == 0
    assert spread([0, 0]) == 0


def test_the_median_of_each_figure_leaves_a_bad_round_aside() -> None:
    rounds = [{"p50": 20, "p99": 30}, {"p50": 90, "p99": 25}, {"p50": 22, "p99": 400}]

    assert medians(rounds) == {"p50": 22, "p99": 30}


def test_nothing_is_divided_by_nothing() -> None:
    assert ratio(3, 2) == 1.5
    assert ratio(3, 0) == 0


def test_what_rounds_waited_is_looked_at_together() -> None:
    rounds = [{"read": [1.0] * 99}, {"read": [2.0] * 99 + [50.0] * 2}]

    assert pooled(rounds) == {"read_p50_ms": 2.0, "read_p99_ms": 2.0}
