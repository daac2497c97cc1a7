"""Moments and spans as pages say them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jinja2 import Environment

from services.portal.adapters.moments import FILTERS
from services.portal.domain.visitor import Language
from tests.support.messages import strict_messages

NOW = datetime(2026, 1, 20, 15, 30, tzinfo=UTC)
"""23:30 in Shanghai."""


def _said(
    filter: str, value: Any, *, language: Language = "zh-CN", zone: str | None = "Asia/Shanghai"
) -> str:
    environment = Environment(autoescape=True)
    environment.filters.update(FILTERS)
    context = {
        "now": NOW,
        "t": strict_messages().translate(language),
        "zone": zone,
        "language": language,
    }
    return environment.from_string("{{ value|%s }}" % filter).render(**context, value=value)  # noqa: UP031


def test_a_time_is_the_sites() -> None:
    assert _said("clock", "2026-01-20T23:08:00Z") == "07:08"
    assert _said("clock", "2026-01-20T23:08:00+00:00", zone="Europe/Berlin") == "00:08"
    assert _said("clock", "2026-01-20T23:08:00Z", zone="No/Where") == "07:08"


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        ("2026-01-20T00:00:00Z", "今天", "today"),
        ("2026-01-20T16:00:00Z", "明天", "tomorrow"),
        ("2026-01-19T15:59:00Z", "昨天", "yesterday"),
        ("2026-03-05T12:00:00Z", "3月5日", "5 March"),
        ("2025-12-31T12:00:00Z", "2025年12月31日", "31 December 2025"),
    ],
)
def test_a_day_is_named_by_its_distance_at_the_site(at: str, zh: str, en: str) -> None:
    assert _said("day", at) == zh
    assert _said("day", at, language="en") == en


def test_a_time_of_today_stands_alone_and_any_other_with_its_day() -> None:
    assert _said("day_clock", "2026-01-20T15:40:00Z") == "23:40"
    assert _said("day_clock", "2026-01-20T16:10:00Z") == "明天 00:10"
    assert _said("day_clock", "2026-01-22T02:00:00Z", language="en") == "22 January 10:00"


def test_scripts_read_utc() -> None:
    assert _said("iso", NOW + timedelta(microseconds=5)) == "2026-01-20T15:30:00Z"


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (0, "0 分钟", "0 min"),
        (12, "12 分钟", "12 min"),
        (60, "1 小时", "1 h"),
        (65, "1 小时 5 分钟", "1 h 5 min"),
        (1440, "1 天", "1 day"),
        (3 * 1440 + 125, "3 天 2 小时", "3 days 2 h"),
        (timedelta(seconds=90), "2 分钟", "2 min"),
        (-5, "5 分钟", "5 min"),
        (1500 * 1440, "1,500 天", "1,500 days"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(
    length: float | timedelta, zh: str, en: str
) -> None:
    assert _said("span", length) == zh
    assert _said("span", length, language="en") == en


def test_a_row_has_room_for_a_short_span() -> None:
    assert _said("short_span", 26) == "26 分"
    assert _said("short_span", 85) == "1:25"
    assert _said("short_span", 3 * 1440) == "3 天"
    assert _said("minutes_left", NOW + timedelta(minutes=5, seconds=30)) == "5"
    assert _said("minutes_left", NOW - timedelta(seconds=30)) == "-1"
