"""How jobs came to technicians, as figures."""

from collections.abc import Collection
from datetime import datetime

from services.dispatch.domain.access import sites_managed
from services.dispatch.domain.handed_out import MAX_SITES, HandedOut, demand_days, period_of
from services.dispatch.store.handed_out import count_handed_out, find_sites_with_jobs
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Invalid, NotFound
from shared.ids import SiteId


async def read_handed_out(
    tx: Transaction,
    sites: Collection[SiteId],
    *,
    since: datetime,
    until: datetime,
    by: Caller,
) -> list[HandedOut]:
    """Return the figures of these sites, of all whose staff the caller is where none is named.
    Raises NotFound, and Invalid for what would take too long.
    """
    demand_days(since, until)
    managed = sites_managed(by)
    if sites and managed is not None and not managed.issuperset(sites):
        raise NotFound("There is no such site.")
    if not sites:
        sites = await find_sites_with_jobs(tx, limit=MAX_SITES + 1) if managed is None else managed
    if len(sites) > MAX_SITES:
        raise Invalid(f"Name the sites, {MAX_SITES} at most.", field="site")
    return await count_handed_out(tx, sites, period_of(since, until, now=tx.now))
