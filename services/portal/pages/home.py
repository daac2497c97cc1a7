"""`/`: to where the visitor's work begins."""

from fastapi import Response

from services.portal.pages.page import Anyone, page_router

router = page_router()


@router.get("/")
async def home(page: Anyone) -> Response:
    """Show the way to the first page of the visitor's role."""
    return page.see_other(page.visitor.first_page)
