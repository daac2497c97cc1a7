"""Following the promises made: they say what is worked on first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.dispatch.domain.promises import earliest_due
from services.dispatch.store.promises import find_promised
from services.dispatch.store.waiting_jobs import move_promised
from services.dispatch.store.work_orders import save_promise
from shared.contracts import ClocksV1, TicketV1
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction


async def follow_clocks(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
    await _follow_promises(tx, [each.id for each in clocks])


async def stop_promises(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    """Save what is still promised about tickets that wait though a clock may have stopped: sla does
    not say of each that it was kept.
    """
    stopping = [
        ticket.id
        for ticket in tickets
        if ticket.state is TicketState.OPEN and (len(ticket.steps) > 1 or ticket.answered_at)
    ]
    if stopping:
        await _follow_promises(tx, stopping)


async def _follow_promises(tx: Transaction, ticket_ids: Iterable[UUID]) -> None:
    """Save what is promised, and move what waits because of it to its new place."""
    await move_promised(tx, await save_promises(tx, ticket_ids))


async def save_promises(tx: Transaction, ticket_ids: Iterable[UUID]) -> dict[UUID, datetime | None]:
    """Save when the next running promise about these tickets falls due; return it for those of
    which a job waits.
    """
    waiting = {}
    for each in await find_promised(tx, ticket_ids):
        due_at = earliest_due(each.clocks, each.ticket, each.jobs)
        save_promise(tx, each.clocks.id, due_at)
        if any(job.state is JobState.WAITING for job in each.jobs):
            waiting[each.clocks.id] = due_at
    return waiting
