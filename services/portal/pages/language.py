"""`/language` and `/theme`: how a visitor wants to read."""

from fastapi import Response

from services.portal.actions.accounts import choose_account_language
from services.portal.api.visiting import language_cookie, theme_cookie
from services.portal.domain.addresses import local_address, without_query
from services.portal.domain.language import as_language
from services.portal.pages.page import Anyone, Form, page_router

router = page_router()


@router.post("/language")
async def choose_language(page: Anyone, form: Form) -> Response:
    """Keep the `language` in this browser, and for the account; return to the page `next`."""
    language = as_language(form.text("language"))
    if language is not None:
        page.visit.cookies.update(language_cookie(language))
        if page.visitor.person_id is not None:
            async with page.transaction() as tx:
                await choose_account_language(tx, page.visitor.person_id, language)
    # the address may ask for a language by itself
    return page.see_other(without_query(local_address(form.text("next")), "lang"))


@router.post("/theme")
async def choose_theme(page: Anyone, form: Form) -> Response:
    """Keep the theme `light` or `dark` in this browser; any other is as the device is."""
    page.visit.cookies.update(theme_cookie(form.text("theme")))
    return page.see_other(local_address(form.text("next")))
