"""What the kit shows: one of everything, in each state."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.portal.adapters.messages import Translate
from services.portal.domain.drawing.chart import BarIn, Series, draw_bars, draw_trend
from services.portal.domain.drawing.plan import (
    BuildingIn,
    JobIn,
    Plan,
    SpotIn,
    TechnicianIn,
    draw_plan,
)
from services.portal.domain.drawing.ring import draw_ring
from services.portal.domain.drawing.site_layout import Point
from services.portal.domain.drawing.strip import Span, Strip, draw_strip

_LAT, _LON = 31.2104, 121.4300
_STEP = 0.0008
_TREND = (
    (96.1, 96.4, 97.0, 97.2, 97.6, 97.4, 96.8, 97.1, 97.9, 98.1, 98.0, 97.8),
    (90.2, 90.9, 91.8, 92.4, None, None, 90.7, 91.9, 93.4, 94.2, 94.5, 94.2),
    (86.0, 87.1, 88.2, 89.0, 89.9, 88.7, 86.4, 88.3, 90.1, 91.2, 91.9, 91.6),
)
_LATE_SHARES = (10.6, 7.2, 6.7, 6.1, 4.7, 3.5)


def sample_context(now: datetime, t: Translate) -> Mapping[str, Any]:
    """Return what the kit's template shows."""
    return {
        "strips": _strips(now),
        "rings": [
            draw_ring(begun_at=now, ends_at=now + timedelta(seconds=whole), now=now + passed)
            for whole, passed in (
                (60, timedelta(seconds=19)),
                (60, timedelta(seconds=42)),
                (60, timedelta(seconds=55)),
                (900, timedelta(minutes=3)),
            )
        ],
        "plans": [_plan(12, t), _plan(1, t), _plan(60, t), _plan(7, t, placed=False)],
        "day": _day(t),
        "trends": [_trend(t, is_narrow=False), _trend(t, is_narrow=True)],
        "months": _months(t),
        "shares": draw_bars(
            [
                BarIn(word=word, value=value, said=f"{value:g}%")
                for word, value in zip(_categories(t), _LATE_SHARES, strict=True)
            ],
            goal=5.0,
            goal_word="5%",
        ),
        "minutes": lambda n: now + timedelta(minutes=n),
    }


def _strips(now: datetime) -> Mapping[str, Strip]:
    hours = timedelta(hours=1)
    begun = now - 2 * hours
    due = begun + 3 * hours
    pause = Span(start=begun + 0.5 * hours, end=begun + 1.2 * hours)
    return {
        "running": draw_strip(started_at=begun, due_at=due, now=now),
        "risk": draw_strip(started_at=begun, due_at=now + 0.15 * hours, now=now),
        "late": draw_strip(started_at=begun, due_at=now - 0.3 * hours, now=now),
        "paused": draw_strip(
            started_at=begun,
            due_at=None,
            now=now,
            left_s=3600,
            paused=[Span(start=begun + 0.8 * hours)],
        ),
        "was_paused": draw_strip(
            started_at=begun, due_at=due, now=now, stopped_at=begun + 1.9 * hours, paused=[pause]
        ),
        "met": draw_strip(started_at=begun, due_at=due, now=now, stopped_at=begun + hours),
        "met_late": draw_strip(
            started_at=begun, due_at=begun + hours, now=now, stopped_at=begun + 1.33 * hours
        ),
        "cancelled": draw_strip(
            started_at=begun, due_at=due, now=now, stopped_at=begun + 0.6 * hours, cancelled=True
        ),
    }


def _plan(count: int, t: Translate, *, placed: bool = True) -> Plan:
    columns = 4 if count <= 12 else 8
    buildings = [
        BuildingIn(
            code=str(n + 1),
            word=t("kit-building", n=str(n + 1)),
            at=Point(
                lat=_LAT - (n // columns) * _STEP * 1.1 - (n % 3) * 0.00004,
                lon=_LON + (n % columns) * _STEP,
            )
            if placed
            else None,
        )
        for n in range(count)
    ]
    return draw_plan(
        buildings,
        spots=[SpotIn(word=t("kit-gate"), at=Point(lat=_LAT + 0.0005, lon=_LON + 1.5 * _STEP))]
        if placed
        else (),
        jobs=[
            JobIn(priority="emergency", tone="late", building="3"),
            JobIn(priority="urgent", tone="risk", building="3"),
            JobIn(priority="urgent", tone="risk", building="8"),
            JobIn(priority="normal", tone="ok", building="1"),
            JobIn(priority="normal", tone="info", building="12"),
        ],
        technicians=[
            TechnicianIn(word="王", building="3"),
            TechnicianIn(word="李", building="3"),
            TechnicianIn(word="陈", building="7"),
            TechnicianIn(word="黄", building="1", free=True),
        ],
    )


def _day(t: Translate) -> Plan:
    buildings = [
        BuildingIn(
            code=str(n + 1),
            word=t("kit-building", n=str(n + 1)),
            at=Point(lat=_LAT - (n // 4) * _STEP * 1.1, lon=_LON + (n % 4) * _STEP),
        )
        for n in range(12)
    ]
    return draw_plan(
        buildings,
        technicians=[TechnicianIn(word="李", building="6")],
        stops=["8", "10", "2"],
    )


def _trend(t: Translate, *, is_narrow: bool) -> Any:
    names = (t("clock-response"), t("clock-arrival"), t("clock-resolution"))
    return draw_trend(
        [Series(name=name, values=values) for name, values in zip(names, _TREND, strict=True)],
        [str(month) for month in range(1, 13)],
        goal=95,
        unit="%",
        top=100,
        is_narrow=is_narrow,
    )


def _months(t: Translate) -> list[tuple[str, list[str]]]:
    return [
        (
            t(f"moment-month-{n + 1}"),
            ["–" if series[n] is None else f"{series[n]}" for series in _TREND],
        )
        for n in range(12)
    ]


def _categories(t: Translate) -> list[str]:
    return [t(f"kit-category-{n}") for n in range(1, 7)]
