"""A time is read as spans of four hours, and job by job beside them."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from services.dispatch.domain.handed_out import SPAN, Period, period_of

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
LATER = MIDNIGHT + timedelta(days=30)
STEP = timedelta(minutes=20)


def counted(period: Period) -> Counter[datetime]:
    """How often each moment of a grid is counted; those that are not are left out."""
    of_day = [MIDNIGHT + n * STEP for n in range(-144, 144)]
    spans = range(period.first_span, period.below_span)
    found = Counter(at for at in of_day if at.timestamp() // SPAN.total_seconds() in spans)
    for piece in period.pieces:
        for at in of_day:
            if piece.since <= at < piece.until:
                found[at] += -1 if piece.is_extra else 1
    return Counter({at: n for at, n in found.items() if n})


@pytest.mark.parametrize("begins", [timedelta(minutes=minutes) for minutes in (0, 20, 140, 220)])
@pytest.mark.parametrize("lasts", [timedelta(minutes=minutes) for minutes in (20, 180, 240, 1700)])
@pytest.mark.parametrize("now", [MIDNIGHT, MIDNIGHT + timedelta(hours=3), LATER])
def test_every_moment_of_a_time_is_counted_once_and_no_other(
    begins: timedelta, lasts: timedelta, now: datetime
) -> None:
    since = MIDNIGHT + begins

    found = counted(period_of(since, since + lasts, now=now))

    assert found == Counter(since + n * STEP for n in range(lasts // STEP))


def test_at_most_two_hours_are_read_job_by_job_at_either_end() -> None:
    for minutes in range(0, 480, 7):
        since = MIDNIGHT + timedelta(minutes=minutes)
        period = period_of(since, since + timedelta(days=7, hours=1), now=LATER)
        assert all(piece.until - piece.since <= SPAN / 2 for piece in period.pieces)


def test_whole_spans_leave_nothing_to_be_read() -> None:
    period = period_of(MIDNIGHT, MIDNIGHT + timedelta(days=7), now=LATER)

    assert (period.below_span - period.first_span, period.pieces) == (42, ())


def test_what_is_still_to_come_is_not_worth_reading_today_job_by_job() -> None:
    now = MIDNIGHT + timedelta(hours=9)

    (until_now,) = period_of(MIDNIGHT, now - timedelta(seconds=2), now=now).pieces

    assert until_now.is_extra  # of two seconds
    assert until_now.since == now - timedelta(seconds=2)


@pytest.mark.parametrize("begins", range(6))
@pytest.mark.parametrize("lasts", range(1, 20))
def test_whole_days_are_those_from_midnight_to_midnight_in_china(begins: int, lasts: int) -> None:
    since = MIDNIGHT + begins * SPAN
    period = period_of(since, since + lasts * SPAN, now=LATER)
    in_china = timedelta(hours=8)
    midnights = [
        span
        for span in range(period.first_span, period.below_span + 1)
        if (span * SPAN + in_china) % timedelta(days=1) == timedelta(0)
    ]

    of_whole_days = period.of_whole_days

    if len(midnights) < 2:
        assert of_whole_days == range(period.below_span, period.below_span)
    else:
        assert of_whole_days == range(midnights[0], midnights[-1])
