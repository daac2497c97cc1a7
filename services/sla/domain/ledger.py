"""How the time of a promise was spent: what of it counted, what stood still and why, and what lay
outside working hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.sla.domain.clocks import Clock
from services.sla.domain.life import Life
from services.sla.domain.terms import Terms
from services.sla.domain.working_time import Period, WorkingTime, known_by
from shared.contracts.sla import ClockState

RESOLVED, AT_DESK = "resolved", "desk"
"""Why a promise stands still, beside the reasons of a hold."""
_FINEST_PARTS = 120
"""A shorter part than this share of the whole is not told apart from what is around it."""


class Spent(StrEnum):
    COUNTED = "counted"
    PAUSED = "paused"
    CLOSED = "closed"
    """Outside the calendar's working hours."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `since` until `until`; a pause says why."""

    since: datetime
    until: datetime
    spent: Spent
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Account:
    """One promise with how its time was spent until it stopped, or until now.

    `target` and `counted` are in the calendar's working time; None where nothing is promised any
    more, or nothing is known of it.
    """

    clock: Clock
    target: timedelta | None
    counted: timedelta | None
    spans: tuple[Span, ...]


def account_of(clock: Clock, life: Life, *, now: datetime) -> Account:
    """Return how the promise's time was spent, by the terms that it runs or ended under."""
    terms, until = clock.terms, clock.stopped_at or now
    if terms is None or clock.state is ClockState.UNKNOWN:
        return Account(clock=clock, target=None, counted=None, spans=())
    pauses = known_by(terms.pauses, until)
    spans = _joined(list(_spans(clock.started_at, until, terms.hours, pauses, life)))
    counted = terms.hours.outside(_since(terms, pauses), terms.counted_from, until)
    return Account(clock=clock, target=terms.amount, counted=counted, spans=tuple(spans))


def _since(terms: Terms, pauses: Sequence[Period]) -> list[Period]:
    """Return of the pauses what lies in the time that is counted."""
    return [each for each in pauses if each.until is None or each.until > terms.counted_from]


def _spans(
    begin: datetime, end: datetime, hours: WorkingTime, pauses: Sequence[Period], life: Life
) -> Iterator[Span]:
    """Yield the parts one after the other, without a gap."""
    at = begin
    for pause in pauses:
        since, until = max(pause.since, at), min(pause.until or end, end)
        if since >= until:
            continue
        yield from _counted(hours, at, since)
        yield Span(since=since, until=until, spent=Spent.PAUSED, reason=_why(pause, life))
        at = until
    yield from _counted(hours, at, end)


def _counted(hours: WorkingTime, begin: datetime, end: datetime) -> Iterator[Span]:
    at = begin
    for since, until in hours.open_between(begin, end):
        if at < since:
            yield Span(since=at, until=since, spent=Spent.CLOSED)
        yield Span(since=since, until=until, spent=Spent.COUNTED)
        at = until
    if at < end:
        yield Span(since=at, until=end, spent=Spent.CLOSED)


def _why(pause: Period, life: Life) -> str:
    """Return the reason of the hold that the pause began with, or what else stopped the promise."""
    for hold in life.ticket.holds:
        if hold.since <= pause.since and (hold.until is None or pause.since < hold.until):
            return hold.reason or AT_DESK
    resolved = (
        each.since <= pause.since and each.until is not None and pause.since < each.until
        for each in life.ticket.resolutions
    )
    return RESOLVED if any(resolved) else AT_DESK


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Return the spans with those that follow on another of their kind as one, and breaks too short
    to be seen as part of what counted around them.
    """
    if not spans:
        return []
    finest = (spans[-1].until - spans[0].since) / _FINEST_PARTS
    joined: list[Span] = []
    for span in spans:
        brief = span.spent is Spent.CLOSED and span.until - span.since < finest
        spent = joined[-1].spent if brief and joined else span.spent
        last = joined[-1] if joined else None
        if last is not None and spent is last.spent and (brief or span.reason == last.reason):
            joined[-1] = replace(last, until=span.until)
        else:
            joined.append(replace(span, spent=spent))
    return joined
