"""The demo's time. Players are squeezed by the speed-up; what happens by itself in the services is
not.

A played minute is a minute of the players' world: `60 / speed` real seconds. Gaps between requests
are played as they stand in the input, but quiet stretches are cut, so that a file of ten years can
be played in minutes and a burst in it is still a burst.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

DEFAULT_SPEED = 1200.0
"""Twenty minutes are a second."""
FLOOR_S = 2.0
"""No promise and no offer of the demo's site is shorter, in real seconds: below that the machine's
own time would be measured.
"""
ROWS_PER_SECOND = 10.0
SHORT_RUN_S = 75.0
SECONDS_PER_ROW = 0.4


@dataclass(frozen=True, kw_only=True)
class Pace:
    """`speed` played seconds pass in a real one; no gap between two requests is longer than
    `longest_gap_min` played minutes.
    """

    speed: float
    longest_gap_min: float | None

    def real_s(self, played_min: float) -> float:
        return played_min * 60 / self.speed

    def played_min(self, real_s: float) -> float:
        return real_s * self.speed / 60

    def promise_s(self, played_min: float) -> float:
        """Real seconds of a promise or of an offer's life."""
        return max(FLOOR_S, round(self.real_s(played_min), 3))


def arrival_budget_s(rows: int) -> float:
    """Real seconds in which so many requests come in by default: ten a second at most, 200 within
    75 s.
    """
    return max(min(rows * SECONDS_PER_ROW, SHORT_RUN_S), rows / ROWS_PER_SECOND)


def arrivals(
    opened: Sequence[datetime], *, speed: float, budget_s: float
) -> tuple[Pace, list[float]]:
    """When each request comes in, in real seconds from the first. `opened` must be in order.

    Quiet stretches are cut to one common length such that the last comes in within `budget_s`, and
    not at all if it does anyhow.
    """
    gaps_min = [
        (after - before).total_seconds() / 60 for before, after in itertools.pairwise(opened)
    ]
    budget_min = budget_s * speed / 60
    longest = _longest_gap(gaps_min, budget_min)
    pace = Pace(speed=speed, longest_gap_min=longest)
    moments, now = [0.0][: len(opened)], 0.0
    for gap in gaps_min:
        now += pace.real_s(gap if longest is None else min(gap, longest))
        moments.append(now)
    return pace, moments


def _longest_gap(gaps: Sequence[float], budget: float) -> float | None:
    """The bound with sum(min(gap, bound)) == budget, or None when the gaps fit as they are."""
    if sum(gaps) <= budget:
        return None
    left = budget
    for position, gap in enumerate(ordered := sorted(gaps)):
        share = left / (len(ordered) - position)
        if gap > share:
            return share
        left -= gap
    return ordered[-1]
