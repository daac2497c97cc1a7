"""`/ops/messages`: what never arrived, and whom nothing reaches."""

from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from services.portal.pages import code_words
from services.portal.pages.desk_sites import DeskSites, desk_sites
from services.portal.pages.next_page import next_page
from services.portal.pages.page import (
    Desk,
    Form,
    Missing,
    Page,
    Refusal,
    page_router,
    parts,
    path_of,
)
from services.portal.pages.people_named import names_of_people

router = page_router()

PATH = "/ops/messages"
_PEOPLE = 50
_ENDPOINTS = 200


@router.get(PATH)
async def messages(page: Desk) -> Response:
    """List deliveries that were given up, or people who hear of nothing."""
    return await _show(page)


@router.post(f"{PATH}/resend")
async def resend(page: Desk, form: Form) -> Response:
    """Send one message to its endpoint again."""
    path = path_of("/v1/endpoints/{}:replay", form.text("endpoint_id"))
    try:
        answer = await page.apis.notify.post(
            path, {"message_id": form.text("message_id")}, key=form.key
        )
    except Refusal as refusal:
        return await _show(page, refusal=refusal)
    site = form.text("site")
    back = f"{PATH}?{urlencode({'site': site})}" if site else PATH
    replayed = answer.json["replayed"]
    return page.see_other(back, "desk-messages-resent" if replayed else "desk-messages-not-resent")


async def _show(page: Page, *, refusal: Refusal | None = None) -> Response:
    sites = await desk_sites(page)
    tab = "people" if page.request.query_params.get("tab") == "people" else "failed"
    context: dict[str, Any] = {
        "sites": sites,
        "zone": sites.zone,
        "tab": tab,
        "link": lambda **asked: _link(sites, **asked),
        "reason_word": lambda reason: _reason(page, reason),
        "found": [],
        "older": None,
    }
    if tab == "people":
        context |= await _people(page, sites)
    else:
        context |= await _failed(page, sites)
    if refusal is not None:
        return page.refused(refusal, "ops/messages.html", **context)
    return page.render("ops/messages.html", **context)


async def _failed(page: Page, sites: DeskSites) -> dict[str, Any]:
    cursor = page.request.query_params.get("cursor")
    answer, unheard, managed = await parts(
        page.apis.notify.answer("GET", "/v1/failed-deliveries", site=sites.chosen, cursor=cursor),
        page.apis.notify.get("/v1/audiences", unheard=True, site=sites.chosen),
        page.apis.notify.get("/v1/endpoints", managed=True, limit=_ENDPOINTS),
    )
    if any(isinstance(each, Missing) for each in (answer, unheard, managed)):
        return {"found": Missing("notify")}
    found = answer.json["items"]
    return {
        "found": found,
        "names": await names_of_people(page, (each["recipient_id"] for each in found)),
        "older": next_page(page, answer, PATH),
        "unheard": unheard["items"],
        "managed": {each["id"] for each in managed["items"]},
    }


async def _people(page: Page, sites: DeskSites) -> dict[str, Any]:
    [answer] = await parts(
        page.apis.notify.answer(
            "GET",
            "/v1/recipients",
            unreachable=True,
            site=sites.chosen,
            limit=_PEOPLE,
            cursor=page.request.query_params.get("cursor"),
        )
    )
    if isinstance(answer, Missing):
        return {"found": answer}
    found = answer.json["items"]
    return {
        "found": found,
        "names": await names_of_people(page, (each["id"] for each in found)),
        "older": next_page(page, answer, PATH),
    }


def _outcome(page: Page, said: str) -> str:
    """Return how the last attempt ended, or why none was made; what a network or a mail server said
    of it stays as it is.
    """
    answered = said.removeprefix("answered ")
    if answered != said:
        return page.t("desk-messages-why-answered", answer=answered)
    if said.startswith(("no answer", "no whole answer")):
        return page.t("desk-messages-why-no-answer")
    return code_words.word(page, code_words.SWITCHED_OFF, said)


def _link(sites: DeskSites, **asked: str) -> str:
    given = {"site": sites.chosen, **asked}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{PATH}?{query}" if query else PATH


def _reason(page: Page, reason: str | None) -> str:
    """Return why a delivery was given up, in words; what is not known, as notify says it."""
    name, _, more = (reason or "").partition(": ")
    key = code_words.GIVEN_UP.get(name)
    if key is None:
        return reason or ""
    more = _outcome(page, more)
    return f"{page.t(key)} ({more})" if more else page.t(key)
