"""The days that a page of the manager is about."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from services.portal.domain.report_days import (
    Days,
    day_of,
    month_after,
    month_before,
    month_named,
    month_of,
    months_in,
    week_of,
    year_until,
)

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-03", date(2026, 3, 1)),
        ("2026-12", date(2026, 11, 1)),
        ("9999-01", date(2026, 11, 1)),
        ("1850-01", date(2001, 1, 1)),
        ("", date(2026, 11, 1)),
        ("2026-13", date(2026, 11, 1)),
        ("x", date(2026, 11, 1)),
    ],
)
def test_a_month_is_named_and_none_lies_ahead(text: str, first: date) -> None:
    assert month_named(text, today=TODAY).since == first


def test_months_follow_one_another_over_the_year() -> None:
    december = month_of(date(2025, 12, 31))

    assert december == Days(since=date(2025, 12, 1), until=date(2026, 1, 1))
    assert month_before(month_of(date(2026, 1, 9))) == december
    assert month_after(december, today=TODAY) == month_of(date(2026, 1, 9))
    assert month_after(month_of(TODAY), today=TODAY) is None


def test_a_year_is_the_twelve_months_until_then() -> None:
    year = year_until(month_of(TODAY))

    assert year == Days(since=date(2025, 12, 1), until=date(2026, 12, 1))
    assert len(months_in(year)) == 12
    assert months_in(year)[-1] == date(2026, 11, 1)


def test_the_week_begins_on_monday_and_ends_with_today() -> None:
    assert week_of(TODAY) == Days(since=date(2026, 11, 23), until=date(2026, 11, 26))
    assert day_of(TODAY).until == date(2026, 11, 26)


def test_days_are_asked_for_as_midnights_of_the_zone() -> None:
    moments = day_of(TODAY).moments(ZoneInfo("Asia/Shanghai"))

    assert moments == {
        "from": "2026-11-25T00:00:00+08:00",
        "to": "2026-11-26T00:00:00+08:00",
    }
