"""How jobs came to technicians: figures of the tickets that were reported in some days."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from shared.errors import Invalid
from shared.ids import SiteId

MAX_DAYS = timedelta(days=31)
MAX_SITES = 100
SPAN = timedelta(hours=4)
"""Figures are added up by the four hours of UTC in which tickets were reported: midnight anywhere
lies at most two hours beside the beginning of such a span.
"""
SPANS_A_DAY = timedelta(days=1) // SPAN
DAY_BEGINS_EARLIER = 2
"""Figures are added up by the day, too: from so many spans before midnight of UTC on, which is
midnight in China.
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A time beside whole spans, whose jobs are read one by one: they count, or, where `is_extra`,
    are taken from those of the whole spans.
    """

    since: datetime
    until: datetime
    is_extra: bool


@dataclass(frozen=True, kw_only=True)
class Period:
    """A time as whole spans, by their numbers since 1970, and what differs from these: at most two
    hours at either end.
    """

    first_span: int
    below_span: int
    pieces: tuple[Piece, ...]

    @property
    def of_whole_days(self) -> range:
        """Return those of the spans that make up whole days, empty at the end where none do."""
        begins = -((DAY_BEGINS_EARLIER + self.first_span) // -SPANS_A_DAY)
        ends = (DAY_BEGINS_EARLIER + self.below_span) // SPANS_A_DAY
        if begins >= ends:
            return range(self.below_span, self.below_span)
        first, below = (day * SPANS_A_DAY - DAY_BEGINS_EARLIER for day in (begins, ends))
        return range(first, below)


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """Jobs of one site, with how they were handed out.

    `asked` were offered to a technician at least once, `offers` times altogether; of the `accepted`
    ones `at_first` were taken before any offer of them came to nothing, `assigned` by a dispatcher,
    after `minutes_to_accept` on average. `returned` is how often a technician who had one gave it
    back or lost it.
    """

    site_id: SiteId
    jobs: int
    asked: int
    offers: int
    accepted: int
    at_first: int
    assigned: int
    declined: int
    expired: int
    returned: int
    completed: int
    follow_ups: int
    unassignable: int
    minutes_to_accept: float | None


COUNTED = tuple(each.name for each in fields(HandedOut) if each.type is int)
"""What of these figures is a number of jobs, offers or returns."""


def demand_days(since: datetime, until: datetime) -> None:
    """Raise Invalid for a time that is none, or too long to be counted."""
    if since >= until:
        raise Invalid("`to` has to lie behind `from`.", field="to")
    if until - since > MAX_DAYS:
        raise Invalid(f"Ask for {MAX_DAYS.days} days at most.", field="from")


def period_of(since: datetime, until: datetime, *, now: datetime) -> Period:
    """Return the time from `since` until before `until` in such spans that little is left to be
    read: nothing is reported after `now`.
    """
    first, below = _nearest(since, now), _nearest(until, now)
    pieces = (_piece(since, first, is_end=False), _piece(until, below, is_end=True))
    return Period(
        first_span=first,
        below_span=below,
        pieces=tuple(piece for piece in pieces if piece.since < piece.until),
    )


def _nearest(at: datetime, now: datetime) -> int:
    """Return the span that begins nearest to this moment, counting no time that is to come."""
    span, after = divmod(at - _EPOCH, SPAN)
    left = min(SPAN - after, max(now - at, timedelta(0)))
    return span + 1 if left < after else span


def _piece(at: datetime, span: int, *, is_end: bool) -> Piece:
    """Return what lies between a moment and the beginning of a span."""
    begins = _EPOCH + span * SPAN
    return Piece(since=min(at, begins), until=max(at, begins), is_extra=(at < begins) == is_end)
