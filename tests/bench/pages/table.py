"""The portal's figures as people read them."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from tests.bench.pages.headline import PAGES
from tests.bench.rows import Row, Trees, costs_in_words, goals_of

TITLE = "The portal: 20 readers, each a page every 2 s"
_NEWS = {
    "ticket": "a word on a ticket, on its resident's screen",
    "queue": "a new ticket, on the desk's screens",
    "offer": "a new ticket, as an offer on its technician's screen",
}
_FIRST_NEWS = next(iter(_NEWS))
"""Beside it stands the goal, which is for the slowest of them."""


def page_rows(trees: Trees) -> Iterator[Row]:
    """Yield what was measured of portals; a tree without one has none."""

    def said(say: Callable[[Mapping[str, Any]], str]) -> list[str]:
        return [say(tree["pages"]) if "pages" in tree else "–" for tree in trees.values()]

    goal_of = {page: key for key, pages in PAGES.items() for page in pages}
    now = next(iter(trees.values()))["pages"]
    for page in now["pages"]:
        goal = goals_of(trees, goal_of[page]) if page in goal_of else ""
        yield Row(f"{page}, p50 and p95", said(partial(_page, page)), goal)
    yield Row("CPU of a page, by process", said(lambda found: costs_in_words(found["cpu_ms"])))
    yield Row("calls of services a page", said(lambda found: f"{found['calls']:.1f}"))
    yield Row(
        f"an outbox of {now['verbs']} verbs",
        said(lambda found: f"{found['outbox_s']:.2f} s"),
        goals_of(trees, "outbox_20_s"),
    )
    for kind, name in _NEWS.items():
        goal = goals_of(trees, "fact_to_screen_p95_ms") if kind == _FIRST_NEWS else ""
        yield Row(f"{name}, p50 and p95", said(partial(_news, kind)), goal)
    yield Row(
        f"memory of the portal after that, beside {now['tickets']:,} open tickets",
        said(lambda found: f"{found['memory_mb']:.0f} MB"),
    )
    yield Row("pages or verbs that failed; calls; news that did not come", said(_failed))


def _page(page: str, found: Mapping[str, Any]) -> str:
    figures = found["pages"][page]
    return (
        f"{figures['p50_ms']:.0f}, {figures['p95_ms']:.0f} ms "
        f"({figures['read']:.0f} read, {figures['packed_bytes'] / 1000:.1f} KB)"
    )


def _news(kind: str, found: Mapping[str, Any]) -> str:
    figures = found["screen"][kind]
    return f"{figures['p50_ms']:.0f}, {figures['p95_ms']:.0f} ms ({figures['heard']:.0f} heard)"


def _failed(found: Mapping[str, Any]) -> str:
    return f"{found['failed']:.0f}; {found['unanswered_calls']:.0f}; {found['lost_news']:.0f}"
