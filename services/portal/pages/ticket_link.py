"""`/t/{link}`: one ticket, without a login, for those who have its link; it names no person."""

import time
from dataclasses import replace
from uuid import UUID

from fastapi import Response

from services.portal.actions.limits import TooManyTries
from services.portal.actions.open_ticket_link import NoSuchLink, open_ticket_link
from services.portal.api.live import MAX_STREAMS, Listener, listen
from services.portal.api.visiting import address_prefix
from services.portal.domain.live_topic import LiveTopic
from services.portal.pages.page import Anyone, Form, Page, page_router, path_of
from services.portal.pages.ticket_asks import ask_first
from services.portal.pages.ticket_deeds import act_on
from services.portal.pages.tracked_ticket import TrackedTicket

router = page_router()

_LOOK_EVERY_S = 5.0
"""How often a live stream looks whether its link still opens anything."""


@router.get("/t/{link}")
async def show(page: Anyone, link: str) -> Response:
    try:
        tracked = await _tracked(page, link)
    except NoSuchLink:
        return page.render("r/no_link.html", 404)
    return await tracked.show()


@router.get("/t/{link}/live")
async def live(page: Anyone, link: str) -> Response:
    """Send news of the ticket, as `/live` does, for as long as the link opens it."""
    tracked = await _tracked(page, link)
    looked_at = time.monotonic()

    async def is_good() -> bool:
        nonlocal looked_at
        if time.monotonic() - looked_at < _LOOK_EVERY_S:
            return True
        looked_at = time.monotonic()
        try:
            await _tracked(page, link)
        except (NoSuchLink, TooManyTries):  # those are counted for links that open nothing
            return False
        return True

    listener = Listener(
        visitor=tracked.page.visitor,
        seats={f"link {tracked.ticket_id}": MAX_STREAMS},
        is_good=is_good,
    )
    return await listen(page.request, listener, [LiveTopic.read(f"ticket:{tracked.ticket_id}")])


@router.get("/t/{link}/files/{attachment_id}")
async def file(page: Anyone, link: str, attachment_id: UUID) -> Response:
    return await _file(page, link, path_of("/v1/attachments/{}", attachment_id))


@router.get("/t/{link}/files/{attachment_id}/thumbnail")
async def thumbnail(page: Anyone, link: str, attachment_id: UUID) -> Response:
    return await _file(page, link, path_of("/v1/attachments/{}/thumbnail", attachment_id))


@router.get("/t/{link}/{part}")
async def ask(page: Anyone, link: str, part: str) -> Response:
    return await ask_first(await _tracked(page, link), part)


@router.post("/t/{link}/{deed}")
async def act(page: Anyone, link: str, deed: str, form: Form) -> Response:
    return await act_on(await _tracked(page, link), deed, form)


async def _file(page: Page, link: str, path: str) -> Response:
    tracked = await _tracked(page, link)
    return await tracked.tickets.pass_on(path, page.request.headers)


async def _tracked(page: Page, link: str) -> TrackedTicket:
    """Return the ticket that the link opens, as whom it was made for. Raises NoSuchLink."""
    opened, visitor = await open_ticket_link(
        page.state.database,
        page.state.ways_in.ticket_links,
        link,
        address=address_prefix(page.request),
        language=page.language,
    )
    by_link = Page(page.request, replace(page.visit, visitor=visitor))
    return TrackedTicket(by_link, opened.ticket_id, f"/t/{link}", by_link=True)
