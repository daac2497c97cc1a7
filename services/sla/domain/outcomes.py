"""What became of each promise about a ticket, and why it was broken: what compliance counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from services.sla.domain.calendars import USUAL_ZONE
from services.sla.domain.life import Life
from services.sla.domain.working_time import Period, known_by, merged
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.contracts.tickets import HoldReason, TicketState

Zones = Mapping[str, Sequence[tuple[datetime, str]]]
"""The time zones of each site, with the times from which they held, in order."""
Stops = Mapping[ClockKind, Collection[HoldReason]]
"""For which holds the clocks of each kind stand still."""

_MILLISECOND = timedelta(milliseconds=1)


class Outcome(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    """Also while it is still waited for."""
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """What is known of why a promise was broken: how the ticket stood when it fell due."""

    ON_HOLD = "on_hold"
    AT_DESK = "at_desk"
    REOPENED = "reopened"
    NOT_TAKEN = "not_taken"
    NOT_THERE = "not_there"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Promised:
    """The clocks of one ticket with all that is counted of them."""

    ticket_id: UUID
    site_id: str
    category: str
    priority: str
    ticket_state: str
    imported: bool
    life: Life
    clocks: Sequence[ClockV1]
    stops: Stops


@dataclass(frozen=True, kw_only=True)
class PromiseOutcome:
    """What became of one promise. `day` is when its ticket was opened, in the zone of its site.

    It ran for `ran_ms` from start to stop, stood still for `paused_ms` of them, and stopped
    `late_ms` after it had fallen due; all 0 while it has not stopped.
    """

    ticket_id: UUID
    kind: str
    site_id: str
    day: date
    category: str
    priority: str
    outcome: Outcome
    cause: Cause | None
    imported: bool
    due_at: datetime | None
    stopped_at: datetime | None
    ran_ms: int = 0
    paused_ms: int = 0
    late_ms: int = 0

    @property
    def has_stopped(self) -> bool:
        """Whether its time counts: kept, or broken and no longer waited for."""
        return self.outcome in (Outcome.KEPT, Outcome.BROKEN) and self.stopped_at is not None


def outcomes_of(promised: Promised, zones: Zones) -> tuple[PromiseOutcome, ...]:
    """Return what became of each of the ticket's promises. Raises ZoneInfoNotFoundError."""
    day = _day(promised.life.ticket.opened_at, zones.get(promised.site_id, ()))
    return tuple(_outcome(promised, clock, day) for clock in promised.clocks)


def _outcome(promised: Promised, clock: ClockV1, day: date) -> PromiseOutcome:
    outcome = _become(clock, was_cancelled=promised.ticket_state == TicketState.CANCELLED)
    is_broken = outcome is Outcome.BROKEN
    ran = paused = late = timedelta()
    if clock.stopped_at is not None and outcome in (Outcome.KEPT, Outcome.BROKEN):
        ran = clock.stopped_at - clock.started_at
        paused = _paused(promised, clock, until=clock.stopped_at)
        if is_broken and clock.breached_at is not None:
            late = clock.stopped_at - clock.breached_at
    return PromiseOutcome(
        ticket_id=promised.ticket_id,
        kind=clock.kind.value,
        site_id=promised.site_id,
        day=day,
        category=promised.category,
        priority=promised.priority,
        outcome=outcome,
        cause=_cause(promised, clock) if is_broken else None,
        imported=promised.imported,
        due_at=clock.breached_at if is_broken else clock.due_at,
        stopped_at=clock.stopped_at,
        ran_ms=_milliseconds(ran),
        paused_ms=_milliseconds(paused),
        late_ms=_milliseconds(late),
    )


_OUTCOMES = {
    ClockState.RUNNING: Outcome.RUNNING,
    ClockState.PAUSED: Outcome.PAUSED,
    ClockState.MET: Outcome.KEPT,
    ClockState.BREACHED: Outcome.BROKEN,
    ClockState.CANCELLED: Outcome.CANCELLED,
    ClockState.UNKNOWN: Outcome.UNKNOWN,
}


def _become(clock: ClockV1, *, was_cancelled: bool) -> Outcome:
    """Return what became of it; a cancelled ticket's promises are wanted no longer, kept or not."""
    return Outcome.CANCELLED if was_cancelled else _OUTCOMES[clock.state]


def _cause(promised: Promised, clock: ClockV1) -> Cause:
    """Return how the ticket stood when the promise fell due, the first that is so; what a former
    system kept does not tell.
    """
    fell_at, life = clock.breached_at, promised.life
    if fell_at is None or promised.imported:
        return Cause.UNKNOWN
    if any(_covers(Period(hold.since, hold.until), fell_at) for hold in life.ticket.holds):
        return Cause.ON_HOLD
    if any(_covers(period, fell_at) for period in life.at_desk()):
        return Cause.AT_DESK
    if clock.kind is not ClockKind.RESPONSE and _was_reopened(life, fell_at):
        return Cause.REOPENED
    if not _by(life.work.taken_at, fell_at):
        return Cause.NOT_TAKEN
    if not _by(life.arrived_at(from_cycle=0), fell_at):
        return Cause.NOT_THERE
    return Cause.NOT_DONE if clock.kind is ClockKind.RESOLUTION else Cause.UNKNOWN


def _was_reopened(life: Life, by: datetime) -> bool:
    return any(each.until is not None and each.until <= by for each in life.ticket.resolutions)


def _by(at: datetime | None, moment: datetime) -> bool:
    return at is not None and at <= moment


def _covers(period: Period, moment: datetime) -> bool:
    return period.since <= moment and (period.until is None or moment < period.until)


def _paused(promised: Promised, clock: ClockV1, *, until: datetime) -> timedelta:
    """Return for how long the clock stood still: the ticket was on hold for a reason that stops it,
    or resolved until it was reopened, or with the desk where a technician was to come.
    """
    life = promised.life
    pauses = life.holds(frozenset(promised.stops[clock.kind]))
    if clock.kind is not ClockKind.RESPONSE:
        pauses += [
            Period(each.since, each.until)
            for each in life.ticket.resolutions
            if each.until is not None
        ]
    if clock.kind is ClockKind.ARRIVAL:
        pauses += life.at_desk()
    stood = (
        (each.until or until) - max(each.since, clock.started_at)
        for each in known_by(merged(pauses), until)
    )
    return sum((each for each in stood if each > timedelta()), timedelta())


def _milliseconds(span: timedelta) -> int:
    return max(span // _MILLISECOND, 0)


def _day(at: datetime, zones: Sequence[tuple[datetime, str]]) -> date:
    zone = next((name for since, name in reversed(zones) if since <= at), USUAL_ZONE)
    return at.astimezone(ZoneInfo(zone)).date()
