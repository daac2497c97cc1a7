"""`/ops/endpoints`: where webhooks go, added, tried out and switched off."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import Response

from services.portal.pages import code_words
from services.portal.pages.next_page import next_page
from services.portal.pages.page import (
    Answer,
    Desk,
    Form,
    Missing,
    Page,
    Refusal,
    Submitted,
    page_router,
    parts,
    path_of,
)

router = page_router()

PATH = "/ops/endpoints"
_BETWEEN = re.compile(r"[\s,，、;；]+")


@router.get(PATH)
async def endpoints(page: Desk) -> Response:
    """List the endpoints that the visitor may manage, with a form for another."""
    return await _list(page)


@router.post(PATH)
async def add(page: Desk, form: Form) -> Response:
    """Register an endpoint; its secret is shown this once."""
    body = {"owner": form.text("owner") or None, "url": form.text("url"), "kinds": _kinds(form)}
    given = {name: value for name, value in body.items() if value is not None}
    try:
        made = await page.apis.notify.post("/v1/endpoints", given, key=form.key)
    except Refusal as refusal:
        return await _list(page, form=form, refusal=refusal)
    return _secret(page, made)


@router.get(PATH + "/{endpoint_id}")
async def endpoint(page: Desk, endpoint_id: str) -> Response:
    """Show one endpoint with its attempts."""
    return await _show(page, endpoint_id)


@router.post(PATH + "/{endpoint_id}/test")
async def try_out(page: Desk, form: Form, endpoint_id: str) -> Response:
    """Send it a test; how that went is among the attempts."""
    path = path_of("/v1/endpoints/{}:test", endpoint_id)
    try:
        await page.apis.notify.post(path, {}, key=form.key)
    except Refusal as refusal:
        return await _show(page, endpoint_id, refusal=refusal)
    return page.see_other(f"{PATH}/{endpoint_id}", "desk-endpoints-tested")


@router.post(PATH + "/{endpoint_id}/rotate")
async def rotate(page: Desk, form: Form, endpoint_id: str) -> Response:
    """Give it a new secret, which is shown this once."""
    path = path_of("/v1/endpoints/{}/secret:rotate", endpoint_id)
    try:
        made = await page.apis.notify.post(path, {}, key=form.key)
    except Refusal as refusal:
        return await _show(page, endpoint_id, refusal=refusal)
    return _secret(page, made)


@router.post(PATH + "/{endpoint_id}/change")
async def change(page: Desk, form: Form, endpoint_id: str) -> Response:
    """Change its address or kinds, or switch it on or off."""
    patch: dict[str, Any] = (
        {"enabled": form.text("enabled") == "yes"}
        if form.text("enabled")
        else {"url": form.text("url"), "kinds": _kinds(form)}
    )
    path = path_of("/v1/endpoints/{}", endpoint_id)
    try:
        await page.apis.notify.patch(path, patch, key=form.key, etag=form.text("etag"))
    except Refusal as refusal:
        return await _show(page, endpoint_id, form=form, refusal=refusal)
    return page.see_other(f"{PATH}/{endpoint_id}", "desk-endpoints-changed")


@router.post(PATH + "/{endpoint_id}/remove")
async def remove(page: Desk, form: Form, endpoint_id: str) -> Response:
    """Remove it, once that is said to be meant."""
    if form.text("meant") != "1":
        return await _show(page, endpoint_id, is_unsure=True)
    try:
        await page.apis.notify.delete(path_of("/v1/endpoints/{}", endpoint_id), key=form.key)
    except Refusal as refusal:
        return await _show(page, endpoint_id, refusal=refusal)
    return page.see_other(PATH, "desk-endpoints-removed")


async def _list(
    page: Page, *, form: Submitted | None = None, refusal: Refusal | None = None
) -> Response:
    cursor = page.request.query_params.get("cursor")
    [answer] = await parts(
        page.apis.notify.answer("GET", "/v1/endpoints", managed=True, cursor=cursor)
    )
    missing = isinstance(answer, Missing)
    context = {
        "found": answer if missing else answer.json["items"],
        "older": None if missing else next_page(page, answer, PATH),
        "filled": {} if form is None else form.fields,
    }
    if refusal is not None:
        return page.refused(refusal, "ops/endpoints.html", **context)
    return page.render("ops/endpoints.html", **context)


async def _show(
    page: Page,
    endpoint_id: str,
    *,
    form: Submitted | None = None,
    refusal: Refusal | None = None,
    is_unsure: bool = False,
) -> Response:
    answer, attempts = await parts(
        page.apis.notify.answer("GET", path_of("/v1/endpoints/{}", endpoint_id)),
        page.apis.notify.answer(
            "GET",
            path_of("/v1/endpoints/{}/attempts", endpoint_id),
            cursor=page.request.query_params.get("cursor"),
        ),
    )
    if isinstance(answer, Missing) or isinstance(attempts, Missing):
        return page.render("ops/endpoint.html", 503, shown=None, missing=Missing("notify"))
    context = {
        "missing": None,
        "shown": answer.json,
        "filled": {} if form is None else form.fields,
        "etag": answer.etag,
        "attempts": attempts.json["items"],
        "older": next_page(page, attempts, f"{PATH}/{endpoint_id}"),
        "is_unsure": is_unsure,
        "reply_words": lambda attempt: _reply_words(page, attempt),
    }
    if refusal is not None:
        return page.refused(refusal, "ops/endpoint.html", **context)
    return page.render("ops/endpoint.html", 422 if is_unsure else 200, **context)


def _reply_words(page: Page, attempt: Mapping[str, Any]) -> str:
    """Return what of the answer to an offer could not be read; empty where all could."""
    codes = attempt.get("reply_faults") or ()
    return " ".join(code_words.word(page, code_words.REPLY_FAULTS, code) for code in codes)


def _secret(page: Page, made: Answer) -> Response:
    """Show the secret; sent again under the same key the answer has none any more."""
    return page.render("ops/endpoint_secret.html", shown=made.json, secret=made.json.get("secret"))


def _kinds(form: Submitted) -> list[str] | None:
    """Return the kinds that are named; None for all."""
    named = [each for each in _BETWEEN.split(form.text("kinds")) if each]
    return named or None
