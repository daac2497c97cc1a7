"""`/ops/tickets/{id}/merge`: which report of the same it is a duplicate of."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.domain.desk.ticket import TICKET, TicketView
from services.portal.domain.desk.views import LISTED, ListedTicket
from services.portal.domain.site_words import category_names
from services.portal.pages.desk_refusals import Refused, not_filled_in, refused
from services.portal.pages.desk_sites import known_sites, places_of
from services.portal.pages.desk_words import Words
from services.portal.pages.page import (
    Desk,
    Form,
    Missing,
    Page,
    Refusal,
    page_router,
    parts,
    path_of,
)
from shared.contracts.tickets import TicketState

router = page_router()

_SHOWN = 12
_GOING_ON = ("open", "assigned", "in_progress", "on_hold", "resolved")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@router.get("/ops/tickets/{ticket_id}/merge")
async def choose(page: Desk, ticket_id: UUID, q: str = "") -> Response:
    """Show what else is reported of the same place and kind, or what the words find."""
    return await _page(page, ticket_id, q=q)


@router.post("/ops/tickets/{ticket_id}/merge")
async def merge(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Make it a duplicate of another, whose id or reference was given."""
    into = await _wanted(page, form.text("into"))
    if into is None:
        kept = {"into": form.text("into")[:60]}
        problem = not_filled_in(page, "desk-refused-no-ticket", "merge", kept)
        return await _page(page, ticket_id, problem=problem)
    path = path_of("/v1/tickets/{}/merge", ticket_id)
    try:
        await page.apis.tickets.post(path, {"duplicate_of": str(into)}, key=form.key)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        problem = refused(page, refusal, "merge", {"into": form.text("into")[:60]})
        return await _page(page, ticket_id, problem=problem)
    return page.see_other(f"/ops/tickets/{into}", "desk-said-merged")


async def _wanted(page: Page, text: str) -> UUID | None:
    """Return the ticket that is meant; None where there is none such."""
    if _UUID.fullmatch(text):
        return UUID(text)
    if not text:
        return None
    try:
        found = await page.apis.tickets.get("/v1/tickets", reference=text[:40], limit=1)
    except Refusal as refusal:
        if refusal.status == 422:  # misread
            return None
        raise
    return UUID(found["items"][0]["id"]) if found["items"] else None


async def _page(
    page: Page, ticket_id: UUID, *, q: str = "", problem: Refused | None = None
) -> Response:
    if problem is not None and page.wants_json:
        return page.json(problem.members, problem.status)
    path = path_of("/v1/tickets/{}", ticket_id)
    answer, _ = await asyncio.gather(page.apis.tickets.get(path), page.prefetch_sites())
    ticket = TICKET.validate_python(answer)
    found, sites = await parts(
        _alike(page, ticket, q.strip()[:100]), known_sites(page, [ticket.site_id])
    )
    site = sites.get(ticket.site_id, {})
    zone = str(site.get("time_zone", "")) or None
    words = Words(page, zone)
    others: Sequence[ListedTicket] = () if isinstance(found, Missing) else found
    context: dict[str, Any] = {
        "zone": zone,
        "site_id": ticket.site_id,
        "ticket": ticket,
        "words": words,
        "place": words.place(site, ticket.place),
        "places": await places_of(page, words, [(o.id, o.site_id, o.place) for o in others]),
        "categories": category_names(site, page.language),
        "found": others,
        "tickets": found,
        "q": q.strip()[:100],
        "refused": problem,
        "can_merge": "cancel" in ticket.legal and ticket.state is not TicketState.CANCELLED,
    }
    return page.render("ops/merge.html", problem.status if problem else 200, **context)


async def _alike(page: Page, ticket: TicketView, q: str) -> list[ListedTicket]:
    """Return what the words find; without words what goes on of the same kind, that of the same
    building first.
    """
    asked: dict[str, Any] = {"site": ticket.site_id, "state": list(_GOING_ON)}
    asked |= {"q": q} if q else {"category": ticket.category}
    try:
        answered = await page.apis.tickets.get("/v1/tickets", limit=50, **asked)
    except Refusal as refusal:
        if refusal.status in (400, 422):
            return []
        raise
    others = [each for each in LISTED.validate_python(answered["items"]) if each.id != ticket.id]
    here = ticket.place.building
    others.sort(key=lambda each: not here or each.place.building != here)
    return others[:_SHOWN]
