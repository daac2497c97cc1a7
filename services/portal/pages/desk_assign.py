"""`/ops/jobs/{id}/assign`: every technician with the reasons for and against, to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.domain.desk.standings import Candidate, Choice, choice_of
from services.portal.domain.desk.views import EXPLANATION, JOBS, Explanation
from services.portal.domain.desk.work import JOB, JobView, assigned_offer
from services.portal.domain.site_words import category_names
from services.portal.pages.desk_refusals import Refused, not_filled_in, refused
from services.portal.pages.desk_words import Words
from services.portal.pages.page import (
    Away,
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
from services.portal.store.account_names import find_account_names
from shared.contracts.dispatch import IN_HAND, JobState
from shared.contracts.tickets import Place

router = page_router()

_OPEN = (JobState.WAITING, JobState.OFFERED, *IN_HAND)
_MAX_REASON = 500
_SAID = {
    (True, False): "desk-said-assigned",
    (False, False): "desk-said-asked",
    (True, True): "desk-said-assigned-other-hours",
    (False, True): "desk-said-asked-other-hours",
}
"""What was done, by whether the technician has the job, and whether they come at other hours than
the resident asked for.
"""


@router.get("/ops/tickets/{ticket_id}/assign")
async def of_ticket(page: Desk, ticket_id: UUID) -> Response:
    """Show the way to the open job of a ticket; back to the ticket where there is none."""
    found = JOBS.validate_python(await page.apis.dispatch.get("/v1/jobs", ticket_id=str(ticket_id)))
    job = next((job for job in found.items if job.state in _OPEN), None)
    if job is None:
        await page.apis.tickets.get(path_of("/v1/tickets/{}", ticket_id))  # or there is none
        return page.see_other(f"/ops/tickets/{ticket_id}", "desk-said-no-job")
    return page.see_other(f"/ops/jobs/{job.id}/assign")


@router.get("/ops/jobs/{job_id}/assign")
async def show(page: Desk, job_id: UUID) -> Response:
    """Show who can take the job, and why the others cannot."""
    return await _page(page, job_id)


@router.post("/ops/jobs/{job_id}/assign")
async def assign(page: Desk, job_id: UUID, form: Form) -> Response:
    """Give the job to the technician, or ask them alone; against what bars them with a reason."""
    technician_id, reason = form.text("technician_id"), form.text("overrule")[:_MAX_REASON]
    kept = {"technician_id": technician_id, "overrule": reason}
    if not technician_id:
        return await _page(page, job_id, not_filled_in(page, "desk-refused-no-one", "assign", kept))
    if form.text("forced") and not reason:
        return await _page(page, job_id, not_filled_in(page, "desk-refused-reason", "assign", kept))
    body = {"technician_id": technician_id, "overrule": reason or None, **_seen(form)}
    try:
        answer = await page.apis.dispatch.post(
            path_of("/v1/jobs/{}/assign", job_id), body, key=form.key
        )
    except Refusal as refusal:
        return await _page(page, job_id, await _not_assigned(page, refusal, kept))
    said = _SAID[answer.json["state"] in IN_HAND, bool(answer.json["warnings"])]
    return page.see_other(f"/ops/tickets/{answer.json['ticket_id']}", said)


@router.post("/ops/jobs/{job_id}/withdraw")
async def withdraw(page: Desk, job_id: UUID, form: Form) -> Response:
    """Take back what is offered, or the job from its technician."""
    try:
        answer = await page.apis.dispatch.post(
            path_of("/v1/jobs/{}/withdraw", job_id), {}, key=form.key
        )
    except Refusal as refusal:
        return await _page(page, job_id, refused(page, refusal, "withdraw", {}))
    return page.see_other(f"/ops/tickets/{answer.json['ticket_id']}", "desk-said-withdrawn")


async def _page(page: Page, job_id: UUID, refused: Refused | None = None) -> Response:
    if refused is not None and refused.status == 404:
        raise Refusal("dispatch", 404, refused.code, refused.said, {})
    if refused is not None and page.wants_json:
        return page.json(refused.members, refused.status)
    path = path_of("/v1/jobs/{}", job_id)
    job, explained, _ = await parts(
        page.apis.dispatch.get(path),
        page.apis.dispatch.get(f"{path}/explanation", language=page.language),
        page.prefetch_sites(),
    )
    if isinstance(job, Missing):
        raise Away("dispatch")
    view = JOB.validate_python(job)
    explanation = None if isinstance(explained, Missing) else EXPLANATION.validate_python(explained)
    return page.render(
        "ops/assign.html",
        refused.status if refused else 200,
        refused=refused,
        **await _context(page, view, explanation, refused),
    )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whom a dispatcher has asked, who that was, and until when the technician may answer."""

    offer_id: UUID
    name: str
    by: str
    until: datetime


def _seen(form: Submitted) -> dict[str, str | None]:
    """Return whom the form's reader saw to be asked; nothing where the form does not say."""
    return {"asked": form.text("asked") or None} if "asked" in form.fields else {}


async def _not_assigned(page: Page, refusal: Refusal, kept: Mapping[str, str]) -> Refused:
    """Return the refusal in words; of one who was asked by another just now, by whom."""
    words = refused(page, refusal, "assign", kept)
    if refusal.code != "asked_by_another":
        return words
    name = str(refusal.members.get("technician") or page.t("role-technician"))
    by = await _account_name(page, str(refusal.members.get("assigned_by", "")))
    return replace(words, said=page.t("desk-refused-asked", name=name, by=by))


async def _asked(page: Page, job: JobView, names: Mapping[str, str]) -> Asked | None:
    """Return whom a dispatcher has asked; `names` are of technicians, as far as they are known."""
    offer = assigned_offer(job)
    if offer is None or offer.assigned_by is None:
        return None
    name = names.get(offer.technician_id) or page.t("role-technician")
    by = await _account_name(page, offer.assigned_by)
    return Asked(offer_id=offer.id, name=name, by=by, until=offer.expires_at)


async def _account_name(page: Page, person_id: str) -> str:
    """Return what the dispatcher is called; what they are where they have no account."""
    async with page.transaction() as tx:
        accounts = await find_account_names(tx, [person_id])
    return accounts.get(person_id) or page.t("role-dispatcher")


async def _context(
    page: Page, job: JobView, explanation: Explanation | None, refused: Refused | None
) -> dict[str, Any]:
    [found] = await parts(page.site(job.site_id))
    site = {} if isinstance(found, Missing) else found
    zone = str(site.get("time_zone", "")) or None
    choice = choice_of(explanation) if explanation else None
    names = {each.technician_id: each.name for each in explanation.items} if explanation else {}
    words = Words(page, zone)
    categories = category_names(site, page.language)
    return {
        "zone": zone,
        "site_id": job.site_id,
        "job": job,
        "words": words,
        "place": words.place(site, job.ticket.place if job.ticket else Place()),
        "category": categories.get(job.category, job.category),
        "skills": [categories.get(skill.code, skill.code) for skill in job.skills],
        "choice": choice,
        "asked": await _asked(page, job, names),
        "names": names,
        "held": explanation.held if explanation else False,
        "forced": _forced(page, choice, refused),
        "can_assign": job.state in (JobState.WAITING, JobState.OFFERED),
        "can_withdraw": job.state is JobState.OFFERED or job.state in IN_HAND,
    }


def _forced(page: Page, choice: Choice | None, refused: Refused | None) -> Candidate | None:
    """Return whom the dispatcher wants in spite of what bars them; None where that is no one."""
    wanted = page.request.query_params.get("overrule", "")
    if refused is not None:
        wanted = refused.filled_in.get("technician_id", "")
    barred = choice.overruled if choice else ()
    return next((each for each in barred if each.id == wanted), None)
