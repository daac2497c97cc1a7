"""What is demanded at least and what is aimed for, by the names of `bench.json`, and how far a
figure is from it.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Goal(NamedTuple):
    """`at_most`: the less the better."""

    floor: float
    aim: float
    at_most: bool = False


GOALS: Mapping[str, Goal] = {
    "create_16_x_textbook": Goal(2.5, 3.5),
    "create_16_x_empty": Goal(0.20, 0.30),
    "create_64_p99_ms": Goal(80, 50, at_most=True),
    "read_16_x_empty": Goal(0.3, 0.6),
    "webhook_idle_p50_ms": Goal(18, 15, at_most=True),
    "webhook_idle_p99_ms": Goal(30, 25, at_most=True),
    "webhook_30_p99_ms": Goal(150, 60, at_most=True),
    "life_burst_cpu_ms": Goal(20, 14, at_most=True),
    "life_held_per_s": Goal(75, 110),
    "offer_held_per_s": Goal(240, 350),
    "facts_per_life": Goal(8, 7, at_most=True),
    "hearings_per_life": Goal(24, 21, at_most=True),
    "facts_per_whole_life": Goal(13, 13, at_most=True),
    "hearings_per_whole_life": Goal(39, 39, at_most=True),
    "memory_mb": Goal(120, 100, at_most=True),
    "ready_second_start_s": Goal(4, 3, at_most=True),
    "sla_overdue_first_s": Goal(4, 4, at_most=True),
    "sla_overdue_all_s": Goal(8, 8, at_most=True),
    "page_ticket_p95_ms": Goal(50, 50, at_most=True),
    "page_report_p95_ms": Goal(50, 50, at_most=True),
    "page_board_p95_ms": Goal(100, 100, at_most=True),
    "page_list_p95_ms": Goal(100, 100, at_most=True),
    "outbox_20_s": Goal(5, 5, at_most=True),
    "fact_to_screen_p95_ms": Goal(1000, 1000, at_most=True),
    "relay_x_bare": Goal(0.3, 0.6),
    "consume_x_bare": Goal(0.3, 0.4),
    "danger_recall": Goal(0.97, 0.97),
    "danger_precision": Goal(0.9, 0.9),
}


def gap(key: str, value: float | Mapping[str, float]) -> str:
    """`≥ 75, 110: 0.80 × 75`: floor and aim, and how far it is to the floor or, if that is met, to
    the aim; of several the worst.
    """
    goal = GOALS.get(key)
    if goal is None:
        return ""
    worst = max(value.values()) if isinstance(value, Mapping) else value
    sign, aim = "≤" if goal.at_most else "≥", f", {goal.aim:g}" if goal.aim != goal.floor else ""
    return f"{sign} {goal.floor:g}{aim}: {_how_far(worst, goal)}"


def _how_far(value: float, goal: Goal) -> str:
    for wanted, name in ((goal.floor, f"{goal.floor:g}"), (goal.aim, f"{goal.aim:g}")):
        if value > wanted if goal.at_most else value < wanted:
            met = "" if wanted == goal.floor else "floor met, "
            return f"{met}{value / wanted:.2f} × {name}"
    return "met"
