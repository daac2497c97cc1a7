"""Following sla: until when a resolution may be objected to, and so when the ticket closes."""

from collections.abc import Sequence

from services.tickets.actions.recording import save
from services.tickets.domain.closing import with_time_to_object
from services.tickets.store.queries import lock_tickets
from shared.contracts import ClocksV1
from shared.db.transaction import Transaction


async def follow_clocks(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
    """Let resolved tickets close at the end of their time to object. Their versions stay: nothing
    that others are told of has changed.

    Harmless to repeat, in any order, after any gap.
    """
    ends = {
        each.id: (each.resolved_at, each.objection_ends_at)
        for each in clocks
        if each.resolved_at is not None and each.objection_ends_at is not None
    }
    if not ends:
        return
    for ticket in (await lock_tickets(tx, ends)).values():
        resolved_at, ends_at = ends[ticket.id]
        after = with_time_to_object(ticket, resolved_at=resolved_at, ends_at=ends_at)
        if after != ticket:
            save(tx, after)
