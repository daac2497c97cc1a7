"""A job: one piece of work about a ticket, with its steps and the offers of it.

Values only; every change is a new value.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from pydantic import JsonValue

from shared.contracts.attachments import WorkPhoto
from shared.contracts.base import SkillNeed
from shared.contracts.dispatch import IN_HAND, JobState, OfferState
from shared.ids import JobId, OfferId, TechnicianId, TicketId, derived_id, is_id

TAKEN = IN_HAND
"""A technician has it."""
DOING = frozenset({JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING})
"""A technician is at it: one job at a time."""
OPEN = TAKEN | {JobState.WAITING, JobState.OFFERED}

_REMEMBERED_ROUNDS = 30
"""Rounds of offering that came to nothing and stay in a job's steps; the offers keep their own
dates.
"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a technician's phone said that the time was, as it said it, and when the service was
    told, where that was later than the step counts from.
    """

    at: datetime
    received_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change of a job's state, by the technician it concerned."""

    at: datetime
    state: JobState
    technician_id: TechnicianId | None = None
    reason: str | None = None
    said: Said | None = None

    @property
    def said_at(self) -> datetime | None:
        return None if self.said is None else self.said.at

    @property
    def received_at(self) -> datetime | None:
        return None if self.said is None else self.said.received_at


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
    interrupts: bool = False
    """Whether the technician had no room for the job: an emergency that they would leave other work
    for.
    """
    assigned_by: str | None = None
    """The dispatcher who chose the technician; None where the engine did."""
    overrule: str | None = None
    """Why the dispatcher overruled what would have barred them."""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Technicians who are able may grab the job from `at` until `until`; `told` are those who were
    told of it, best first.
    """

    at: datetime
    until: datetime
    told: tuple[TechnicianId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the technician says was done."""

    note: str | None = None
    minutes: int | None = None
    parts: tuple[dict[str, JsonValue], ...] = ()
    photos: tuple[str, ...] = ()
    """Ids of attachments of the ticket: how it is afterwards,"""
    photos_before: tuple[str, ...] = ()
    """and how it was before."""
    signature: str | None = None
    checklist: tuple[dict[str, JsonValue], ...] = ()
    """`code done` of each item that they were shown."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of work for one technician. `number` counts the jobs of a cycle from 1."""

    id: JobId
    cycle: int
    number: int
    state: JobState
    technician_id: TechnicianId | None = None
    planned_arrival: datetime | None = None
    planned_at: datetime | None = None
    """When the technician said so."""
    paused_at_version: int | None = None
    reason: str | None = None
    steps: tuple[Step, ...] = ()
    offers: tuple[Offer, ...] = ()
    skills: tuple[SkillNeed, ...] | None = None
    """What a second visit needs; None: what the ticket needs."""
    report: Report | None = None
    holder_bars: tuple[str, ...] = ()
    """The codes of the rules that its technician does not meet any more."""
    pool: Pool | None = None
    """The last time that it was put into the pool, since it began to wait; None: it was not."""

    @property
    def open_offers(self) -> tuple[Offer, ...]:
        return tuple(offer for offer in self.offers if offer.state is OfferState.OPEN)

    @property
    def note(self) -> str | None:
        """What was done, in the technician's words."""
        return (self.report and self.report.note) or None

    @property
    def photos(self) -> tuple[WorkPhoto, ...]:
        """Return the attachments that show the work. Reports of an earlier release may name what
        is no id.
        """
        report = self.report or Report()
        named = [(id, True) for id in report.photos_before] + [(id, False) for id in report.photos]
        return tuple(WorkPhoto(id=UUID(id), before=before) for id, before in named if is_id(id))

    def held_by(self, technician_id: TechnicianId) -> bool:
        """Return whether the technician has it now: took it, and neither lost nor ended it."""
        return self.state in TAKEN and self.technician_id == technician_id

    def end_of_hold(self, technician_id: TechnicianId) -> Step | None:
        """Return the step by which the technician, who has it no longer, lost it or ended it; None
        where the steps do not tell.
        """
        after = [
            then
            for step, then in pairwise(self.steps)
            if step.state in TAKEN
            and step.technician_id == technician_id
            and (then.state not in TAKEN or then.technician_id != technician_id)
        ]
        return after[-1] if after else None

    def arriving(self, planned: datetime | None, *, at: datetime) -> "Job":
        """Return the job with the arrival that its technician plans, as they said at `at`."""
        return replace(self, planned_arrival=planned, planned_at=None if planned is None else at)

    def stepped(
        self,
        to: JobState,
        *,
        at: datetime,
        by: TechnicianId | None = None,
        reason: str | None = None,
    ) -> "Job":
        """Return the job in its next state, dated not before its last step; of a pause it knows
        nothing any more.
        """
        if self.steps:
            at = max(at, self.steps[-1].at)
        steps = _forget_old_rounds(
            (*self.steps, Step(at=at, state=to, technician_id=by, reason=reason))
        )
        return replace(self, state=to, reason=reason, steps=steps, paused_at_version=None)

    def said(self, at: datetime, *, received_at: datetime) -> "Job":
        """Return the job with what a phone said of its last step, which was told `received_at`."""
        *earlier, last = self.steps
        said = Said(at=at, received_at=received_at if last.at < received_at else None)
        return replace(self, steps=(*earlier, replace(last, said=said)))

    def with_offers(self, decided: Iterable[Offer]) -> "Job":
        """Return the job with these offers in place of those of the same id."""
        by_id = {offer.id: offer for offer in decided}
        return replace(self, offers=tuple(by_id.get(offer.id, offer) for offer in self.offers))


def first_step(
    ticket_id: TicketId,
    *,
    cycle: int,
    number: int,
    at: datetime,
    skills: tuple[SkillNeed, ...] | None = None,
) -> Job:
    """Return a job as it begins: waiting."""
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
    """Return the job's open offers, taken back."""
    return tuple(
        replace(offer, state=OfferState.WITHDRAWN, decided_at=at, reason=reason)
        for offer in job.open_offers
    )


def ended(job: Job, *, at: datetime, reason: str) -> Job:
    """Return the job, cancelled, with its open offers taken back."""
    taken_back = job.with_offers(withdrawn(job, at=at, reason=reason))
    return taken_back.stepped(JobState.CANCELLED, at=at, by=job.technician_id, reason=reason)


def _forget_old_rounds(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Drop all but the last rounds of offering from a job's steps; every step still follows
    legally. A job that no technician takes for weeks is offered hundreds of times.
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
