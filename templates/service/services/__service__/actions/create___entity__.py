"""Staff ask for something that a ticket needs."""

from datetime import datetime

from services.__service__.actions.mark_overdue import OVERDUE
from services.__service__.actions.recording import record
from services.__service__.actions.seeing import lock_ticket
from services.__service__.domain.__entity__ import __Entity__, ask_for
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.ids import TicketId, new_id


async def create___entity__(
    tx: Transaction, ticket_id: TicketId, *, text: str, due_at: datetime, by: Caller
) -> __Entity__:
    """Create it for a ticket that goes on. Raises NotFound, TicketIsOver, Invalid."""
    ticket = await lock_ticket(tx, ticket_id, by=by)
    __entity__ = ask_for(new_id(), ticket, text=text, due_at=due_at, now=tx.now)
    tx.schedule(OVERDUE, due_at)
    return record(tx, __entity__, "created")
