"""A ticket and what may be done to it: values in, values out.

What dispatch makes of it is in `following.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypedDict, Unpack

from pydantic import TypeAdapter

from services.tickets.domain.joined import Joined
from services.tickets.domain.limits import demand_room_for_end, demand_step, has_room
from services.tickets.domain.verbs import (
    LIVING,
    RESIDENT_MAY,
    STEPS,
    IllegalStep,
    SettledByYourself,
    Verb,
    legal_verbs,
)
from shared.auth.caller import Caller
from shared.contracts import SkillNeed, Window
from shared.contracts.tickets import (
    Appointment,
    Classing,
    Danger,
    HoldReason,
    Place,
    Priority,
    Rating,
    TicketStep,
)
from shared.contracts.tickets import TicketState as State
from shared.errors import Conflict, Forbidden, Invalid
from shared.ids import TicketId

_REOPEN_WITHIN = timedelta(days=14)
_CLOSE_AFTER = timedelta(hours=72)
STAFF_HOLD = "staff"
SYSTEM = "system"
_REASON_LENGTH = 100


class TooLateToReopen(Conflict):
    code = "too_late_to_reopen"


class ReasonDemanded(Invalid):
    code = "reason_demanded"


class _Changes(TypedDict, total=False):
    """What may differ from one version of a ticket to the next."""

    state: State
    category: str
    priority: Priority
    title: str
    followers: tuple[str, ...]
    skills: tuple[SkillNeed, ...]
    needs_info: bool
    hold: str | None
    before: State | None
    steps: tuple[TicketStep, ...]
    classes: tuple[Classing, ...]
    answered_at: datetime | None
    told: tuple[datetime, ...]
    appointments: tuple[Appointment, ...]
    urges: tuple[datetime, ...]
    ratings: tuple[Rating, ...]
    danger: tuple[Danger, ...]


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a person asked for.

    The names are those of `TicketV1`; what stands last is this service's alone.
    """

    id: TicketId
    version: int = 1
    site_id: str
    reference: str
    state: State
    cycle: int = 1
    category: str
    priority: Priority
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
    danger: tuple[Danger, ...] = ()
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

    @cached_property
    def json(self) -> bytes:
        """Return the ticket without what is for services alone, written once for size and row."""
        return _TICKET.dump_json(self, exclude=FOR_SERVICES_ALONE)

    @property
    def joined_people(self) -> frozenset[str]:
        """The people who came along with its duplicates."""
        return frozenset(person for each in self.joined for person in each.people)

    def cancel(self, *, by: Caller, at: datetime, reason: str | None) -> "Ticket":
        """Return the ticket, cancelled. Raises IllegalStep, and ReasonDemanded of staff."""
        self._permit(Verb.CANCEL, by)
        if by.is_staff(self.site_id):
            _demand(reason)
        return self.step(to=State.CANCELLED, at=at, cause=by.id, reason=reason)

    def confirm(self, *, by: Caller, at: datetime) -> "Ticket":
        """Return the ticket, closed as fixed. Raises IllegalStep, SettledByYourself."""
        self._permit(Verb.CONFIRM, by)
        return self.step(to=State.CLOSED, at=at, cause=by.id)

    def close_unconfirmed(self, *, now: datetime) -> "Ticket":
        """Return the ticket, closed and dated when its time to object was over, if it is."""
        due = self.closes_at()
        if due is None or due > now:
            return self
        return self.step(to=State.CLOSED, at=due, cause=SYSTEM)

    def closes_at(self) -> datetime | None:
        """Return when a resolved ticket closes by itself; None in any other state."""
        after = self.objection_ends_at or self.steps[-1].at + _CLOSE_AFTER
        return after if self.state is State.RESOLVED else None

    def reopen(self, *, by: Caller, at: datetime, reason: str) -> "Ticket":
        """Return the ticket in its next cycle. Raises IllegalStep, TooLateToReopen (14 days)."""
        self._permit(Verb.REOPEN, by)
        resolved_at = min(
            step.at
            for step in self.steps
            if step.state is State.RESOLVED and step.cycle == self.cycle
        )
        if at - resolved_at > _REOPEN_WITHIN:
            raise TooLateToReopen(
                "A ticket can be reopened within 14 days of being resolved.",
                resolved_at=resolved_at.isoformat(),
            )
        return replace(self, cycle=self.cycle + 1).step(
            to=State.OPEN, at=at, cause=by.id, reason=_demand(reason)
        )

    def put_on_hold(self, *, by: Caller, at: datetime, reason: HoldReason) -> "Ticket":
        """Return the ticket, held by staff, remembering where it was. Raises IllegalStep."""
        self._permit(Verb.HOLD, by)
        return self.step(
            to=State.ON_HOLD,
            at=at,
            cause=by.id,
            reason=reason.value,
            hold=STAFF_HOLD,
            before=self.state,
        )

    def release(self, *, by: Caller, at: datetime) -> "Ticket":
        """Return the ticket back where its hold found it. Raises IllegalStep."""
        self._permit(Verb.RELEASE, by)
        return self._back(at=at, cause=by.id)

    def resolve(self, *, by: Caller, at: datetime, note: str) -> "Ticket":
        """Return the ticket, resolved by staff with a note. Raises IllegalStep."""
        self._permit(Verb.RESOLVE, by)
        resolved = self.step(to=State.RESOLVED, at=at, cause=by.id, reason=_demand(note))
        return replace(resolved, settled_by=by.id)

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
        words = None if reason is None else reason[:_REASON_LENGTH]
        step = TicketStep(
            at=max(at, self.steps[-1].at),
            state=to,
            cycle=self.cycle,
            cause=cause,
            reason=words,
            merged_into=merged_into,
        )
        left = replace(self, objection_ends_at=None)
        return left.changed(state=to, steps=(*self.steps, step), hold=hold, before=before)

    def has_room_for(self, to: State) -> bool:
        """Return whether `step` would raise neither."""
        return has_room(to, steps=len(self.steps), size=len(self.json))

    def changed(self, **changes: Unpack[_Changes]) -> "Ticket":
        """Return the next version. Raises TicketFull."""
        after = replace(self, version=self.version + 1, entries=self.entries + 1, **changes)
        after.demand_room_for_its_end()
        return after

    def demand_room_for_its_end(self) -> None:
        """Raise TicketFull when it lives, and its end would not fit into a fact any more."""
        demand_room_for_end(self.state, size=len(self.json))

    def noted(self) -> "Ticket":
        """Return the same version with one more line on its timeline."""
        return replace(self, entries=self.entries + 1)

    def legal_for(self, by: Caller) -> frozenset[Verb]:
        """Return the steps that the caller may take now, if they may act on the ticket at all."""
        legal = legal_verbs(self.state, is_staff=by.is_staff(self.site_id))
        illegal = {Verb.CONFIRM} if self.was_settled_by(by) else set()
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
        if not waits or by.id not in (self.reporter_id, *self.joined_people):
            return self
        if not self.has_room_for(self.before or State.OPEN):
            return self  # the comment is worth more than the step
        return self._back(at=at, cause=by.id)

    def _permit(self, verb: Verb, by: Caller) -> None:
        if verb not in RESIDENT_MAY and not by.is_staff(self.site_id):
            raise Forbidden(f"Only staff {verb} tickets.")
        if verb is Verb.CONFIRM and self.state is State.RESOLVED and self.was_settled_by(by):
            raise SettledByYourself(verb)
        legal = self.legal_for(by)
        if verb not in legal:
            raise IllegalStep(verb, state=self.state, legal=legal)

    def _back(self, *, at: datetime, cause: str) -> "Ticket":
        return self.step(to=self.before or State.OPEN, at=at, cause=cause)


_OF_ITS_WORK = {"observed", "admitted", "settled_by"}
FOR_SERVICES_ALONE = _OF_ITS_WORK | {"entries", "objection_ends_at", "joined"}
_TICKET = TypeAdapter(Ticket)


def _demand(reason: str | None) -> str:
    if reason is None or not reason.strip():
        raise ReasonDemanded("Say why.", field="/reason")
    return reason
