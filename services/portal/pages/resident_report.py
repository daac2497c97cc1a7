"""`/r/report`: what is broken, where, and one sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Query, Response

from services.portal.actions.report import send_report
from services.portal.domain.place_words import PlaceName, coded_name, place_name, unit_name
from services.portal.domain.reporting import OTHER_PLACE, Wrong, place_code_in, where
from services.portal.domain.ticket_view import TicketView
from services.portal.pages.page import Form, Page, Refusal, Resident, Submitted, page_router, path_of
from services.portal.pages.report_form import Chip, ReportForm, read_report
from services.portal.pages.tracked_ticket import AFTER_REPORT_COOKIE, place_line
from shared.auth.caller import EVERY_SITE, Role
from shared.errors import NotFound

router = page_router()

_AFTER_REPORT_S = 3600
_LATELY = 5


@router.get("/r/report")
async def show(
    page: Resident, site: str | None = Query(None), place: str = Query("")
) -> Response:
    """Show the form; `place` is the code of a label that was scanned, a unit or a spot."""
    site_id = await _site_of(page, site)
    if site_id is None:
        return page.render("r/choose_site.html", sites=await _sites(page), place=place)
    return await _render(page, site_id, {"place": place})


@router.post("/r/report")
async def send(page: Resident, form: Form) -> Response:
    """Send the report; the ticket's page tells of photos that were not taken."""
    site_id = await _site_of(page, form.fields.get("site"))
    if site_id is None:
        raise NotFound("There is no such site.")
    site = await page.site(site_id)
    place, wrongs = await _where(page, site, form)
    report, more = read_report(form, site, page.language, place)
    wrongs += more
    if wrongs:
        return await _render(page, site_id, form.fields, wrongs=wrongs)
    try:
        sent = await send_report(
            page.apis.tickets,
            report.body,
            photos=report.photos,
            lost=form.lost,
            answers=report.answers,
            key=form.key,
        )
    except Refusal as refusal:
        return await _refused(page, site_id, form, refusal)
    except Away:
        if page.wants_json:
            raise
        return await _render(page, site_id, form.fields, status=503, key=form.key, is_away=True)
    url = f"/r/tickets/{sent.ticket['id']}"
    response = page.see_other(url, said="resident-sent")
    told = sent.after.as_cookie()
    if told:
        response.set_cookie(
            AFTER_REPORT_COOKIE,
            told,
            max_age=_AFTER_REPORT_S,
            path=url,
            httponly=True,
            samesite="lax",
            secure=page.visit.is_secure,
        )
    return response
