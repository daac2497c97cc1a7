"""Following dispatch: the tickets are made what their work orders say."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.tickets import events
from services.tickets.actions.end_ticket import cancel_as_asked
from services.tickets.actions.heed_danger import heed_danger
from services.tickets.actions.recording import add_line, save
from services.tickets.domain.danger.heeding import reasons_given
from services.tickets.domain.following import follow
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import LIVING
from services.tickets.store.queries import lock_tickets
from shared.contracts import WorkOrderV1
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction

_UNDER_WAY = LIVING - {TicketState.ON_HOLD}
_WITH_A_TECHNICIAN = frozenset({TicketState.IN_PROGRESS, TicketState.ON_HOLD})


async def follow_orders(tx: Transaction, orders: Sequence[WorkOrderV1]) -> dict[UUID, Ticket]:
    """Make the tickets what their work orders say: a line for each step, one fact for all steps of
    a ticket. Words of danger in a technician's reason count; a resident's wish to cancel is carried
    out when the technician is not under way any more. Return the tickets as they are now.

    Harmless to repeat, in any order, after any gap. An order of a ticket that is not ours changes
    nothing.
    """
    tickets = await lock_tickets(tx, [order.id for order in orders])
    for order in orders:
        before = tickets.get(order.id)
        if before is None:
            continue
        after, happenings = follow(before, order, at=tx.now)
        for happening in happenings:
            if happening.fact:
                # a note may be long, and is in the work order's own facts
                told = {name: each for name, each in happening.detail.items() if name != "note"}
                tx.publish(events.of_ticket(happening.name, happening.ticket, told))
            add_line(
                tx,
                happening.ticket,
                happening.name,
                by=happening.cause,
                at=happening.at,
                detail=happening.detail,
            )
        if after is before:
            continue
        if not _is_old_news(before, after):
            save(tx, after)
        for cause, reason in reasons_given(order):
            after = await heed_danger(tx, after, reason, by=cause)
        if before.state in _WITH_A_TECHNICIAN:
            after = await cancel_as_asked(tx, after)
        tickets[order.id] = after
    return tickets


def _is_old_news(before: Ticket, after: Ticket) -> bool:
    """Return whether the work order has only moved within what its ticket is already: that it was
    heard stands with its snapshot (`lock_ticket`).

    What is on hold is always written, since its hold ends by what it has heard of; so is what has
    ended, which is archived again then.
    """
    return after.state in _UNDER_WAY and replace(after, observed=before.observed) == before
