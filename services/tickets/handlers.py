"""What we hear from others."""

from collections.abc import Sequence

from services.tickets.actions.follow_orders import follow_orders
from shared.contracts import ClocksV1, TechnicianV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.handlers import follows, keeps


@follows(WorkOrderV1)
async def work_orders_changed(tx: Transaction, orders: Sequence[WorkOrderV1]) -> None:
    await follow_orders(tx, orders)


technicians = keeps(TechnicianV1)
"""For their names."""

clocks = keeps(ClocksV1)
"""For the due times shown beside a ticket."""
