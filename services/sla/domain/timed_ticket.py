"""A ticket whose promises are timed, as it is stored."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from services.sla.domain.life import Life
from services.sla.domain.objection import Objection
from services.sla.domain.urgency import OPEN, is_going_on, urgent_at
from shared.contracts import TicketV1
from shared.contracts.sla import ClockKind, ClockV1


@dataclass(frozen=True)
class TicketCard:
    """What the board shows of a ticket."""

    site_id: str
    reference: str
    category: str
    priority: str
    ticket_state: str
    is_open: bool

    @classmethod
    def of(cls, ticket: TicketV1) -> "TicketCard":
        return cls(
            site_id=ticket.site_id,
            reference=ticket.reference,
            category=ticket.category,
            priority=ticket.priority.value,
            ticket_state=ticket.state.value,
            is_open=ticket.state in OPEN,
        )


@dataclass(frozen=True, kw_only=True)
class TimedTicket:
    """All clocks of one ticket, with the life that they were computed from.

    `looked_at` is when the clocks were last found to stand so, `next_at` when to look at them again
    though nothing happens (None: never). `objection` is the time to object while it is resolved.
    """

    ticket_id: UUID
    version: int
    card: TicketCard
    policy_id: str
    policy_version: int
    life: Life
    clocks: tuple[ClockV1, ...]
    objection: Objection | None = None
    next_at: datetime | None
    looked_at: datetime

    @cached_property
    def going_on(self) -> dict[ClockKind, ClockV1]:
        """The clocks that have not stopped."""
        return {clock.kind: clock for clock in self.clocks if is_going_on(clock)}

    @property
    def is_history(self) -> bool:
        """Whether it is as it ended in a former system: in no figure, and nothing to tell."""
        return self.life.ticket.is_history

    @property
    def urgent_at(self) -> datetime | None:
        """The earliest due time of a promise that is not yet done with."""
        return urgent_at(self.clocks)
