"""`/ops/tickets`: all tickets of the desk's sites, by any filter; lists that are saved; CSV."""

import asyncio
from collections.abc import Sequence
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response

from services.portal.actions.saved_filters import (
    TooManySavedFilters,
    forget_filter,
    store_filter,
)
from services.portal.adapters.moments import zone_of
from services.portal.domain.desk.list_filters import ListFilters
from services.portal.domain.desk.views import LISTED
from services.portal.pages.code_words import names_of_categories
from services.portal.pages.desk_sites import categories_of, desk_sites, places_of
from services.portal.pages.desk_words import Words
from services.portal.pages.page import (
    Answer,
    Desk,
    Form,
    Missing,
    Page,
    Refusal,
    page_router,
    parts,
)
from services.portal.store.saved_filters import SavedFilter, find_saved_filters

router = page_router()

_ROWS = 50
_MAX_NAME = 60


@router.get("/ops/tickets")
async def list_(page: Desk) -> Response:
    """Show the tickets that the address asks for."""
    filters = ListFilters.read(page.request.query_params.multi_items())
    return await _list(page, filters)


async def _list(
    page: Page, filters: ListFilters, *, problem: str = "", status: int = 200
) -> Response:
    sites, saved = await asyncio.gather(desk_sites(page), _saved(page))
    asked: dict[str, Any] = filters.asked(zone_of(sites.zone))
    refused = ""
    answered: Answer | Missing | None
    try:
        [answered] = await parts(
            page.apis.tickets.answer(
                "GET",
                "/v1/tickets",
                limit=_ROWS,
                cursor=page.request.query_params.get("cursor"),
                **asked,
            )
        )
    except Refusal as refusal:
        answered, refused = None, _words_of(page, refusal)
    found = LISTED.validate_python(answered.json["items"]) if isinstance(answered, Answer) else []
    words = Words(page, sites.zone)
    return page.render(
        "ops/tickets.html",
        status,
        zone=sites.zone,
        sites=sites,
        site_id=sites.chosen,
        filters=filters,
        saved=saved,
        tickets=answered,
        found=found,
        refused=problem or refused,
        words=words,
        places=await places_of(
            page, words, [(each.id, each.site_id, each.place) for each in found]
        ),
        names=await categories_of(page, (each.site_id for each in found)),
        categories=sorted((await names_of_categories(page, sites.ids)).items(), key=itemgetter(1)),
        older=_older(filters, answered) if isinstance(answered, Answer) else None,
        first=f"/ops/tickets?{filters.query()}" if "cursor" in page.request.query_params else None,
    )


@router.get("/ops/tickets.csv")
async def export(page: Desk) -> Response:
    """Send the tickets that were opened in the chosen time as a table."""
    filters = ListFilters.read(page.request.query_params.multi_items())
    sites = await desk_sites(page)
    asked = filters.asked(zone_of(sites.zone))
    return await page.apis.tickets.pass_on(
        "/v1/tickets:export",
        page.request.headers,
        format="csv",
        site=sites.chosen,
        **{"from": asked.get("opened_from"), "to": asked.get("opened_to")},
    )


@router.post("/ops/tickets/filters")
async def save(page: Desk, form: Form) -> Response:
    """Save the list under a name."""
    filters = ListFilters.read_query(form.text("query"))
    name = form.text("name")[:_MAX_NAME]
    if not name or not page.visitor.person_id:
        return await _list(page, filters, problem=page.t("desk-filter-name-needed"), status=422)
    try:
        async with page.transaction() as tx:
            await store_filter(tx, page.visitor.person_id, name=name, query=filters.query())
    except TooManySavedFilters as full:
        words = page.t("desk-filters-full", n=full.details["limit"])
        return await _list(page, filters, problem=words, status=409)
    return page.see_other(f"/ops/tickets?{filters.query()}", "desk-said-filter-saved")


@router.post("/ops/tickets/filters/{filter_id}/delete")
async def delete(page: Desk, filter_id: UUID, form: Form) -> Response:
    """Forget a list that was saved."""
    if page.visitor.person_id:
        async with page.transaction() as tx:
            await forget_filter(tx, page.visitor.person_id, filter_id)
    return page.see_other("/ops/tickets", "desk-said-filter-deleted")


def _older(filters: ListFilters, answered: Answer) -> str | None:
    """Return the address of the list's next part; None where there is no more."""
    if answered.next_cursor is None:
        return None
    return f"/ops/tickets?{filters.query()}&{urlencode({'cursor': answered.next_cursor})}"


async def _saved(page: Page) -> Sequence[SavedFilter]:
    if not page.visitor.person_id:
        return ()
    async with page.transaction() as tx:
        return await find_saved_filters(tx, page.visitor.person_id)


def _words_of(page: Page, refusal: Refusal) -> str:
    """Return in words why there is no list; a reference that was misread, most of the time."""
    if refusal.status not in (400, 422):
        raise refusal
    misread = refusal.members.get("field") == "reference"
    return page.t("desk-reference-misread" if misread else "desk-filters-wrong")
