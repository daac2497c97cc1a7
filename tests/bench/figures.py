"""What the bench computes from what it measured."""

from collections.abc import Sequence
from statistics import median


def quantile(values: Sequence[float], q: float) -> float:
    """The smallest value that at least the share `q` does not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * q), len(ordered) - 1)] if ordered else 0.0


def spread(values: Sequence[float]) -> float:
    """How far the highest lies from the lowest, as a share of the median."""
    return (max(values) - min(values)) / median(values) if values and median(values) else 0.0
