"""`/m/report`: today or this week, as a page to print."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from services.portal.adapters.moments import zone_of
from services.portal.domain.handed_out import sum_handed_out
from services.portal.domain.promises_kept import (
    CLOCKS,
    count_causes,
    merged,
    of_each_clock,
    read_kept,
    reported,
    worst_first,
)
from services.portal.domain.report_days import day_of, week_of
from services.portal.pages import code_words
from services.portal.pages.compliance import manager_sites, promises_link, tickets_link
from services.portal.pages.page import Manager, Missing, page_router, parts

router = page_router()

_LISTED = 100


@router.get("/m/report")
async def report(page: Manager) -> Response:
    """Show what was promised, kept and broken, and how jobs were handed out."""
    sites = await manager_sites(page)
    now = page.now.astimezone(zone_of(sites.zone)).date()
    period = "today" if page.request.query_params.get("period") == "today" else "week"
    days = day_of(now) if period == "today" else week_of(now)
    of_days, handed_out, broken = await parts(
        page.apis.sla.get("/v1/compliance", site=sites.ids, **days.query(),
                          group_by=["site", "category"], language=page.language),
        page.apis.dispatch.get("/v1/handed-out", site=sites.ids,
                               **days.moments(zone_of(sites.zone))),
        page.apis.sla.get("/v1/compliance/promises", site=sites.ids, **days.query(),
                          outcome="broken", limit=_LISTED),
    )  # fmt: skip
    return page.render(
        "m/report.html",
        sites=sites,
        zone=sites.zone,
        period=period,
        first=days.since,
        last=days.until - timedelta(days=1),
        clocks=CLOCKS,
        goal=page.state.goal_percent,
        figures=of_days if isinstance(of_days, Missing) else _figures(of_days),
        handed_out=handed_out
        if isinstance(handed_out, Missing)
        else sum_handed_out(handed_out["items"]),
        broken=broken if isinstance(broken, Missing) else broken["items"],
        listed=_LISTED,
        tickets_link=tickets_link(sites.chosen, days),
        category_names=await code_words.names_of_categories(page, sites.ids),
        cause_word=lambda code: code_words.word(page, code_words.CAUSES, code),
        link=lambda **asked: promises_link(sites.chosen, days, **asked),
        other=_other(sites.chosen, period),
    )


def _figures(answer: Any) -> dict[str, Any]:
    found = read_kept(answer["items"])
    kept = of_each_clock(merged(found))
    return {
        "kept": kept,
        "reported": reported(kept.values()),
        "categories": worst_first(merged(found, "category")),
        "sites": worst_first(merged(found, "site")),
        "causes": count_causes(found),
        "definitions": answer["definitions"],
        "behind": answer["behind"],
    }


def _other(site_id: str | None, period: str) -> list[tuple[str, str, bool]]:
    """Return the addresses of both periods, and which this is."""
    site = {} if site_id is None else {"site": site_id}
    return [
        (each, f"/m/report?{urlencode({'period': each, **site})}", each == period)
        for each in ("today", "week")
    ]
