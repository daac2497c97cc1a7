"""QUICK and LONG choose a plan."""

import pytest

from tests.bench.plan import LONG, QUICK, USUAL, plan_from


@pytest.mark.parametrize(
    ("environment", "plan"),
    [
        ({}, USUAL),
        ({"QUICK": "1"}, QUICK),
        ({"QUICK": "0", "LONG": ""}, USUAL),
        ({"LONG": "1"}, LONG),
    ],
)
def test_the_environment_chooses(environment: dict[str, str], plan: object) -> None:
    assert plan_from(environment) is plan


def test_both_at_once_are_refused() -> None:
    with pytest.raises(ValueError, match="exclude each other"):
        plan_from({"QUICK": "1", "LONG": "1"})


def test_a_long_run_holds_each_rate_for_a_minute_and_the_best_for_ten() -> None:
    assert (LONG.step_s, LONG.confirm_s) == (60, 600)
