"""How a ticket ends, and begins again."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.tickets.actions.recording import record
from services.tickets.actions.seeing import actor_of, demand_action, no_such_ticket, take_ticket
from services.tickets.domain.ticket import SYSTEM, Ticket
from services.tickets.store.queries import lock_tickets, ticket_of
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Forbidden, Invalid
from shared.ids import TicketId


async def cancel_ticket(
    tx: Transaction, ticket_id: TicketId, *, by: Caller, reason: str | None
) -> Ticket:
    """Raises NotFound, Forbidden, IllegalStep, and ReasonDemanded of staff."""
    ticket, actor = await take_ticket(tx, ticket_id, by=by)
    cancelled = ticket.cancel(by=actor, at=tx.now, reason=reason)
    record(tx, cancelled, "cancelled", by=by.id, detail={"reason": reason})
    return cancelled


async def merge_ticket(
    tx: Transaction, ticket_id: TicketId, *, into: TicketId, by: Caller
) -> Ticket:
    """Cancels the ticket as a duplicate of `into`, which its people follow from now on. Both are
    locked in order of id.

    Raises NotFound, Forbidden, Invalid, IllegalStep, and Conflict when the other is cancelled.
    """
    tickets = await lock_tickets(tx, {ticket_id, into})
    duplicate = tickets.get(ticket_id)
    if duplicate is None:
        raise no_such_ticket()
    await demand_action(tx, duplicate, by=by)
    actor = actor_of(by, duplicate.site_id)
    if not actor.is_staff:
        raise Forbidden("Only staff merge tickets.")
    target = tickets.get(into)
    if target is None or not by.is_staff(target.site_id):
        raise Invalid("There is no such ticket to be a duplicate of.", field="/duplicate_of")
    merged = duplicate.merge_into(target, by=actor, at=tx.now)
    followed = target.duplicates_merged(duplicate)
    record(
        tx,
        merged,
        "cancelled",
        by=by.id,
        detail={"duplicate_of": str(target.id), "reference": target.reference},
    )
    if followed is not target:
        record(
            tx,
            followed,
            "amended",
            by=by.id,
            detail={"changed": ["followers"], "merged": duplicate.reference},
        )
    return merged


async def resolve_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller, note: str) -> Ticket:
    """Raises NotFound, Forbidden, IllegalStep."""
    ticket, actor = await take_ticket(tx, ticket_id, by=by)
    resolved = ticket.resolve(by=actor, at=tx.now, note=note)
    record(tx, resolved, "resolved", by=by.id, detail={"note": note})
    return resolved


async def confirm_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Raises NotFound, Forbidden, IllegalStep."""
    ticket, actor = await take_ticket(tx, ticket_id, by=by)
    closed = ticket.confirm(by=actor, at=tx.now)
    record(tx, closed, "closed", by=by.id)
    return closed


async def close_unconfirmed_tickets(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Closes what was resolved 72 h ago and nobody objected to."""
    for row in rows:
        closed = ticket_of(row).close_unconfirmed(now=tx.now)
        record(
            tx, closed, "closed", by=SYSTEM, at=closed.steps[-1].at, detail={"unconfirmed": True}
        )


async def reopen_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller, reason: str) -> Ticket:
    """Raises NotFound, Forbidden, IllegalStep, TooLateToReopen."""
    ticket, actor = await take_ticket(tx, ticket_id, by=by)
    reopened = ticket.reopen(by=actor, at=tx.now, reason=reason)
    record(tx, reopened, "reopened", by=by.id, detail={"reason": reason})
    return reopened
