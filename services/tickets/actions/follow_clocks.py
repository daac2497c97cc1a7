"""Following sla: until when a resolution may be objected to, and so when the ticket closes."""

from collections.abc import Sequence
from uuid import UUID

from services.tickets.actions.recording import save
from services.tickets.domain.closing import with_time_to_object
from services.tickets.domain.ticket import Ticket
from services.tickets.store.queries import lock_tickets
from shared.contracts import ClocksV1
from shared.db.transaction import Transaction


async def follow_clocks(tx: Transaction, clocks: Sequence[ClocksV1]) -> dict[UUID, Ticket]:
    """Let resolved tickets close at the end of their time to object. Their versions stay: nothing
    that others are told of has changed. Return the tickets as they are now, locked.

    Harmless to repeat, in any order, after any gap.
    """
    tickets = await lock_tickets(tx, [each.id for each in clocks])
    for each in clocks:
        before = tickets.get(each.id)
        if before is None or each.resolved_at is None or each.objection_ends_at is None:
            continue
        after = with_time_to_object(
            before, resolved_at=each.resolved_at, ends_at=each.objection_ends_at
        )
        if after != before:
            save(tx, after)
            tickets[each.id] = after
    return tickets
