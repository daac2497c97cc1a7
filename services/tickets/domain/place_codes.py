"""Codes of places, such as stand on a label on a wall: which place a code is for says the list
alone, for they are drawn by chance.
"""

import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from services.tickets.domain.site import Building, Site, Spot

LENGTH = 10
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which are taken for each other."""
_SIGN_OF_BYTE = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))


class PlaceKind(StrEnum):
    BUILDING = "building"
    SPOT = "spot"
    UNIT = "unit"


class PlaceKey(NamedTuple):
    """Which place of a site: a building or a spot by its code, a unit by its key (`3-1202`)."""

    kind: PlaceKind
    key: str


@dataclass(frozen=True, kw_only=True)
class CodedPlace:
    """A place with its code. `name` is the building's or the spot's; coordinates are WGS 84, a
    unit's those of its building.
    """

    code: str
    site_id: str
    site_name: str
    kind: PlaceKind
    name: str = ""
    building: str | None = None
    entrance: str | None = None
    unit: str | None = None
    spot: str | None = None
    lat: float | None = None
    lon: float | None = None


def new_codes(count: int) -> list[str]:
    """Return so many codes of fifty random bits each."""
    signs = secrets.token_bytes(count * LENGTH).translate(_SIGN_OF_BYTE).decode()
    return [signs[at : at + LENGTH] for at in range(0, len(signs), LENGTH)]


def code_as_written(said: str) -> str | None:
    """Return the code as it is stored, where a person wrote it in small or full-width letters or
    with gaps; None for what is no code.
    """
    code = "".join(unicodedata.normalize("NFKC", said).split()).replace("-", "").upper()
    return code if len(code) == LENGTH and set(code) <= set(_ALPHABET) else None


def place_keys(site: Site) -> Iterator[PlaceKey]:
    """Yield every place that the site lists."""
    for building in site.buildings:
        yield PlaceKey(PlaceKind.BUILDING, building.code)
        for unit in building.units:
            yield PlaceKey(PlaceKind.UNIT, f"{building.code}-{unit}")
    for spot in site.spots:
        yield PlaceKey(PlaceKind.SPOT, spot.code)


def coded_place(site: Site, place: PlaceKey, code: str) -> CodedPlace:
    """Return what the place is, with what the site says of it."""
    if place.kind is PlaceKind.SPOT:
        spot = site.spot(place.key) or Spot(code=place.key)
        return CodedPlace(
            code=code,
            site_id=site.id,
            site_name=site.name,
            kind=place.kind,
            name=spot.name,
            building=spot.building,
            spot=spot.code,
            lat=spot.lat,
            lon=spot.lon,
        )
    building_code, _, rest = place.key.partition("-")
    entrance, _, unit = rest.rpartition("-")
    building = site.building(building_code) or Building(code=building_code)
    return CodedPlace(
        code=code,
        site_id=site.id,
        site_name=site.name,
        kind=place.kind,
        name=building.name,
        building=building.code,
        entrance=entrance or None,
        unit=unit or None,
        lat=building.lat,
        lon=building.lon,
    )
