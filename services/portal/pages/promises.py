"""`/m/promises`: the promises behind a figure, each with its ticket."""

import re
from datetime import date, timedelta
from typing import Any

from fastapi import Response

from services.portal.adapters.moments import zone_of
from services.portal.domain.report_days import Days, month_of
from services.portal.pages import code_words
from services.portal.pages.compliance import manager_sites
from services.portal.pages.next_page import next_page
from services.portal.pages.page import Away, Manager, Missing, Page, Refusal, page_router

router = page_router()

_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_CODES = {**code_words.OUTCOMES, **code_words.CLOCKS}
_ASKED = ("kind", "outcome", "cause", "category", "priority")


@router.get("/m/promises")
async def promises(page: Manager) -> Response:
    """List the promises of one outcome, of the newest tickets first."""
    sites = await manager_sites(page)
    days = _days(page, today=page.now.astimezone(zone_of(sites.zone)).date())
    query = page.request.query_params
    asked = {name: query[name] for name in _ASKED if query.get(name)}
    context: dict[str, Any] = {
        "sites": sites,
        "zone": sites.zone,
        "asked": {"outcome": "broken", **asked},
        "imported": query.get("imported") == "1",
        "first": days.since,
        "last": days.until - timedelta(days=1),
        "category_names": await code_words.names_of_categories(page, sites.ids),
        "word": lambda code: code_words.word(
            page, {**code_words.OUTCOMES, **code_words.CLOCKS}, code
        ),
        "cause_word": lambda code: code_words.word(page, code_words.CAUSES, code),
        "found": [],
        "older": None,
    }
    question: dict[str, Any] = {
        "site": sites.ids,
        **days.query(),
        **asked,
        "imported": context["imported"],
        "cursor": query.get("cursor"),
    }
    try:
        answer = await page.apis.sla.answer("GET", "/v1/compliance/promises", **question)
    except Away:
        return page.render("m/promises.html", **{**context, "found": Missing("sla")})
    except Refusal as refusal:
        return page.refused(refusal, "m/promises.html", **context)
    found = {"found": answer.json["items"], "older": next_page(page, answer, "/m/promises")}
    return page.render("m/promises.html", **{**context, **found})


def _days(page: Page, *, today: date) -> Days:
    """Return the days that the query names; this month where it names none."""
    query = page.request.query_params
    try:
        since, until = (_day(query.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return month_of(today)
    return Days(since=since, until=until)


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)
