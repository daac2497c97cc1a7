"""`/r/tickets/{id}`: who comes when, what was promised, and all that a resident does about it."""

from uuid import UUID

from fastapi import Response

from services.portal.pages.page import Form, Page, Resident, page_router
from services.portal.pages.ticket_asks import ask_first
from services.portal.pages.ticket_deeds import act_on
from services.portal.pages.tracked_ticket import TrackedTicket

router = page_router()


@router.get("/r/tickets/{ticket_id}")
async def show(page: Resident, ticket_id: UUID) -> Response:
    return await _tracked(page, ticket_id).show()


@router.get("/r/tickets/{ticket_id}/{part}")
async def ask(page: Resident, ticket_id: UUID, part: str) -> Response:
    return await ask_first(_tracked(page, ticket_id), part)


@router.post("/r/tickets/{ticket_id}/{deed}")
async def act(page: Resident, ticket_id: UUID, deed: str, form: Form) -> Response:
    return await act_on(_tracked(page, ticket_id), deed, form)


def _tracked(page: Page, ticket_id: UUID) -> TrackedTicket:
    return TrackedTicket(page, ticket_id, f"/r/tickets/{ticket_id}")
