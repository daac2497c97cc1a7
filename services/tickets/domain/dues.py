"""When what was promised about a ticket falls due, of what is still waited for: the order of the
desk's queue; and whether a technician is looked for in vain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.tickets.domain.held import HeldJob
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import LIVING
from shared.contracts.sla import ClockKind, ClockV1
from shared.contracts.tickets import TicketState as State
from shared.standing import stand


@dataclass(frozen=True, kw_only=True)
class Dues:
    """Due times by kind of promise, past ones of broken promises that are still waited for too;
    None for one that is kept, waits with the work, or was not made.

    `unassignable_at` is since when no technician can take the work; None while one might.
    """

    response_due_at: datetime | None = None
    arrival_due_at: datetime | None = None
    resolution_due_at: datetime | None = None
    unassignable_at: datetime | None = None

    def __bool__(self) -> bool:
        return self != _NOTHING


_NOTHING = Dues()


def dues_of(
    ticket: Ticket,
    clocks: Iterable[ClockV1],
    jobs: Iterable[HeldJob],
    *,
    unassignable_at: datetime | None = None,
) -> Dues:
    """Return what is still waited for, of the promises as sla told them last and as ticket and jobs
    have stopped them since.
    """
    if is_over(ticket):
        return _NOTHING
    due = {
        clock.kind: clock.due_at
        for clock in stand(clocks, ticket, jobs)
        if clock.stopped_at is None
    }
    return Dues(
        response_due_at=due.get(ClockKind.RESPONSE),
        arrival_due_at=due.get(ClockKind.ARRIVAL),
        resolution_due_at=due.get(ClockKind.RESOLUTION),
        unassignable_at=unassignable_at,
    )


def is_over(ticket: Ticket) -> bool:
    """Return whether the ticket's own state ends all that was promised."""
    return ticket.state not in LIVING


def is_answered(ticket: Ticket) -> bool:
    """Return whether the ticket's own steps end the promise of a response."""
    taken = {State.ASSIGNED, State.RESOLVED}
    return ticket.answered_at is not None or any(step.state in taken for step in ticket.steps)
