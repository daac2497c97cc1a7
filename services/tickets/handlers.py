"""What we hear from others."""

from collections.abc import Sequence

from services.tickets.actions.follow_clocks import follow_clocks
from services.tickets.actions.follow_orders import follow_orders
from shared.contracts import ClocksV1, TechnicianV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.handlers import on, stores


@on(WorkOrderV1)
async def work_orders_changed(tx: Transaction, orders: Sequence[WorkOrderV1]) -> None:
    await follow_orders(tx, orders)


technicians = stores(TechnicianV1)
"""For their names."""


@on(ClocksV1)
async def clocks_changed(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
    """For the end of the time to object; due times are shown beside a ticket as they are held."""
    await follow_clocks(tx, clocks)
