"""A ticket and what may be done to it: values in, values out (by dispatch: `following.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Unpack

from pydantic import TypeAdapter

from services.tickets.domain.changes import Changes
from services.tickets.domain.joined import Joined
from services.tickets.domain.limits import demand_room_for_end, demand_step, has_room
from services.tickets.domain.reopening import demand_time_to_reopen
from services.tickets.domain.verbs import (
    ENDED,
    LIVING,
    RESIDENT_MAY,
    STEPS,
    IllegalStep,
    SettledByYourself,
    Verb,
    demand_reason,
    legal_verbs,
)
from shared.auth.caller import Caller, Role
from shared.contracts import SkillNeed, Window
from shared.contracts.attachments import Attachment
from shared.contracts.categories import MissingAnswer, Nature, Road
from shared.contracts.imported import Imported
from shared.contracts.tickets import (
    Activity,
    Appointment,
    Classing,
    Deed,
    HoldReason,
    Note,
    Place,
    Priority,
    TicketStep,
)
from shared.contracts.tickets import TicketState as State
from shared.contracts.words import Danger, Rating
from shared.errors import Forbidden
from shared.ids import TicketId
from shared.shortening import printable, shortened

STAFF_HOLD = "staff"
SYSTEM = "system"
_REASON_LENGTH = 100
_MAX_ACTIVITIES = 30


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a person asked for, named as in `TicketV1`; what stands last is this service's alone."""

    id: TicketId
    version: int = 1
    site_id: str
    reference: str
    state: State
    cycle: int = 1
    category: str
    priority: Priority
    nature: Nature = Nature.FAULT
    road: Road = Road.DISPATCH
    title: str = ""
    description: str = ""
    language: str
    channel: str
    reporter_id: str
    entered_by: str
    followers: tuple[str, ...] = ()
    place: Place = field(default_factory=Place)
    skills: tuple[SkillNeed, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    needs_info: bool = False
    missing: tuple[MissingAnswer, ...] = ()
    preferred_windows: tuple[Window, ...] = ()
    hold: str | None = None
    before: State | None = None
    observed: int = 0
    duplicate_of: TicketId | None = None
    opened_at: datetime
    steps: tuple[TicketStep, ...]
    classes: tuple[Classing, ...]
    answered_at: datetime | None = None
    told: tuple[datetime, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    urges: tuple[datetime, ...] = ()
    ratings: tuple[Rating, ...] = ()
    language_chosen: bool = False
    activities: tuple[Activity, ...] = ()
    note: Note | None = None
    cancel_requested_at: datetime | None = None
    danger: tuple[Danger, ...] = ()
    imported: Imported | None = None
    attachments: tuple[Attachment, ...] = ()
    admitted: Mapping[str, datetime | None] = field(default_factory=dict)
    """Technicians who may read it for its work, and until when (None: while the job is theirs)."""
    entries: int = 1
    """How many lines its timeline has; their numbers are what a live stream resumes from."""
    settled_by: str | None = None
    """Who settled it last: staff who resolved it, or the technician of the job that did."""
    objection_ends_at: datetime | None = None
    """Until when its people may object to its resolution, as sla has it; None: 72 hours."""
    joined: tuple[Joined, ...] = ()
    """The duplicates that were merged into it."""
    unheard_since: datetime | None = None
    """Since when a resident's word waits for an answer; None: none does."""

    @cached_property
    def json(self) -> bytes:
        """Return the ticket without what is for services alone, written once for size and row."""
        return _TICKET.dump_json(self, exclude=FOR_SERVICES_ALONE)

    @property
    def joined_people(self) -> frozenset[str]:
        """The people who came along with its duplicates."""
        return frozenset(person for each in self.joined for person in each.people)

    def is_theirs(self, person: Caller) -> bool:
        """Return whether the person reported it, or came along with a duplicate as a resident."""
        return person.id == self.reporter_id or (
            person.id in self.joined_people and person.has(Role.RESIDENT, self.site_id)
        )

    def speaks_as_staff(self, person: Caller) -> bool:
        """Return whether what the person says and does counts as staff's: on what is theirs it is a
        resident's, which answers no one and which staff hear of.
        """
        return person.is_staff(self.site_id) and not self.is_theirs(person)

    def cancel(self, *, by: Caller, at: datetime, reason: str | None) -> "Ticket":
        """Return the ticket, cancelled. Raises IllegalStep, and ReasonDemanded of staff."""
        self.permit(Verb.CANCEL, by)
        if by.is_staff(self.site_id):
            demand_reason(reason)
        cancelled = self.step(to=State.CANCELLED, at=at, cause=by.id, reason=reason)
        return cancelled.did(Deed.CANCELLED, by=by).with_note(reason)

    def confirm(self, *, by: Caller, at: datetime) -> "Ticket":
        """Return the ticket, closed as fixed. Raises IllegalStep, SettledByYourself."""
        self.permit(Verb.CONFIRM, by)
        return self.step(to=State.CLOSED, at=at, cause=by.id)

    def reopen(self, *, by: Caller, at: datetime, reason: str) -> "Ticket":
        """Return the ticket in its next cycle. Raises IllegalStep, TooLateToReopen (14 days)."""
        self.permit(Verb.REOPEN, by)
        demand_time_to_reopen(self.steps, cycle=self.cycle, at=at)
        reopened = replace(self, cycle=self.cycle + 1).step(
            to=State.OPEN, at=at, cause=by.id, reason=demand_reason(reason)
        )
        return reopened.did(Deed.REOPENED, by=by).with_note(reason)

    def put_on_hold(
        self, *, by: Caller, at: datetime, reason: HoldReason, note: str = ""
    ) -> "Ticket":
        """Return the ticket, held by staff, remembering where it was. Raises IllegalStep."""
        self.permit(Verb.HOLD, by)
        return self.step(
            to=State.ON_HOLD,
            at=at,
            cause=by.id,
            reason=reason.value,
            hold=STAFF_HOLD,
            before=self.state,
        ).with_note(note)

    def release(self, *, by: Caller, at: datetime) -> "Ticket":
        """Return the ticket back where its hold found it. Raises IllegalStep."""
        self.permit(Verb.RELEASE, by)
        return self._back(at=at, cause=by.id)

    def resolve(self, *, by: Caller, at: datetime, note: str) -> "Ticket":
        """Return the ticket, resolved by staff with a note. Raises IllegalStep."""
        self.permit(Verb.RESOLVE, by)
        resolved = self.step(to=State.RESOLVED, at=at, cause=by.id, reason=demand_reason(note))
        return replace(resolved.with_note(note), settled_by=by.id)

    def step(
        self,
        *,
        to: State,
        at: datetime,
        cause: str,
        reason: str | None = None,
        hold: str | None = None,
        before: State | None = None,
        merged_into: str | None = None,
    ) -> "Ticket":
        """Return the ticket after one legal change of state; `hold` and `before` are for a hold.

        Raises TooManySteps, TicketFull; an illegal one is a mistake of ours, not of the caller.
        """
        if (self.state, to) not in STEPS:
            raise AssertionError(f"no step leads from {self.state} to {to}")
        demand_step(to, steps=len(self.steps))
        step = TicketStep(
            at=max(at, self.steps[-1].at),
            state=to,
            cycle=self.cycle,
            cause=cause,
            reason=None if reason is None else shortened(reason, _REASON_LENGTH),
            merged_into=merged_into,
        )
        return replace(self, objection_ends_at=None, unheard_since=None).changed(
            state=to,
            steps=(*self.steps, step),
            hold=hold,
            before=before,
            cancel_requested_at=None if to in ENDED else self.cancel_requested_at,
        )

    def has_room_for(self, to: State) -> bool:
        """Return whether `step` would raise neither."""
        return has_room(to, steps=len(self.steps), size=len(self.json))

    def changed(self, **changes: Unpack[Changes]) -> "Ticket":
        """Return the next version. Raises TicketFull."""
        after = replace(self, version=self.version + 1, entries=self.entries + 1, **changes)
        after.demand_room_for_its_end()
        return after

    def demand_room_for_its_end(self) -> None:
        """Raise TicketFull when it lives, and its end would not fit into a fact any more."""
        demand_room_for_end(self.state, size=len(self.json))

    def did(
        self, deed: Deed, *, by: Caller, at: datetime | None = None, changed: tuple[str, ...] = ()
    ) -> "Ticket":
        """Return the same version with what the person did, at its last step unless said."""
        activity = Activity(
            at=at or self.steps[-1].at,
            deed=deed,
            by=by.id,
            by_staff=self.speaks_as_staff(by),
            changed=changed,
        )
        return replace(self, activities=(*self.activities, activity)[-_MAX_ACTIVITIES:])

    def with_note(self, text: str | None, *, at: datetime | None = None) -> "Ticket":
        """Return the same version with words for its last step, or for what was done at `at`."""
        if text is None or not text.strip():
            return self
        return replace(self, note=Note(at=at or self.steps[-1].at, text=printable(text)))

    def noted(self) -> "Ticket":
        """Return the same version with one more line on its timeline."""
        return replace(self, entries=self.entries + 1)

    def legal_for(self, by: Caller) -> frozenset[Verb]:
        """Return the steps that the caller may take now, if they may act on the ticket at all."""
        legal = legal_verbs(self.state, is_staff=by.is_staff(self.site_id))
        illegal = {Verb.CONFIRM} if self.was_settled_by(by) else set()
        illegal |= set() if self.cancel_requested_at else {Verb.REFUSE_CANCEL}
        return legal - illegal - ({Verb.UNMERGE} if self.duplicate_of is None else set())

    def was_settled_by(self, person: Caller) -> bool:
        """Return whether the newest resolution is the person's own work."""
        resolved = (step.cause for step in reversed(self.steps) if step.state is State.RESOLVED)
        return person.id == (self.settled_by or next(resolved, None))

    def demand_life(self, verb: str, by: Caller) -> None:
        """Raise IllegalStep when the ticket has ended."""
        if self.state not in LIVING:
            raise IllegalStep(verb, state=self.state, legal=self.legal_for(by))

    def answered_by_resident(self, *, by: Caller, at: datetime) -> "Ticket":
        """Return the ticket back where it was, because the resident gave the answer it was held
        for; the same if it was not.
        """
        waits = self.state is State.ON_HOLD and self.steps[-1].reason == HoldReason.WAITING_RESIDENT
        if not waits or not self.is_theirs(by):
            return self
        if not self.has_room_for(self.before or State.OPEN):
            return self  # the comment is worth more than the step
        return self._back(at=at, cause=by.id)

    def permit(self, verb: Verb, by: Caller) -> None:
        """Raise IllegalStep, or Forbidden for what staff alone do, unless the caller may now."""
        if verb not in RESIDENT_MAY and not by.is_staff(self.site_id):
            raise Forbidden(f"Only staff {verb.replace('_', ' to ')} tickets.")
        if verb is Verb.CONFIRM and self.state is State.RESOLVED and self.was_settled_by(by):
            raise SettledByYourself(verb)
        legal = self.legal_for(by)
        if verb not in legal:
            raise IllegalStep(verb, state=self.state, legal=legal)

    def _back(self, *, at: datetime, cause: str) -> "Ticket":
        return self.step(to=self.before or State.OPEN, at=at, cause=cause)


_OF_ITS_WORK = {"observed", "admitted", "settled_by"}
FOR_SERVICES_ALONE = _OF_ITS_WORK | {"entries", "objection_ends_at", "joined", "unheard_since"}
_TICKET = TypeAdapter(Ticket)
