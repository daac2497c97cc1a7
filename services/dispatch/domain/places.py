"""Where things are, and how long it takes to get from one to the other."""

from dataclasses import dataclass

from shared.geodesy import metres_between

WALKING_M_PER_MIN = 75.0
RIDING_M_PER_MIN = 300.0
DETOUR = 1.3
"""Roads are longer than the straight line by about this."""

_MOUNTING_MIN = 4.0
_UNKNOWN_WAY_MIN = 15.0


@dataclass(frozen=True, kw_only=True)
class Point:
    """WGS 84, in degrees."""

    lat: float
    lon: float


def distance_m(here: Point, there: Point) -> float:
    """Return the straight line in metres."""
    return metres_between(here.lat, here.lon, there.lat, there.lon)


def travel_min(metres: float) -> float:
    """Return minutes for a straight line of so many metres: on foot inside a compound, by scooter
    where that is quicker.
    """
    way = metres * DETOUR
    return min(way / WALKING_M_PER_MIN, _MOUNTING_MIN + way / RIDING_M_PER_MIN)


def way_min(metres: float | None) -> float:
    """Return the minutes that so many metres count for, the more the further; None: the way is not
    known.
    """
    return _UNKNOWN_WAY_MIN if metres is None else round(travel_min(metres), 2)
