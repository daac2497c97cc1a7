"""How each promise about a ticket is meant to run: from when until what, and by which terms in
turn, as category, priority, calendar and visits change.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.sla.domain.agreed_visits import Agreement, agreements
from services.sla.domain.calendars import Calendars
from services.sla.domain.durations import Span
from services.sla.domain.life import Life
from services.sla.domain.policy import Policy, Recompute, Targets, select_policy
from services.sla.domain.terms import Terms, earliest
from services.sla.domain.working_time import Period, WorkingTime, known_by, merged
from shared.contracts.categories import Road
from shared.contracts.sla import ClockKind
from shared.standing import at_desk_since


class Course(NamedTuple):
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


class Stage(NamedTuple):
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


def stages_of(life: Life, policies: Sequence[Policy], calendars: Calendars) -> Iterator[Stage]:
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
                yield Stage(
                    since=since,
                    until=until,
                    classed_at=classing.at,
                    road=classing.road,
                    policy=policy,
                    targets=targets,
                    hours=edition.hours,
                )


def course_of(kind: ClockKind, life: Life, *, restarts: bool) -> Course:
    opened_at, cancelled_at = life.ticket.opened_at, life.ticket.cancelled_at
    if kind is ClockKind.RESPONSE:
        return Course(
            kind=kind, start=opened_at, stop=life.responded_at(), unwanted=cancelled_at, resolved=[]
        )
    resolutions = life.ticket.resolutions
    resolved = [Period(each.since, each.until) for each in resolutions if each.until is not None]
    standing = next((each for each in resolutions if each.until is None), None)
    standing_since = standing.since if standing else None
    if kind is ClockKind.RESOLUTION:
        return Course(
            kind=kind,
            start=opened_at,
            stop=standing_since,
            unwanted=cancelled_at,
            resolved=resolved,
        )
    if life.ticket.is_history:
        arrived_at = life.ticket.arrived_at
        return Course(
            kind=kind, start=opened_at, stop=arrived_at, unwanted=cancelled_at, resolved=[]
        )
    at_desk_at = at_desk_since(life.ticket.classes)
    reopened_at = life.reopened_at() if restarts and at_desk_at is None else None
    arrived_at = life.arrived_at(from_cycle=0 if reopened_at is None else life.ticket.cycle)
    # The technician who finished the job was there, though dispatch may not have said so yet; when
    # staff settled it, no technician has to come.
    finished_at = None if standing and standing.by_staff else standing_since
    settled_at = standing_since if standing and standing.by_staff else None
    return Course(
        kind=kind,
        start=reopened_at or opened_at,
        stop=earliest(arrived_at, finished_at),
        unwanted=earliest(earliest(cancelled_at, settled_at), at_desk_at),
        resolved=resolved if reopened_at is None else [],
    )


def terms_of(course: Course, life: Life, stages: Sequence[Stage], now: datetime) -> Iterator[Terms]:
    """Yield the terms one after the other from the start: those of each stage, anew at each visit
    that was agreed with the resident, which moves the arrival by no more than the policy allows.
    """
    end, is_arrival = course.end(), course.kind is ClockKind.ARRIVAL
    at_desk = life.at_desk() if is_arrival else []
    for stage in stages:
        span = stage.span(course.kind)
        holds = life.holds(stage.policy.stopped_by[course.kind])
        pauses = merged([*holds, *course.resolved, *at_desk])
        from_change = stage.policy.recompute is Recompute.FROM_CHANGE
        agreed_visits: list[Agreement] = [(stage.since, None)]
        if is_arrival and stage.policy.honours_appointments:
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
