"""`/r/tickets`: all that the resident has reported."""

import asyncio
from typing import Annotated, Literal

from fastapi import Query, Response

from services.portal.pages.page import Resident, page_router
from services.portal.pages.resident_home import OVER, UNDER_WAY
from services.portal.pages.ticket_rows import ticket_rows

router = page_router()

_SIZE = 20
_STATES = {"open": UNDER_WAY, "over": OVER, "all": None}


@router.get("/r/tickets")
async def tickets(
    page: Resident,
    show: Annotated[Literal["open", "over", "all"], Query()] = "all",
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> Response:
    """Show the newest first; `show` says which of them."""
    answer, _ = await asyncio.gather(
        page.apis.tickets.answer(
            "GET", "/v1/tickets", state=_STATES[show], limit=_SIZE, cursor=cursor, in_full=True
        ),
        page.prefetch_sites(),
    )
    return page.render(
        "r/tickets.html",
        rows=await ticket_rows(page, answer.json["items"]),
        show=show,
        is_first=cursor is None,
        older=answer.next_cursor,
    )
