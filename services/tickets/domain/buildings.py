"""What is told of a site's buildings: each is a fact of its own, with its units and its spots."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from pydantic import TypeAdapter

from services.tickets.domain.site import Building, Site, Spot
from shared.errors import Invalid
from shared.facts import MAX_FACT_BYTES

MAX_UNITS = 1200
"""Units of a building: their names and areas have to fit into one fact."""
GROUNDS = ""
"""The code under which the spots are told that stand in no building of the site."""
_MAX_BYTES = MAX_FACT_BYTES - 512  # what surrounds it


@dataclass(frozen=True, kw_only=True)
class ToldBuilding:
    """A building as it is told; the names are those of `BuildingV1`."""

    id: str
    site_id: str
    code: str
    version: int = 1
    name: str = ""
    entrances: tuple[str, ...] = ()
    units: Mapping[str, float | None] = field(default_factory=dict)
    spots: tuple[Spot, ...] = ()
    lat: float | None = None
    lon: float | None = None
    removed_at: datetime | None = None

    @cached_property
    def _json(self) -> bytes:
        return _TOLD.dump_json(self, exclude={"version"}, exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """Return what tells it from the same building with other content, whatever the version."""
        return hashlib.blake2b(self._json, digest_size=16).hexdigest()

    @property
    def size(self) -> int:
        """Return about how long its fact is, in bytes."""
        return len(self._json)

    @property
    def fits(self) -> bool:
        """Return whether a fact has room for it."""
        return self.size <= _MAX_BYTES

    def at_version(self, version: int) -> "ToldBuilding":
        return replace(self, version=version)


@dataclass(frozen=True, kw_only=True)
class KnownBuilding:
    """A building as it was last told: its version and what its content came to."""

    id: str
    site_id: str
    code: str
    version: int
    digest: str
    removed_at: datetime | None = None

    def is_as(self, building: ToldBuilding) -> bool:
        """Return whether that very building was told last."""
        return self.digest == building.digest and self.removed_at == building.removed_at

    def removed(self, *, at: datetime) -> ToldBuilding:
        """Return the building, gone since then, or since it was told to be."""
        return ToldBuilding(
            id=self.id, site_id=self.site_id, code=self.code, removed_at=self.removed_at or at
        )


def told_buildings(site: Site) -> dict[str, ToldBuilding]:
    """Return what is to be told of the site's buildings, by id; of the grounds where a spot stands
    there.
    """
    spots: dict[str, list[Spot]] = {building.code: [] for building in site.buildings}
    grounds: list[Spot] = []
    for spot in site.spots:
        spots.get(spot.building or GROUNDS, grounds).append(spot)
    told = [_told(site, building, spots[building.code]) for building in site.buildings]
    if grounds:
        told.append(_told(site, Building(code=GROUNDS), grounds))
    return {building.id: building for building in told}


def check_buildings(site: Site) -> None:
    """Raise Invalid for a building that has more units than one takes, and for one of which there
    is more to tell than a fact takes.
    """
    for n, building in enumerate(site.buildings):
        if len(building.units) > MAX_UNITS:
            raise Invalid(
                f"Building {building.code} has {len(building.units)} units, and a building takes "
                f"{MAX_UNITS}: split it, and list the rest as another building, such as "
                f"{building.code}B.",
                field=f"/buildings/{n}/units",
                limit=MAX_UNITS,
            )
    places = {building.code: f"/buildings/{n}" for n, building in enumerate(site.buildings)}
    for told in told_buildings(site).values():
        if not told.fits:
            what = f"building {told.code}" if told.code else "the spots outside of all buildings"
            raise Invalid(
                f"What there is to tell of {what} takes {told.size} bytes of {_MAX_BYTES}: split "
                "it, or give its units and spots shorter codes and names.",
                field=places.get(told.code, "/spots"),
                limit=_MAX_BYTES,
            )


def _told(site: Site, building: Building, spots: list[Spot]) -> ToldBuilding:
    parted = (unit.rpartition("-")[0] for unit in building.units)
    return ToldBuilding(
        id=f"{site.id}:{building.code}",
        site_id=site.id,
        code=building.code,
        name=building.name,
        entrances=tuple(dict.fromkeys(entrance for entrance in parted if entrance)),
        units={unit: building.areas_m2.get(unit) for unit in building.units},
        spots=tuple(spots),
        lat=building.lat,
        lon=building.lon,
    )


_TOLD = TypeAdapter(ToldBuilding)
