"""How long a promise is."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.durations import NoDuration, Span, parse_span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT5M", Span(rest=timedelta(minutes=5))),
        ("P2D", Span(days=2)),
        ("P1DT2H30M", Span(days=1, rest=timedelta(hours=2, minutes=30))),
        ("PT0.5S", Span(rest=timedelta(milliseconds=500))),
        (7, Span(rest=timedelta(seconds=7))),
        (2.25, Span(rest=timedelta(seconds=2.25))),
    ],
)
def test_a_promise_is_written_as_an_iso_duration_or_in_seconds(
    text: str | float, span: Span
) -> None:
    parsed = parse_span(text)

    assert parsed == span


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "P1W",
        "P1M",
        "5M",
        "PT-5M",
        "PT５M",
        "P367D",
        0,
        -1,
        float("inf"),
        float("nan"),
    ],
)
def test_what_is_no_length_of_a_promise_is_refused(wrong: str | float) -> None:
    with pytest.raises(NoDuration):
        parse_span(wrong)


@given(days=st.integers(0, 300), rest=st.timedeltas(timedelta(microseconds=1), timedelta(days=60)))
def test_a_span_reads_back_what_it_writes(days: int, rest: timedelta) -> None:
    span = Span(days=days, rest=rest)

    assert parse_span(span.iso()) == span


def test_a_day_is_as_long_as_a_working_day_where_time_is_counted_so() -> None:
    span = parse_span("P2DT1H")

    assert span.measured(timedelta(hours=8.5)) == timedelta(hours=18)
