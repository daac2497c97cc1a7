"""What sla stores of others' snapshots, which it needs again for two things: to know who may see a
ticket's clocks, and what a work order said that was heard of before its ticket.

A field that is added here has a default that means "not heard yet": it comes with the next fact
about its ticket, and rows of before lack it.
"""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.contracts import Contract, Snapshot, TicketV1, WorkOrderV1
from shared.contracts.dispatch import JobState, OfferState


class HeldTicket(Snapshot):
    """Whose ticket it is."""

    OWNER: ClassVar[str] = TicketV1.OWNER
    ENTITY: ClassVar[str] = TicketV1.ENTITY

    reporter_id: str
    followers: tuple[str, ...] = ()


class HeldStep(Contract):
    """One change of a job's state."""

    at: AwareDatetime
    state: JobState


class HeldOffer(Contract):
    """Who was asked to take a job."""

    technician_id: str
    state: OfferState


class HeldJob(Contract):
    """Who has a job, had it last or was asked, and what was done when."""

    cycle: int
    technician_id: str | None = None
    steps: tuple[HeldStep, ...] = ()
    offers: tuple[HeldOffer, ...] = ()


class HeldWork(Snapshot):
    """The jobs of a work order."""

    OWNER: ClassVar[str] = WorkOrderV1.OWNER
    ENTITY: ClassVar[str] = WorkOrderV1.ENTITY

    jobs: tuple[HeldJob, ...] = ()
