"""`/files/{id}`: photos and papers of tickets, as tickets gives them to those who may see them."""

from uuid import UUID

from fastapi import Response

from services.portal.pages.page import SignedInOrLink, page_router, path_of

router = page_router()


@router.get("/files/{attachment_id}")
async def file(page: SignedInOrLink, attachment_id: UUID) -> Response:
    """Return the file, or the part of it that is asked for."""
    path = path_of("/v1/attachments/{}", attachment_id)
    return await page.apis.tickets.pass_on(path, page.request.headers)


@router.get("/files/{attachment_id}/thumbnail")
async def thumbnail(page: SignedInOrLink, attachment_id: UUID) -> Response:
    """Return its small picture."""
    path = path_of("/v1/attachments/{}/thumbnail", attachment_id)
    return await page.apis.tickets.pass_on(path, page.request.headers)
