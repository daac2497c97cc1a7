"""Following the promises made: they say what is worked on first."""

from collections.abc import Sequence

from services.dispatch.domain.promises import earliest_due
from services.dispatch.store.work_orders import set_due_times
from shared.contracts import ClocksV1
from shared.db.transaction import Transaction


async def follow_clocks(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
    """Of a work order that does not exist yet, the snapshot is read when it begins."""
    await set_due_times(tx, {each.id: earliest_due(each) for each in clocks})
