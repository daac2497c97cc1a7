"""`/t/{link}`: one ticket, without a login, for those who have its link. No person is named there."""

from dataclasses import replace
from uuid import UUID

from fastapi import Response

from services.portal.actions.limits import count_try
from services.portal.actions.open_ticket_link import open_ticket_link
from services.portal.api.visiting import address_prefix
from services.portal.domain.guest import bearer_of_link
from services.portal.domain.limits import TICKET_LINK_FROM_ADDRESS, Counted
from services.portal.pages.page import Anyone, Form, Page, page_router, path_of
from services.portal.pages.ticket_asks import ask_first
from services.portal.pages.ticket_deeds import act_on
from services.portal.pages.tracked_ticket import TrackedTicket

router = page_router()


@router.get("/t/{link}")
async def show(page: Anyone, link: str) -> Response:
    tracked = await _tracked(page, link)
    return await _no_such_link(page) if tracked is None else await tracked.show()


@router.get("/t/{link}/files/{attachment_id}")
async def file(page: Anyone, link: str, attachment_id: UUID) -> Response:
    return await _file(page, link, path_of("/v1/attachments/{}", attachment_id))


@router.get("/t/{link}/files/{attachment_id}/thumbnail")
async def thumbnail(page: Anyone, link: str, attachment_id: UUID) -> Response:
    return await _file(page, link, path_of("/v1/attachments/{}/thumbnail", attachment_id))


@router.get("/t/{link}/{part}")
async def ask(page: Anyone, link: str, part: str) -> Response:
    tracked = await _tracked(page, link)
    return await _no_such_link(page) if tracked is None else await ask_first(tracked, part)


@router.post("/t/{link}/{deed}")
async def act(page: Anyone, link: str, deed: str, form: Form) -> Response:
    tracked = await _tracked(page, link)
    return await _no_such_link(page) if tracked is None else await act_on(tracked, deed, form)


async def _file(page: Page, link: str, path: str) -> Response:
    tracked = await _tracked(page, link)
    if tracked is None:
        return await _no_such_link(page)
    return await tracked.tickets.pass_on(path, page.request.headers)


async def _tracked(page: Page, link: str) -> TrackedTicket | None:
    """Return the ticket that the link opens, as whom it was made for; None where it opens nothing
    (any more).
    """
    async with page.transaction() as tx:
        opened = await open_ticket_link(tx, page.state.ways_in.ticket_links, link)
    if opened is None or opened.person_id is None:
        return None
    visitor = bearer_of_link(
        opened.ticket_id, opened.site_id, opened.person_id, page.visitor.language
    )
    by_link = Page(page.request, replace(page.visit, visitor=visitor))
    return TrackedTicket(by_link, opened.ticket_id, f"/t/{link}", by_link=True)


async def _no_such_link(page: Page) -> Response:
    """Return that the link opens nothing; count it, so that none is found by trying."""
    await count_try(
        page.state.database, Counted.of(TICKET_LINK_FROM_ADDRESS, address_prefix(page.request))
    )
    return page.render("r/no_link.html", 404)
