"""The facts of tickets about places: buildings with their units and their public spots."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.contracts.base import Contract, Latitude, Longitude, Snapshot


class SpotV1(Contract):
    """A public place, such as a lift lobby or a pump room; coordinates are WGS 84."""

    code: str
    name: str = ""
    lat: Latitude | None = None
    lon: Longitude | None = None


class BuildingV1(Snapshot):
    """A building of a site, with its units and the public spots in it.

    `id` is `SITE:CODE`. The spots of a site that stand in none of its buildings are told as one
    more, whose code is empty: `SITE:`.
    """

    OWNER: ClassVar[str] = "tickets"
    ENTITY: ClassVar[str] = "building"
    FACTS: ClassVar[dict[str, str]] = {
        "changed": "A building, its units or its spots changed, or the site has it no more.",
        "restated": "Nothing changed; said again for listeners that missed it.",
    }

    id: str
    code: str
    """A unit is known as `CODE-UNIT`."""
    name: str = ""
    entrances: tuple[str, ...] = ()
    """The entrances that tell its units apart; none where their own codes do."""
    units: dict[str, float | None] = {}
    """Unit, `1202` or with its entrance `1-1202` → its area in m², None where it is not known. An
    object for each would not leave room for a large building.
    """
    spots: tuple[SpotV1, ...] = ()
    lat: Latitude | None = None
    lon: Longitude | None = None
    removed_at: AwareDatetime | None = None
