"""Where things are, and how long it takes to get from one to the other."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8
WALKING_M_PER_MIN = 75.0
RIDING_M_PER_MIN = 300.0
DETOUR = 1.3
"""Roads are longer than the straight line by about this."""

_MOUNTING_MIN = 4.0


@dataclass(frozen=True, kw_only=True)
class Point:
    """WGS 84, in degrees."""

    lat: float
    lon: float


def distance_m(here: Point, there: Point) -> float:
    """The great-circle distance in metres (haversine)."""
    return metres_between(here.lat, here.lon, there.lat, there.lon)


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The same for latitudes and longitudes in degrees."""
    lat1, lat2 = radians(lat), radians(other_lat)
    across = (
        sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(radians(other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(across)))


def travel_min(metres: float) -> float:
    """Minutes for a straight line of so many metres: on foot inside a compound, by scooter where
    that is quicker.
    """
    way = metres * DETOUR
    return min(way / WALKING_M_PER_MIN, _MOUNTING_MIN + way / RIDING_M_PER_MIN)
