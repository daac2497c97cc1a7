"""`/q/{code}`: what the place of a label is, and a report of it without a login."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response

from services.portal.actions.limits import TooManyTries, count_try
from services.portal.actions.report import send_report
from services.portal.api.visiting import address_prefix
from services.portal.domain.guest import (
    CODES_FROM_ADDRESS,
    REPORTS_AT_PLACE,
    REPORTS_FROM_ADDRESS,
    guest,
    guest_id,
)
from services.portal.domain.limits import Counted
from services.portal.domain.place_words import coded_name
from services.portal.domain.reporting import MAX_TEXT, Wrong, place_code_in, tiles
from services.portal.pages.after_sending import sent_report
from services.portal.pages.page import (
    Anyone,
    Apis,
    Away,
    Form,
    Page,
    Refusal,
    Submitted,
    page_router,
    path_of,
)
from services.portal.pages.report_form import ReadReport, place_of_code, read_report
from services.portal.pages.tracked_ticket import place_line
from services.portal.pages.wrongs import Written, in_words, problem_with
from shared.auth.caller import Role
from shared.ids import PersonId, SiteId, TicketId

router = page_router()

_MAX_NAME, _MAX_PHONE = 60, 40


class _NoSuchCode(Exception):
    pass


@router.get("/q/{code}")
async def show(page: Anyone, code: str) -> Response:
    """Show the place with the form; its residents are taken to their own."""
    try:
        place = await _place(page, code)
    except _NoSuchCode:
        return page.render("r/no_place.html", 404)
    except Away:
        return page.render("r/scan_away.html", 503)
    if page.visitor.has(Role.RESIDENT, site=place["site_id"]):
        query = urlencode({"site": place["site_id"], "place": place["code"]})
        return page.see_other(f"/r/report?{query}")
    return page.render("r/scan.html", **await _context(page, place, {}))


@router.post("/q/{code}")
async def send(page: Anyone, code: str, form: Form) -> Response:
    """Take a guest's report, and show its page, whose address is all that the guest has of it.
    Raises Away.
    """
    try:
        place = await _place(page, code)
        return await _send(page, place, form)
    except _NoSuchCode:
        return page.render("r/no_place.html", 404)


async def _send(page: Page, place: Mapping[str, Any], form: Submitted) -> Response:
    site = await _site(page, place["site_id"])
    report = read_report(page, form, site, place_of_code(place))
    wrongs = [*report.wrongs, *_wrong_contact(form)]
    if wrongs:
        return await _wrong(page, place, form, wrongs)
    try:
        await count_try(
            page.state.database,
            Counted.of(REPORTS_FROM_ADDRESS, address_prefix(page.request)),
            Counted.of(REPORTS_AT_PLACE, place["code"]),
        )
        return await _report(page, place, form, report)
    except TooManyTries:
        if page.wants_json:
            raise
        context = await _context(page, place, form.fields)
        return page.render("r/scan.html", 429, **{**context, "is_over": True})
    except Refusal as refusal:
        context = await _context(page, place, form.fields)
        return page.refused(refusal, "r/scan.html", **context)


async def _report(
    page: Page, place: Mapping[str, Any], form: Submitted, report: ReadReport
) -> Response:
    """Open the ticket in the name of a guest that this form alone has."""
    site_id, person_id = SiteId(place["site_id"]), guest_id(form.key)
    portal = page.state.apis_of_portal(site=site_id)
    sent = await send_report(
        portal.tickets,
        {**report.body, "channel": "qr", "reporter_id": person_id},
        photos=report.photos,
        lost=form.lost,
        answers=report.answers,
        key=form.key,
    )
    themself = page.state.apis_of(guest(person_id, site_id, page.language))
    await _keep_contact(themself, person_id, form, language=report.body["language"])
    link = page.state.ways_in.ticket_links.make_ticket_link(
        TicketId(UUID(sent.ticket["id"])), site_id, person_id
    )
    told = replace(sent, after=sent.after.for_a_guest())
    return sent_report(page, told, f"/t/{link}", said="resident-scan-sent")


async def _keep_contact(
    themself: Apis, person_id: PersonId, form: Submitted, *, language: str
) -> None:
    """Have notify keep how the guest is called and reached, for the technician who looks for the
    place; the report stands also without.
    """
    contact = {name: form.text(name) for name in ("name", "phone") if form.text(name)}
    try:
        await themself.notify.put(
            path_of("/v1/recipients/{}", person_id), {"language": language, **contact}
        )
    except (Refusal, Away):
        return


async def _place(page: Page, code: str) -> Mapping[str, Any]:
    """Return the place of the code. Raises _NoSuchCode, TooManyTries and Away."""
    known = place_code_in(code)
    if known is None:
        raise _NoSuchCode
    try:
        place: Mapping[str, Any] = await page.state.apis_of_portal().tickets.get(
            path_of("/v1/places/{}", known)
        )
    except Refusal as refusal:
        await count_try(
            page.state.database, Counted.of(CODES_FROM_ADDRESS, address_prefix(page.request))
        )
        raise _NoSuchCode from refusal
    return place


async def _site(page: Page, site_id: str) -> Mapping[str, Any]:
    state = page.state
    return await state.site_cache.get(state.apis_of_portal(), state.subject, site_id)


def _wrong_contact(form: Submitted) -> list[Wrong]:
    phone = form.text("phone")
    digits = sum(sign.isdigit() for sign in phone)
    is_wrong = bool(phone) and (len(phone) > _MAX_PHONE or not 5 <= digits <= 20)
    wrongs = [Wrong(field="phone", key="resident-scan-phone-wrong")] if is_wrong else []
    if len(form.text("name")) > _MAX_NAME:
        limit = {"limit": _MAX_NAME}
        wrongs.append(Wrong(field="name", key="resident-wrong-answer", said=limit))
    return wrongs


async def _wrong(
    page: Page, place: Mapping[str, Any], form: Submitted, wrongs: list[Wrong]
) -> Response:
    if page.wants_json:
        problem = problem_with(page, wrongs[0])
        return page.json(problem.members, problem.status)
    context = await _context(page, place, form.fields)
    return page.render("r/scan.html", 422, **{**context, "wrongs": in_words(page, wrongs)})


async def _context(
    page: Page, place: Mapping[str, Any], written: Mapping[str, str]
) -> dict[str, Any]:
    site = await _site(page, place["site_id"])
    return {
        "place": place_line(coded_name(place), page.t),
        "code": place["code"],
        "site": site,
        "zone": site["time_zone"],
        "phone": site.get("phone"),
        "tiles": tiles(site, page.language),
        "written": Written(written),
        "max_text": MAX_TEXT,
        "wrongs": Written(),
        "key": None,
        "is_over": False,
    }
