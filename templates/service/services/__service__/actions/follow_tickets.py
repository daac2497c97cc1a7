"""What follows from tickets as they are now."""

from collections.abc import Sequence

from services.__service__.actions.recording import record
from services.__service__.domain.__entity__ import follow_ticket
from services.__service__.store.queries import lock_of_tickets
from shared.contracts import TicketV1
from shared.db.transaction import Transaction


async def follow_tickets(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    """Drop what tickets that have ended needed. Run again, it changes nothing."""
    by_id = {ticket.id: ticket for ticket in tickets}
    for before in await lock_of_tickets(tx, by_id):
        after = follow_ticket(before, by_id[before.ticket_id])
        if after != before:
            record(tx, after, "dropped")
