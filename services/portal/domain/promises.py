"""How far a ticket has come and what was promised, for the resident: the steps, the promises with
what became of them, and each clock in a sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.portal.domain.ticket_view import PromiseView, TicketView
from shared.contracts.dispatch import JobState
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import TicketState

_DONE, _NOW, _TO_COME = "done", "now", ""
_ON_SITE = frozenset({JobState.ON_SITE, JobState.WORKING, JobState.PAUSED})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One of the few words of the way; `state` is `done`, `now` or empty for what is to come."""

    word: str
    at: datetime | None = None
    state: str = _TO_COME


def steps(ticket: TicketView) -> list[Step]:
    """Return the way of the present cycle; nothing for what was cancelled or is history."""
    if ticket.state is TicketState.CANCELLED or ticket.is_history:
        return []
    reached = _reached_at_desk(ticket) if ticket.is_at_desk else _reached(ticket)
    furthest = max(n for n, (_, at) in enumerate(reached) if at is not None)
    is_over = ticket.state is TicketState.CLOSED
    return [
        Step(
            word=word,
            at=at,
            state=_TO_COME if n > furthest else _NOW if n == furthest and not is_over else _DONE,
        )
        for n, (word, at) in enumerate(reached)
    ]


def _reached(ticket: TicketView) -> Sequence[tuple[str, datetime | None]]:
    """Return the words with when each was reached in this cycle."""
    began = ticket.since(TicketState.IN_PROGRESS)
    arrival = ticket.clock(ClockKind.ARRIVAL)
    arrived = arrival.stopped_at if arrival and arrival.state is not ClockState.CANCELLED else None
    if began is None or arrived is None or arrived < began:
        is_there = ticket.work is not None and ticket.work.job_state in _ON_SITE
        arrived = began if is_there else None
    return [
        ("resident-step-received", ticket.this_cycle[0].at),
        ("resident-step-accepted", ticket.since(TicketState.ASSIGNED)),
        ("resident-step-travelling", began),
        ("resident-step-working", arrived),
        ("resident-step-confirm", ticket.since(TicketState.RESOLVED)),
    ]


def _reached_at_desk(ticket: TicketView) -> Sequence[tuple[str, datetime | None]]:
    return [
        ("resident-step-received", ticket.this_cycle[0].at),
        ("resident-step-answered", ticket.answered_at),
        ("resident-step-settled", ticket.since(TicketState.RESOLVED)),
    ]


@dataclass(frozen=True, kw_only=True)
class Promised:
    """One promise: what `word` says of `at`, then a second line, and how it was kept.

    `left` are the minutes until it falls due, negative where it fell due.
    """

    word: str
    at: datetime | None
    promised: datetime | None = None
    left: int | None = None
    kept: bool | None = None
    late_minutes: int = 0


def promises(ticket: TicketView, *, now: datetime) -> list[Promised]:
    """Return the two promises that a resident cares for, as they stand."""
    kinds = (
        (ClockKind.RESPONSE, ClockKind.RESOLUTION)
        if ticket.is_at_desk
        else (ClockKind.ARRIVAL, ClockKind.RESOLUTION)
    )
    found = ((kind, ticket.clock(kind)) for kind in kinds)
    words = {**_WORDS, ClockKind.RESOLUTION: _SETTLED} if ticket.is_at_desk else _WORDS
    return [
        _promised(words[kind], clock, now)
        for kind, clock in found
        if clock is not None and clock.state not in (ClockState.CANCELLED, ClockState.UNKNOWN)
    ]


@dataclass(frozen=True)
class _Words:
    due: str
    paused: str
    done: str


_WORDS: Mapping[ClockKind, _Words] = {
    ClockKind.RESPONSE: _Words(
        "resident-promise-response", "resident-promise-response-paused", "resident-promise-answered"
    ),
    ClockKind.ARRIVAL: _Words(
        "resident-promise-arrival", "resident-promise-arrival-paused", "resident-promise-arrived"
    ),
    ClockKind.RESOLUTION: _Words(
        "resident-promise-resolution",
        "resident-promise-resolution-paused",
        "resident-promise-fixed",
    ),
}

_SETTLED = _Words(
    "resident-promise-settle", "resident-promise-settle-paused", "resident-promise-settled"
)


def _promised(words: _Words, clock: PromiseView, now: datetime) -> Promised:
    if clock.stopped_at is not None:
        is_kept = not clock.breached
        late = 0 if is_kept or clock.due_at is None else _minutes(clock.stopped_at - clock.due_at)
        return Promised(
            word=words.done,
            at=clock.stopped_at,
            promised=clock.due_at,
            kept=is_kept,
            late_minutes=max(late, 0 if is_kept else 1),
        )
    if clock.state is ClockState.PAUSED or clock.due_at is None:
        return Promised(word=words.paused, at=clock.due_at)
    return Promised(word=words.due, at=clock.due_at, left=_minutes(clock.due_at - now))


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def explained(ticket: TicketView, *, now: datetime) -> list["Explained"]:
    """Return a sentence for each clock: by when, whether it stands still, how it ended."""
    return [_explained(clock, now) for clock in ticket.clocks]


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One clock in a sentence: a message with what it says; `clock` chooses its name."""

    key: str
    said: Mapping[str, str | datetime] = field(default_factory=dict)


def _explained(clock: PromiseView, now: datetime) -> Explained:
    name = clock.kind.value
    if clock.state is ClockState.CANCELLED:
        return Explained(key="resident-clock-cancelled", said={"clock": name})
    if clock.state is ClockState.UNKNOWN:
        return Explained(key="resident-clock-unknown", said={"clock": name})
    if clock.stopped_at is not None and clock.due_at is not None:
        key = "resident-clock-broken" if clock.breached else "resident-clock-kept"
        said: dict[str, str | datetime] = {
            "clock": name,
            "due": clock.due_at,
            "at": clock.stopped_at,
        }
        return Explained(key=key, said=said)
    if clock.due_at is None or clock.state is ClockState.PAUSED:
        return Explained(key="resident-clock-paused", said={"clock": name})
    key = "resident-clock-late" if clock.is_late(now) else "resident-clock-running"
    return Explained(key=key, said={"clock": name, "due": clock.due_at})
