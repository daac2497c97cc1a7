"""Sites: what is known of a place, and who is told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from services.tickets import events
from services.tickets.domain.site import Site, check_site
from services.tickets.store.sites import (
    find_earliest_said,
    find_site_ids,
    load_site,
    lock_site,
    lock_sites_last_said,
    save_site,
    site_of,
)
from shared.auth.caller import Caller, Role
from shared.db.transaction import Transaction
from shared.errors import Conflict, Forbidden, NotFound
from shared.preconditions import demand_version

# facts live for thirty: whoever was away for one restatement hears the next
_RESTATE_EVERY = timedelta(days=10)
RESTATING = "restating"


class CodeTaken(Conflict):
    code = "site_code_taken"


async def see_site(tx: Transaction, site_id: str, *, seen_by: Caller) -> Site:
    """Raises NotFound, also for a site that the caller has no role at."""
    site = (
        await load_site(tx, site_id) if any(seen_by.has(role, site_id) for role in Role) else None
    )
    if site is None:
        raise NotFound("There is no such site.")
    return site


async def put_site(
    tx: Transaction, site: Site, *, version: int | None, by: Caller
) -> tuple[Site, bool]:
    """Stores the site as its next version and says so; the same as before is neither stored nor
    said. Returns it and whether it is new.

    `version` is the one that the caller has read: demanded where the site exists. Raises Forbidden,
    Invalid, PreconditionRequired, Stale, CodeTaken.
    """
    if not (by.has(Role.ADMIN, site.id) or by.has(Role.MANAGER, site.id)):
        raise Forbidden("Only managers and admins of the site change it.")
    check_site(site)
    held = await lock_site(tx, site.id)
    demand_version(held.version if held else 0, version)
    if held is not None and replace(site, version=held.version) == held:
        return held, False
    saved = replace(site, version=held.version + 1 if held else 1)
    save_site(tx, saved)
    tx.publish(events.of_site("changed", saved))
    tx.alarm(RESTATING, tx.now + _RESTATE_EVERY)
    try:
        await tx.flush()
    except IntegrityError as taken:
        raise CodeTaken("Another site has this code.", site_code=site.code) from taken
    return saved, held is None


async def restate_sites(tx: Transaction, *, by: Caller) -> int:
    """Says every site again, as it is; returns how many.

    Raises Forbidden for whoever is not admin of them all.
    """
    if by.sites(Role.ADMIN) is not None:
        raise Forbidden("Only an admin of every site restates them all.")
    sites = [site for site_id in await find_site_ids(tx) if (site := await lock_site(tx, site_id))]
    return _restate(tx, sites)


async def lock_old_sites(
    tx: Transaction, but: Collection[str], most: int
) -> Sequence[Mapping[str, Any]]:
    """Rows of what was last said so long ago that its fact may soon be gone."""
    return await lock_sites_last_said(tx, before=tx.now - _RESTATE_EVERY, but=but, most=most)


async def restate_old_sites(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    _restate(tx, [site_of(row) for row in rows])


async def find_next_restatement(tx: Transaction, but: Collection[str]) -> datetime | None:
    said_at = await find_earliest_said(tx, but)
    return said_at + _RESTATE_EVERY if said_at else None


def _restate(tx: Transaction, sites: list[Site]) -> int:
    for site in sites:
        save_site(tx, site)
        tx.publish(events.of_site("restated", site))
    return len(sites)
