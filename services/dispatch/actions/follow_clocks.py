"""Following the promises made: they say what is worked on first."""

from collections.abc import Sequence

from services.dispatch.domain.promises import earliest_due
from services.dispatch.store.work_orders import save_promise
from shared.contracts import ClocksV1
from shared.db.transaction import Transaction


async def follow_clocks(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
    for each in clocks:
        save_promise(tx, each.id, earliest_due(each))
