"""From the words of a report about where to a place; nothing that was said is lost."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from services.tickets.domain.known_building import UnitKey
from services.tickets.domain.site import Site, Spot
from shared.contracts.tickets import Place


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """Where, in the reporter's words; coordinates are WGS 84, both or none."""

    unit: str | None = None
    spot: str | None = None
    address: str | None = None
    lat: float | None = None
    lon: float | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in (self.unit, self.spot, self.address, self.lat))


class _Unit(NamedTuple):
    """What was said of a unit: the known one, words that say more, and what may have been meant."""

    key: UnitKey | None = None
    said: str | None = None
    candidates: tuple[str, ...] = ()


class _Spot(NamedTuple):
    """The same of a public spot."""

    known: Spot | None = None
    said: str | None = None
    candidates: tuple[str, ...] = ()


class _Point(NamedTuple):
    lat: float | None
    lon: float | None


def resolve_place(site: Site, where: Whereabouts) -> Place:
    """Return the place inside the site.

    What the site does not know, or knows several of, stays as plain words; coordinates that were
    given win over known ones.
    """
    return amend_place(site, Place(), where)


def amend_place(
    site: Site, place: Place, where: Whereabouts, *, cleared: Collection[str] = ()
) -> Place:
    """Return the place with each part that `where` names instead of what was said of it before, and
    without those that are `cleared` (`unit`, `spot`, `address`, `location`). The rest stays.
    """
    unit = (
        _find_unit(site, where.unit)
        if where.unit
        else _Unit()
        if "unit" in cleared
        else _unit_of(site, place)
    )
    spot = (
        _find_spot(site, where.spot)
        if where.spot
        else _Spot()
        if "spot" in cleared
        else _spot_of(site, place)
    )
    address = where.address or (None if "address" in cleared else _address_of(place))
    there = _put_together(unit, spot, address)
    if where.lat is not None and where.lon is not None:
        point = _Point(where.lat, where.lon)
    elif "location" in cleared or not _was_given(site, place):
        point = _known_point(site, there)
    else:
        point = _Point(place.lat, place.lon)
    return there.model_copy(update=point._asdict())


def unit_key(place: Place) -> str | None:
    """Return the unit as in a resident's claims, `3-1202`, or `5-1-1202` where the building has
    entrances; None for a public place.
    """
    return str(_key_of(place)) if place.unit else None


def is_public(place: Place) -> bool:
    return place.unit is None


def _put_together(unit: _Unit, spot: _Spot, address: str | None) -> Place:
    """Return the place without coordinates; a spot beside a unit is words."""
    known = None if unit.key else spot.known
    spot_said = spot.said if spot.known is None else None
    if spot.known and unit.key:
        spot_said = spot.known.name or spot.known.code
    words = [said for said in (address, unit.said, spot_said) if said]
    building, entrance, room = unit.key or (known.building if known else None, None, None)
    return Place(
        building=building,
        entrance=entrance,
        unit=room,
        spot=known.code if known else None,
        address=", ".join(words) or None,
        unit_said=unit.said,
        spot_said=spot_said,
        candidates=(*unit.candidates, *spot.candidates),
    )


def _find_unit(site: Site, said: str) -> _Unit:
    found = site.find_unit(said)
    if found.unit is not None:
        return _Unit(found.unit, said if found.says_more else None)
    return _Unit(None, said, tuple(map(str, found.candidates)))


def _find_spot(site: Site, said: str) -> _Spot:
    found = site.find_spots(said)
    if len(found) == 1:
        return _Spot(found[0])
    return _Spot(None, said, tuple(spot.code for spot in found))


# ---- what a place says that is not named anew ----


def _unit_of(site: Site, place: Place) -> _Unit:
    if place.unit:
        return _Unit(_key_of(place), place.unit_said)
    return _find_unit(site, place.unit_said) if place.unit_said else _Unit()


def _spot_of(site: Site, place: Place) -> _Spot:
    if place.spot:
        found = site.find_spots(place.spot)
        is_there = len(found) == 1 and found[0].code == place.spot
        return _Spot(found[0] if is_there else Spot(code=place.spot, building=place.building))
    return _find_spot(site, place.spot_said) if place.spot_said else _Spot()


def _address_of(place: Place) -> str | None:
    """Return the address as it was said, without the words of unit and spot."""
    more = ", ".join(said for said in (place.unit_said, place.spot_said) if said)
    if not more or place.address is None:
        return place.address
    return place.address.removesuffix(more).removesuffix(", ") or None


def _was_given(site: Site, place: Place) -> bool:
    """Return whether the coordinates were said, and are not those of the building or the spot."""
    return place.lat is not None and (place.lat, place.lon) != _known_point(site, place)


def _known_point(site: Site, place: Place) -> _Point:
    known: Place | Spot | None = None
    if place.unit:
        known = site.place_of(_key_of(place))
    elif place.spot:
        known = next((spot for spot in site.find_spots(place.spot)), None)
    return _Point(known.lat, known.lon) if known else _Point(None, None)


def _key_of(place: Place) -> UnitKey:
    return UnitKey(place.building or "", place.entrance, place.unit or "")
