"""Follow sites: another zone means other hours, so that what waits is worth another look."""

from collections.abc import Sequence

from services.dispatch.store.planning_queue import queue_afresh
from services.dispatch.store.turns import lock_sites
from shared.contracts import SiteV1
from shared.db.transaction import Transaction
from shared.ids import SiteId


async def follow_sites(tx: Transaction, sites: Sequence[SiteV1]) -> None:
    site_ids = [SiteId(site.id) for site in sites]
    await lock_sites(tx, site_ids)
    await queue_afresh(tx, site_ids)
