"""Where a ticket is, in words that people say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.tickets import Place


@dataclass(frozen=True, kw_only=True)
class PlaceName:
    """A place by its parts: names as the site has them; `words` is all there is of one that the
    site does not know. `building` stands before a spot only where its name does not say it.
    """

    building: str = ""
    entrance: str = ""
    unit: str = ""
    spot: str = ""
    words: str = ""


def place_name(site: Mapping[str, Any], place: Place) -> PlaceName:
    """Return the names of a ticket's place."""
    building = building_name(site, place.building)
    if place.unit:
        return PlaceName(
            building=building,
            entrance=place.entrance or "",
            unit=place.unit,
            words=place.address or "",
        )
    if place.spot:
        return PlaceName(
            spot=_with_building(_spot_name(site, place.spot), building), words=place.address or ""
        )
    return PlaceName(building=building if not place.address else "", words=place.address or "")


def unit_name(site: Mapping[str, Any], key: str) -> PlaceName:
    """Return the names of a unit by its key, `3-1202` or `5-1-1202`."""
    code, _, rest = key.partition("-")
    entrance, _, unit = rest.rpartition("-")
    if not unit:
        return PlaceName(words=key)
    return PlaceName(building=building_name(site, code), entrance=entrance, unit=unit)


def coded_name(place: Mapping[str, Any]) -> PlaceName:
    """Return the names of a place by its code, as `GET /v1/places/{code}` tells of it."""
    if place["kind"] == "spot":
        return PlaceName(spot=str(place["name"] or place["spot"]))
    return PlaceName(
        building=str(place["name"] or place["building"] or ""),
        entrance=str(place["entrance"] or ""),
        unit=str(place["unit"] or ""),
    )


def building_name(site: Mapping[str, Any], code: str | None) -> str:
    """Return what the building is called; its code where it has no name, empty for none."""
    if not code:
        return ""
    for building in site.get("buildings", ()):
        if building["code"] == code:
            return str(building.get("name") or code)
    return code


def _spot_name(site: Mapping[str, Any], code: str) -> str:
    for spot in site.get("spots", ()):
        if spot["code"] == code:
            return str(spot.get("name") or code)
    return code


def _with_building(spot: str, building: str) -> str:
    return spot if not building or building in spot else f"{building} {spot}"
