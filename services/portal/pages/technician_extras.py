"""`POST /w/jobs/{id}/photos|signature|comments|call`: what a technician adds to a ticket, and whom
they call.
"""

from uuid import UUID

from fastapi import Response

from services.portal.actions.technician_work import (
    find_whom_to_call,
    note_call,
    send_photo,
    write_comment,
)
from services.portal.domain.step_forms import FormWrong
from services.portal.domain.unsent_work import unsent_in_form
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
from shared.ids import is_id

router = page_router()

_MAX_WORDS = 4000


@router.post("/w/jobs/{job_id}/photos")
async def photo(page: Technician, job_id: UUID, form: Form) -> Response:
    """Put photos on the ticket: a script sends them one by one, and is told each one's id."""
    return await _attach(page, job_id, form, internal=False)


@router.post("/w/jobs/{job_id}/signature")
async def signature(page: Technician, job_id: UUID, form: Form) -> Response:
    """Put the resident's signature on the ticket, where staff alone see it."""
    return await _attach(page, job_id, form, internal=True)


@router.post("/w/jobs/{job_id}/comments")
async def comment(page: Technician, job_id: UUID, form: Form) -> Response:
    """Write to the resident and the desk, or to the desk alone; what a phone kept and was not taken
    is told the desk so, too.
    """
    try:
        ticket_id, text = _ticket(form), form.text("text")
        if (unsent := unsent_in_form(form.fields)) is not None:
            text = unsent.note[:_MAX_WORDS]
        if not text or len(text) > _MAX_WORDS:
            raise FormWrong("text", "technician-wrong-words")
        public = form.text("to") == "resident"
        await write_comment(page.apis, ticket_id, text, public=public, key=form.key)
    except FormWrong as wrong:
        return await refuse(page, job_id, problem_of_form(page, wrong), form, "comment")
    except Refusal as refusal:
        return await refuse(page, job_id, await problem_in_words(page, refusal), form, "comment")
    return page.see_other(f"/w/jobs/{job_id}", said="technician-said-comment")


@router.post("/w/jobs/{job_id}/call")
async def call(page: Technician, job_id: UUID, form: Form) -> Response:
    """Show the number of the resident, and note for the desk that they were called."""
    try:
        ticket_id = _ticket(form)
        whom = await find_whom_to_call(page.apis, ticket_id)
    except FormWrong as wrong:
        return await refuse(page, job_id, problem_of_form(page, wrong), form)
    except Refusal as refusal:
        return await refuse(page, job_id, await problem_in_words(page, refusal), form)
    if whom.phone:
        await note_call(page.apis, ticket_id, page.t("technician-call-noted"), key=form.key)
    if page.wants_json:
        return page.json({"name": whom.name, "phone": whom.phone})
    return page.see_other(f"/w/jobs/{job_id}?call=1")


async def _attach(page: Page, job_id: UUID, form: Submitted, *, internal: bool) -> Response:
    try:
        ticket_id, ids = _ticket(form), []
        files = [file for file in form.files_of("photo") if file.size_bytes]
        if form.lost:
            raise FormWrong("photo", "technician-wrong-photo-large")
        if not files:
            raise FormWrong("photo", "technician-wrong-photo")
        for n, file in enumerate(files):
            key = f"{form.key}-{n}"
            ids.append(await send_photo(page.apis, ticket_id, file, key=key, internal=internal))
    except FormWrong as wrong:
        return await refuse(page, job_id, problem_of_form(page, wrong), form)
    except Refusal as refusal:
        return await refuse(page, job_id, await problem_in_words(page, refusal), form)
    if page.wants_json:
        return page.json({"attachments": ids})
    return page.see_other(f"/w/jobs/{job_id}", said="technician-said-photo")


def _ticket(form: Submitted) -> UUID:
    """Return the ticket that the form is about. Raises FormWrong for a form of another making."""
    if not is_id(form.text("ticket")):
        raise FormWrong("ticket", "technician-wrong-form")
    return UUID(form.text("ticket"))
