"""`/ops/people/integrations`: API keys of other systems."""

from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.actions.api_keys import KeyMade, list_keys, make_key, revoke_key
from services.portal.domain.granting import sites_granted
from services.portal.pages.page import Admin, Form, Page, page_router
from services.portal.pages.people import site_words
from services.portal.pages.signing_in import as_refusal
from shared.auth.caller import EVERY_SITE, Role
from shared.errors import Forbidden, Invalid, Refused
from shared.ids import SiteId

router = page_router()


@router.get("/ops/people/integrations")
async def show(page: Admin) -> Response:
    """List the keys that the visitor could have made."""
    return await _integrations(page)


@router.post("/ops/people/integrations")
async def make(page: Admin, form: Form) -> Response:
    """Make a key with the `name` for the `sites`, and show it: this once."""
    sites = [SiteId(site) for site in dict.fromkeys(form.lists.get("sites", []))]
    try:
        async with page.transaction() as tx:
            made, text = await make_key(
                tx, form.text("name"), sites, form_key=form.key, by=page.visitor
            )
    except (Invalid, Forbidden, KeyMade) as refused:
        return await _integrations(page, refused=refused, name=form.text("name")[:80])
    return await _integrations(page, shown=text, made=made.name)


@router.post("/ops/people/integrations/{key_id}/revoke")
async def revoke(page: Admin, form: Form, key_id: UUID) -> Response:
    """End the key; the last of its tokens is over within ten minutes."""
    async with page.transaction() as tx:
        await revoke_key(tx, key_id, by=page.visitor)
    return page.see_other("/ops/people/integrations", said="people-key-revoked")


async def _integrations(
    page: Page,
    *,
    refused: Refused | None = None,
    shown: str | None = None,
    made: str = "",
    name: str = "",
) -> Response:
    """Return the page; `shown` is a new key, `name` one that was not taken."""
    async with page.transaction() as tx:
        keys = await list_keys(tx, by=page.visitor)
    words = await site_words(page)
    theirs = sites_granted(page.visitor, Role.INTEGRATION)
    choices = [(id, name) for id, name in words["sites"].items() if theirs is None or id in theirs]
    context: dict[str, Any] = {
        "keys": keys,
        "choices": choices,
        "every_site": theirs is None,
        "EVERY_SITE": EVERY_SITE,
        "shown": shown,
        "made": made,
        "name": name,
        "exchange": f"{page.state.public_url}/token",
        **words,
    }
    if refused is not None:
        return page.refused(as_refusal(refused), "people/integrations.html", **context)
    return page.render("people/integrations.html", **context)
