"""What the bench computes from what it measured."""

from collections.abc import Mapping, Sequence
from math import ceil
from statistics import median


def quantile(values: Sequence[float], q: float) -> float:
    """Return the smallest value that at least the share `q` of all values does not exceed; 0
    without values.
    """
    ordered = sorted(values)
    return ordered[max(ceil(len(ordered) * q) - 1, 0)] if ordered else 0.0


def spread(values: Sequence[float]) -> float:
    """Return how far the highest lies from the lowest, as a share of the median."""
    return (max(values) - min(values)) / median(values) if values and median(values) else 0.0


def ratio(value: float, other: float) -> float:
    """Return `value / other`; 0 where there is nothing to divide by."""
    return value / other if other else 0.0


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each figure over several runs that have the same figures."""
    return {name: median(run[name] for run in runs) for name in runs[0]}


def pooled(runs: Sequence[Mapping[str, Sequence[float]]]) -> dict[str, float]:
    """Return p50 and p99 of what several runs waited together, in ms by kind: `{kind}_p50_ms`."""
    together = {kind: [wait for run in runs for wait in run[kind]] for kind in runs[0]}
    return {
        f"{kind}_{name}_ms": quantile(waits, q)
        for kind, waits in together.items()
        for name, q in (("p50", 0.5), ("p99", 0.99))
    }
