"""`/w/offers/{id}`: a job that is held out to the technician, to accept or to decline."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.actions.technician_day import see_dues, see_offers
from services.portal.actions.technician_work import answer_offer
from services.portal.domain.own_job import HeldOut
from services.portal.domain.phone_words import read_moment
from services.portal.domain.reasons import DECLINED
from services.portal.domain.step_forms import FormWrong, read_reason
from services.portal.pages.page import (
    Form,
    Page,
    Problem,
    Refusal,
    Submitted,
    Technician,
    page_router,
)
from services.portal.pages.technician_answers import problem_in_words, problem_of_form
from services.portal.pages.technician_today import offer_card
from services.portal.pages.technician_views import Sites, over, person_mark, to_keep
from services.portal.pages.wrongs import Written

router = page_router()


@router.get("/w/offers/{offer_id}")
async def offer(page: Technician, offer_id: UUID) -> Response:
    """Show the offer; that it is over, where it is."""
    return await _show(page, offer_id)


@router.post("/w/offers/{offer_id}/accept")
async def accept(page: Technician, offer_id: UUID, form: Form) -> Response:
    """Accept the offer: the job is the technician's, or they are told who was first."""
    arrival = planned_arrival(form)
    try:
        job_id = await answer_offer(page.apis, offer_id, "accept", arrival, key=form.key)
    except Refusal as refusal:
        return await _again(page, offer_id, await problem_in_words(page, refusal), form)
    return page.see_other(f"/w/jobs/{job_id}", said="technician-said-accepted")


@router.post("/w/offers/{offer_id}/decline")
async def decline(page: Technician, offer_id: UUID, form: Form) -> Response:
    """Decline the offer, with a reason where there is one."""
    try:
        reason = read_reason(form.fields, DECLINED, demanded=False)
    except FormWrong as wrong:
        return await _again(page, offer_id, problem_of_form(page, wrong), form)
    body = {"reason": reason.said}
    try:
        await answer_offer(page.apis, offer_id, "decline", body, key=form.key)
    except Refusal as refusal:
        return await _again(page, offer_id, await problem_in_words(page, refusal), form)
    return page.see_other("/w", said="technician-said-declined")


def planned_arrival(form: Submitted) -> dict[str, Any]:
    """Return the arrival that was chosen, for dispatch; nothing for none."""
    at = read_moment(form.text("planned_arrival"))
    return {} if at is None else {"planned_arrival": at.isoformat()}


async def _again(page: Page, offer_id: UUID, problem: Problem, form: Submitted) -> Response:
    if page.wants_json:
        return page.json(problem.members, problem.status)
    return await _show(page, offer_id, problem, form.fields)


async def _show(
    page: Page,
    offer_id: UUID,
    problem: Problem | None = None,
    written: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    found: HeldOut | None = next(
        (each for each in await see_offers(page.apis) if each.offer_id == offer_id), None
    )
    if found is None:
        return over(page, problem.status if problem else 404, problem)
    sites = Sites(page, await see_dues(page.apis, [found.job]))
    zone = await sites.zone([found.job])
    response = page.render(
        "technician/offer.html",
        problem.status if problem else 200,
        problem=problem,
        written=Written(written),
        zone=zone,
        person=person_mark(page),
        card=await offer_card(page, sites, found, None),
        reasons=[(code, page.t(key)) for code, key in DECLINED.items()],
    )
    return to_keep(page, response)
