"""Keeping the desk's queue true: when what each ticket waits for falls due, and for which no
technician is found.
"""

from collections.abc import Mapping
from uuid import UUID

from services.tickets.domain.dues import Dues, dues_of
from services.tickets.domain.ticket import Ticket
from services.tickets.store.dues import find_known, store_dues
from shared.db.transaction import Transaction


async def keep_dues(tx: Transaction, tickets: Mapping[UUID, Ticket]) -> None:
    """Store what these tickets, which are locked, wait for by all that is held about them.

    Harmless to repeat, in any order, after any gap.
    """
    if not tickets:
        return
    changed: dict[UUID, tuple[str, Dues]] = {}
    for id, known in (await find_known(tx, tickets)).items():
        ticket = tickets[id]
        dues = dues_of(ticket, known.clocks, known.jobs, unassignable_at=known.unassignable_at)
        if dues != known.dues:
            changed[id] = ticket.site_id, dues
    if changed:
        await tx.flush()
        await store_dues(tx, changed)
