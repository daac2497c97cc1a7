"""The demo's time: people are sped up, the services keep real time.

A played minute is a minute of the simulated people: `60 / speed` real seconds. Gaps between
requests are played as they stand in the input, but quiet stretches are cut, so that a file of ten
years can be played in minutes and a burst in it is still a burst.
"""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

DEFAULT_SPEED = 1200.0
"""Twenty minutes are a second."""
MIN_PROMISE_S = 2.0
"""Shortest promise and offer, in real seconds: below that the machine's own time is measured."""
MAX_ROWS_PER_S = 10.0
SHORT_ARRIVAL_S = 75.0
ROW_INTERVAL_S = 0.4


@dataclass(frozen=True, kw_only=True)
class Pace:
    """`speed` played seconds pass in a real one.

    No gap between two requests is longer than `longest_gap_min` played minutes.
    """

    speed: float
    longest_gap_min: float | None

    def real_s(self, played_min: float) -> float:
        """Return played minutes as real seconds."""
        return played_min * 60 / self.speed

    async def sleep(self, played_min: float) -> None:
        """Return after so many played minutes."""
        await asyncio.sleep(self.real_s(played_min))

    def played_min(self, real_s: float) -> float:
        """Return real seconds as played minutes."""
        return real_s * self.speed / 60

    def promise_s(self, played_min: float) -> float:
        """Return the real seconds of a promise or of an offer's lifetime."""
        return max(MIN_PROMISE_S, round(self.real_s(played_min), 3))


def arrival_budget_s(rows: int) -> float:
    """Return the real seconds in which so many requests come in by default.

    200 rows come in within 75 s, more of them at ten a second.
    """
    return max(min(rows * ROW_INTERVAL_S, SHORT_ARRIVAL_S), rows / MAX_ROWS_PER_S)


def arrivals(
    opened: Sequence[datetime], *, speed: float, budget_s: float
) -> tuple[Pace, list[float]]:
    """Return when each request comes in, in real seconds from the first; `opened` is in order.

    Quiet stretches are cut to one common length such that the last request comes in within
    `budget_s`, and not at all where it does anyhow.
    """
    gaps_min = [
        (after - before).total_seconds() / 60 for before, after in itertools.pairwise(opened)
    ]
    budget_min = budget_s * speed / 60
    longest = _longest_gap(gaps_min, budget_min)
    pace = Pace(speed=speed, longest_gap_min=longest)
    arrivals_s, now = [0.0][: len(opened)], 0.0
    for gap in gaps_min:
        now += pace.real_s(gap if longest is None else min(gap, longest))
        arrivals_s.append(now)
    return pace, arrivals_s


def _longest_gap(gaps: Sequence[float], budget: float) -> float | None:
    """Return the bound with sum(min(gap, bound)) == budget, or None where the gaps fit."""
    if sum(gaps) <= budget:
        return None
    left = budget
    for position, gap in enumerate(ordered := sorted(gaps)):
        share = left / (len(ordered) - position)
        if gap > share:
            return share
        left -= gap
    return ordered[-1]
