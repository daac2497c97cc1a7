"""What we hear from others."""

from collections.abc import Sequence

from services.tickets.actions.follow_orders import follow_orders
from shared.contracts import ClocksV1, TechnicianV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.consumer import follows


@follows(WorkOrderV1)
async def work_orders_changed(tx: Transaction, orders: Sequence[WorkOrderV1]) -> None:
    await follow_orders(tx, orders)


@follows(TechnicianV1)
async def technicians_changed(tx: Transaction, technicians: Sequence[TechnicianV1]) -> None:
    """Kept for their names; nothing follows."""


@follows(ClocksV1)
async def clocks_changed(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
    """Kept for the due times shown beside a ticket; nothing follows."""
