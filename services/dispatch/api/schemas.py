"""What goes in and out over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from services.dispatch.domain.job import Job
from services.dispatch.domain.phone_time import PhoneTime
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.contracts.tickets import HoldReason, Place, Priority, TicketV1
from shared.http.fields import (
    Body,
    Code,
    Flag,
    Moment,
    Reply,
    ShortWords,
    Storable,
    Subject,
    Whole,
    Words,
)
from shared.http.inputs import SkillIn
from shared.http.secret_replies import SecretReply

Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), Storable]
Stated = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), Storable
]


class AcceptIn(Body):
    planned_arrival: Moment | None = None


class DeclineIn(Body):
    """`reason` is in words, or a usual one by its code, alone or before words: `busy`, `far`,
    `skill`, `tools`, `shift`, as in `busy: until three`.
    """

    reason: Reason = ""


_TEN_YEARS_S = 315_360_000


class StepIn(Body):
    """A step may be told later than it was taken: `said_at` is when, by the phone's own clock,
    which was `phone_ahead_s` seconds ahead of the server's (negative: behind) when the two were
    last compared. Both are optional, and so is the body.
    """

    said_at: Moment | None = None
    phone_ahead_s: Annotated[Whole, Field(ge=-_TEN_YEARS_S, le=_TEN_YEARS_S)] | None = None

    def said(self) -> PhoneTime | None:
        if self.said_at is None:
            return None
        ahead = None if self.phone_ahead_s is None else timedelta(seconds=self.phone_ahead_s)
        return PhoneTime(said_at=self.said_at, ahead=ahead)


class TravelIn(StepIn):
    planned_arrival: Moment | None = None


class PlannedArrivalIn(Body):
    planned_arrival: Moment


class PauseIn(StepIn):
    reason: HoldReason


class ReturnIn(StepIn):
    """`reason` is in words, or a usual one by its code, alone or before words: `skill`, `tools`,
    `unwell`, `shift`.
    """

    reason: Stated


class PartIn(Body):
    """Something that was used on the job."""

    name: ShortWords
    quantity: Annotated[Whole, Field(ge=1, le=10_000)] = 1


class PhotoIn(Body):
    """An attachment of the ticket, sent to it before."""

    id: UUID
    before: Flag = False
    """Whether it shows how it was before the work."""


class ChecklistItemIn(Body):
    """An item of the category's checklist, by its code, and whether it was ticked."""

    code: Code
    done: Flag = True


class ReportIn(StepIn):
    note: Words | None = None
    minutes: Annotated[Whole, Field(ge=0, le=10_000)] | None = None
    parts: Annotated[tuple[PartIn | ShortWords, ...], Field(max_length=100)] = ()
    photos: Annotated[tuple[PhotoIn | UUID, ...], Field(max_length=8)] = ()
    """Attachments of the ticket (`POST /v1/tickets/{ticket_id}/attachments` at tickets), by their
    ids: how it is after the work, unless said. What is not there is left out where it is shown.
    """
    signature: Annotated[str, StringConstraints(max_length=100_000), Storable] | None = None
    checklist: Annotated[tuple[ChecklistItemIn, ...], Field(max_length=20)] = ()


class FollowUpIn(ReportIn):
    reason: Reason = ""
    skills: Annotated[tuple[SkillIn, ...], Field(max_length=20)] | None = None
    """What the second visit needs, if not what the ticket needs."""


class AssignIn(Body):
    """`overrule` is why what would bar the technician does not count: leave, full hands. `asked` is
    the offer by which staff had asked a technician when you looked, null for none; left out, what
    others have asked meanwhile is taken back.
    """

    technician_id: Subject
    overrule: Stated | None = None
    asked: UUID | None = None

    def seen(self) -> frozenset[UUID] | None:
        """Return the offers of staff that the caller knew of; None where they do not say."""
        if "asked" not in self.model_fields_set:
            return None
        return frozenset() if self.asked is None else frozenset({self.asked})


class AcceptedOut(SecretReply):
    state: str = "accepted"
    job_id: UUID
    job_token: str


class DeclinedOut(Reply):
    state: str = "declined"
    job_id: UUID


class StepOut(Reply):
    at: datetime
    state: JobState
    technician_id: str | None
    reason: str | None
    said_at: datetime | None = None
    """What the technician's phone said that the time was, by its own clock."""
    received_at: datetime | None = None
    """When dispatch was told, where `at` is earlier by what the phone said."""


class OfferOut(Reply):
    id: UUID
    technician_id: str
    state: OfferState
    offered_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    reason: str | None
    interrupts: bool
    """Whether the technician would leave other work for it."""
    assigned_by: str | None
    """The dispatcher who chose the technician; null where the engine did."""
    overrule: str | None
    """Why the dispatcher overruled what would have barred them."""


class SkillOut(Reply):
    code: str
    level: int


class TicketOut(Reply):
    """What of the ticket its technician needs to know."""

    reference: str
    title: str
    description: str
    place: Place
    language: str


class JobOut(Reply):
    id: UUID
    ticket_id: UUID
    site_id: str
    cycle: int
    number: int
    state: JobState
    technician_id: str | None
    planned_arrival: datetime | None
    reason: str | None
    category: str
    priority: Priority
    skills: tuple[SkillOut, ...]
    due_at: datetime | None
    work_order_state: WorkOrderState
    version: int
    """The work order's."""
    steps: tuple[StepOut, ...]
    offers: tuple[OfferOut, ...]
    report: dict[str, Any] | None
    unassignable_at: datetime | None
    holder_bars: tuple[str, ...]
    """The codes of the rules that its technician does not meet any more."""
    pool_until: datetime | None = None
    """Of a waiting job, until when its time in the pool lasts, or lasted; null: it was in none."""
    ticket: TicketOut | None = None
    warnings: tuple[str, ...] = ()
    """What speaks against the step that was just taken, in sentences."""

    @classmethod
    def of(
        cls,
        order: WorkOrder,
        job: Job,
        ticket: TicketV1 | None = None,
        *,
        only_offers_to: str | None = None,
        warnings: tuple[str, ...] = (),
    ) -> "JobOut":
        """Return the job as answered. With `only_offers_to` a technician is not shown who else was
        asked.
        """
        report = job.report
        return cls(
            id=job.id,
            ticket_id=order.id,
            site_id=order.site_id,
            cycle=job.cycle,
            number=job.number,
            state=job.state,
            technician_id=job.technician_id,
            planned_arrival=job.planned_arrival,
            reason=job.reason,
            category=order.need.category,
            priority=order.need.priority,
            skills=tuple(SkillOut.model_validate(skill) for skill in order.skills_for(job)),
            due_at=order.due_at,
            work_order_state=order.state,
            version=order.version,
            steps=tuple(StepOut.model_validate(step) for step in job.steps),
            offers=tuple(
                OfferOut.model_validate(o)
                for o in job.offers
                if only_offers_to in (None, o.technician_id)
            ),
            report=None if report is None else vars(report),
            unassignable_at=order.unassignable_at,
            holder_bars=job.holder_bars,
            pool_until=job.pool.until if job.pool and job.state is JobState.WAITING else None,
            ticket=None if ticket is None else TicketOut.model_validate(ticket),
            warnings=warnings,
        )


class JobsOut(Reply):
    items: tuple[JobOut, ...]
    names: dict[str, str] = {}
    """What the technicians who stand in them are called, for staff."""


class HeldOutOut(Reply):
    """An open offer with its job."""

    offer_id: UUID
    expires_at: datetime
    job: JobOut


class OffersOut(Reply):
    items: tuple[HeldOutOut, ...]
