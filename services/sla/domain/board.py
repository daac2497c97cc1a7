"""What a site's board shows: what is open, what is soon late, what is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Priority, TicketState


@dataclass(frozen=True, kw_only=True)
class TicketOnBoard:
    """`due_at` is the earliest due time of what the ticket still waits for."""

    ticket_id: UUID
    reference: str
    category: str
    priority: Priority
    ticket_state: TicketState
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClockOnBoard(TicketOnBoard):
    """One promise; `due_at` is its own."""

    kind: ClockKind


@dataclass(frozen=True, kw_only=True)
class Counts:
    """`open` counts tickets, the others clocks."""

    open: int
    at_risk: int
    breached: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """As it stood at `at`; each list has at most the hundred most urgent.

    `listeners` is how many people hear of the site's breaches; None while that is not known.
    """

    site_id: str
    at: datetime
    counts: Counts
    listeners: int | None
    open: Sequence[TicketOnBoard]
    at_risk: Sequence[ClockOnBoard]
    breached: Sequence[ClockOnBoard]
