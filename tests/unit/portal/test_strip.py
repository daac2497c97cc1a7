"""A clock as a strip: all outcomes, and times that make no sense."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.domain.drawing.strip import Outcome, Span, draw_strip

START = datetime(2026, 1, 21, 6, 0, tzinfo=UTC)


def _at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_a_running_clock_has_its_promise_at_96_percent_and_says_what_is_left() -> None:
    strip = draw_strip(started_at=START, due_at=_at(100), now=_at(50))

    assert strip.outcome is Outcome.RUNNING
    assert (strip.tone, strip.due, strip.now, strip.track) == ("ok", 96.0, 48.0, 96.0)
    assert [(part.kind, part.x, part.width) for part in strip.parts] == [("count", 0.0, 48.0)]
    assert (strip.left_min, strip.over_min) == (50, 0)


def test_the_last_quarter_is_at_risk() -> None:
    assert draw_strip(started_at=START, due_at=_at(100), now=_at(75)).tone == "ok"
    assert draw_strip(started_at=START, due_at=_at(100), now=_at(76)).tone == "risk"


def test_over_its_promise_the_strip_ends_now_and_shows_by_how_much() -> None:
    strip = draw_strip(started_at=START, due_at=_at(90), now=_at(120))

    assert strip.outcome is Outcome.LATE
    assert (strip.due, strip.now, strip.track) == (72.0, 96.0, 72.0)
    assert [(part.kind, part.x, part.width) for part in strip.parts] == [
        ("count", 0.0, 72.0),
        ("over", 72.0, 24.0),
    ]
    assert (strip.left_min, strip.over_min) == (None, 30)


def test_pauses_are_cut_out_of_what_counted() -> None:
    strip = draw_strip(
        started_at=START,
        due_at=_at(200),
        now=_at(100),
        paused=[Span(start=_at(20), end=_at(60))],
    )

    assert (strip.counted_min, strip.paused_min) == (60, 40)
    assert [part.kind for part in strip.parts] == ["count", "count", "pause"]


def test_a_paused_clock_shows_its_promise_as_if_it_went_on_now() -> None:
    strip = draw_strip(
        started_at=START, due_at=None, now=_at(60), paused=[Span(start=_at(30))], left_s=3600
    )

    assert strip.outcome is Outcome.PAUSED
    assert (strip.tone, strip.due, strip.now) == ("hold", 96.0, 48.0)
    assert strip.left_min == 60


def test_a_paused_clock_without_a_promise_has_no_tick() -> None:
    strip = draw_strip(started_at=START, due_at=None, now=_at(60), paused=[Span(start=_at(30))])

    assert (strip.due, strip.left_min, strip.outcome) == (None, None, Outcome.PAUSED)


def test_a_stopped_clock_is_kept_or_late_and_does_not_move_any_more() -> None:
    met = draw_strip(started_at=START, due_at=_at(60), now=_at(999), stopped_at=_at(50))
    late = draw_strip(started_at=START, due_at=_at(60), now=_at(999), stopped_at=_at(80))

    assert (met.outcome, met.tone, met.now) == (Outcome.MET, "ok", None)
    assert (late.outcome, late.tone, late.over_min) == (Outcome.MET_LATE, "late", 20)


def test_a_cancelled_clock_is_never_late() -> None:
    strip = draw_strip(
        started_at=START, due_at=_at(10), now=_at(60), stopped_at=_at(50), cancelled=True
    )

    assert (strip.outcome, strip.tone, strip.over_min) == (Outcome.CANCELLED, "mute", 0)


def test_only_working_hours_have_counted_where_they_are_said() -> None:
    strip = draw_strip(
        started_at=START,
        due_at=_at(1000),
        now=_at(500),
        counted=[Span(start=_at(0), end=_at(100)), Span(start=_at(400))],
    )

    assert strip.counted_min == 200
    assert [part.x for part in strip.parts] == [0.0, 38.4]


@pytest.mark.parametrize(
    ("due", "now", "stopped"),
    [(0, 0, None), (-10, 5, None), (10, -5, None), (0, 100, 0), (10, 5, -20)],
)
def test_times_that_make_no_sense_still_make_a_strip_within_its_place(
    due: float, now: float, stopped: float | None
) -> None:
    strip = draw_strip(
        started_at=START,
        due_at=_at(due),
        now=_at(now),
        stopped_at=None if stopped is None else _at(stopped),
        paused=[Span(start=_at(-50), end=_at(-60)), Span(start=_at(3), end=_at(2))],
    )

    places = [part.x for part in strip.parts] + [strip.track, strip.due or 0.0, strip.now or 0.0]
    assert all(0 <= place <= 100 for place in places)
    assert strip.over_min >= 0
