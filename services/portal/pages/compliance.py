"""`/m/compliance`: what was promised and kept in a month, and why not all of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from services.portal.adapters.moments import zone_of
from services.portal.domain.drawing.chart import BarIn, Bars, Series, Trend, draw_bars, draw_trend
from services.portal.domain.promises_kept import (
    CLOCKS,
    Finding,
    Kept,
    count_causes,
    find_trend,
    of_each_clock,
    read_kept,
    reported,
    worst,
    worst_first,
)
from services.portal.domain.report_days import (
    Days,
    month_after,
    month_before,
    month_named,
    months_in,
    year_until,
)
from services.portal.pages import code_words
from services.portal.pages.desk_sites import DeskSites, desk_sites
from services.portal.pages.page import Manager, Missing, Page, page_router, parts
from shared.auth.caller import Role

router = page_router()

_MANAGERS = (Role.MANAGER, Role.ADMIN)
_SITES_AT_ONCE = 100
_BARS = 10


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the page is about: a site or all of them, a month, and the clock looked at closer."""

    sites: DeskSites
    month: Days
    kind: str

    def link(self, path: str = "/m/compliance", **more: str | None) -> str:
        """Return the address of a page about the same, but for what is given."""
        asked = {
            "site": self.sites.chosen,
            "month": f"{self.month.since:%Y-%m}",
            "kind": self.kind,
            **more,
        }
        return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"

    def promises(self, kind: str, outcome: str, **more: str | None) -> str:
        """Return where the promises are listed that a figure counts."""
        return promises_link(self.sites.chosen, self.month, kind=kind, outcome=outcome, **more)


def promises_link(site_id: str | None, days: Days, **more: str | None) -> str:
    asked = {"site": site_id, **days.query(), **more}
    return f"/m/promises?{urlencode({name: value for name, value in asked.items() if value})}"


@router.get("/m/compliance")
async def compliance(page: Manager) -> Response:
    """Show the month's figures, with the twelve months until then and what stands behind them."""
    sites, month = await _asked(page)
    year, *month_parts = await parts(
        _ask(page, sites, year_until(month), "month"),
        *(_ask(page, sites, month, each) for each in ("category", "priority", "site")),
    )
    context: dict[str, Any] = {"missing": Missing("sla")}
    kind = page.request.query_params.get("kind", "")
    if not any(isinstance(each, Missing) for each in (year, *month_parts)):
        names = await code_words.names_of_categories(page, sites.ids)
        by_month = read_kept(year["items"])
        kind = _kind_of(kind, [each for each in by_month if each.month == month.since])
        context = {
            "missing": None,
            "definitions": year["definitions"],
            "behind": year["behind"],
            "category_names": names,
            **_over_time(page, by_month, month),
            **_of_month(page, by_month, month, kind, month_parts, names),
        }
    shown = Shown(sites=sites, month=month, kind=kind or "arrival")
    after = month_after(month, today=_today(page, sites))
    return page.render(
        "m/compliance.html",
        shown=shown,
        tickets_link=tickets_link(sites.chosen, month),
        sites=sites,
        zone=sites.zone,
        clocks=CLOCKS,
        goal=page.state.goal_percent,
        month_word=code_words.month_word(page, month.since),
        month_name=lambda each: code_words.month_word(page, each),
        cause_word=lambda code: code_words.word(page, code_words.CAUSES, code),
        earlier=shown.link(month=f"{month_before(month).since:%Y-%m}"),
        later=None if after is None else shown.link(month=f"{after.since:%Y-%m}"),
        csv=shown.link("/m/compliance.csv"),
        **context,
    )


@router.get("/m/compliance.csv")
async def compliance_csv(page: Manager) -> Response:
    """Send the month's figures by site, category and priority as a table."""
    sites, month = await _asked(page)
    return await page.apis.sla.pass_on(
        "/v1/compliance",
        page.request.headers,
        site=sites.ids,
        **month.query(),
        group_by=["site", "category", "priority", "month"],
        format="csv",
    )


async def manager_sites(page: Page) -> DeskSites:
    """Return the sites of which the visitor is a manager, and which of them the page is about."""
    return await desk_sites(page, roles=_MANAGERS, at_once=_SITES_AT_ONCE)


def tickets_link(site_id: str | None, days: Days) -> str:
    """Return where the tickets are listed that were reported in these days."""
    last = days.until - timedelta(days=1)
    asked = {"site": site_id, "opened_from": days.since.isoformat(), "opened_to": last.isoformat()}
    return f"/ops/tickets?{urlencode({name: value for name, value in asked.items() if value})}"


async def _asked(page: Page) -> tuple[DeskSites, Days]:
    sites = await manager_sites(page)
    named = page.request.query_params.get("month", "")
    return sites, month_named(named, today=_today(page, sites))


def _today(page: Page, sites: DeskSites) -> date:
    return page.now.astimezone(zone_of(sites.zone)).date()


async def _ask(page: Page, sites: DeskSites, days: Days, group_by: str) -> Any:
    return await page.apis.sla.get(
        "/v1/compliance",
        site=sites.ids,
        **days.query(),
        group_by=group_by,
        language=page.language,
    )


def _kind_of(asked: str, now: Iterable[Kept]) -> str:
    """Return the clock that is asked for, else the one that was kept least."""
    of_clocks = of_each_clock(now)
    lowest = worst(of_clocks.values())
    if asked in of_clocks or lowest is None:
        return asked if asked in of_clocks else "arrival"
    return lowest.kind


def _over_time(page: Page, by_month: Sequence[Kept], month: Days) -> dict[str, Any]:
    """Return the twelve months: the chart, and the table that proves it."""
    months = months_in(year_until(month))
    rows = []
    for each in reversed(months):
        of_clocks = of_each_clock(kept for kept in by_month if kept.month == each)
        rows.append((each, reported(of_clocks.values()), [of_clocks[kind] for kind in CLOCKS]))
    return {"months": rows, "trend": _trend(page, by_month, months)}


def _of_month(
    page: Page,
    by_month: Sequence[Kept],
    month: Days,
    kind: str,
    answers: Sequence[Any],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Return the month's figures, one clock looked at closer."""
    last = month_before(month).since
    now, then = (
        of_each_clock(kept for kept in by_month if kept.month == first)
        for first in (month.since, last)
    )
    categories, priorities, of_sites = (read_kept(answer["items"]) for answer in answers)
    of_kind = [
        [each for each in found if each.kind == kind]
        for found in (categories, priorities, of_sites)
    ]
    focus = worst_first(of_kind[0])
    imported = read_kept(answers[0]["imported"])
    finding = find_trend(now, then, categories, goal=page.state.goal_percent)
    return {
        "now_kept": now,
        "before_kept": then,
        "reported": reported(now.values()),
        "reported_before": reported(then.values()),
        "finding": say(page, finding, names, month.since),
        "categories": focus,
        "bars": _bars(focus, names, most=round(100 - page.state.goal_percent, 1)),
        "causes": count_causes(of_kind[0]),
        "priorities": worst_first(of_kind[1]),
        "site_rows": worst_first(of_kind[2]),
        "imported": [each for each in imported if each.promised],
    }


def say(page: Page, finding: Finding, names: Mapping[str, str], month: date) -> str:
    """Return the finding as a sentence."""
    return page.t(
        finding.key,
        month=code_words.month_word(page, month),
        clock=code_words.word(page, code_words.CLOCKS, finding.kind),
        category=names.get(finding.category or "", finding.category or ""),
        percent=f"{finding.percent or 0:g}",
        goal=f"{page.state.goal_percent:g}",
        n=finding.n,
    )


def _trend(page: Page, by_month: Sequence[Kept], months: Sequence[date]) -> tuple[Trend, Trend]:
    """Return the chart for a wide place and for a narrow one."""
    percents = {(each.kind, each.month): each.percent for each in by_month}
    series = [
        Series(
            name=code_words.word(page, code_words.CLOCKS, kind),
            values=[percents.get((kind, month)) for month in months],
        )
        for kind in CLOCKS
    ]
    labels, goal = [str(month.month) for month in months], page.state.goal_percent
    wide, narrow = (
        draw_trend(series, labels, goal=goal, unit="%", top=100.0, is_narrow=is_narrow)
        for is_narrow in (False, True)
    )
    return wide, narrow


def _bars(focus: Sequence[Kept], names: Mapping[str, str], *, most: float) -> Bars:
    """Return what was broken of each category; `most` of a hundred may be."""
    return draw_bars(
        [
            BarIn(
                word=names.get(each.category or "", each.category or ""),
                value=each.broken_percent or 0.0,
                said=f"{each.broken_percent or 0:g}%",
            )
            for each in focus[:_BARS]
        ],
        goal=most,
        goal_word=f"{most:g}%",
    )
