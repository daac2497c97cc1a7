"""Buildings: told as facts of their own, with codes for all of their places."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from services.tickets import events
from services.tickets.domain.buildings import KnownBuilding, ToldBuilding, told_buildings
from services.tickets.domain.place_codes import new_codes, place_keys
from services.tickets.domain.site import Site
from services.tickets.store import places as store
from services.tickets.store.sites import load_site
from shared.db.transaction import Transaction
from shared.telemetry import get_logger

log = get_logger(__name__)

# as with sites: facts live for thirty days
_REPUBLISH_EVERY = timedelta(days=10)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
REPUBLISHING_BUILDINGS = "restating_buildings"


async def tell_buildings(tx: Transaction, site: Site) -> None:
    """Tell of the site's buildings what was not told yet, and give its places codes.

    For a transaction that holds the site. Harmless to repeat.
    """
    told = told_buildings(site)
    known = await store.lock_buildings_of(tx, site.id)
    for building in told.values():
        _tell(tx, building, known.get(building.id))
    for before in known.values():
        if before.id not in told:
            _tell(tx, before.removed(at=tx.now), before)
    tx.schedule(REPUBLISHING_BUILDINGS, tx.now + _REPUBLISH_EVERY)
    places = list(place_keys(site))
    await store.assign_codes(tx, site.id, places, new_codes(len(places)))


async def have_buildings_said_again(tx: Transaction) -> int:
    """Have every building said again soon, some in each transaction; return how many."""
    tx.schedule(REPUBLISHING_BUILDINGS, tx.now)
    return await store.have_all_said_again(tx, _LONG_AGO)


async def lock_old_buildings(
    tx: Transaction, excluding: Collection[str], limit: int
) -> Sequence[str]:
    """Lock what was last said so long ago that its fact may soon be gone, and return the ids."""
    return await store.lock_buildings_last_said(
        tx, before=tx.now - _REPUBLISH_EVERY, excluding=excluding, limit=limit
    )


async def republish_old_buildings(tx: Transaction, ids: Sequence[str]) -> None:
    """Say each building again, as its site has it now."""
    told: dict[str, dict[str, ToldBuilding]] = {}
    for before in await store.lock_buildings(tx, ids):
        if before.site_id not in told:
            site = await load_site(tx, before.site_id)
            told[before.site_id] = {} if site is None else told_buildings(site)
        now = told[before.site_id].get(before.id) or before.removed(at=tx.now)
        _tell(tx, now, before, again=True)


async def find_next_republishing_of_buildings(
    tx: Transaction, excluding: Collection[str]
) -> datetime | None:
    said_at = await store.find_earliest_said(tx, excluding)
    return said_at + _REPUBLISH_EVERY if said_at else None


def _tell(
    tx: Transaction, building: ToldBuilding, before: KnownBuilding | None, *, again: bool = False
) -> None:
    """Publish the building where it is not as it was told last, or is to be told again; skip one
    for which a fact has no room, as a site of an earlier release may have.
    """
    is_same = before is not None and before.is_as(building)
    if is_same and not again:
        return
    version = before.version if before else 0
    after = building.at_version(version if is_same else version + 1)
    if not after.fits:
        log.warning("building_not_told", building=after.id, bytes=after.size)
        after = after.at_version(max(version, 1))
    else:
        tx.publish(events.of_building("restated" if is_same else "changed", after))
    store.save_building(tx, after)
