"""Sites: what is known of a place, and who is told."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.tickets import events
from services.tickets.actions.seeing import lock_every_site, lock_site
from services.tickets.domain.access import sites_seen
from services.tickets.domain.site import Site, SiteLine, check_site
from services.tickets.store.sites import (
    find_earliest_said,
    find_sites,
    load_sites,
    lock_sites_last_said,
    save_changed_site,
    save_site,
)
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.preconditions import demand_version

# facts live for thirty: a service that was away for one of them hears the next
_REPUBLISH_EVERY = timedelta(days=10)
REPUBLISHING = "restating"


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
    tx.schedule(REPUBLISHING, tx.now + _REPUBLISH_EVERY)
    return saved


async def list_sites(tx: Transaction, *, by: Caller, after: str, limit: int) -> list[SiteLine]:
    """Return the sites at which the caller has a role, by id."""
    return await find_sites(tx, sites_seen(by), after=after, limit=limit)


async def republish_sites(tx: Transaction, *, by: Caller) -> int:
    """Say every site again, as it is, and return how many.

    Raises Forbidden for those who are not admin of them all.
    """
    sites = await lock_every_site(tx, by=by)
    _republish(tx, sites)
    return len(sites)


async def lock_old_sites(tx: Transaction, excluding: Collection[str], limit: int) -> Sequence[str]:
    """Lock what was last said so long ago that its fact may soon be gone, and return the ids."""
    return await lock_sites_last_said(
        tx, before=tx.now - _REPUBLISH_EVERY, excluding=excluding, limit=limit
    )


async def republish_old_sites(tx: Transaction, site_ids: Sequence[str]) -> None:
    _republish(tx, await load_sites(tx, site_ids))


async def find_next_republishing(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    said_at = await find_earliest_said(tx, excluding)
    return said_at + _REPUBLISH_EVERY if said_at else None


def _republish(tx: Transaction, sites: Iterable[Site]) -> None:
    for site in sites:
        save_site(tx, site)
        tx.publish(events.of_site("restated", site))
