"""The desk's queue as it is read at a glance: a line for each ticket, and how many stand in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.tickets.domain.dues import Dues
from services.tickets.domain.work_view import WorkView
from shared.contracts.categories import Nature, Road
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Place, Priority, TicketState

AT_RISK = timedelta(hours=1)
"""What falls due within this time is at risk."""


class QueueView(StrEnum):
    """Which tickets of the queue are asked for."""

    AT_RISK = "at_risk"
    BREACHED = "breached"
    UNASSIGNABLE = "unassignable"
    UNHEARD = "unheard"


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many tickets there are, and since when or until when the first of them; None where there
    is none.
    """

    tickets: int
    first_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class QueueCounts:
    """`open` counts living tickets; `at_risk` what falls due next within the hour, `breached` what
    is overdue: a ticket counts once.
    """

    open: int
    on_hold: int
    at_risk: Count
    breached: Count
    unassignable: Count
    unheard: Count


def add_up(counts: Iterable[QueueCounts]) -> QueueCounts:
    """Return how many there are at several sites together."""
    each = list(counts)
    return QueueCounts(
        open=sum(one.open for one in each),
        on_hold=sum(one.on_hold for one in each),
        at_risk=_together(one.at_risk for one in each),
        breached=_together(one.breached for one in each),
        unassignable=_together(one.unassignable for one in each),
        unheard=_together(one.unheard for one in each),
    )


def _together(counts: Iterable[Count]) -> Count:
    each = list(counts)
    firsts = [one.first_at for one in each if one.first_at is not None]
    return Count(tickets=sum(one.tickets for one in each), first_at=min(firsts, default=None))


@dataclass(frozen=True, kw_only=True)
class QueueLine:
    """What the desk reads of a ticket before it opens it. `hold_reason` and `held_at` are of the
    hold that it is on.
    """

    id: UUID
    reference: str
    site_id: str
    state: TicketState
    priority: Priority
    category: str
    nature: Nature
    road: Road
    title: str
    description: str
    place: Place
    opened_at: datetime
    reporter_id: str
    needs_info: bool
    hold_reason: str | None
    held_at: datetime | None
    cancel_requested_at: datetime | None
    unheard_since: datetime | None
    due_at: datetime | None
    dues: Dues
    work: WorkView | None

    @property
    def due_kind(self) -> ClockKind | None:
        """Which of its promises falls due next; None where it waits for none."""
        if self.due_at is None:
            return None
        due = {
            ClockKind.RESPONSE: self.dues.response_due_at,
            ClockKind.ARRIVAL: self.dues.arrival_due_at,
            ClockKind.RESOLUTION: self.dues.resolution_due_at,
        }
        return next((kind for kind, at in due.items() if at == self.due_at), None)
