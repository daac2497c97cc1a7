"""`/theme`: light, dark, or as the device is."""

from fastapi import Response

from services.portal.domain.addresses import local_address
from services.portal.pages.page import Anyone, Form, page_router

router = page_router()

_COOKIE = "fettle_theme"
_KEPT_S = 365 * 24 * 3600


@router.post("/theme")
async def choose(page: Anyone, form: Form) -> Response:
    """Keep the theme in this browser; return to the page `next`."""
    theme = form.text("theme")
    if theme in ("light", "dark"):
        page.visit.cookies[_COOKIE] = theme, _KEPT_S
    elif theme == "auto":
        page.visit.cookies[_COOKIE] = "", 0
    return page.see_other(local_address(form.text("next") or "/"))
