"""The work order: all that is done about one ticket, its jobs and their offers.

Values only; every change is a new value.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.dispatch.domain.job import OPEN, Job, Offer, first_step
from services.dispatch.domain.need import Need
from services.dispatch.domain.refusals import TooManySteps
from shared.contracts.base import SkillNeed
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.errors import NotFound
from shared.ids import SiteId, TechnicianId, TicketId

MAX_STEPS = 200
"""In all jobs of a work order, by people; what the clock or the ticket asks for is always done."""


@dataclass(frozen=True, kw_only=True)
class Unable:
    """A technician who cannot have a job, with the codes of the hard rules that bar them."""

    technician_id: TechnicianId
    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WorkOrder:
    """One per ticket, under the ticket's id.

    `observed` is the ticket's version that it has taken into account.
    """

    id: TicketId
    version: int
    committed_version: int = 0
    """As loaded; 0 before the first.

    However often a transaction changes the work order, its version is the next one after this.
    """
    observed: int
    site_id: SiteId
    cycle: int
    need: Need
    jobs: tuple[Job, ...] = ()
    unassignable: tuple[Unable, ...] = ()
    """Why no technician can take it, one by one."""
    unassignable_at: datetime | None = None
    """Since when no technician can take it; None while one might."""
    left_to_desk_at: datetime | None = None
    """Since when it waits for a dispatcher's choice: its site asks no technician by itself. None
    while technicians are asked.
    """
    due_at: datetime | None = None
    """The earliest promise still running, for the order of work; not part of the public state."""
    read_at: datetime | None = None
    """When it was loaded, by the database's clock; not part of the public state."""

    @property
    def next_version(self) -> int:
        """The version that this transaction leads to if it changes anything."""
        return self.committed_version + 1

    @property
    def waits(self) -> bool:
        """Whether a job of it is to be handed out."""
        return not self.need.held and any(job.state is JobState.WAITING for job in self.jobs)

    @property
    def open_jobs(self) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs if job.state in OPEN)

    @property
    def state(self) -> WorkOrderState:
        """What the ticket should follow."""
        return self._summary()[0]

    @property
    def reason(self) -> str | None:
        """Why it is in that state, where there is a reason."""
        return self._summary()[1]

    def job(self, job_id: UUID) -> Job:
        """Return the job. Raises NotFound."""
        for job in self.jobs:
            if job.id == job_id:
                return job
        raise NotFound(f"There is no job {job_id}.")

    def offer(self, offer_id: UUID) -> tuple[Job, Offer]:
        """Return the offer with its job. Raises NotFound."""
        for job in self.jobs:
            for offer in job.offers:
                if offer.id == offer_id:
                    return job, offer
        raise NotFound(f"There is no offer {offer_id}.")

    def skills_for(self, job: Job) -> tuple[SkillNeed, ...]:
        return self.need.skills if job.skills is None else job.skills

    def is_news_after(self, before: "WorkOrder | None") -> bool:
        """Return whether others are to hear of the difference: what the ticket needs, and how much
        of it was seen, is the ticket's to say.
        """
        return before is None or (
            (self.jobs, self.cycle, self.unassignable_at, self.left_to_desk_at)
            != (before.jobs, before.cycle, before.unassignable_at, before.left_to_desk_at)
        )

    def changed(self, *jobs: Job, cycle: int | None = None) -> "WorkOrder":
        """Return the work order in its next version, with these jobs in place of those of the same
        id, or added; in the same cycle unless one is given.
        """
        by_id = {job.id: job for job in jobs}
        kept = tuple(by_id.pop(job.id, job) for job in self.jobs)
        return replace(
            self,
            jobs=(*kept, *by_id.values()),
            version=self.next_version,
            cycle=self.cycle if cycle is None else cycle,
        )

    def assignable(self) -> "WorkOrder":
        """Return the work order without the reasons why no technician could take it, or was
        asked.
        """
        return replace(self, unassignable=(), unassignable_at=None, left_to_desk_at=None)

    def room_for_steps(self) -> None:
        """Raise TooManySteps when people have moved it back and forth beyond reason."""
        if sum(len(job.steps) for job in self.jobs) >= MAX_STEPS:
            raise TooManySteps(f"A work order has at most {MAX_STEPS} steps.", limit=MAX_STEPS)

    def new_job(
        self, *, cycle: int, at: datetime, skills: tuple[SkillNeed, ...] | None = None
    ) -> Job:
        """Return the next job of a cycle.

        Its id follows from the ticket, the cycle and its number: asked for again, it is the same.
        """
        return first_step(
            self.id,
            cycle=cycle,
            number=1 + sum(job.cycle == cycle for job in self.jobs),
            at=at,
            skills=skills,
        )

    def _summary(self) -> tuple[WorkOrderState, str | None]:
        mine = [job for job in self.jobs if job.cycle == self.cycle]
        live = [job for job in mine if job.state in OPEN]
        for state in _MOST_ADVANCED_FIRST:
            for job in live:
                if job.state is state:
                    return WorkOrderState(state.value), job.reason
        if live:
            return WorkOrderState.WAITING, next(
                (job.reason for job in reversed(live) if job.reason), None
            )
        if any(job.state is JobState.COMPLETED for job in mine):
            return WorkOrderState.DONE, None
        return WorkOrderState.CANCELLED, next(
            (job.reason for job in reversed(mine) if job.reason), None
        )


_MOST_ADVANCED_FIRST = (
    JobState.WORKING,
    JobState.ON_SITE,
    JobState.TRAVELLING,
    JobState.PAUSED,
    JobState.ACCEPTED,
)
"""Of several open jobs the one that is furthest speaks for the work order."""
