"""The clocks of a ticket: one pure function of its dated steps, the policies, the calendars and the
hour.

Nothing is counted along the way, so it does not matter when or in which order the steps became
known. A step at the very instant a promise falls due still counts as in time; a promise that fell
due stands against every later step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.sla.domain.agreed_visits import next_agreement_at
from services.sla.domain.calendars import Calendars
from services.sla.domain.courses import Course, course_of, stages_of, terms_of
from services.sla.domain.life import Life
from services.sla.domain.policy import Policy
from services.sla.domain.terms import BREACH, Crossing, Terms, earliest
from shared.contracts.sla import ClockKind, ClockState, ClockV1

_KINDS = tuple(ClockKind)
_GOING_ON = frozenset({ClockState.RUNNING, ClockState.PAUSED})


class Clock(NamedTuple):
    """One promise as it stands.

    `crossings` are those it has passed; `next_at` is when it passes the next one if nothing
    happens; `terms` are those that it stopped under, or runs under now.
    """

    kind: ClockKind
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    crossings: tuple[Crossing, ...] = ()
    next_at: datetime | None = None
    terms: Terms | None = None


@dataclass(frozen=True, kw_only=True)
class Promises:
    """All clocks of a ticket under the policy that its category and priority have now."""

    policy: Policy
    clocks: tuple[Clock, ...]

    def as_told(self) -> tuple[ClockV1, ...]:
        """Return the clocks as others are told of them."""
        return tuple(ClockV1.model_validate(clock) for clock in self.clocks)


def clocks_of(
    life: Life, *, policies: Sequence[Policy], calendars: Calendars, now: datetime
) -> Promises:
    """Return how each of the ticket's clocks stands; cancelled, broken or not, is what was still
    waited for when the ticket was.

    `policies` are those in force when the ticket was opened; what is known of the work order may be
    nothing, old or ahead.
    """
    stages = list(stages_of(life, policies, calendars))
    policy = stages[-1].policy
    clocks = []
    for kind in _KINDS:
        if all(stage.span(kind) is None for stage in stages):
            continue  # it was never promised
        course = course_of(kind, life, restarts=policy.arrival_restarts)
        all_terms = list(terms_of(course, life, stages, now))
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


def _looked_at_when_a_visit_stands(clock: Clock, life: Life, now: datetime) -> Clock:
    """Return the clock, to be looked at again when a visit that staff offered counts as agreed."""
    if clock.kind is not ClockKind.ARRIVAL or clock.state not in _GOING_ON:
        return clock
    stands_at = next_agreement_at(life.ticket.appointments, now=now)
    return clock._replace(next_at=earliest(clock.next_at, stands_at))


def _run(course: Course, all_terms: Sequence[Terms], now: datetime) -> Clock:
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
        terms=terms,
    )
