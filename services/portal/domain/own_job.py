"""A job as the API of dispatch shows it to the technician who has it, or is offered it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Contract
from shared.contracts.dispatch import IN_HAND, JobState, OfferState
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Place, Priority

_THERE = frozenset({JobState.ON_SITE, JobState.WORKING})
_DOING = _THERE | {JobState.TRAVELLING}
OVER = frozenset({JobState.COMPLETED, JobState.FOLLOW_UP, JobState.CANCELLED})


class StepView(Contract):
    """One change of the job's state."""

    at: AwareDatetime
    state: JobState
    technician_id: str | None = None
    reason: str | None = None
    said_at: AwareDatetime | None = None
    received_at: AwareDatetime | None = None


class OfferView(Contract):
    """The technician's own offer."""

    id: UUID
    state: OfferState
    offered_at: AwareDatetime
    expires_at: AwareDatetime
    interrupts: bool = False
    assigned_by: str | None = None


class JobTicket(Contract):
    """What of the ticket the technician needs to know."""

    reference: str
    title: str = ""
    description: str = ""
    place: Place = Place()
    language: str = "zh-CN"


class OwnJob(Contract):
    """The answer of `GET /v1/jobs/{id}`, and of the technician's lists."""

    id: UUID
    ticket_id: UUID
    site_id: str
    cycle: int
    state: JobState
    technician_id: str | None = None
    planned_arrival: AwareDatetime | None = None
    reason: str | None = None
    category: str
    priority: Priority
    due_at: AwareDatetime | None = None
    version: int
    steps: tuple[StepView, ...] = ()
    offers: tuple[OfferView, ...] = ()
    report: dict[str, Any] | None = None
    ticket: JobTicket | None = None

    @property
    def is_in_hand(self) -> bool:
        return self.state in IN_HAND

    @property
    def is_being_done(self) -> bool:
        """Whether its technician is on the way to it, or there."""
        return self.state in _DOING

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def place(self) -> Place:
        return Place() if self.ticket is None else self.ticket.place

    @property
    def text(self) -> str:
        """What the resident said of it, in one line where they said little."""
        if self.ticket is None:
            return ""
        return self.ticket.description or self.ticket.title

    @property
    def reference(self) -> str:
        return "" if self.ticket is None else self.ticket.reference

    @property
    def ended_at(self) -> datetime | None:
        return self.steps[-1].at if self.is_over and self.steps else None

    @property
    def own_steps(self) -> tuple[StepView, ...]:
        """The steps since its technician took it."""
        taken = [n for n, step in enumerate(self.steps) if step.state is JobState.ACCEPTED]
        return self.steps[taken[0] if not self.is_in_hand else taken[-1] :] if taken else ()

    def there_since(self) -> datetime | None:
        """Return when the technician was there first since they took the job; None before that."""
        since: datetime | None = None
        for step in self.steps:
            if step.state is JobState.WAITING:
                since = None  # another had it then
            elif step.state in _THERE:
                since = since or step.at
        return since

    def offer(self, offer_id: UUID) -> OfferView | None:
        return next((offer for offer in self.offers if offer.id == offer_id), None)


class Due(Contract):
    """The promise that comes next: to be there, or to have it fixed."""

    kind: ClockKind
    at: AwareDatetime


class HeldOut(Contract):
    """An open offer with its job, as `GET /v1/me/offers` lists it."""

    offer_id: UUID
    expires_at: AwareDatetime
    job: OwnJob

    @property
    def offered_at(self) -> datetime:
        offer = self.job.offer(self.offer_id)
        return self.expires_at if offer is None else offer.offered_at

    @property
    def interrupts(self) -> bool:
        """Whether the technician would leave other work for it."""
        offer = self.job.offer(self.offer_id)
        return offer is not None and offer.interrupts

    @property
    def is_chosen(self) -> bool:
        """Whether a dispatcher chose the technician, and no other was asked."""
        offer = self.job.offer(self.offer_id)
        return offer is not None and offer.assigned_by is not None


class Grabbable(Contract):
    """A job in the pool, as `GET /v1/pool` lists it."""

    job: OwnJob
    until: AwareDatetime
    cost_min: float
    distance_m: int | None = None
