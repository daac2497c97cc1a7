"""What the bench says of one question: how long it takes beside few tickets and beside many."""

from collections.abc import Mapping, Sequence

Figures = Mapping[str, float]
"""`empty_ms`, `full_ms`, `ratio` of the two, and `buffers`, pages of 8 KB that the full database
looked at; 0 if not counted.
"""
Measured = dict[str, Figures]
"""By what was asked."""

GOAL = 1.2
"""A ratio up to which growing costs nothing to speak of."""


def compared(empty_ms: float, full_ms: float, *, buffers: float = 0.0) -> Figures:
    """Return the figures of two durations in milliseconds."""
    return {
        "empty_ms": empty_ms,
        "full_ms": full_ms,
        "ratio": full_ms / max(empty_ms, 1e-3),
        "buffers": buffers,
    }


def told(figures: Figures) -> str:
    """Return the figures as a line of the bench says them."""
    pages = f", {figures['buffers']:,.0f} pages" if figures["buffers"] else ""
    return (
        f"{milliseconds(figures['empty_ms'])} → {milliseconds(figures['full_ms'])} ms, × "
        f"{figures['ratio']:.2f}{pages}"
    )


def worst_first(measured: Mapping[str, Figures]) -> Sequence[tuple[str, Figures]]:
    return sorted(measured.items(), key=lambda item: -item[1]["ratio"])


def milliseconds(ms: float) -> str:
    return f"{ms:,.1f}" if ms < 100 else f"{ms:,.0f}"
