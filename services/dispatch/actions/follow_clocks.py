"""Following the promises made: they say what is worked on first."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.dispatch.domain.promises import earliest_due
from services.dispatch.store.promises import find_promised
from services.dispatch.store.work_orders import save_promise
from shared.contracts import ClocksV1, TicketV1
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction


async def follow_clocks(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
    await save_promises(tx, [each.id for each in clocks])


async def stop_promises(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    """Save what is still promised about tickets that wait though a clock may have stopped: sla does not say of each that it was kept."""
    stopping = [ticket.id for ticket in tickets if ticket.state is TicketState.OPEN and (len(ticket.steps) > 1 or ticket.answered_at)]
    if stopping:
        await save_promises(tx, stopping)


async def save_promises(tx: Transaction, ticket_ids: Iterable[UUID]) -> None:
    """Save when the next running promise about these tickets falls due."""
    for each in await find_promised(tx, ticket_ids):
        save_promise(tx, each.clocks.id, earliest_due(each.clocks, each.ticket, each.jobs))
