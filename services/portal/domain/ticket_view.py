"""A ticket as the API of tickets shows it to those who follow it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.attachments import Attachment, WorkPhoto
from shared.contracts.base import Contract
from shared.contracts.categories import MissingAnswer, Nature, Road
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.imported import Imported
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import (
    Activity,
    Appointment,
    Classing,
    HoldReason,
    Note,
    Place,
    Priority,
    TicketState,
    TicketStep,
)
from shared.contracts.words import Danger, Rating

LIVING = frozenset(
    {TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS, TicketState.ON_HOLD}
)
SYSTEM = "system"
_URGE_COUNTS_EVERY = timedelta(hours=1)
_REOPEN_WITHIN = timedelta(days=14)
_RATE_WITHIN = timedelta(days=30)


class PromiseView(Contract):
    """One promise that sla times."""

    kind: ClockKind
    state: ClockState
    due_at: AwareDatetime | None
    stopped_at: AwareDatetime | None
    breached: bool

    def is_late(self, now: datetime) -> bool:
        """Return whether it is still waited for though it fell due."""
        if self.stopped_at is not None or self.state in (ClockState.CANCELLED, ClockState.UNKNOWN):
            return False
        return self.breached or (self.due_at is not None and self.due_at <= now)


class WorkView(Contract):
    """What dispatch does about the ticket; `technician` is what the person is called."""

    state: WorkOrderState
    job_id: str | None = None
    job_state: JobState | None = None
    technician: str | None = None
    planned_arrival: AwareDatetime | None = None
    unassignable_at: AwareDatetime | None = None
    photos: tuple[WorkPhoto, ...] = ()


class TicketView(Contract):
    """The answer of `GET /v1/tickets/{id}`, and an item of a list in full."""

    id: UUID
    version: int
    site_id: str
    reference: str
    state: TicketState
    cycle: int
    category: str
    priority: Priority
    nature: Nature
    road: Road
    title: str = ""
    description: str = ""
    reporter_id: str = ""
    followers: tuple[str, ...] = ()
    place: Place = Place()
    answers: dict[str, str] = {}
    missing: tuple[MissingAnswer, ...] = ()
    duplicate_of: UUID | None = None
    opened_at: AwareDatetime
    steps: tuple[TicketStep, ...]
    classes: tuple[Classing, ...] = ()
    answered_at: AwareDatetime | None = None
    urges: tuple[AwareDatetime, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    ratings: tuple[Rating, ...] = ()
    activities: tuple[Activity, ...] = ()
    note: Note | None = None
    cancel_requested_at: AwareDatetime | None = None
    danger: tuple[Danger, ...] = ()
    imported: Imported | None = None
    attachments: tuple[Attachment, ...] = ()
    legal: tuple[str, ...] = ()
    visit: Appointment | None = None
    work: WorkView | None = None
    clocks: tuple[PromiseView, ...] = ()

    @property
    def is_living(self) -> bool:
        return self.state in LIVING

    @property
    def is_under_way(self) -> bool:
        """Whether it is not over for its resident, who may have to confirm it still."""
        return self.is_living or self.state is TicketState.RESOLVED

    @property
    def is_at_desk(self) -> bool:
        return self.road is Road.DESK

    @property
    def is_history(self) -> bool:
        """Whether it is as it ended in a former system."""
        return self.imported is not None and self.imported.is_history(cycle=self.cycle)

    @property
    def last(self) -> TicketStep:
        return self.steps[-1]

    @property
    def hold_reason(self) -> HoldReason | None:
        reason = self.last.reason if self.state is TicketState.ON_HOLD else None
        return HoldReason(reason) if reason in set(HoldReason) else None

    @property
    def last_note(self) -> str:
        """What was written with the last step, whole where the ticket has it so."""
        if self.note is not None and self.note.at == self.last.at:
            return self.note.text
        return ""

    @cached_property
    def this_cycle(self) -> Sequence[TicketStep]:
        return [step for step in self.steps if step.cycle == self.cycle]

    @property
    def technician(self) -> str:
        """What the technician is called who has the job or had it last; empty where none has."""
        return (self.work.technician if self.work else None) or ""

    @property
    def unanswered(self) -> tuple[MissingAnswer, ...]:
        """The questions whose answers hold the ticket up."""
        return tuple(each for each in self.missing if each.required)

    def clock(self, kind: ClockKind) -> PromiseView | None:
        return next((clock for clock in self.clocks if clock.kind is kind), None)

    def since(self, state: TicketState) -> datetime | None:
        """Return when this cycle first came to the state; None where it has not."""
        return next((step.at for step in self.this_cycle if step.state is state), None)

    def visit_agreed(self, now: datetime) -> Appointment | None:
        """Return the visit to come or under way that is agreed: by the resident, or because they
        let it stand.
        """
        visit = self.visit
        if visit is None or visit.cancelled or visit.end <= now or self.visit_offered(now):
            return None
        return visit

    def visit_offered(self, now: datetime) -> Appointment | None:
        """Return the visit that staff offer and that waits for the resident's word."""
        visit = self.visit
        if visit is None or visit.cancelled or visit.end <= now or not visit.proposed:
            return None
        return visit if visit.stands_at is None or visit.stands_at > now else None

    def urge_again_at(self, now: datetime) -> datetime | None:
        """Return when an urge counts again; None where it counts now."""
        again = self.urges[-1] + _URGE_COUNTS_EVERY if self.urges else None
        return again if again is not None and again > now else None

    @property
    def reopen_until(self) -> datetime | None:
        resolved = self.since(TicketState.RESOLVED)
        return resolved + _REOPEN_WITHIN if resolved else None

    def may_reopen(self, now: datetime) -> bool:
        until = self.reopen_until
        return "reopen" in self.legal and until is not None and now <= until

    def rating_by(self, person_id: str | None) -> Rating | None:
        """Return how the person rated this cycle's resolution."""
        rater = None if person_id == self.reporter_id else person_id
        return next(
            (each for each in self.ratings if (each.cycle, each.by) == (self.cycle, rater)), None
        )

    def may_rate(self, person_id: str | None, now: datetime) -> bool:
        """Return whether the person may rate its resolution still, as far as the page can tell."""
        if self.state not in (TicketState.RESOLVED, TicketState.CLOSED) or self.is_history:
            return False
        resolved = [step.at for step in self.steps if step.state is TicketState.RESOLVED]
        is_theirs = person_id is not None and person_id in (self.reporter_id, *self.followers)
        return (
            is_theirs
            and bool(resolved)
            and now - resolved[-1] <= _RATE_WITHIN
            and self.rating_by(person_id) is None
        )
