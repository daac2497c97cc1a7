"""Figures of promises, and what they say in one sentence."""

from dataclasses import replace
from typing import Any

import pytest

from services.portal.domain.handed_out import sum_handed_out
from services.portal.domain.promises_kept import (
    Kept,
    count_causes,
    find_trend,
    merged,
    of_each_clock,
    reported,
    worst_first,
)


def kept(kind: str = "arrival", n: int = 0, late: int = 0, **fields: Any) -> Kept:
    percent = None if n + late == 0 else round(100 * n / (n + late), 1)
    return Kept(kind=kind, kept=n, broken=late, percent=percent, **fields)


def test_the_finding_names_the_clock_that_is_kept_least_and_what_broke_most_of_it() -> None:
    now = of_each_clock([kept("response", 99, 1), kept("arrival", 90, 10)])
    before = of_each_clock([kept("arrival", 95, 5)])
    categories = [
        kept("arrival", 50, 7, category="heating"),
        kept("arrival", 40, 3, category="lift"),
        kept("response", 1, 50, category="plumbing"),
    ]

    finding = find_trend(now, before, categories, goal=95)

    assert (finding.key, finding.kind, finding.category, finding.n) == (
        "manager-finding-below-most",
        "arrival",
        "heating",
        7,
    )
    assert (finding.percent, finding.before) == (90.0, 95.0)


def test_where_all_keep_the_goal_that_is_the_finding() -> None:
    now = of_each_clock([kept("response", 99, 1), kept("arrival", 96, 4)])

    finding = find_trend(now, {}, [], goal=95)

    assert (finding.key, finding.kind, finding.percent) == (
        "manager-finding-kept",
        "arrival",
        96.0,
    )


def test_where_nothing_is_decided_nothing_is_found() -> None:
    now = of_each_clock([Kept(kind="arrival", running=3)])

    assert find_trend(now, {}, [], goal=95).key == "manager-finding-none"


@pytest.mark.parametrize(("goal", "is_below"), [(96.0, False), (96.1, True), (90.0, False)])
def test_the_goal_is_kept_where_as_many_of_a_hundred_are(goal: float, is_below: bool) -> None:
    assert kept("arrival", 96, 4).is_below(goal) is is_below
    assert not Kept(kind="arrival").is_below(goal)


def test_every_clock_has_figures_though_nothing_was_promised() -> None:
    assert list(of_each_clock([kept("update", 1)])) == [
        "response",
        "arrival",
        "resolution",
        "update",
    ]


def test_as_many_are_reported_as_the_kind_has_that_most_have() -> None:
    found = [kept("arrival", 3, 1), Kept(kind="response", kept=2, running=2, cancelled=1)]

    assert reported(found) == 5
    assert reported([]) == 0


def test_the_worst_come_first_and_what_is_not_decided_is_left_out() -> None:
    one, two, three = kept(n=9, late=1), kept(n=5, late=5), Kept(kind="arrival", running=1)

    assert worst_first([one, two, three]) == [two, one]


def test_figures_are_put_together_by_site_by_category_or_altogether() -> None:
    found = [
        replace(kept(n=3, late=1, site="a", category="lift"), causes={"not_taken": 1}),
        replace(
            kept(n=1, late=3, site="b", category="lift"), causes={"not_taken": 2, "at_desk": 1}
        ),
        kept("response", 4, 0, site="a", category="lift"),
    ]

    assert [(each.site, each.percent) for each in merged(found, "site")] == [
        ("a", 75.0),
        ("b", 25.0),
        ("a", 100.0),
    ]
    together = merged(found)
    assert [(each.kind, each.kept, each.broken) for each in together] == [
        ("arrival", 4, 4),
        ("response", 4, 0),
    ]
    assert together[0].causes == {"not_taken": 3, "at_desk": 1}


@pytest.mark.parametrize(("n", "late", "shown"), [(9999, 1, 99.9), (0, 3, 0.0), (3, 0, 100.0)])
def test_a_hundred_percent_means_all(n: int, late: int, shown: float) -> None:
    assert merged([kept(n=n, late=late)])[0].percent == shown


def test_causes_come_with_the_categories_that_have_most_of_each() -> None:
    found = [
        kept(late=3, category="lift", causes={"not_taken": 2, "not_there": 1}),
        kept(late=5, category="heating", causes={"not_taken": 5}),
        kept(late=1, category="lock", causes={"not_taken": 1}),
    ]

    assert count_causes(found) == [
        ("not_taken", 8, [("heating", 5), ("lift", 2)]),
        ("not_there", 1, [("lift", 1)]),
    ]


def _site(**figures: Any) -> dict[str, Any]:
    names = (
        *("jobs", "asked", "offers", "accepted", "at_first", "assigned", "declined", "expired"),
        *("returned", "completed", "follow_ups", "unassignable"),
    )
    return {"minutes_to_accept": None, **dict.fromkeys(names, 0), **figures}


def test_how_jobs_were_handed_out_is_summed_over_sites() -> None:
    found = sum_handed_out(
        [
            _site(jobs=4, asked=4, offers=6, accepted=3, at_first=2, minutes_to_accept=10.0),
            _site(jobs=1, asked=1, offers=1, accepted=1, at_first=1, minutes_to_accept=2.0),
            _site(),
        ]
    )

    assert (found.jobs, found.accepted, found.at_first_percent) == (5, 4, 75.0)
    assert (found.offers_a_job, found.minutes_to_accept) == (1.4, 8.0)


def test_of_nothing_handed_out_there_is_no_share() -> None:
    found = sum_handed_out([_site()])

    assert (found.at_first_percent, found.offers_a_job, found.minutes_to_accept) == (
        None,
        None,
        None,
    )
