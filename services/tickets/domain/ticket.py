"""A ticket and what may be done to it: values in, values out.

What dispatch makes of it is in `following.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from services.tickets.domain.verbs import (
    ENDED,
    LIVING,
    RESIDENT_MAY,
    STEPS,
    Actor,
    IllegalStep,
    Verb,
    legal_verbs,
)
from shared.contracts import SkillNeed, Window
from shared.contracts.tickets import (
    Appointment,
    Classing,
    HoldReason,
    Place,
    Priority,
    Rating,
    TicketStep,
)
from shared.contracts.tickets import TicketState as State
from shared.errors import Conflict, Forbidden, Invalid
from shared.ids import TicketId

MOST_STEPS = 200
# the last places are for the steps that end a ticket, so that no ticket is stuck
KEPT_FOR_ENDING = 4
MOST_BYTES = 50 * 1024  # and so is the rest of the 60 KB that a fact may have
_STEP_BYTES = 1024  # more than any step adds
_REOPEN_WITHIN = timedelta(days=14)
_CLOSE_AFTER = timedelta(hours=72)
STAFF_HOLD = "staff"
SYSTEM = "system"
MOST_FOLLOWERS = 200
_MOST_CLASSES = 50
_REASON_LENGTH = 100
_MOST_APPOINTMENTS = 20
LONGEST_VISIT = timedelta(days=7)  # whoever comes is kept free for all of it


class TooManySteps(Conflict):
    code = "too_many_steps"


class TicketFull(Conflict):
    code = "ticket_full"


class TooLateToReopen(Conflict):
    code = "too_late_to_reopen"


class TooManyFollowers(Conflict):
    code = "too_many_followers"


class ReasonDemanded(Invalid):
    code = "reason_demanded"


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
    admitted: Mapping[str, datetime | None] = field(default_factory=dict)
    """Technicians who may read it because of its work order, and until when (None:
    as long as the job is theirs).
    """
    entries: int = 1
    """How many lines its timeline has; their numbers are what a live stream resumes from."""

    @cached_property
    def json(self) -> bytes:
        """The ticket without what is for services alone: written once for its size and its row."""
        return _TICKET.dump_json(self, exclude=FOR_SERVICES_ALONE)

    # ---- what people do ----

    def cancel(self, *, by: Actor, at: datetime, reason: str | None) -> "Ticket":
        """The ticket, cancelled. Raises IllegalStep, and ReasonDemanded of staff."""
        self._permit(Verb.CANCEL, by)
        if by.is_staff:
            _demand(reason)
        return self.step(
            to=State.CANCELLED, at=at, cause=by.id, reason=reason, hold=None, before=None
        )

    def merge_into(self, target: "Ticket", *, by: Actor, at: datetime) -> "Ticket":
        """This ticket, cancelled as a duplicate of `target`.

        Raises IllegalStep, Invalid, Conflict when the target is cancelled.
        """
        if target.id == self.id:
            raise Invalid("A ticket cannot be a duplicate of itself.", field="/duplicate_of")
        if target.site_id != self.site_id:
            raise Invalid("Both tickets must be of the same site.", field="/duplicate_of")
        self._permit(Verb.CANCEL, by)
        if target.state is State.CANCELLED:
            raise IllegalStep("merge", state=target.state, legal=frozenset())
        merged = self.step(
            to=State.CANCELLED,
            at=at,
            cause=by.id,
            reason=f"duplicate of {target.reference}",
            hold=None,
            before=None,
        )
        return replace(merged, duplicate_of=target.id)

    def confirm(self, *, by: Actor, at: datetime) -> "Ticket":
        """The ticket, closed because the resident says that it is fixed. Raises IllegalStep."""
        self._permit(Verb.CONFIRM, by)
        return self.step(to=State.CLOSED, at=at, cause=by.id)

    def close_unconfirmed(self, *, now: datetime) -> "Ticket":
        """The same ticket until 72 h after it was resolved; then closed, dated when
        they were over.
        """
        due = self.closes_at()
        if due is None or due > now:
            return self
        return self.step(to=State.CLOSED, at=due, cause=SYSTEM)

    def closes_at(self) -> datetime | None:
        """When a resolved ticket closes by itself; None in any other state."""
        return self.steps[-1].at + _CLOSE_AFTER if self.state is State.RESOLVED else None

    def reopen(self, *, by: Actor, at: datetime, reason: str) -> "Ticket":
        """The ticket in its next cycle. Raises IllegalStep, TooLateToReopen after 14 days."""
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

    def put_on_hold(self, *, by: Actor, at: datetime, reason: HoldReason) -> "Ticket":
        """The ticket, held by staff, remembering where it was. Raises IllegalStep."""
        self._permit(Verb.HOLD, by)
        return self.step(
            to=State.ON_HOLD,
            at=at,
            cause=by.id,
            reason=reason.value,
            hold=STAFF_HOLD,
            before=self.state,
        )

    def release(self, *, by: Actor, at: datetime) -> "Ticket":
        """The ticket back where its hold found it. Raises IllegalStep."""
        self._permit(Verb.RELEASE, by)
        return self._back(at=at, cause=by.id)

    def resolve(self, *, by: Actor, at: datetime, note: str) -> "Ticket":
        """The ticket, resolved by staff with a note. Raises IllegalStep."""
        self._permit(Verb.RESOLVE, by)
        return self.step(
            to=State.RESOLVED, at=at, cause=by.id, reason=_demand(note), hold=None, before=None
        )

    def agree_visit(self, *, by: Actor, at: datetime, start: datetime, end: datetime) -> "Ticket":
        """The ticket with a visit agreed from `start` to `end`. Raises IllegalStep, Invalid."""
        self.demand_life("appointment", by)
        if not start < end:
            raise Invalid("A visit must end after it starts.", field="/end")
        if end <= at:
            raise Invalid("A visit can only be agreed for a time to come.", field="/end")
        if end - start > LONGEST_VISIT:
            raise Invalid(f"A visit lasts at most {LONGEST_VISIT.days} days.", field="/end")
        return self.changed(
            appointments=(*self.appointments, Appointment(at=at, start=start, end=end))[
                -_MOST_APPOINTMENTS:
            ]
        )

    # ---- what it is about ----

    def amend(self, *, by: Actor, **new: Any) -> "Ticket":
        """The ticket with other text, place, answers or windows; the same if nothing differs.

        Raises IllegalStep: residents may as long as they may cancel, staff as long as it lives.
        """
        if Verb.CANCEL not in legal_verbs(self.state, by):
            raise IllegalStep("amend", state=self.state, legal=legal_verbs(self.state, by))
        if all(getattr(self, name) == value for name, value in new.items()):
            return self
        return self.changed(**new)

    def reclassify(
        self,
        *,
        at: datetime,
        category: str,
        priority: Priority,
        skills: tuple[SkillNeed, ...],
        needs_info: bool,
    ) -> "Ticket":
        """The ticket under another category or priority from `at` on; the same if
        neither differs.
        """
        if (category, priority) == (self.category, self.priority):
            return self
        if len(self.classes) >= _MOST_CLASSES:
            raise TooManySteps(f"A ticket can be reclassified {_MOST_CLASSES} times.")
        classing = Classing(at=max(at, self.classes[-1].at), category=category, priority=priority)
        return self.changed(
            category=category,
            priority=priority,
            skills=skills,
            needs_info=needs_info,
            classes=(*self.classes, classing),
        )

    # ---- what all of them share ----

    def step(
        self, *, to: State, at: datetime, cause: str, reason: str | None = None, **more: Any
    ) -> "Ticket":
        """One legal change of state.

        Raises TooManySteps, TicketFull; an illegal one is a mistake of ours, not of the caller.
        """
        if (self.state, to) not in STEPS:
            raise AssertionError(f"no step leads from {self.state} to {to}")
        if len(self.steps) >= _most_steps(to):
            raise TooManySteps(
                f"A ticket takes {MOST_STEPS} steps, and the last of them are kept for ending it.",
                steps=len(self.steps),
            )
        words = None if reason is None else reason[:_REASON_LENGTH]
        step = TicketStep(
            at=max(at, self.steps[-1].at), state=to, cycle=self.cycle, cause=cause, reason=words
        )
        return self.changed(state=to, steps=(*self.steps, step), **more)

    def has_room_for(self, to: State) -> bool:
        """Whether `step` would raise neither."""
        return len(self.steps) < _most_steps(to) and (
            to in ENDED or len(self.json) <= MOST_BYTES - _STEP_BYTES
        )

    def changed(self, **more: Any) -> "Ticket":
        """The next version. Raises TicketFull."""
        after = replace(self, version=self.version + 1, entries=self.entries + 1, **more)
        after.demand_room_for_its_end()
        return after

    def demand_room_for_its_end(self) -> None:
        """Raises TicketFull when it lives and what is said of it is so long that
        its end would not fit into a fact.
        """
        if self.state in LIVING and len(self.json) > MOST_BYTES:
            raise TicketFull(
                "This ticket holds as much as it can; open another for the rest.", bytes=MOST_BYTES
            )

    def noted(self) -> "Ticket":
        """The same version with one more line on its timeline."""
        return replace(self, entries=self.entries + 1)

    def demand_life(self, verb: str, by: Actor) -> None:
        """Raises IllegalStep when the ticket has ended."""
        if self.state not in LIVING:
            raise IllegalStep(verb, state=self.state, legal=legal_verbs(self.state, by))

    def _waits_for_resident(self) -> bool:
        return self.state is State.ON_HOLD and self.steps[-1].reason == HoldReason.WAITING_RESIDENT

    def answered_by_resident(self, *, by: Actor, at: datetime) -> "Ticket":
        """The ticket back where it was, because the resident gave the answer it was held for; the
        same if it was not.
        """
        if not self._waits_for_resident() or by.is_staff or by.id != self.reporter_id:
            return self
        if not self.has_room_for(self.before or State.OPEN):
            return self  # the comment is worth more than the step
        return self._back(at=at, cause=by.id)

    def duplicates_merged(self, duplicate: "Ticket") -> "Ticket":
        """This ticket, followed by those who asked for the same; the same if they already do."""
        return self.followed_by(duplicate.reporter_id, *duplicate.followers)

    def followed_by(self, *people: str) -> "Ticket":
        new = tuple(
            dict.fromkeys(
                person for person in people if person not in (*self.followers, self.reporter_id)
            )
        )
        if not new:
            return self
        if len(self.followers) + len(new) > MOST_FOLLOWERS:
            raise TooManyFollowers(
                f"A ticket has at most {MOST_FOLLOWERS} followers.", limit=MOST_FOLLOWERS
            )
        return self.changed(followers=(*self.followers, *new))

    def unfollowed_by(self, person: str) -> "Ticket":
        if person not in self.followers:
            return self
        return self.changed(
            followers=tuple(follower for follower in self.followers if follower != person)
        )

    def _permit(self, verb: Verb, by: Actor) -> None:
        if not by.is_staff and verb not in RESIDENT_MAY:
            raise Forbidden(f"Only staff {verb} tickets.")
        legal = legal_verbs(self.state, by)
        if verb not in legal:
            raise IllegalStep(verb, state=self.state, legal=legal)

    def _back(self, *, at: datetime, cause: str) -> "Ticket":
        return self.step(to=self.before or State.OPEN, at=at, cause=cause, hold=None, before=None)


FOR_SERVICES_ALONE = {"observed", "admitted", "entries"}
_TICKET = TypeAdapter(Ticket)


def _most_steps(to: State) -> int:
    return MOST_STEPS if to in ENDED else MOST_STEPS - KEPT_FOR_ENDING


def _demand(reason: str | None) -> str:
    if reason is None or not reason.strip():
        raise ReasonDemanded("Say why.", field="/reason")
    return reason
