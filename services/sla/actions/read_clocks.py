"""What was promised about one ticket, and how it stands."""

from uuid import UUID

from services.sla import events
from services.sla.actions.seeing import sees_clocks
from services.sla.store.queries import find_announcements, find_promises
from shared.auth.caller import Caller
from shared.contracts import ClocksV1, TicketV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.messaging.snapshots import find_snapshot


async def see_clocks(tx: Transaction, ticket_id: UUID, *, seen_by: Caller) -> ClocksV1:
    """Raises NotFound, also for what the caller may not see, and while the ticket has not been
    heard of.
    """
    kept = await find_promises(tx, ticket_id)
    ticket = await find_snapshot(tx, TicketV1, ticket_id)
    work_order = await find_snapshot(tx, WorkOrderV1, ticket_id)
    if kept is None or not sees_clocks(seen_by, kept.row["site_id"], ticket, work_order):
        raise NotFound("There is no such ticket.")
    announced = await find_announcements(tx, [ticket_id])
    return events.snapshot(kept.row, kept.clocks, announced.get(ticket_id, []))
