"""A ticket waits for something, and goes on."""

from dataclasses import replace

from services.tickets.actions.heed_danger import heed_danger
from services.tickets.actions.recording import record
from services.tickets.actions.seeing import lock_ticket
from services.tickets.domain.ticket import Ticket
from shared.auth.caller import Caller
from shared.contracts import TicketV1
from shared.contracts.tickets import HoldReason
from shared.db.transaction import Transaction
from shared.ids import TicketId


async def hold_ticket(
    tx: Transaction, ticket_id: TicketId, *, by: Caller, reason: HoldReason, note: str
) -> Ticket:
    """Hold the ticket; words of danger in the note count.

    Raises NotFound, Forbidden, IllegalStep.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    held = ticket.put_on_hold(by=by, at=tx.now, reason=reason, note=note)
    record(tx, held, "held", by=by.id, detail={"reason": reason.value, "note": note})
    return await heed_danger(tx, held, note, by=by.id)


async def release_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Let the ticket go on where its hold found it. Raises NotFound, Forbidden, IllegalStep."""
    ticket = await lock_ticket(tx, ticket_id, by=by)
    released = ticket.release(by=by, at=tx.now)
    record(tx, released, "released", by=by.id)
    return released


def release_answered(tx: Transaction, ticket: Ticket, *, by: Caller) -> Ticket:
    """Return the ticket after the caller amended it or agreed on a visit, at the version of this
    transaction: back where its hold found it, if it was held for an answer of its people.
    """
    released = ticket.answered_by_resident(by=by, at=tx.now)
    if released is ticket:
        return ticket
    released = replace(released, version=tx.next_version(TicketV1, ticket.id, ticket.version))
    record(tx, released, "released", by=by.id)
    return released
