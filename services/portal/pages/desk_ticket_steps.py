"""What the desk does with a ticket: one address for each verb."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Response

from services.portal.adapters.moments import zone_of
from services.portal.pages.desk_refusals import not_filled_in, refused
from services.portal.pages.desk_ticket import ticket_page
from services.portal.pages.page import (
    Answer,
    Away,
    Desk,
    Form,
    Page,
    Refusal,
    Submitted,
    page_router,
    path_of,
)
from shared.contracts import Window

router = page_router()

_LONGEST = {"text": 4000, "reason": 1000, "note": 1000}


@router.post("/ops/tickets/{ticket_id}/comments")
async def comment(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Answer the resident, or write something down for staff alone."""
    if not form.text("text"):
        return await _not(page, ticket_id, form, "comments", "desk-refused-text")
    public = form.text("visibility") != "internal"
    body = {"text": form.text("text"), "public": public}
    said = "desk-said-answered" if public else "desk-said-noted"
    return await _step(page, ticket_id, form, "comments", body, said)


@router.post("/ops/tickets/{ticket_id}/hold")
async def hold(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Hold the ticket while it waits for something."""
    body = {"reason": form.text("reason"), "note": form.text("note")[:200]}
    return await _step(page, ticket_id, form, "hold", body, "desk-said-held")


@router.post("/ops/tickets/{ticket_id}/release")
async def release(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Let it go on where it was."""
    return await _step(page, ticket_id, form, "release", {}, "desk-said-released")


@router.post("/ops/tickets/{ticket_id}/cancel")
async def cancel(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Cancel it, with a reason."""
    return await _with_reason(page, ticket_id, form, "cancel", "desk-said-cancelled")


@router.post("/ops/tickets/{ticket_id}/refuse-cancel")
async def refuse_cancel(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Go on though the resident wants to cancel."""
    body = {"reason": form.text("reason")} if form.text("reason") else {}
    return await _step(
        page, ticket_id, form, "refuse-cancel", body, "desk-said-goes-on", path="cancel:refuse"
    )


@router.post("/ops/tickets/{ticket_id}/resolve")
async def resolve(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Resolve it at the desk, with a note that says how."""
    if not form.text("note"):
        return await _not(page, ticket_id, form, "resolve", "desk-refused-note")
    body = {"note": form.text("note")}
    return await _step(page, ticket_id, form, "resolve", body, "desk-said-resolved")


@router.post("/ops/tickets/{ticket_id}/reopen")
async def reopen(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Open it again: it was not fixed."""
    return await _with_reason(page, ticket_id, form, "reopen", "desk-said-reopened")


@router.post("/ops/tickets/{ticket_id}/unmerge")
async def unmerge(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Open it again as no duplicate."""
    body = {"reason": form.text("reason")} if form.text("reason") else {}
    return await _step(page, ticket_id, form, "unmerge", body, "desk-said-unmerged")


@router.post("/ops/tickets/{ticket_id}/appointment")
async def appoint(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Offer the resident a visit, in the site's own time."""
    zone = await _zone(page, form.text("site"))
    window = _window(form.text("day"), form.text("start"), form.text("end"), zone)
    if window is None or window.end <= page.now:
        return await _not(page, ticket_id, form, "appointment", "desk-refused-visit")
    body = {"start": window.start.isoformat(), "end": window.end.isoformat()}
    return await _step(page, ticket_id, form, "appointment", body, "desk-said-visit")


@router.post("/ops/tickets/{ticket_id}/appointment/cancel")
async def cancel_appointment(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Cancel the visit; the ticket goes on."""
    path = path_of("/v1/tickets/{}/appointment", ticket_id)
    return await _do(
        page,
        ticket_id,
        form,
        "appointment",
        lambda: page.apis.tickets.delete(path, key=form.key),
        "desk-said-visit-cancelled",
    )


@router.post("/ops/tickets/{ticket_id}/classify")
async def classify(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Change category or priority; for another priority, tickets demands a reason."""
    changes = {name: form.text(name) for name in ("category", "priority") if form.text(name)}
    body = {**changes, "reason": form.text("reason") or None}
    return await _amend(page, ticket_id, form, "classify", body, "desk-said-classified")


@router.post("/ops/tickets/{ticket_id}/place")
async def place(page: Desk, ticket_id: UUID, form: Form) -> Response:
    """Say where it is, instead of what was understood."""
    given = {name: form.text(name)[:200] for name in ("unit", "spot", "address")}
    if not any(given.values()):
        return await _not(page, ticket_id, form, "place", "desk-refused-place")
    return await _amend(page, ticket_id, form, "place", given, "desk-said-place")


async def _with_reason(
    page: Page, ticket_id: UUID, form: Submitted, verb: str, said: str
) -> Response:
    if not form.text("reason"):
        return await _not(page, ticket_id, form, verb, "desk-refused-reason")
    return await _step(page, ticket_id, form, verb, {"reason": form.text("reason")}, said)


async def _step(
    page: Page,
    ticket_id: UUID,
    form: Submitted,
    verb: str,
    body: Mapping[str, Any],
    said: str,
    *,
    path: str = "",
) -> Response:
    address = path_of("/v1/tickets/{}", ticket_id) + f"/{path or verb}"
    return await _do(
        page,
        ticket_id,
        form,
        verb,
        lambda: page.apis.tickets.post(address, body, key=form.key),
        said,
    )


async def _amend(
    page: Page,
    ticket_id: UUID,
    form: Submitted,
    verb: str,
    body: Mapping[str, Any],
    said: str,
) -> Response:
    """Change the version of the ticket that the form shows, and no other."""
    version = form.text("version")
    etag = f'"{version}"' if version.isascii() and version.isdigit() else '"0"'
    path = path_of("/v1/tickets/{}", ticket_id)
    return await _do(
        page,
        ticket_id,
        form,
        verb,
        lambda: page.apis.tickets.patch(path, body, key=form.key, etag=etag),
        said,
    )


async def _do(
    page: Page,
    ticket_id: UUID,
    form: Submitted,
    verb: str,
    call: Callable[[], Awaitable[Answer]],
    said: str,
) -> Response:
    try:
        await call()
    except Refusal as refusal:
        words = refused(page, refusal, verb, _kept(form))
        if refusal.status == 404:
            raise  # the ticket is none of theirs
        return await ticket_page(page, ticket_id, refused=words)
    return page.see_other(f"/ops/tickets/{ticket_id}", said)


async def _not(page: Page, ticket_id: UUID, form: Submitted, verb: str, key: str) -> Response:
    return await ticket_page(page, ticket_id, refused=not_filled_in(page, key, verb, _kept(form)))


def _kept(form: Submitted) -> dict[str, str]:
    """Return what was filled in, to stand in the form once more."""
    return {
        name: value[: _LONGEST.get(name, 200)]
        for name, value in form.fields.items()
        if not name.startswith("_")
    }


async def _zone(page: Page, site_id: str) -> ZoneInfo:
    try:
        site = await page.site(site_id)
    except (Refusal, Away):
        return zone_of(None)
    return zone_of(str(site["time_zone"]))


def _window(day: str, start: str, end: str, zone: ZoneInfo) -> Window | None:
    """Return when the visit is; None for what is no day or no time. An end before its start lies on
    the next day.
    """
    try:
        on, begins, ends = (
            date.fromisoformat(day),
            time.fromisoformat(start),
            time.fromisoformat(end),
        )
        first = datetime.combine(on, begins.replace(tzinfo=None), zone)
        last = datetime.combine(on, ends.replace(tzinfo=None), zone)
        if last <= first:
            last += timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return Window(start=first, end=last)
