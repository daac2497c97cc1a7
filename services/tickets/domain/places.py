"""From the words of a report about where to a place; nothing that was said is lost."""

from dataclasses import dataclass

from services.tickets.domain.site import Site
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


def resolve_place(site: Site, where: Whereabouts) -> Place:
    """Return the place inside the site.

    What the site does not know stays as plain words; coordinates that were given win over known
    ones.
    """
    words = [where.address] if where.address else []
    known = Place()
    if where.unit:
        found = site.unit(where.unit)
        if found is None:
            words.append(where.unit)
        known = found or known
    if where.spot:
        public = site.spot(where.spot)
        if public is None:
            words.append(where.spot)
        elif not known.unit:
            known = Place(
                building=public.building, spot=public.code, lat=public.lat, lon=public.lon
            )
        else:
            words.append(public.name or public.code)
    given = where.lat is not None and where.lon is not None
    return Place(
        building=known.building,
        unit=known.unit,
        spot=known.spot,
        address=", ".join(words) or None,
        lat=where.lat if given else known.lat,
        lon=where.lon if given else known.lon,
    )


def unit_key(place: Place) -> str | None:
    """Return the unit as in a resident's claims, `3-1202`; None for a public place."""
    return f"{place.building}-{place.unit}" if place.unit else None


def is_public(place: Place) -> bool:
    return place.unit is None
