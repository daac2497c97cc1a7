"""What a tracking page says first: who comes when, in one sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.portal.domain.ticket_view import SYSTEM, TicketView
from shared.contracts.categories import Nature
from shared.contracts.dispatch import JobState
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import Appointment, HoldReason, TicketState

Said = Mapping[str, str | int | datetime]
_NO_LONGER_PLANNED = timedelta(minutes=5)
"""A planned arrival that is past for so long is not repeated."""
_SAYABLE = 120
"""Characters of a note that fit into the one sentence."""


@dataclass(frozen=True, kw_only=True)
class Pill:
    """How it stands in one word: `state` is the colour's, `word` a message."""

    state: str
    icon: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One sentence, a message with what it says, and the pill above it. Moments are shown in the
    site's zone; `who` is empty where no technician's name is to be said.
    """

    key: str
    said: Said = field(default_factory=dict)
    pill: Pill


WAITING = Pill(state="mute", icon="clock", word="resident-pill-waiting")
AT_DESK = Pill(state="mute", icon="chat", word="resident-pill-desk")
ANSWERED = Pill(state="ok", icon="chat", word="resident-pill-answered")
ACCEPTED = Pill(state="ok", icon="check", word="resident-pill-accepted")
TRAVELLING = Pill(state="ok", icon="send", word="resident-pill-travelling")
WORKING = Pill(state="ok", icon="wrench", word="resident-pill-working")
ON_HOLD = Pill(state="hold", icon="pause", word="resident-pill-hold")
YOUR_TURN = Pill(state="info", icon="chat", word="resident-pill-your-turn")
LATE = Pill(state="late", icon="warn", word="resident-pill-late")
CONFIRM = Pill(state="info", icon="check", word="resident-pill-confirm")
CLOSED = Pill(state="mute", icon="check", word="resident-pill-closed")
CANCELLED = Pill(state="mute", icon="x", word="resident-pill-cancelled")
MERGED = Pill(state="mute", icon="x", word="resident-pill-merged")


def standing(ticket: TicketView, *, now: datetime, names: bool = True) -> Standing:
    """Return the sentence that says how the ticket stands for its resident; without `names` the
    technician is not called by theirs.
    """
    return _Tracked(ticket, now, names).standing()


@dataclass(frozen=True)
class _Tracked:
    ticket: TicketView
    now: datetime
    names: bool

    def standing(self) -> Standing:
        if self.ticket.is_history:
            return _say("resident-say-history", CLOSED, at=self.ticket.last.at)
        by_state: Mapping[TicketState, Callable[[], Standing]] = {
            TicketState.OPEN: self._open,
            TicketState.ASSIGNED: self._assigned,
            TicketState.IN_PROGRESS: self._in_progress,
            TicketState.ON_HOLD: self._on_hold,
            TicketState.RESOLVED: self._resolved,
            TicketState.CLOSED: self._closed,
            TicketState.CANCELLED: self._cancelled,
        }
        return by_state[self.ticket.state]()

    def _open(self) -> Standing:
        asked = self._asked()
        if asked is not None:
            return asked
        if self.ticket.is_at_desk:
            return self._open_at_desk()
        if self._is_late(ClockKind.ARRIVAL):
            return _say("resident-say-late-waiting", LATE)
        if self.ticket.work is not None and self.ticket.work.unassignable_at is not None:
            return _say("resident-say-unassignable", WAITING)
        visit = self.ticket.visit_agreed(self.now)
        if visit is not None:
            return _say("resident-say-waiting-visit", WAITING, **_when(visit))
        again = self.ticket.cycle > 1
        due = self._due(ClockKind.ARRIVAL)
        if due is not None:
            key = "resident-say-waiting-again" if again else "resident-say-waiting"
            return _say(key, WAITING, by=due)
        due = self._due(ClockKind.RESOLUTION)
        if due is not None:
            return _say("resident-say-waiting-fixed", WAITING, by=due)
        return _say("resident-say-waiting-plain", WAITING)

    def _open_at_desk(self) -> Standing:
        if self._is_late(ClockKind.RESPONSE) or self._is_late(ClockKind.RESOLUTION):
            return _say("resident-say-desk-late", LATE)
        answered = self.ticket.answered_at
        if answered is not None and answered >= self.ticket.this_cycle[0].at:
            return _say("resident-say-desk-answered", ANSWERED, at=answered)
        if self.ticket.nature is Nature.PRAISE:
            return _say("resident-say-desk-thanks", AT_DESK)
        due = self._due(ClockKind.RESPONSE)
        if due is not None:
            return _say("resident-say-desk-due", AT_DESK, by=due)
        return _say("resident-say-desk", AT_DESK)

    def _assigned(self) -> Standing:
        asked = self._asked()
        if asked is not None:
            return asked
        planned = self._planned()
        if self._is_late(ClockKind.ARRIVAL):
            return self._late_to_come("resident-say-late-accepted", planned)
        visit = self.ticket.visit_agreed(self.now)
        if visit is not None:
            return self._who("resident-say-accepted-visit", ACCEPTED, **_when(visit))
        if planned is not None:
            return self._who("resident-say-accepted", ACCEPTED, at=planned)
        due = self._due(ClockKind.ARRIVAL)
        if due is not None:
            return self._who("resident-say-accepted-due", ACCEPTED, by=due)
        return self._who("resident-say-accepted-plain", ACCEPTED)

    def _in_progress(self) -> Standing:
        if self.ticket.cancel_requested_at is not None:
            return _say("resident-say-cancel-asked", ON_HOLD)
        work = self.ticket.work
        if work is not None and work.job_state in (JobState.ACCEPTED, JobState.TRAVELLING):
            return self._travelling()
        if self._is_late(ClockKind.RESOLUTION):
            return self._who("resident-say-late-working", LATE)
        due = self._due(ClockKind.RESOLUTION)
        has_arrived = work is not None and work.job_state is JobState.ON_SITE
        if due is None:
            key = "resident-say-arrived-plain" if has_arrived else "resident-say-working-plain"
            return self._who(key, WORKING)
        key = "resident-say-arrived" if has_arrived else "resident-say-working"
        return self._who(key, WORKING, by=due)

    def _travelling(self) -> Standing:
        planned = self._planned()
        if self._is_late(ClockKind.ARRIVAL):
            return self._late_to_come("resident-say-late-travelling", planned)
        home = "yes" if self.ticket.place.unit else "no"
        if planned is not None:
            return self._who("resident-say-travelling", TRAVELLING, at=planned, home=home)
        due = self._due(ClockKind.ARRIVAL)
        if due is not None:
            return self._who("resident-say-travelling-due", TRAVELLING, by=due)
        return self._who("resident-say-travelling-plain", TRAVELLING)

    def _late_to_come(self, otherwise: str, planned: datetime | None) -> Standing:
        if planned is None:
            return self._who(otherwise, LATE)
        return self._who("resident-say-late-coming", LATE, at=planned)

    def _on_hold(self) -> Standing:
        offered = self.ticket.visit_offered(self.now)
        if offered is not None:
            return _say("resident-say-visit-offered", YOUR_TURN, **_when(offered))
        reason, note = self.ticket.hold_reason, self.ticket.last_note
        if reason is HoldReason.WAITING_RESIDENT:
            if note and len(note) <= _SAYABLE:
                return _say("resident-say-hold-you-note", YOUR_TURN, note=note)
            return _say("resident-say-hold-you", YOUR_TURN)
        if reason is HoldReason.NO_ACCESS:
            if self.ticket.visit_agreed(self.now) is None:
                return _say("resident-say-hold-no-access", YOUR_TURN, at=self.ticket.last.at)
        elif reason is not None:
            key, until = _HOLDS[reason]
            back = self._back_at()
            clock = "stops" if self._is_paused() else "runs"
            if back is not None:
                return _say(until, ON_HOLD, at=back, clock=clock)
            return _say(key, ON_HOLD, clock=clock)
        visit = self.ticket.visit_agreed(self.now)
        if visit is not None:
            return _say("resident-say-hold-visit", ON_HOLD, **_when(visit))
        return _say("resident-say-hold", ON_HOLD)

    def _resolved(self) -> Standing:
        at = self.ticket.last.at
        if self.ticket.last.cause.startswith("job:"):
            return self._who("resident-say-done", CONFIRM, at=at)
        key = "resident-say-done-desk" if self._is_fault() else "resident-say-settled"
        return _say(key, CONFIRM, at=at)

    def _closed(self) -> Standing:
        last = self.ticket.last
        if last.cause == SYSTEM:
            return _say("resident-say-closed-unconfirmed", CLOSED, at=last.at)
        resolved = self.ticket.since(TicketState.RESOLVED) or last.at
        if last.cause and last.cause == self.ticket.reporter_id:
            key = "resident-say-closed" if self._is_fault() else "resident-say-closed-settled"
            return _say(key, CLOSED, at=resolved)
        return _say("resident-say-closed-by-others", CLOSED, at=last.at)

    def _cancelled(self) -> Standing:
        last = self.ticket.last
        if self.ticket.duplicate_of is not None:
            return _say("resident-say-merged", MERGED, reference=last.merged_into or "")
        own = bool(last.cause) and last.cause == self.ticket.reporter_id
        key = "resident-say-cancelled-own" if own else "resident-say-cancelled"
        return _say(key, CANCELLED, at=last.at)

    def _asked(self) -> Standing | None:
        """Return what the resident is asked, before anything else is said."""
        offered = self.ticket.visit_offered(self.now)
        if offered is not None:
            return _say("resident-say-visit-offered", YOUR_TURN, **_when(offered))
        asked = self.ticket.unanswered
        if asked and not self._is_late(ClockKind.ARRIVAL):
            return _say("resident-say-asked", YOUR_TURN, n=len(asked))
        return None

    def _who(self, key: str, pill: Pill, **said: str | int | datetime) -> Standing:
        return _say(key, pill, who=self.ticket.technician if self.names else "", **said)

    def _planned(self) -> datetime | None:
        planned = self.ticket.work.planned_arrival if self.ticket.work else None
        return planned if planned and planned > self.now - _NO_LONGER_PLANNED else None

    def _back_at(self) -> datetime | None:
        visit = self.ticket.visit_agreed(self.now)
        if visit is not None:
            return visit.start
        planned = self.ticket.work.planned_arrival if self.ticket.work else None
        return planned if planned and planned > self.now else None

    def _due(self, kind: ClockKind) -> datetime | None:
        clock = self.ticket.clock(kind)
        return clock.due_at if clock and clock.state is ClockState.RUNNING else None

    def _is_late(self, kind: ClockKind) -> bool:
        clock = self.ticket.clock(kind)
        return clock is not None and clock.is_late(self.now)

    def _is_paused(self) -> bool:
        return any(clock.state is ClockState.PAUSED for clock in self.ticket.clocks)

    def _is_fault(self) -> bool:
        return self.ticket.nature is Nature.FAULT


_HOLDS: Mapping[HoldReason, tuple[str, str]] = {
    HoldReason.WAITING_PARTS: ("resident-say-hold-parts", "resident-say-hold-parts-until"),
    HoldReason.WAITING_CONTRACTOR: (
        "resident-say-hold-contractor",
        "resident-say-hold-contractor-until",
    ),
    HoldReason.INTERRUPTED: (
        "resident-say-hold-interrupted",
        "resident-say-hold-interrupted-until",
    ),
}


def _say(key: str, pill: Pill, **said: str | int | datetime) -> Standing:
    return Standing(key=key, said=said, pill=pill)


def _when(visit: Appointment) -> dict[str, datetime]:
    return {"from": visit.start, "to": visit.end}
