"""`/ops/dead-letters`: facts that a service could not handle, to be tried again or given up."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from services.portal.pages import code_words
from services.portal.pages.page import (
    Admin,
    Form,
    Missing,
    Page,
    Refusal,
    page_router,
    parts,
    path_of,
)

router = page_router()

PATH = "/ops/dead-letters"
SERVICES = ("tickets", "dispatch", "sla", "notify")
_LISTED = 50


@router.get(PATH)
async def dead_letters(page: Admin) -> Response:
    """List the dead letters of every service, the newest first."""
    return await _show(page)


@router.get(PATH + "/{service}/{dead_letter_id}")
async def dead_letter(page: Admin, service: str, dead_letter_id: str) -> Response:
    """Show one with its body, and why it could not be handled."""
    return await _show_one(page, service, dead_letter_id)


@router.post(PATH + "/{service}/{dead_letter_id}/retry")
async def retry(page: Admin, form: Form, service: str, dead_letter_id: str) -> Response:
    """Have the service handle it again."""
    path = path_of("/v1/dead-letters/{}/retry", dead_letter_id)
    try:
        await page.apis.of(_known(page, service)).post(path, key=form.key)
    except Refusal as refusal:
        return await _show_one(page, service, dead_letter_id, refusal=refusal)
    return page.see_other(PATH, "desk-letters-retried")


@router.post(PATH + "/{service}/{dead_letter_id}/drop")
async def drop(page: Admin, form: Form, service: str, dead_letter_id: str) -> Response:
    """Give the fact up for good, once it is said to be meant."""
    if form.text("meant") != "1":
        return await _show_one(page, service, dead_letter_id, is_unsure=True)
    path = path_of("/v1/dead-letters/{}", dead_letter_id)
    try:
        await page.apis.of(_known(page, service)).delete(path, key=form.key)
    except Refusal as refusal:
        return await _show_one(page, service, dead_letter_id, refusal=refusal)
    return page.see_other(PATH, "desk-letters-dropped")


async def _show(page: Page) -> Response:
    answers = await parts(
        *(page.apis.of(service).get("/v1/dead-letters", limit=_LISTED) for service in SERVICES)
    )
    found: list[dict[str, Any]] = []
    for service, answer in zip(SERVICES, answers, strict=True):
        if not isinstance(answer, Missing):
            found += [{**each, "service": service} for each in answer["items"]]
    found.sort(key=lambda each: str(each["parked_at"]), reverse=True)
    return page.render(
        "ops/dead_letters.html",
        found=found,
        why=lambda letter: _why(page, letter),
        away=[answer for answer in answers if isinstance(answer, Missing)],
    )


async def _show_one(
    page: Page,
    service: str,
    dead_letter_id: str,
    *,
    refusal: Refusal | None = None,
    is_unsure: bool = False,
) -> Response:
    path = path_of("/v1/dead-letters/{}", dead_letter_id)
    letter = await page.apis.of(_known(page, service)).get(path)
    why = _why(page, letter)
    context = {"letter": letter, "service": service, "is_unsure": is_unsure, "why": why}
    if refusal is not None:
        return page.refused(refusal, "ops/dead_letter.html", **context)
    return page.render("ops/dead_letter.html", 422 if is_unsure else 200, **context)


def _why(page: Page, letter: Mapping[str, Any]) -> str:
    """Return why the fact could not be handled, in words; what the service says of it, which is for
    those who mend it, stands beside.
    """
    return code_words.word(page, code_words.DEAD_LETTERS, letter.get("code") or "failed")


def _known(page: Page, service: str) -> str:
    """Return the service. Raises Refusal for what is none."""
    if service not in SERVICES:
        raise Refusal("portal", 404, "not_found", page.t("error-404"), {})
    return service
