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
    gone = [before for before in known.values() if before.id not in told]
    changed = [_tell(tx, building, known.get(building.id)) for building in told.values()]
    changed += [_tell(tx, before.removed(at=tx.now), before) for before in gone]
    tx.schedule(REPUBLISHING_BUILDINGS, tx.now + _REPUBLISH_EVERY)
    if any(changed):  # else every place was there when its building was told last
        await _give_codes(tx, site)


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
    found = await store.lock_buildings(tx, ids)
    for site_id in sorted({before.site_id for before in found}):
        site = await load_site(tx, site_id)
        told = {} if site is None else told_buildings(site)
        changed = [
            _tell(tx, told.get(before.id) or before.removed(at=tx.now), before, again=True)
            for before in found
            if before.site_id == site_id
        ]
        if site is not None and any(changed):
            await _give_codes(tx, site)


async def find_next_republishing_of_buildings(
    tx: Transaction, excluding: Collection[str]
) -> datetime | None:
    said_at = await store.find_earliest_said(tx, excluding)
    return said_at + _REPUBLISH_EVERY if said_at else None


async def _give_codes(tx: Transaction, site: Site) -> None:
    """Store codes for those of the site's places that have none."""
    places = list(place_keys(site))
    await store.assign_codes(tx, site.id, places, new_codes(len(places)))


def _tell(
    tx: Transaction, building: ToldBuilding, before: KnownBuilding | None, *, again: bool = False
) -> bool:
    """Publish the building where it is not as it was told last, or is to be told again; skip one
    for which a fact has no room, as a site of an earlier release may have. Return whether it
    changed.
    """
    is_same = before is not None and before.is_as(building)
    if is_same and not again:
        return False
    version = before.version if before else 0
    after = building.at_version(version if is_same else version + 1)
    if not after.fits:
        log.warning("building_not_told", building=after.id, bytes=after.size)
        after = after.at_version(max(version, 1))
    else:
        tx.publish(events.of_building("restated" if is_same else "changed", after))
    store.save_building(tx, after)
    return not is_same
