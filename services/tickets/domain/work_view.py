"""What a reader of a ticket wants to know of the other services: who comes, when, and by when it
was promised.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.tickets.domain.held import HeldJob, HeldWork
from services.tickets.domain.ticket import Ticket
from shared.contracts import ClocksV1, TechnicianV1
from shared.contracts.attachments import WorkPhoto
from shared.contracts.dispatch import Barred, JobState, WorkOrderState
from shared.contracts.sla import ClockState
from shared.standing import TAKEN, stand

_ENDED = frozenset({JobState.COMPLETED, JobState.FOLLOW_UP, JobState.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class WorkView:
    """What dispatch does about the ticket; `technician` is what the person is called, None while no
    technician has the job.
    """

    state: WorkOrderState
    job_id: str | None = None
    job_state: JobState | None = None
    technician_id: str | None = None
    technician: str | None = None
    planned_arrival: datetime | None = None
    unassignable_at: datetime | None = None
    """Since when no technician of the site can take it; None while one might."""
    unassignable: tuple[Barred, ...] = ()
    """Why, technician by technician, for those who may read technicians' ids; empty where the site
    has none at all.
    """
    photos: tuple[WorkPhoto, ...] = ()
    """Of the ticket's attachments those that technicians say show their work."""


@dataclass(frozen=True, kw_only=True)
class DueView:
    """One promise that sla times."""

    kind: str
    state: ClockState
    due_at: datetime | None
    stopped_at: datetime | None
    breached: bool


def technician_of(order: HeldWork | None) -> str | None:
    """Return the id of the technician who has the ticket's job, or had it last."""
    job = _job(order) if order else None
    return job.technician_id if job else None


def held_job(order: HeldWork, *, cycle: int, technician_id: str) -> UUID | None:
    """Return the newest job of the cycle that the technician holds, held or finished; None where
    they had none.
    """
    return next(
        (
            job.id
            for job in reversed(order.jobs)
            if job.cycle == cycle and _was_taken(job, technician_id)
        ),
        None,
    )


def work_view(
    order: HeldWork | None, technician: TechnicianV1 | None, *, there: Collection[UUID] = ()
) -> WorkView | None:
    """Return what is shown of the work order; `there` are the attachments that the reader sees."""
    if order is None:
        return None
    job = _job(order)
    if job is None:
        return WorkView(state=order.state)
    return WorkView(
        state=order.state,
        unassignable_at=order.unassignable_at,
        unassignable=order.unassignable,
        job_id=str(job.id),
        job_state=job.state,
        technician_id=job.technician_id,
        technician=first_name(technician.name)
        if technician and technician.id == job.technician_id
        else None,
        planned_arrival=None if job.state in _ENDED else job.planned_arrival,
        photos=tuple(photo for each in order.jobs for photo in each.photos if photo.id in there),
    )


def works_by_token(order: HeldWork | None, job_id: UUID, technician_id: str, *, cycle: int) -> bool:
    """Return whether the bearer of the job's token does it or did in this cycle. What dispatch
    signed and is not heard of yet holds.
    """
    job = _job_of(order, job_id)
    return job is None or job.cycle == cycle or not _was_taken(job, technician_id)


def has_by_token(order: HeldWork | None, job_id: UUID, technician_id: str) -> bool:
    """Return whether the bearer of the job's token has it still, or finished it: did not give it
    back. What dispatch signed and is not heard of yet holds.
    """
    job = _job_of(order, job_id)
    return job is None or job.technician_id == technician_id or not _was_taken(job, technician_id)


def due_views(
    clocks: ClocksV1 | None, ticket: Ticket, order: HeldWork | None
) -> tuple[DueView, ...]:
    """Return the promises as they stand by the ticket's own steps and its work order, which sla may
    not have heard of yet.
    """
    if clocks is None:
        return ()
    return tuple(
        DueView(
            kind=clock.kind.value,
            state=clock.state,
            due_at=clock.due_at,
            stopped_at=clock.stopped_at,
            breached=clock.breached_at is not None,
        )
        for clock in stand(clocks.clocks, ticket, order.jobs if order else ())
    )


def first_name(name: str) -> str:
    """Return how residents call a technician: `Maria` for Maria Lopez, 王师傅 for 王建国.

    A whole name is personal data that they do not need.
    """
    words = name.split()
    if not words:
        return ""
    if (
        len(words) == 1
        and 2 <= len(name.strip()) <= 4
        and all("\u4e00" <= sign <= "\u9fff" for sign in words[0])
    ):
        return words[0] if words[0].endswith(("师傅", "工")) else f"{words[0][0]}师傅"
    return words[0]


def _job(order: HeldWork) -> HeldJob | None:
    """Return the job that counts now: an open one of this cycle with a technician, else any open
    one, else the last.
    """
    jobs = [job for job in order.jobs if job.cycle == order.cycle]
    open_jobs = [job for job in jobs if job.state not in _ENDED]
    return (
        next((job for job in open_jobs if job.technician_id), None)
        or next(iter(open_jobs), None)
        or (jobs[-1] if jobs else None)
    )


def _job_of(order: HeldWork | None, job_id: UUID) -> HeldJob | None:
    return next((job for job in order.jobs if job.id == job_id), None) if order else None


def _was_taken(job: HeldJob, technician_id: str) -> bool:
    return any(step.technician_id == technician_id and step.state in TAKEN for step in job.steps)
