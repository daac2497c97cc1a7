"""Distances on the earth, taken as a sphere: at most 0.6 % off the ellipsoid of WGS 84."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8
"""The mean radius (2a + b) / 3 of WGS 84 (Moritz, Geodetic Reference System 1980)."""


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the great-circle distance in metres of two points in degrees (haversine)."""
    lat1, lat2 = radians(lat), radians(other_lat)
    across = (
        sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(radians(other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(across)))
