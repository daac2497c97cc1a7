"""Following sites: another zone means other hours, so that what waits is worth another look."""

from collections.abc import Sequence

from services.dispatch.actions.keep_work_order import HAND_OUT
from services.dispatch.store.waiting import try_all
from shared.contracts import SiteV1
from shared.db.transaction import Transaction
from shared.ids import SiteId


async def follow_sites(tx: Transaction, sites: Sequence[SiteV1]) -> None:
    for site in sites:
        await try_all(tx, SiteId(site.id))
    tx.alarm(HAND_OUT, tx.now)
