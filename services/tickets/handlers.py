"""What we hear from others."""

from collections.abc import Sequence

from services.tickets.actions.follow_clocks import follow_clocks
from services.tickets.actions.follow_orders import follow_orders
from services.tickets.actions.keep_dues import keep_dues
from services.tickets.actions.recording import topic_of_queue
from services.tickets.domain.held import HeldWork
from services.tickets.store.queries import lock_tickets
from shared.contracts import ClocksV1, Snapshot, TechnicianV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.handlers import on, stores


@on(WorkOrderV1, ClocksV1, excerpts=[HeldWork])
async def tickets_concerned(tx: Transaction, heard: Sequence[Snapshot]) -> None:
    """Follow work orders, and clocks for the end of the time to object and for the desk's queue;
    due times are shown beside a ticket as they are held.
    """
    orders = [each for each in heard if isinstance(each, WorkOrderV1)]
    clocks = [each for each in heard if isinstance(each, ClocksV1)]
    if orders and clocks:  # in one order, like all that lock several
        await lock_tickets(tx, {*(each.id for each in orders), *(each.id for each in clocks)})
    followed = await follow_orders(tx, orders)
    if clocks:
        await tx.flush()
        followed |= await follow_clocks(tx, clocks)
    await keep_dues(tx, followed)
    for site_id in {ticket.site_id for ticket in followed.values()}:
        tx.tell(topic_of_queue(site_id))


technicians = stores(TechnicianV1)
"""For their names."""
