"""`POST /w/jobs/{id}/…`: the steps of a job, from travelling to completing."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Response

from services.portal.actions.technician_work import send_photos, take_step
from services.portal.domain.phone_words import phone_time
from services.portal.domain.reasons import RETURNED
from services.portal.domain.step_forms import (
    FormWrong,
    pause_body,
    read_reason,
    report_body,
    report_photos,
)
from services.portal.pages.page import (
    Form,
    Page,
    Refusal,
    Submitted,
    Technician,
    page_router,
)
from services.portal.pages.technician_answers import problem_in_words, problem_of_form
from services.portal.pages.technician_job import refuse

router = page_router()

_PLAIN = Annotated[str, Path(pattern="^(travel|arrive|start|resume)$")]
_SAID = {
    "travel": "technician-said-travel",
    "arrive": "technician-said-arrive",
    "start": "technician-said-start",
    "resume": "technician-said-resume",
}


@router.post("/w/jobs/{job_id}/pause")
async def pause(page: Technician, job_id: UUID, form: Form) -> Response:
    """Pause: the work waits for something."""
    try:
        body = pause_body(form.fields)
    except FormWrong as wrong:
        return await refuse(page, job_id, problem_of_form(page, wrong), form, "pause")
    return await _step(page, job_id, "pause", body, form, said="technician-said-pause")


@router.post("/w/jobs/{job_id}/return")
async def give_back(page: Technician, job_id: UUID, form: Form) -> Response:
    """Give the job back, with a reason: it looks for another technician."""
    try:
        reason = read_reason(form.fields, RETURNED, demanded=True)
    except FormWrong as wrong:
        return await refuse(page, job_id, problem_of_form(page, wrong), form, "return")
    body = {**phone_time(form.fields), "reason": reason.said}
    return await _step(page, job_id, "return", body, form, said="technician-said-return", then="/w")


@router.post("/w/jobs/{job_id}/complete")
async def complete(page: Technician, job_id: UUID, form: Form) -> Response:
    """Complete the job with minutes, parts, photos and a signature, all of which may be left
    out.
    """
    return await _report(
        page, job_id, "complete", {}, form, said="technician-said-complete", then="/w"
    )


@router.post("/w/jobs/{job_id}/follow-up")
async def follow_up(page: Technician, job_id: UUID, form: Form) -> Response:
    """End this visit and ask for another one."""
    try:
        reason = read_reason(form.fields, (), demanded=True)
    except FormWrong as wrong:
        return await refuse(page, job_id, problem_of_form(page, wrong), form, "follow-up")
    return await _report(
        page,
        job_id,
        "follow-up",
        {"reason": reason.words},
        form,
        said="technician-said-follow-up",
        then="/w",
    )


@router.post("/w/jobs/{job_id}/{verb}")
async def step(page: Technician, job_id: UUID, verb: _PLAIN, form: Form) -> Response:
    """Set out, arrive, start, or go on."""
    return await _step(page, job_id, verb, phone_time(form.fields), form, said=_SAID[verb])


async def _report(
    page: Page, job_id: UUID, verb: str, body: dict[str, Any], form: Submitted, **answer: str
) -> Response:
    """Take a step that ends the visit; its photos come first, and one that fails fails nothing. Of
    a report that is wrong no photo is kept: they come with the form that mends it.
    """
    try:
        report = report_body(form.fields, form.lists, now=page.now)
    except FormWrong as wrong:
        return await refuse(page, job_id, problem_of_form(page, wrong), form, verb)
    files = [
        *((file, True) for file in form.files_of("photo_before")),
        *((file, False) for file in form.files_of("photo_after")),
    ]
    named = [(file, before) for file, before in files if file.size_bytes]
    photos = await send_photos(page.apis, form.text("ticket"), named, key=form.key)
    report["photos"] = report_photos(form.lists, photos.sent)
    lost = photos.failed or bool(form.lost)
    said = "technician-said-photos-lost" if lost else answer["said"]
    return await _step(page, job_id, verb, {**report, **body}, form, said=said, then=answer["then"])


async def _step(
    page: Page,
    job_id: UUID,
    verb: str,
    body: dict[str, Any],
    form: Submitted,
    *,
    said: str,
    then: str | None = None,
) -> Response:
    try:
        answer = await take_step(page.apis, job_id, verb, body, key=form.key)
    except Refusal as refusal:
        return await refuse(page, job_id, await problem_in_words(page, refusal), form, verb)
    if answer.json["warnings"]:  # the resident asked for other hours, or agreed them
        said = "technician-said-other-hours"
    return page.see_other(then or f"/w/jobs/{job_id}", said=said)
