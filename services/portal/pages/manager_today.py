"""`/m`: today in one page."""

from typing import Any

from fastapi import Response

from services.portal.adapters.moments import zone_of
from services.portal.domain.handed_out import sum_handed_out
from services.portal.domain.promises_kept import (
    CLOCKS,
    find_trend,
    merged,
    of_each_clock,
    read_kept,
    reported,
    worst,
    worst_first,
)
from services.portal.domain.report_days import Days, day_of, month_before, month_of
from services.portal.pages import code_words
from services.portal.pages.compliance import manager_sites, promises_link, say, tickets_link
from services.portal.pages.desk_sites import DeskSites
from services.portal.pages.page import Manager, Missing, Page, page_router, parts

router = page_router()

_LISTED = 8


@router.get("/m")
async def today(page: Manager) -> Response:
    """Show how today goes, and how the month stands."""
    sites = await manager_sites(page)
    now = page.now.astimezone(zone_of(sites.zone)).date()
    day, month = day_of(now), month_of(now)
    moments = day.moments(zone_of(sites.zone))
    of_day, two_months, of_month, handed_out, broken, board = await parts(
        _compliance(page, sites, day),
        _compliance(page, sites, Days(since=month_before(month).since, until=month.until),
                    "month"),
        _compliance(page, sites, month, "site", "category"),
        page.apis.dispatch.get("/v1/handed-out", site=sites.ids, **moments),
        page.apis.sla.get("/v1/compliance/promises", site=sites.ids, **day.query(),
                          outcome="broken", limit=_LISTED),
        _board(page, sites),
    )  # fmt: skip
    names = await code_words.names_of_categories(page, sites.ids)
    return page.render(
        "m/today.html",
        sites=sites,
        zone=sites.zone,
        day=day,
        clocks=CLOCKS,
        goal=page.state.goal_percent,
        board=board,
        tickets_link=tickets_link(sites.chosen, day),
        broken=broken if isinstance(broken, Missing) else broken["items"],
        handed_out=handed_out
        if isinstance(handed_out, Missing)
        else sum_handed_out(handed_out["items"]),
        of_day=of_day if isinstance(of_day, Missing) else _of_day(of_day),
        of_month=_of_month(page, month, two_months, of_month, names),
        month_word=code_words.month_word(page, month.since),
        category_names=names,
        cause_word=lambda code: code_words.word(page, code_words.CAUSES, code),
        today_link=lambda **asked: promises_link(sites.chosen, day, **asked),
    )


async def _compliance(page: Page, sites: DeskSites, days: Days, *group_by: str) -> Any:
    return await page.apis.sla.get(
        "/v1/compliance",
        site=sites.ids,
        **days.query(),
        group_by=list(group_by),
        language=page.language,
    )


async def _board(page: Page, sites: DeskSites) -> Any:
    """Return the board of the site; None where the page is about several."""
    return None if sites.chosen is None else await page.apis.sla.get("/v1/board", site=sites.chosen)


def _of_day(answer: Any) -> dict[str, Any]:
    kept = of_each_clock(read_kept(answer["items"]))
    return {"kept": kept, "reported": reported(kept.values())}


def _of_month(
    page: Page, month: Days, two_months: Any, of_month: Any, names: dict[str, str]
) -> dict[str, Any] | Missing:
    if isinstance(two_months, Missing) or isinstance(of_month, Missing):
        return Missing("sla")
    by_month, told_apart = read_kept(two_months["items"]), read_kept(of_month["items"])
    now = of_each_clock(each for each in by_month if each.month == month.since)
    then = of_each_clock(each for each in by_month if each.month != month.since)
    categories, goal = merged(told_apart, "category"), page.state.goal_percent
    finding = find_trend(now, then, categories, goal=goal)
    of_sites = merged(told_apart, "site")
    lowest = worst(now.values())
    kind = lowest.kind if lowest else "arrival"
    return {
        "kept": now,
        "before": then,
        "kind": kind,
        "finding": say(page, finding, names, month.since),
        "sites": worst_first(each for each in of_sites if each.kind == kind),
    }
