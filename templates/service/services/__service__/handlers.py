"""What we hear from others."""

from collections.abc import Sequence

from services.__service__.actions.follow_tickets import follow_tickets
from shared.contracts import TicketV1
from shared.db.transaction import Transaction
from shared.messaging.handlers import on


@on(TicketV1)
async def tickets_changed(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    await follow_tickets(tx, tickets)
