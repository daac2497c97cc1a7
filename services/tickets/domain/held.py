"""What tickets stores of work orders: what is shown beside a ticket.

A field that is added here has a default that means "not heard yet": it comes with the next fact
about its ticket, and rows of before lack it.
"""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts import Contract, Snapshot, WorkOrderV1
from shared.contracts.attachments import WorkPhoto
from shared.contracts.dispatch import Barred, JobState, WorkOrderState


class HeldStep(Contract):
    """One change of a job's state, by the technician it concerned."""

    at: AwareDatetime
    state: JobState
    technician_id: str | None = None


class HeldJob(Contract):
    """Who does the work, how far it is, and when what was done."""

    id: UUID
    cycle: int
    state: JobState
    technician_id: str | None = None
    planned_arrival: AwareDatetime | None = None
    steps: tuple[HeldStep, ...] = ()
    photos: tuple[WorkPhoto, ...] = ()


class HeldWork(Snapshot):
    """The jobs of a work order, and why no technician can take them."""

    OWNER: ClassVar[str] = WorkOrderV1.OWNER
    ENTITY: ClassVar[str] = WorkOrderV1.ENTITY

    state: WorkOrderState
    cycle: int
    jobs: tuple[HeldJob, ...] = ()
    unassignable_at: AwareDatetime | None = None
    unassignable: tuple[Barred, ...] = ()
