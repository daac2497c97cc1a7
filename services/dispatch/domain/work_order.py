"""The work order: all that is done about one ticket, its jobs and their offers.

Values only; every change is a new value.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.dispatch.domain.need import Need
from services.dispatch.domain.refusals import TooManySteps
from shared.contracts.base import SkillNeed
from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.errors import NotFound
from shared.ids import JobId, OfferId, SiteId, TechnicianId, TicketId, derived_id

TAKEN = frozenset(
    {JobState.ACCEPTED, JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING, JobState.PAUSED}
)
"""A technician has it."""
DOING = frozenset({JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING})
"""A technician is at it: one job at a time."""
OPEN = TAKEN | {JobState.WAITING, JobState.OFFERED}

MAX_STEPS = 200
"""In all jobs of a work order, by people; what the clock or the ticket asks for is always done."""
_REMEMBERED_ROUNDS = 30
"""Rounds of offering that came to nothing and stay in a job's steps; the offers keep their own
dates.
"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change of a job's state, by the technician it concerned."""

    at: datetime
    state: JobState
    technician_id: TechnicianId | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A job held out to one technician until `expires_at`.

    Its dates are the database's, the steps' the service's.
    """

    id: OfferId
    technician_id: TechnicianId
    state: OfferState
    offered_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the technician says was done."""

    note: str | None = None
    minutes: int | None = None
    parts: tuple[dict[str, Any], ...] = ()
    photos: tuple[str, ...] = ()
    signature: str | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of work for one technician. `number` counts the jobs of a cycle from 1."""

    id: JobId
    cycle: int
    number: int
    state: JobState
    technician_id: TechnicianId | None = None
    planned_arrival: datetime | None = None
    paused_at_version: int | None = None
    reason: str | None = None
    steps: tuple[Step, ...] = ()
    offers: tuple[Offer, ...] = ()
    skills: tuple[SkillNeed, ...] | None = None
    """What a second visit needs; None: what the ticket needs."""
    report: Report | None = None

    @property
    def open_offers(self) -> tuple[Offer, ...]:
        return tuple(offer for offer in self.offers if offer.state is OfferState.OPEN)

    def stepped(
        self,
        to: JobState,
        *,
        at: datetime,
        by: TechnicianId | None = None,
        reason: str | None = None,
        **more: Any,
    ) -> "Job":
        """The job in its next state, dated not before its last step."""
        if self.steps:
            at = max(at, self.steps[-1].at)
        steps = _forget_old_rounds(
            (*self.steps, Step(at=at, state=to, technician_id=by, reason=reason))
        )
        return replace(
            self, state=to, reason=reason, steps=steps, **{"paused_at_version": None, **more}
        )

    def with_offers(self, decided: Iterable[Offer]) -> "Job":
        """The job with these offers in place of those of the same id."""
        by_id = {offer.id: offer for offer in decided}
        return replace(self, offers=tuple(by_id.get(offer.id, offer) for offer in self.offers))


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
    """Why nobody can take it, technician by technician."""
    unassignable_at: datetime | None = None
    """Since when nobody can take it; None while somebody might."""
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
        """Raises NotFound."""
        for job in self.jobs:
            if job.id == job_id:
                return job
        raise NotFound(f"There is no job {job_id}.")

    def offer(self, offer_id: UUID) -> tuple[Job, Offer]:
        """The offer with its job. Raises NotFound."""
        for job in self.jobs:
            for offer in job.offers:
                if offer.id == offer_id:
                    return job, offer
        raise NotFound(f"There is no offer {offer_id}.")

    def skills_for(self, job: Job) -> tuple[SkillNeed, ...]:
        return self.need.skills if job.skills is None else job.skills

    def is_news_after(self, before: "WorkOrder | None") -> bool:
        """Whether others are to hear of the difference: what the ticket needs, and how much of it
        was seen, is the ticket's to say.
        """
        return before is None or (self.jobs, self.cycle, self.unassignable_at) != (
            before.jobs,
            before.cycle,
            before.unassignable_at,
        )

    def changed(self, *jobs: Job, **more: Any) -> "WorkOrder":
        """The work order in its next version, with these jobs in place of those of the same id, or
        added.
        """
        by_id = {job.id: job for job in jobs}
        kept = tuple(by_id.pop(job.id, job) for job in self.jobs)
        return replace(self, jobs=(*kept, *by_id.values()), version=self.next_version, **more)

    def room_for_steps(self) -> None:
        """Raises TooManySteps when people have moved it back and forth beyond reason."""
        if sum(len(job.steps) for job in self.jobs) >= MAX_STEPS:
            raise TooManySteps(f"A work order has at most {MAX_STEPS} steps.", limit=MAX_STEPS)

    def new_job(
        self, *, cycle: int, at: datetime, skills: tuple[SkillNeed, ...] | None = None
    ) -> Job:
        """The next job of a cycle.

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
        for state in _TELLING:
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


_TELLING = (
    JobState.WORKING,
    JobState.ON_SITE,
    JobState.TRAVELLING,
    JobState.PAUSED,
    JobState.ACCEPTED,
)
"""Of several open jobs the one that is furthest speaks for the work order."""


def first_step(
    ticket_id: TicketId,
    *,
    cycle: int,
    number: int,
    at: datetime,
    skills: tuple[SkillNeed, ...] | None = None,
) -> Job:
    """A job as it begins: waiting."""
    job_id = JobId(derived_id(ticket_id, cycle, number))
    return Job(
        id=job_id,
        cycle=cycle,
        number=number,
        state=JobState.WAITING,
        skills=skills,
        steps=(Step(at=at, state=JobState.WAITING),),
    )


def withdrawn(job: Job, *, at: datetime, reason: str) -> tuple[Offer, ...]:
    """The job's open offers, taken back."""
    return tuple(
        replace(offer, state=OfferState.WITHDRAWN, decided_at=at, reason=reason)
        for offer in job.open_offers
    )


def _forget_old_rounds(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """A job that nobody takes for weeks is offered hundreds of times: only the last rounds stay,
    and every step follows legally.
    """
    rounds = [
        n
        for n in range(len(steps) - 1)
        if (steps[n].state, steps[n + 1].state) == (JobState.OFFERED, JobState.WAITING)
    ]
    surplus = len(rounds) - _REMEMBERED_ROUNDS
    if surplus <= 0:
        return steps
    gone = {index for start in rounds[:surplus] for index in (start, start + 1)}
    return tuple(step for n, step in enumerate(steps) if n not in gone)
