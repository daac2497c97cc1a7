"""How a ticket ends, and begins again."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from pydantic import JsonValue

from services.tickets.actions.heed_danger import heed_danger
from services.tickets.actions.recording import record
from services.tickets.actions.seeing import lock_going_on, lock_ticket
from services.tickets.domain.cancelling import (
    end_as_asked,
    has_to_ask,
    refuse_cancel,
    request_cancel,
    who_asked_to_cancel,
)
from services.tickets.domain.closing import close_unconfirmed
from services.tickets.domain.limits import demand_room_for_changes
from services.tickets.domain.ticket import SYSTEM, Ticket
from services.tickets.store.queries import has_said_since, lock_tickets
from shared.auth.caller import Caller
from shared.contracts import TicketV1
from shared.db.transaction import Transaction
from shared.ids import TicketId


async def cancel_ticket(
    tx: Transaction, ticket_id: TicketId, *, by: Caller, reason: str | None
) -> Ticket:
    """Cancel the ticket; a resident whose technician is at work asks staff to, and the ticket goes
    on until then.

    Raises NotFound, Forbidden, IllegalStep, TooManyChanges, and ReasonDemanded of staff.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    if has_to_ask(ticket, by):
        asked = request_cancel(ticket, by=by, at=tx.now, reason=reason)
        if asked is not ticket:
            if ticket.cancel_requested_at is not None:
                demand_room_for_changes(lines=ticket.entries)
            record(tx, asked, "cancel_requested", by=by.id, detail={"reason": reason})
            return await heed_danger(tx, asked, reason, by=by.id)
        return asked
    cancelled = ticket.cancel(by=by, at=tx.now, reason=reason)
    record(tx, cancelled, "cancelled", by=by.id, detail={"reason": reason})
    if by.is_staff(ticket.site_id):
        return cancelled
    return await heed_danger(tx, cancelled, reason, by=by.id)


async def refuse_to_cancel_ticket(
    tx: Transaction, ticket_id: TicketId, *, by: Caller, reason: str | None
) -> Ticket:
    """Go on with the ticket that its resident asked to cancel. Raises NotFound, Forbidden,
    IllegalStep.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    refused = refuse_cancel(ticket, by=by, at=tx.now, reason=reason)
    record(tx, refused, "cancel_refused", by=by.id, detail={"reason": reason})
    return refused


async def cancel_as_asked(tx: Transaction, ticket: Ticket) -> Ticket:
    """Cancel the ticket whose technician is not under way any more, where its resident asked to and
    has said nothing since, at the version of this transaction. Return it as it is now.
    """
    ended = end_as_asked(ticket, at=tx.now)
    since = ticket.cancel_requested_at
    if ended is ticket or since is None:
        return ticket
    by = who_asked_to_cancel(ticket)
    if await has_said_since(tx, ticket.id, by, since):
        return ticket
    ended = replace(ended, version=tx.next_version(TicketV1, ticket.id, ticket.version))
    step = ended.steps[-1]
    detail: dict[str, JsonValue] = {"reason": step.reason, "requested_at": since.isoformat()}
    record(tx, ended, "cancelled", by=by, at=step.at, detail=detail)
    return ended


async def resolve_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller, note: str) -> Ticket:
    """Resolve the ticket without a completed job. Raises NotFound, Forbidden, IllegalStep."""
    ticket = await lock_ticket(tx, ticket_id, by=by)
    resolved = ticket.resolve(by=by, at=tx.now, note=note)
    record(tx, resolved, "resolved", by=by.id, detail={"note": note})
    return resolved


async def confirm_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Close the ticket as fixed. Raises NotFound, Forbidden, IllegalStep, SettledByYourself."""
    _, ticket = await lock_going_on(tx, ticket_id, by=by)
    closed = ticket.confirm(by=by, at=tx.now)
    record(tx, closed, "closed", by=by.id)
    return closed


async def close_unconfirmed_tickets(tx: Transaction, ticket_ids: Sequence[UUID]) -> None:
    """Close tickets whose time to object is over."""
    for ticket in (await lock_tickets(tx, ticket_ids)).values():
        closed = close_unconfirmed(ticket, now=tx.now)
        record(
            tx, closed, "closed", by=SYSTEM, at=closed.steps[-1].at, detail={"unconfirmed": True}
        )


async def reopen_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller, reason: str) -> Ticket:
    """Begin the next cycle. Raises NotFound, Forbidden, IllegalStep, TooLateToReopen."""
    _, ticket = await lock_going_on(tx, ticket_id, by=by)
    reopened = ticket.reopen(by=by, at=tx.now, reason=reason)
    record(tx, reopened, "reopened", by=by.id, detail={"reason": reason})
    return await heed_danger(tx, reopened, reason, by=by.id)
