"""Sites: what is known of a place, and who is told."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.tickets import events
from services.tickets.actions.buildings import have_buildings_said_again, tell_buildings
from services.tickets.actions.seeing import lock_every_site, lock_site
from services.tickets.domain.access import sites_seen
from services.tickets.domain.buildings import check_buildings
from services.tickets.domain.site import Site, SiteLine, check_site
from services.tickets.store.sites import (
    find_earliest_said,
    find_sites,
    is_any_to_tell,
    load_sites,
    lock_sites_last_said,
    lock_sites_to_tell,
    note_said,
    note_told,
    save_changed_site,
)
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.preconditions import demand_version

# facts live for thirty: a service that was away for one of them hears the next
_REPUBLISH_EVERY = timedelta(days=10)
REPUBLISHING = "restating"
TELLING = "telling_buildings"


async def put_site(
    tx: Transaction, site: Site, *, version: int | None, by: Caller
) -> tuple[Site, bool]:
    """Store the site as its next version and say so; skip what is the same as before. Returns it,
    and whether it is new.

    `version` is the one that the caller has read: demanded where the site exists. Raises Forbidden,
    Invalid, PreconditionRequired, Stale, CodeTaken.
    """
    held = await lock_site(tx, site.id, by=by)
    check_site(site)
    check_buildings(site)
    demand_version(held.version if held else 0, version)
    if held is not None and replace(site, version=held.version) == held:
        return held, False
    return await save_as_next(tx, held, site), held is None


async def save_as_next(tx: Transaction, held: Site | None, site: Site) -> Site:
    """Store the site as the version after the one that is held, and say so; return it. Raises
    CodeTaken.
    """
    saved = replace(site, version=held.version + 1 if held else 1)
    await save_changed_site(tx, saved)
    tx.publish(events.of_site("changed", saved))
    await tell_buildings(tx, saved)
    tx.schedule(REPUBLISHING, tx.now + _REPUBLISH_EVERY)
    return saved


async def list_sites(tx: Transaction, *, by: Caller, after: str, limit: int) -> list[SiteLine]:
    """Return the sites at which the caller has a role, by id."""
    return await find_sites(tx, sites_seen(by), after=after, limit=limit)


async def republish_sites(tx: Transaction, *, by: Caller) -> tuple[int, int]:
    """Say every site again, as it is, and have its buildings said again soon; return how many of
    both.

    Raises Forbidden for those who are not admin of them all.
    """
    sites = await lock_every_site(tx, by=by)
    await _republish(tx, sites)
    return len(sites), await have_buildings_said_again(tx)


async def lock_old_sites(tx: Transaction, excluding: Collection[str], limit: int) -> Sequence[str]:
    """Lock what was last said so long ago that its fact may soon be gone, and return the ids."""
    return await lock_sites_last_said(
        tx, before=tx.now - _REPUBLISH_EVERY, excluding=excluding, limit=limit
    )


async def republish_old_sites(tx: Transaction, site_ids: Sequence[str]) -> None:
    await _republish(tx, await load_sites(tx, site_ids))


async def find_next_republishing(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    said_at = await find_earliest_said(tx, excluding)
    return said_at + _REPUBLISH_EVERY if said_at else None


async def lock_untold_sites(
    tx: Transaction, excluding: Collection[str], limit: int
) -> Sequence[str]:
    """Lock sites that were changed by an instance of a release that tells of no buildings, or
    before there was one that does, and return the ids.
    """
    return await lock_sites_to_tell(tx, excluding=excluding, limit=limit)


async def tell_untold_sites(tx: Transaction, site_ids: Sequence[str]) -> None:
    for site in await load_sites(tx, site_ids):
        await tell_buildings(tx, site)
    await note_told(tx, site_ids)


async def find_next_telling(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    return tx.now if await is_any_to_tell(tx, excluding) else None


async def _republish(tx: Transaction, sites: Sequence[Site]) -> None:
    for site in sites:
        tx.publish(events.of_site("restated", site))
    await note_said(tx, [site.id for site in sites])
