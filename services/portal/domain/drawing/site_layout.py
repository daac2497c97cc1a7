"""Where the buildings of a site stand on its plan: one or sixty, with coordinates or without.

A plan, not a map: north is up and neighbours stay neighbours, but what would overlap is pushed
apart, and what has no coordinates stands in rows below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, radians, sqrt

HOUSE = (56.0, 34.0)
_MARGIN = 70.0
_WIDTH = 400.0
_MAX_WIDTH = 1100.0
_HEIGHTS = (190.0, 1.25)
"""The least height, and the greatest as a share of the width."""
_ROOM = (76.0, 62.0)
"""From the middle of a house to the middle of the next."""
_ROUNDS = 60


@dataclass(frozen=True, kw_only=True)
class Point:
    """WGS 84, in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Places:
    """The size of the plan, the middle of each building by its index, and how to place others."""

    width: float
    height: float
    middles: tuple[tuple[float, float], ...]
    _origin: Point | None
    _scale: float
    _shift: tuple[float, float]

    def of(self, point: Point) -> tuple[float, float] | None:
        """Return where another point is, within the plan; None where nothing is to scale."""
        if self._origin is None:
            return None
        x, y = _metres(point, self._origin)
        return (
            round(min(self.width - 16, max(16.0, x * self._scale + self._shift[0])), 1),
            round(min(self.height - 16, max(16.0, y * self._scale + self._shift[1])), 1),
        )


@lru_cache(maxsize=64)
def lay_out(buildings: tuple[Point | None, ...], others: tuple[Point, ...] = ()) -> Places:
    """Return where everything stands; kept, for a site hardly ever changes."""
    known = [point for point in buildings if point is not None]
    if not known:
        return _rows(len(buildings))
    origin = known[0]
    flat = [_metres(point, origin) for point in [*known, *others]]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    wide, high = max(x for x, _ in flat) - left, max(y for _, y in flat) - top
    width = _wide_enough([_metres(point, origin) for point in known], wide, high)
    room = width - 2 * _MARGIN
    scale = min(room / wide if wide else 1e9, room * _HEIGHTS[1] / high if high else 1e9, 4.0)
    height = max(_HEIGHTS[0], high * scale + 2 * _MARGIN)
    shift = (
        width / 2 - (left + wide / 2) * scale,
        height / 2 - (top + high / 2) * scale,
    )
    placed = [
        None if point is None else _shifted(_metres(point, origin), scale, shift)
        for point in buildings
    ]
    return _with_strays(placed, width, height, origin, scale, shift)


def _metres(point: Point, origin: Point) -> tuple[float, float]:
    """Return how far east and south of the origin a point is."""
    return (
        (point.lon - origin.lon) * 111_320 * cos(radians(origin.lat)),
        (origin.lat - point.lat) * 110_574,
    )


def _shifted(
    flat: tuple[float, float], scale: float, shift: tuple[float, float]
) -> tuple[float, float]:
    return flat[0] * scale + shift[0], flat[1] * scale + shift[1]


def _wide_enough(flat: Sequence[tuple[float, float]], wide: float, high: float) -> float:
    """Return how wide a plan is on which most houses do not touch their neighbours."""
    if len(flat) < 2 or max(wide, high) == 0:
        return _WIDTH
    scale = min(
        (_WIDTH - 2 * _MARGIN) / wide if wide else 1e9,
        (_WIDTH - 2 * _MARGIN) * _HEIGHTS[1] / high if high else 1e9,
    )
    nearest = sorted(
        min(
            max(abs(x - a) * scale / _ROOM[0], abs(y - b) * scale / _ROOM[1])
            for j, (a, b) in enumerate(flat)
            if j != i
        )
        for i, (x, y) in enumerate(flat)
    )
    typical = nearest[len(nearest) // 4]
    if typical >= 1:
        return _WIDTH
    longer = max(1.0, min(len(flat), wide / high if high else len(flat)))
    by_count = sqrt(len(flat) * longer) * _ROOM[0] * 1.15 + 2 * _MARGIN
    return round(min(_MAX_WIDTH, max(_WIDTH, min(_WIDTH / max(typical, 0.2), by_count))))


def _with_strays(
    placed: Sequence[tuple[float, float] | None],
    width: float,
    height: float,
    origin: Point,
    scale: float,
    shift: tuple[float, float],
) -> Places:
    """Return the plan with those below that have no coordinates, and none upon another."""
    strays = [index for index, middle in enumerate(placed) if middle is None]
    middles = _pushed([middle for middle in placed if middle is not None], width)
    if middles:
        height = max(height, max(y for _, y in middles) + _MARGIN)
    a_row = max(1, int((width - 2 * _MARGIN) // _ROOM[0]) + 1)
    below = [
        (_MARGIN + (n % a_row) * _ROOM[0], height + (n // a_row) * _ROOM[1])
        for n in range(len(strays))
    ]
    if strays:
        height += ceil(len(strays) / a_row) * _ROOM[1]
    rest, rows = iter(middles), iter(below)
    return Places(
        width,
        round(height, 1),
        tuple(
            (round(x, 1), round(y, 1))
            for x, y in (next(rows) if middle is None else next(rest) for middle in placed)
        ),
        origin,
        scale,
        shift,
    )


def _pushed(middles: Sequence[tuple[float, float]], width: float) -> list[tuple[float, float]]:
    """Return the houses so far apart that none lies upon another, within the width."""
    places = [list(middle) for middle in middles]
    wide, high = HOUSE[0] + 8, HOUSE[1] + 16
    for _ in range(_ROUNDS):
        order = sorted(range(len(places)), key=lambda index: places[index][0])
        moved = False
        for n, i in enumerate(order):
            for j in order[n + 1 :]:
                over_x = wide - (places[j][0] - places[i][0])
                if over_x <= 0:
                    break
                over_y = high - abs(places[j][1] - places[i][1])
                if over_y <= 0:
                    continue
                moved = True
                _push(places[i], places[j], over_x, over_y)
        for place in places:
            place[0] = min(width - _MARGIN + 10, max(_MARGIN - 10, place[0]))
            place[1] = max(_MARGIN - 10, place[1])
        if not moved:
            break
    return [(x, y) for x, y in places]


def _push(one: list[float], other: list[float], over_x: float, over_y: float) -> None:
    """Move two apart along the axis on which they overlap less."""
    if over_x < over_y:
        one[0] -= over_x / 2
        other[0] += over_x / 2
    else:
        down = 1 if other[1] >= one[1] else -1
        one[1] -= down * over_y / 2
        other[1] += down * over_y / 2


def _rows(count: int) -> Places:
    """Return houses in rows: nothing is known of where they stand."""
    a_row = max(1, min(8, ceil(sqrt(count * 1.5))))
    width = max(_WIDTH, (a_row - 1) * _ROOM[0] + 2 * _MARGIN)
    first = (width - (min(a_row, max(1, count)) - 1) * _ROOM[0]) / 2
    middles = tuple(
        (round(first + (n % a_row) * _ROOM[0], 1), round(_MARGIN + (n // a_row) * _ROOM[1], 1))
        for n in range(count)
    )
    height = max(_HEIGHTS[0], (ceil(count / a_row) - 1) * _ROOM[1] + 2 * _MARGIN)
    if count <= a_row:
        middles = tuple((x, round(height / 2, 1)) for x, _ in middles)
    return Places(width, height, middles, None, 1.0, (0.0, 0.0))
