"""How far a figure is from its floor and its aim."""

from tests.bench.goals import gap


def test_below_the_floor_the_gap_is_to_the_floor() -> None:
    assert gap("life_held_per_s", 60) == "≥ 75, 110: 0.80 × 75"


def test_between_floor_and_aim_the_gap_is_to_the_aim() -> None:
    assert gap("life_held_per_s", 88) == "≥ 75, 110: floor met, 0.80 × 110"


def test_what_reaches_the_aim_is_met() -> None:
    assert gap("life_held_per_s", 110) == "≥ 75, 110: met"


def test_less_is_better_for_times_and_costs() -> None:
    assert gap("create_64_p99_ms", 120) == "≤ 80, 50: 1.50 × 80"
    assert gap("create_64_p99_ms", 60) == "≤ 80, 50: floor met, 1.20 × 50"
    assert gap("create_64_p99_ms", 50) == "≤ 80, 50: met"


def test_of_several_values_the_worst_counts() -> None:
    assert gap("memory_mb", {"tickets": 90, "notify": 132}) == "≤ 120, 100: 1.10 × 120"


def test_what_has_no_goal_has_no_gap() -> None:
    assert gap("create_1_per_s", 400) == ""
