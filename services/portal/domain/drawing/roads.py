"""Paths between the rows of houses, and ways along them."""

from collections.abc import Sequence
from dataclasses import dataclass

_LEAST_GAP = 15.0
_RING = 24.0
"""How far inside the plan the road around it lies."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Roads:
    """The rows and columns in which a road has room, the ring's sides among them."""

    width: float
    height: float
    across: tuple[float, ...]
    down: tuple[float, ...]

    @property
    def path(self) -> str:
        """Return the roads as one SVG path."""
        w, h, r = self.width - _RING, self.height - _RING, 18
        ring = (
            f"M{_RING + r:g} {_RING:g}H{w - r:g}q{r} 0 {r} {r}V{h - r:g}q0 {r} -{r} {r}"
            f"H{_RING + r:g}q-{r} 0 -{r} -{r}V{_RING + r:g}q0 -{r} {r} -{r}z"
        )
        rows = [f"M{_RING:g} {y:g}H{w:g}" for y in self.across[1:-1]]
        columns = [f"M{x:g} {_RING:g}V{h:g}" for x in self.down[1:-1]]
        return "".join([ring, *rows, *columns])

    def way(self, start: tuple[float, float], end: tuple[float, float]) -> str:
        """Return the way from one door to another along the roads, as an SVG path."""
        (x1, y1), (x2, y2) = start, end
        row1, row2 = _nearest(self.across, y1), _nearest(self.across, y2)
        if row1 == row2:
            return f"M{x1:g} {y1:g}V{row1:g}H{x2:g}V{y2:g}"
        column = _nearest(self.down, (x1 + x2) / 2)
        return f"M{x1:g} {y1:g}V{row1:g}H{column:g}V{row2:g}H{x2:g}V{y2:g}"


def find_roads(houses: Sequence[Box], width: float, height: float) -> Roads:
    """Return where roads have room between houses."""
    across = _gaps([(top, bottom) for _, top, _, bottom in houses])
    down = _few(_gaps([(left, right) for left, _, right, _ in houses]))
    return Roads(width, height, (_RING, *across, height - _RING), (_RING, *down, width - _RING))


def _gaps(stretches: Sequence[tuple[float, float]]) -> list[float]:
    """Return the middles of the gaps between what covers the axis."""
    found: list[float] = []
    end: float | None = None
    for first, last in sorted(stretches):
        if end is not None and first - end >= _LEAST_GAP:
            found.append(round((end + first) / 2, 1))
        end = last if end is None else max(end, last)
    return found


def _few(columns: Sequence[float]) -> list[float]:
    """Return one column of four, from the middle: a road along every house is a grid, no site."""
    count = (len(columns) + 3) // 4
    return [columns[(2 * n + 1) * len(columns) // (2 * count)] for n in range(count)]


def _nearest(lines: Sequence[float], to: float) -> float:
    return min(lines, key=lambda line: abs(line - to))
