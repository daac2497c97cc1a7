"""What we hear from others. Sites come first: what tickets are timed by is settled before they are."""

from collections.abc import Sequence

from services.sla.actions.compute_clocks import follow_tickets, follow_work_orders
from services.sla.actions.follow_sites import follow_sites
from shared.contracts import SiteV1, TicketV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.consumer import follows


@follows(SiteV1)
async def sites_changed(tx: Transaction, sites: Sequence[SiteV1]) -> None:
    await follow_sites(tx, sites)


@follows(TicketV1)
async def tickets_changed(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    await follow_tickets(tx, tickets)


@follows(WorkOrderV1)
async def work_orders_changed(tx: Transaction, orders: Sequence[WorkOrderV1]) -> None:
    await follow_work_orders(tx, orders)
