"""`/language`: the language that a visitor chooses."""

from fastapi import Response

from services.portal.actions.accounts import choose_account_language
from services.portal.api.visiting import language_cookie
from services.portal.domain.addresses import local_address
from services.portal.domain.language import as_language
from services.portal.pages.page import Anyone, Form, page_router

router = page_router()


@router.post("/language")
async def choose(page: Anyone, form: Form) -> Response:
    """Keep the language `lang` in this browser, and for the account; return to the page `next`."""
    language = as_language(form.text("lang"))
    if language is not None:
        page.visit.cookies.update(language_cookie(language))
        if page.visitor.person_id is not None:
            async with page.transaction() as tx:
                await choose_account_language(tx, page.visitor.person_id, language)
    return page.see_other(local_address(form.text("next") or "/"))
