"""The clocks of a ticket: one pure function of its dated steps, the policies, the calendars and the hour.

Nothing is counted along the way, so it does not matter when or in which order the steps became known. A step at the very instant a
promise falls due still counts as in time; a promise that fell due stands against every later step.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from services.sla.domain.calendars import Calendars
from services.sla.domain.life import Life, known_by, merged
from services.sla.domain.policy import Policy, Recompute, select_policy
from services.sla.domain.working_time import Period, WorkingTime
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import Classing

BREACH = 100


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A share of the target (percent, 100 is the breach) is used up at `fell_at`, by the due time that was then known."""

    threshold: int
    due_at: datetime
    fell_at: datetime


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One promise as it stands. `crossings` are those it has passed; `next_at` is when it passes the next one if nothing happens."""

    kind: ClockKind
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    crossings: tuple[Crossing, ...] = ()
    next_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Promises:
    """All clocks of a ticket under the policy that its category and priority have now."""

    policy: Policy
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, kw_only=True)
class _Course:
    """How a clock is meant to run: from `start`, without the pauses, until `stop` or until it is no longer wanted."""

    kind: ClockKind
    start: datetime
    stop: datetime | None
    unwanted: datetime | None
    resolved: list[Period]

    def end(self) -> datetime | None:
        return _earliest(self.stop, self.unwanted)


@dataclass(frozen=True, kw_only=True)
class _Terms:
    """What was promised from `since` until the terms changed again: `amount` of `hours` outside the pauses, timed from `counted_from`."""

    since: datetime
    until: datetime | None
    counted_from: datetime
    amount: timedelta | None
    hours: WorkingTime
    pauses: list[Period]
    warn_at: tuple[int, ...]

    def falls_at(self, share: int) -> datetime | None:
        """When that share is used up, but never before these terms were made: what is too late already falls due with them."""
        return self._reached(share, self.pauses)

    @cached_property
    def due_at(self) -> datetime | None:
        return self.falls_at(BREACH)

    def due_known_at(self, instant: datetime) -> datetime | None:
        """The due time as one saw it then, without the pauses that came later."""
        known = known_by(self.pauses, instant)
        return self.due_at if known == self.pauses else self._reached(BREACH, known)

    def waiting(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    def _reached(self, share: int, pauses: list[Period]) -> datetime | None:
        if self.amount is None:
            return None
        reached = self.hours.due(self.counted_from, self.amount * share / BREACH, pauses)
        return None if reached is None else max(reached, self.since)


def clocks_of(
    ticket: TicketV1, work_order: WorkOrderV1 | None, *, policies: Sequence[Policy], calendars: Calendars, now: datetime
) -> Promises:
    """`policies` are those in force when the ticket was opened; what the work order says may be missing, old or ahead."""
    life = Life(ticket, work_order)
    classes = _classes(ticket)
    policy = select_policy(policies, ticket, classes[-1])
    clocks = []
    for kind in ClockKind:
        course = _course(kind, life, restarts=policy.arrival_restarts)
        all_terms = list(_all_terms(course, life, classes, policies, calendars))
        if any(terms.amount is not None for terms in all_terms):
            clocks.append(_run(course, all_terms, now))
    return Promises(policy=policy, clocks=tuple(clocks))


def _classes(ticket: TicketV1) -> Sequence[Classing]:
    """The first from the opening on, whatever date it bears."""
    first, *rest = ticket.classes or (Classing(at=ticket.opened_at, category=ticket.category, priority=ticket.priority),)
    return (first.model_copy(update={"at": ticket.opened_at}), *rest)


def _course(kind: ClockKind, life: Life, *, restarts: bool) -> _Course:
    opened_at, cancelled_at, resolutions = life.ticket.opened_at, life.cancelled_at(), life.resolutions()
    resolved = [Period(each.since, each.until) for each in resolutions if each.until is not None]
    standing = next((each for each in resolutions if each.until is None), None)
    standing_since = standing.since if standing else None
    if kind is ClockKind.RESPONSE:
        return _Course(kind=kind, start=opened_at, stop=life.responded_at(), unwanted=cancelled_at, resolved=[])
    if kind is ClockKind.RESOLUTION:
        return _Course(kind=kind, start=opened_at, stop=standing_since, unwanted=cancelled_at, resolved=resolved)
    reopened_at = life.reopened_at() if restarts else None
    arrived_at = life.arrived_at(from_cycle=0 if reopened_at is None else life.ticket.cycle)
    # Whoever finished the job was there, though dispatch may not have said so yet; when staff settled it, nobody has to come.
    finished_at = None if standing and standing.by_staff else standing_since
    settled_at = standing_since if standing and standing.by_staff else None
    return _Course(
        kind=kind,
        start=reopened_at or opened_at,
        stop=_earliest(arrived_at, finished_at),
        unwanted=_earliest(cancelled_at, settled_at),
        resolved=resolved if reopened_at is None else [],
    )


def _all_terms(
    course: _Course, life: Life, classes: Sequence[Classing], policies: Sequence[Policy], calendars: Calendars
) -> Iterator[_Terms]:
    """One after the other from the start; new terms come with another priority or category, and with another edition of the calendar."""
    end = course.end()
    for classing, reclassed_at in zip(classes, (*(each.at for each in classes[1:]), None), strict=True):
        policy = select_policy(policies, life.ticket, classing)
        targets = policy.targets[classing.priority]
        span = targets.span(course.kind)
        pauses = merged([*life.holds(policy.stopped_by[course.kind]), *course.resolved])
        from_change = policy.recompute is Recompute.FROM_CHANGE
        editions = calendars.editions(life.ticket.site_id, targets)
        for edition, edited_at in zip(editions, (*(each.since for each in editions[1:]), None), strict=True):
            since, until = max(classing.at, edition.since, course.start), _earliest(reclassed_at, edited_at)
            if until is None or since < until:
                yield _Terms(
                    since=since,
                    until=until,
                    counted_from=max(course.start, classing.at) if from_change else course.start,
                    amount=None if span is None else span.measured(edition.hours.working_day),
                    hours=edition.hours,
                    pauses=pauses if end is None else known_by(pauses, end),
                    warn_at=policy.warn_at,
                )


def _run(course: _Course, all_terms: Sequence[_Terms], now: datetime) -> Clock:
    end = course.end()
    passed: list[Crossing] = []
    for terms in all_terms:
        due_at = terms.due_at
        until = _earliest(terms.until, end)
        falls = due_at is not None and (until is None or due_at < until)
        warnings = [warning for warning in _warnings(terms) if (until is None or warning.fell_at < until)]
        passed += [warning for warning in warnings if warning.fell_at <= now]
        if falls or terms.until is None or (end is not None and end <= terms.until):
            break
    clock = Clock(kind=course.kind, state=ClockState.RUNNING, started_at=course.start, due_at=due_at, crossings=tuple(passed))
    if falls and due_at is not None and due_at <= now:
        breach = Crossing(threshold=BREACH, due_at=due_at, fell_at=due_at)
        return replace(clock, state=ClockState.BREACHED, breached_at=due_at, stopped_at=end, crossings=(*passed, breach))
    if end is not None and not falls:
        return replace(clock, state=ClockState.MET if end == course.stop else ClockState.CANCELLED, stopped_at=end)
    if terms.amount is None:
        return replace(clock, state=ClockState.CANCELLED, stopped_at=terms.since)
    if terms.waiting() and not falls:
        return replace(clock, state=ClockState.PAUSED)
    return replace(clock, next_at=min((at for at in (*(warning.fell_at for warning in warnings), due_at) if at and at > now), default=None))


def _warnings(terms: _Terms) -> Iterator[Crossing]:
    for share in sorted(terms.warn_at):
        fell_at = terms.falls_at(share)
        if fell_at is not None and (due_at := terms.due_known_at(fell_at)) is not None:
            yield Crossing(threshold=share, due_at=due_at, fell_at=fell_at)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
