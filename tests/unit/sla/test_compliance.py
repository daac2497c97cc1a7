"""Figures of compliance, made of counted outcomes."""

from datetime import date
from typing import Any

import pytest

from services.sla.domain.compliance import Asked, Cell, figures_of
from services.sla.domain.definitions import DEFINITIONS, Language
from services.sla.domain.outcomes import Cause, Outcome
from shared.errors import Invalid

MINUTE = 60_000


def a_cell(outcome: Outcome, n: int, **fields: Any) -> Cell:
    given: dict[str, Any] = {
        "site": None,
        "category": None,
        "priority": None,
        "month": None,
        "kind": "arrival",
        "cause": None,
        "imported": False,
        "stopped": 0,
        "ran_ms": 0,
        "paused_ms": 0,
        "late_ms": 0,
    }
    return Cell(outcome=outcome, n=n, **{**given, **fields})


def test_figures_say_counts_shares_and_mean_minutes() -> None:
    (figures,) = figures_of(
        [
            a_cell(Outcome.KEPT, 97, stopped=97, ran_ms=97 * 20 * MINUTE),
            a_cell(
                Outcome.BROKEN,
                2,
                cause=Cause.NOT_TAKEN,
                stopped=2,
                ran_ms=2 * 70 * MINUTE,
                late_ms=2 * 10 * MINUTE,
                paused_ms=5 * MINUTE,
            ),
            a_cell(Outcome.BROKEN, 1, cause=Cause.ON_HOLD),
            a_cell(Outcome.RUNNING, 4),
            a_cell(Outcome.PAUSED, 1),
        ]
    )

    assert (figures.kept, figures.broken, figures.running, figures.paused) == (97, 3, 4, 1)
    assert figures.kept_percent == 97.0
    assert figures.minutes == pytest.approx((97 * 20 + 140) / 99, abs=0.05)
    assert figures.late_minutes == 10.0
    assert figures.paused_percent == 0.2
    assert figures.causes == {Cause.ON_HOLD: 1, Cause.NOT_TAKEN: 2}


def test_nothing_is_shared_where_there_is_nothing() -> None:
    (figures,) = figures_of([a_cell(Outcome.RUNNING, 3)])

    assert figures.kept_percent is None
    assert (figures.minutes, figures.late_minutes, figures.paused_percent) == (None, None, None)


@pytest.mark.parametrize(
    ("kept", "broken", "shown"), [(9999, 1, 99.9), (1, 9999, 0.1), (10, 0, 100.0), (0, 10, 0.0)]
)
def test_a_hundred_percent_means_all_and_zero_none(kept: int, broken: int, shown: float) -> None:
    (figures,) = figures_of([a_cell(Outcome.KEPT, kept), a_cell(Outcome.BROKEN, broken)])

    assert figures.kept_percent == shown


def test_figures_come_month_by_month_then_by_site_category_and_kind() -> None:
    cells = [
        a_cell(Outcome.KEPT, 1, month=date(2026, month, 1), site=site, kind=kind)
        for month, site, kind in ((2, "a", "arrival"), (1, "b", "arrival"), (1, "a", "response"),
                                  (1, "a", "arrival"))
    ]  # fmt: skip

    assert [(f.month and f.month.month, f.site, f.kind) for f in figures_of(cells)] == [
        (1, "a", "arrival"),
        (1, "a", "response"),
        (1, "b", "arrival"),
        (2, "a", "arrival"),
    ]


def asked(since: str, until: str) -> Asked:
    return Asked(sites=["demo"], since=date.fromisoformat(since), until=date.fromisoformat(until))


def test_long_times_are_whole_months_and_short_ones_any_days() -> None:
    assert asked("2026-01-01", "2027-01-01").is_of_whole_months
    assert not asked("2026-01-03", "2026-03-06").is_of_whole_months
    assert not asked("2026-01-01", "2026-01-02").is_of_whole_months


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("2026-01-02", "2026-01-02", "to"),
        ("2026-01-03", "2026-01-02", "to"),
        ("2026-01-03", "2026-03-07", "from"),
        ("2006-01-01", "2026-01-01", "from"),
    ],
)
def test_what_would_cost_too_much_is_refused_in_words(since: str, until: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        asked(since, until)

    assert refused.value.details["field"] == field


def test_every_figure_and_every_cause_is_defined_in_both_languages() -> None:
    names = DEFINITIONS[Language.ENGLISH].keys()

    assert DEFINITIONS[Language.CHINESE].keys() == names
    assert {outcome.value for outcome in Outcome} | {cause.value for cause in Cause} <= names
    assert {"kept_percent", "minutes", "late_minutes", "paused_percent", "imported"} <= names
