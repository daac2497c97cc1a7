"""How long each part of the bench lasts: the usual run, `QUICK=1` for a first idea, `LONG=1` for
the figures that are published.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Durations in seconds, `…_burst`, `calm_tickets`, `memory_tickets`, `page_tickets` and
    `overdue` in tickets, `kernel_facts` in facts, `screen_changes` in changes.

    `rounds` is how often each part is measured, the trees in turns; what is reported is the median.
    On a machine that is slow or busy there are fewer rounds, and fewer steps in search of what
    holds, so that a bench of one tree is done within `timeout_s`.
    """

    timeout_s: float = 465.0
    search_s: float = 150.0
    """How much of it is kept for the search and what follows it,"""
    last_s: float = 40.0
    """and how much for what follows the search."""

    rounds: int = 3
    starts: int = 2
    create_s: float = 1.1
    kernel_rounds: int = 2
    kernel_facts: int = 4000
    page_tickets: int = 10_000
    page_rounds: int = 2
    page_s: float = 14.0
    outbox_rounds: int = 3
    screen_changes: int = 24
    idle_s: float = 12.0
    steady_s: float = 7.0
    fixed_s: float = 10.0
    offer_burst: int = 600
    life_burst: int = 400
    whole_burst: int = 200
    step_s: float = 8.0
    steps: int = 5
    swift_steps: int = 1
    confirm_s: float = 0.0
    """How long the highest rate that held is held once more; 0: not at all."""
    calm_tickets: int = 12
    memory_tickets: int = 4200
    overdue: int = 10_000


USUAL = Plan()
QUICK = Plan(
    timeout_s=225,
    search_s=45,
    last_s=20,
    rounds=1,
    starts=1,
    create_s=0.7,
    kernel_rounds=1,
    kernel_facts=2000,
    page_tickets=2000,
    page_rounds=1,
    page_s=10,
    outbox_rounds=1,
    screen_changes=12,
    idle_s=6,
    steady_s=4,
    fixed_s=4,
    offer_burst=200,
    life_burst=120,
    whole_burst=60,
    step_s=3,
    steps=4,
    swift_steps=0,
    calm_tickets=6,
    memory_tickets=500,
    overdue=1000,
)
LONG = replace(
    USUAL,
    timeout_s=inf,
    create_s=3,
    kernel_rounds=3,
    page_rounds=3,
    page_s=60,
    outbox_rounds=9,
    screen_changes=120,
    idle_s=60,
    steady_s=30,
    fixed_s=30,
    step_s=60,
    swift_steps=2,
    confirm_s=600,
)


def plan_from(environment: Mapping[str, str]) -> Plan:
    """Raises ValueError where both QUICK and LONG are asked for."""
    quick, long = (environment.get(name, "") not in ("", "0") for name in ("QUICK", "LONG"))
    if quick and long:
        raise ValueError("QUICK and LONG exclude each other: set one of them")
    if quick:
        return QUICK
    return LONG if long else USUAL
