"""The facts of dispatch: who does the work."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, field_serializer

from shared.contracts.attachments import WorkPhoto
from shared.contracts.base import Contract, SkillNeed, Snapshot


class WorkOrderState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    TRAVELLING = "travelling"
    ON_SITE = "on_site"
    WORKING = "working"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class JobState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    TRAVELLING = "travelling"
    ON_SITE = "on_site"
    WORKING = "working"
    PAUSED = "paused"
    COMPLETED = "completed"
    FOLLOW_UP = "follow_up"
    CANCELLED = "cancelled"


IN_HAND = frozenset(
    {JobState.ACCEPTED, JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING, JobState.PAUSED}
)
"""A technician has the job."""

TAKEN_AWAY = frozenset(
    {"withdrawn_by_staff", "assigned_to_other", "windows_overlap", "technician_gone"}
)
"""Why dispatch takes a job away. A technician gives theirs back for any other reason."""


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class JobStep(Contract):
    """One change of a job's state, by the technician it concerned."""

    at: AwareDatetime
    state: JobState
    technician_id: str | None = None
    reason: str | None = None
    said_at: AwareDatetime | None = None
    """What the technician's phone said that the time was, by its own clock; None: it said none."""
    received_at: AwareDatetime | None = None
    """When dispatch was told of the step, where `at` is earlier by what the phone said; None: at
    `at`.
    """


class OfferV1(Contract):
    """A job held out to one technician until `expires_at`."""

    id: UUID
    technician_id: str
    state: OfferState
    offered_at: AwareDatetime
    expires_at: AwareDatetime
    decided_at: AwareDatetime | None = None
    reason: str | None = None
    interrupts: bool = False
    """Whether it is an emergency held out to a technician who had no room for another job."""


class PoolV1(Contract):
    """A waiting job that technicians may grab from `at` until `until`; `told` are those of them
    who are to be told, best first.
    """

    at: AwareDatetime
    until: AwareDatetime
    told: tuple[str, ...] = ()


class JobV1(Contract):
    """One piece of work for one technician."""

    id: UUID
    cycle: int
    state: JobState
    technician_id: str | None = None
    planned_arrival: AwareDatetime | None = None
    planned_at: AwareDatetime | None = None
    """When the technician said so; None for an arrival planned under an earlier release."""
    paused_at_version: int | None = None
    """The work order's version at which it was paused; None when not paused."""
    reason: str | None = None
    steps: tuple[JobStep, ...] = ()
    offers: tuple[OfferV1, ...] = ()
    holder_bars: tuple[str, ...] = ()
    """The codes of the hard rules that its technician does not meet any more; the job stays theirs
    until staff or they decide otherwise.
    """
    note: str | None = None
    """What was done, in the technician's words."""
    pool: PoolV1 | None = None
    """Of a waiting job, the last time that it was put into the pool; None: it was not."""
    photos: tuple[WorkPhoto, ...] = ()
    """Which of the ticket's attachments show it; they may not be there."""

    @field_serializer("steps")
    def _always_steps(self, steps: tuple[JobStep, ...]) -> tuple[JobStep, ...]:
        return steps

    @field_serializer("offers")
    def _always_offers(self, offers: tuple[OfferV1, ...]) -> tuple[OfferV1, ...]:
        return offers


class Barred(Contract):
    """Why one technician cannot have a job: the codes of the hard rules that bar them."""

    technician_id: str
    codes: tuple[str, ...]


class WorkOrderV1(Snapshot):
    """All that dispatch does about one ticket, changed and published as one.

    Its id is the ticket's.
    """

    OWNER: ClassVar[str] = "dispatch"
    ENTITY: ClassVar[str] = "work_order"
    ABOUT: ClassVar[tuple[str, str]] = ("ticket", "id")
    FACTS: ClassVar[dict[str, str]] = {
        "created": "Work begins to be arranged for a ticket, or for its next cycle.",
        "offered": "A job was held out to one or more technicians.",
        "accepted": "A technician took the job.",
        "offer_declined": "The last open offer was declined; the job waits.",
        "offer_expired": "The last open offer ran out; the job waits.",
        "offer_withdrawn": "Open offers were taken back; the job waits.",
        "unassignable": (
            "No technician can take the job now; the detail says why, for each of them."
        ),
        "left_to_desk": (
            "A job waits for a dispatcher to choose: its site asks no technician by itself."
        ),
        "pooled": "Technicians who are able may grab a job.",
        "travelling": "The technician is on the way.",
        "arrived": "The technician is on site.",
        "started": "The technician is working.",
        "paused": "Work waits for something.",
        "resumed": "The pause is over.",
        "rescheduled": "The technician expects to arrive at another time.",
        "returned": "The technician gave the job back or it was taken away.",
        "holder_barred": (
            "The technician who holds a job does not meet a rule for it any more, or does again."
        ),
        "completed": "The job is done.",
        "follow_up": "A second visit is needed; a linked job waits.",
        "cancelled": "The work is no longer wanted, or none was: the desk sees to the ticket.",
        "restated": "Nothing changed; said again for listeners that missed it.",
    }

    id: UUID
    observed: int
    """The ticket's version that this work order has taken into account."""
    cycle: int
    state: WorkOrderState
    reason: str | None = None
    jobs: tuple[JobV1, ...] = ()
    unassignable: tuple[Barred, ...] = ()
    """Why no technician can take it, for each of them, when none can; empty also when a site has
    no technicians at all.
    """
    unassignable_at: AwareDatetime | None = None
    """Since when no technician can take it; None while one might."""
    left_to_desk_at: AwareDatetime | None = None
    """Since when it waits for a dispatcher's choice: its site asks no technician by itself. None
    while technicians are asked.
    """

    @field_serializer("jobs")
    def _always_jobs(self, jobs: tuple[JobV1, ...]) -> tuple[JobV1, ...]:
        return jobs


class CertificateWarning(Contract):
    """A technician's certificates of a kind end with `expires_on`: to be told since `at`, `days`
    before it or later.
    """

    kind: str
    expires_on: date
    days: int
    at: AwareDatetime


class TechnicianV1(Snapshot):
    """A technician as others may know them: names only here, contacts nowhere.

    `site_id` is the first of `sites`.
    """

    OWNER: ClassVar[str] = "dispatch"
    ENTITY: ClassVar[str] = "technician"
    FACTS: ClassVar[dict[str, str]] = {
        "changed": "A technician's name, sites, skills, certificates or presence changed.",
        "certificate_warned": "A certificate of a technician ends soon, or has ended.",
        "restated": "Nothing changed; said again for listeners that missed it.",
    }

    id: str
    name: str
    sites: tuple[str, ...]
    skills: tuple[SkillNeed, ...] = ()
    language: str = "zh-CN"
    removed_at: AwareDatetime | None = None
    certificate_warnings: tuple[CertificateWarning, ...] = ()
    """The newest of each kind of certificate that ends soon, or has ended."""
