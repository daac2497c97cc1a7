"""`/r/inbox`: what the resident was told, and what of it is new."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from services.portal.pages.page import Away, Form, Page, Refusal, Resident, page_router, path_of

router = page_router()

_SIZE = 20
_ID = re.compile(r"[0-9a-f-]{36}")


@router.get("/r/inbox")
async def inbox(
    page: Resident, cursor: Annotated[str | None, Query(max_length=2000)] = None
) -> Response:
    answer = await page.apis.notify.answer("GET", "/v1/inbox", limit=_SIZE, cursor=cursor)
    return page.render(
        "r/inbox.html",
        messages=answer.json["items"],
        unread=answer.json["unread"],
        zone=await _zone(page, answer.json["items"]),
        is_first=cursor is None,
        older=answer.next_cursor,
    )


@router.post("/r/inbox/read")
async def read_all(page: Resident, form: Form) -> Response:
    """Mark what lies unread as read, up to the newest that the page has shown."""
    newest = {"newest": form.text("newest")}
    await page.apis.notify.post("/v1/inbox:read", newest, key=form.key)
    return page.see_other("/r/inbox")


@router.post("/r/inbox/{message_id}/read")
async def read(page: Resident, message_id: UUID, form: Form) -> Response:
    """Mark one message as read, and show the ticket that it is about, where one is named."""
    await _mark(page, str(message_id))
    ticket = form.text("ticket")
    return page.see_other(f"/r/tickets/{ticket}" if _ID.fullmatch(ticket) else "/r/inbox")


async def _mark(page: Page, id: str) -> None:
    """Mark it; one that is not there (any more) is no fault, and while notify is away it stays
    unread.
    """
    try:
        await page.apis.notify.post(path_of("/v1/inbox/{}/read", id), {})
    except Away:
        return
    except Refusal as refusal:
        if refusal.status != 404:
            raise


async def _zone(page: Page, messages: list[Mapping[str, Any]]) -> str | None:
    """Return the zone of the site that the newest message is about."""
    site_id = next((each["site_id"] for each in messages if each["site_id"]), None)
    if site_id is None:
        return None
    try:
        return str((await page.site(site_id))["time_zone"])
    except (Refusal, Away):
        return None
