"""The clocks of a ticket: one pure function of its dated steps, the policies, the calendars and the
hour.

Nothing is counted along the way, so it does not matter when or in which order the steps became
known. A step at the very instant a promise falls due still counts as in time; a promise that fell
due stands against every later step.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from services.sla.domain.agreed_visits import Agreement, agreements, next_agreement_at
from services.sla.domain.calendars import Calendars
from services.sla.domain.durations import Span
from services.sla.domain.life import Life
from services.sla.domain.policy import Policy, Recompute, Targets, select_policy
from services.sla.domain.terms import BREACH, Crossing, Terms, earliest
from services.sla.domain.working_time import Period, WorkingTime, known_by, merged
from shared.contracts.categories import Road
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.standing import at_desk_since

_GOING_ON = frozenset({ClockState.RUNNING, ClockState.PAUSED})


class Clock(NamedTuple):
    """One promise as it stands.

    `crossings` are those it has passed; `next_at` is when it passes the next one if nothing
    happens.
    """

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

    def as_told(self) -> tuple[ClockV1, ...]:
        """Return the clocks as others are told of them."""
        return tuple(ClockV1.model_validate(clock) for clock in self.clocks)


class _Course(NamedTuple):
    """How a clock is meant to run: from `start`, without the pauses, until `stop` or until it is no
    longer wanted.
    """

    kind: ClockKind
    start: datetime
    stop: datetime | None
    unwanted: datetime | None
    resolved: list[Period]

    def end(self) -> datetime | None:
        return earliest(self.stop, self.unwanted)


class _Stage(NamedTuple):
    """The time from `since` to `until` in which the ticket had one category and priority (since
    `classed_at`) and its calendar did not change: what was promised then, and the hours that it was
    counted in.
    """

    since: datetime
    until: datetime | None
    classed_at: datetime
    road: Road
    policy: Policy
    targets: Targets
    hours: WorkingTime

    def span(self, kind: ClockKind) -> Span | None:
        """Return what is promised; no technician comes to what the desk sees to."""
        at_desk = kind is ClockKind.ARRIVAL and self.road is Road.DESK
        return None if at_desk else self.targets.span(kind)


def clocks_of(
    life: Life, *, policies: Sequence[Policy], calendars: Calendars, now: datetime
) -> Promises:
    """Return how each of the ticket's clocks stands; cancelled, broken or not, is what was still
    waited for when the ticket was.

    `policies` are those in force when the ticket was opened; what is known of the work order may be
    nothing, old or ahead.
    """
    stages = list(_stages(life, policies, calendars))
    policy = stages[-1].policy
    clocks = []
    for kind in ClockKind:
        course = _course(kind, life, restarts=policy.arrival_restarts)
        all_terms = list(_all_terms(course, life, stages, now))
        if any(terms.amount is not None for terms in all_terms):
            clock = _unless_cancelled(_run(course, all_terms, now), life)
            if life.ticket.is_history and course.stop is None and course.unwanted is None:
                clock = _unknown(clock, ended_at=_standing_since(life))
            clocks.append(_looked_at_when_a_visit_stands(clock, life, now))
    return Promises(policy=policy, clocks=tuple(clocks))


def _unknown(clock: Clock, *, ended_at: datetime | None) -> Clock:
    """Return the clock of which a former system did not say when it stopped: by the end of its
    ticket at the latest.
    """
    return clock._replace(
        state=ClockState.UNKNOWN,
        stopped_at=ended_at,
        breached_at=None,
        crossings=(),
        next_at=None,
    )


def _standing_since(life: Life) -> datetime | None:
    """Return since when it is resolved; None while it is not."""
    standing = (each for each in life.ticket.resolutions if each.until is None)
    return next((each.since for each in standing), None)


def _unless_cancelled(clock: Clock, life: Life) -> Clock:
    cancelled_at = life.ticket.cancelled_at
    was_waited_for = clock.stopped_at is not None and clock.stopped_at == cancelled_at
    return clock._replace(state=ClockState.CANCELLED) if was_waited_for else clock


def _stages(life: Life, policies: Sequence[Policy], calendars: Calendars) -> Iterator[_Stage]:
    """Yield the stages one after the other: new ones come with another priority or category, and
    with another edition of the calendar.
    """
    ticket = life.ticket
    for classing, reclassed_at in zip(
        ticket.classes, (*(each.at for each in ticket.classes[1:]), None), strict=True
    ):
        policy = select_policy(policies, ticket, classing)
        targets = policy.targets[classing.priority]
        editions = calendars.editions(ticket.site_id, targets)
        for edition, edited_at in zip(
            editions, (*(each.since for each in editions[1:]), None), strict=True
        ):
            since, until = max(classing.at, edition.since), earliest(reclassed_at, edited_at)
            if until is None or since < until:
                yield _Stage(
                    since=since,
                    until=until,
                    classed_at=classing.at,
                    road=classing.road,
                    policy=policy,
                    targets=targets,
                    hours=edition.hours,
                )


def _course(kind: ClockKind, life: Life, *, restarts: bool) -> _Course:
    opened_at, cancelled_at = life.ticket.opened_at, life.ticket.cancelled_at
    resolutions = life.ticket.resolutions
    resolved = [Period(each.since, each.until) for each in resolutions if each.until is not None]
    standing = next((each for each in resolutions if each.until is None), None)
    standing_since = standing.since if standing else None
    if kind is ClockKind.RESPONSE:
        return _Course(
            kind=kind, start=opened_at, stop=life.responded_at(), unwanted=cancelled_at, resolved=[]
        )
    if kind is ClockKind.RESOLUTION:
        return _Course(
            kind=kind,
            start=opened_at,
            stop=standing_since,
            unwanted=cancelled_at,
            resolved=resolved,
        )
    if life.ticket.is_history:
        arrived_at = life.ticket.arrived_at
        return _Course(
            kind=kind, start=opened_at, stop=arrived_at, unwanted=cancelled_at, resolved=[]
        )
    at_desk_at = at_desk_since(life.ticket.classes)
    reopened_at = life.reopened_at() if restarts and at_desk_at is None else None
    arrived_at = life.arrived_at(from_cycle=0 if reopened_at is None else life.ticket.cycle)
    # The technician who finished the job was there, though dispatch may not have said so yet; when
    # staff settled it, no technician has to come.
    finished_at = None if standing and standing.by_staff else standing_since
    settled_at = standing_since if standing and standing.by_staff else None
    return _Course(
        kind=kind,
        start=reopened_at or opened_at,
        stop=earliest(arrived_at, finished_at),
        unwanted=earliest(earliest(cancelled_at, settled_at), at_desk_at),
        resolved=resolved if reopened_at is None else [],
    )


def _looked_at_when_a_visit_stands(clock: Clock, life: Life, now: datetime) -> Clock:
    """Return the clock, to be looked at again when a visit that staff offered counts as agreed."""
    if clock.kind is not ClockKind.ARRIVAL or clock.state not in _GOING_ON:
        return clock
    stands_at = next_agreement_at(life.ticket.appointments, now=now)
    return clock._replace(next_at=earliest(clock.next_at, stands_at))


def _all_terms(
    course: _Course, life: Life, stages: Sequence[_Stage], now: datetime
) -> Iterator[Terms]:
    """Yield the terms one after the other from the start: those of each stage, anew at each visit
    that was agreed with the resident, which moves the arrival by no more than the policy allows.
    """
    end = course.end()
    for stage in stages:
        span = stage.span(course.kind)
        at_desk = life.at_desk() if course.kind is ClockKind.ARRIVAL else []
        holds = life.holds(stage.policy.stopped_by[course.kind])
        pauses = merged([*holds, *course.resolved, *at_desk])
        from_change = stage.policy.recompute is Recompute.FROM_CHANGE
        agreed_visits: list[Agreement] = [(stage.since, None)]
        if course.kind is ClockKind.ARRIVAL and stage.policy.honours_appointments:
            latest = course.start + timedelta(days=stage.policy.visits_within_days)
            agreed_visits += [
                (at, None if end is None else min(end, latest))
                for at, end in agreements(life.ticket.appointments, now=now)
            ]
        for (agreed_at, agreed), next_agreed_at in zip(
            agreed_visits, [*(at for at, _ in agreed_visits[1:]), None], strict=True
        ):
            since, until = (
                max(stage.since, agreed_at, course.start),
                earliest(stage.until, next_agreed_at),
            )
            if until is None or since < until:
                yield Terms(
                    since=since,
                    until=until,
                    counted_from=max(course.start, stage.classed_at)
                    if from_change
                    else course.start,
                    amount=None if span is None else span.measured(stage.hours.working_day),
                    agreed=agreed,
                    hours=stage.hours,
                    pauses=pauses if end is None else known_by(pauses, end),
                    warn_at=stage.policy.warn_at,
                )


def _run(course: _Course, all_terms: Sequence[Terms], now: datetime) -> Clock:
    end = course.end()
    shares: dict[tuple[int, datetime], Crossing] = {}
    for terms in all_terms:
        due_at = terms.due_at()
        until = earliest(terms.until, end)
        falls = due_at is not None and (until is None or due_at < until)
        for warning in terms.warnings(due_at):
            if until is not None and warning.fell_at >= until:
                break
            news = (warning.threshold, warning.due_at)
            if news in shares:
                continue  # used up under earlier terms, by the same due time
            shares[news] = warning
            if warning.fell_at > now:
                break  # it is the next one; none of the others comes sooner
        if falls or terms.until is None or (end is not None and end <= terms.until):
            break
    passed = tuple(share for share in shares.values() if share.fell_at <= now)
    ahead = [share.fell_at for share in shares.values() if share.fell_at > now]
    state, stopped_at, breached_at = ClockState.RUNNING, None, None
    if falls and due_at is not None and due_at <= now:
        state, stopped_at, breached_at = ClockState.BREACHED, end, due_at
        passed = (*passed, Crossing(threshold=BREACH, due_at=due_at, fell_at=due_at))
        ahead = []
    elif falls and due_at is not None:
        ahead.append(due_at)
    elif end is not None:
        state, stopped_at = ClockState.MET if end == course.stop else ClockState.CANCELLED, end
        ahead = []
    elif terms.amount is None:
        state, stopped_at = ClockState.CANCELLED, terms.since
        ahead = []
    elif terms.waiting():
        state = ClockState.PAUSED
    return Clock(
        kind=course.kind,
        state=state,
        started_at=course.start,
        due_at=due_at,
        stopped_at=stopped_at,
        breached_at=breached_at,
        crossings=passed,
        next_at=min(ahead, default=None),
    )
