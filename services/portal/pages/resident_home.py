"""`/r`: what is under way, first of all, and one button to report."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response

from services.portal.pages.page import Page, Resident, page_router, parts
from services.portal.pages.ticket_rows import TicketRow, ticket_rows
from shared.contracts.tickets import TicketState

router = page_router()

_MAX_OPEN = 20
_MAX_RECENT = 3
UNDER_WAY = (
    *(TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS, TicketState.ON_HOLD),
    TicketState.RESOLVED,
)
OVER = (TicketState.CLOSED, TicketState.CANCELLED)


@router.get("/r")
async def home(page: Resident) -> Response:
    under_way, over, inbox, _ = await parts(
        _rows(page, UNDER_WAY, _MAX_OPEN),
        _rows(page, OVER, _MAX_RECENT),
        _unread(page),
        page.prefetch_sites(),
    )
    return page.render("r/home.html", under_way=under_way, over=over, inbox=inbox)


async def _rows(page: Page, states: Sequence[TicketState], limit: int) -> list[TicketRow]:
    found = await page.apis.tickets.get(
        "/v1/tickets", state=list(states), limit=limit, in_full=True
    )
    return await ticket_rows(page, found["items"])


async def _unread(page: Page) -> Mapping[str, Any]:
    inbox: Mapping[str, Any] = await page.apis.notify.get("/v1/inbox", limit=1, unread=True)
    return inbox
