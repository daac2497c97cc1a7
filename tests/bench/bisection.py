"""Finding the highest rate that holds: up from a guess or down from it, then halfway between, until
the gap is within the noise.
"""

from collections.abc import Iterable
from typing import NamedTuple

_UP, _DOWN = 1.3, 0.7
_TOLERANCE = 0.08
"""Two rates that differ by less than this share cannot be told apart on a shared machine."""
LOWEST_RATE = 1.0


class Tried(NamedTuple):
    """A rate, in tickets a second, and whether it held."""

    rate: float
    held: bool


def best_rate(tried: Iterable[Tried]) -> float:
    """Return the highest rate that held; 0 when none did."""
    return max((each.rate for each in tried if each.held), default=0.0)


def next_rate(tried: Iterable[Tried], *, guess: float) -> float | None:
    """Return the rate to try next, or None when the answer is known as well as the noise allows."""
    tried = tuple(tried)
    best = best_rate(tried)
    failed = min((each.rate for each in tried if not each.held and each.rate > best), default=None)
    if failed is None:
        return _rounded(best * _UP if best else guess)
    if not best:
        return _rounded(failed * _DOWN) if failed > LOWEST_RATE else None
    middle = _rounded((best + failed) / 2)
    return middle if failed > best * (1 + _TOLERANCE) and best < middle < failed else None


def _rounded(rate: float) -> float:
    """Return a rate that reads well: whole tickets a second."""
    return max(float(round(rate)), LOWEST_RATE)
