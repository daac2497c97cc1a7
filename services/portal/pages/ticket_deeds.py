"""What is done on a ticket's page: one function for each of its forms."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from fastapi import Response

from services.portal.actions.report import attach, lost_photos
from services.portal.adapters.moments import zone_of
from services.portal.domain.after_report import LostPhoto
from services.portal.domain.reporting import MAX_ANSWER, MAX_TEXT, Wrong
from services.portal.domain.sent_file import SentFile
from services.portal.domain.visit_form import visit_in
from services.portal.pages.page import Answer, Refusal, Submitted
from services.portal.pages.ticket_asks import ask_to_reopen, ask_when
from services.portal.pages.tracked_ticket import AFTER_REPORT_COOKIE, TrackedTicket
from services.portal.pages.wrongs import problem_that_says
from shared.contracts.tickets import TicketState
from shared.errors import NotFound

Deed = Callable[[TrackedTicket, Submitted], Awaitable[Response]]


async def act_on(tracked: TrackedTicket, deed: str, form: Submitted) -> Response:
    """Do what the form asks for and show the ticket; refused, with the reason in words. Raises
    Away.
    """
    act = _DEEDS.get(deed)
    if act is None:
        raise NotFound("There is no such page.")
    try:
        return await act(tracked, form)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await tracked.refuse(tracked.refused(refusal), form)


async def _confirm(tracked: TrackedTicket, form: Submitted) -> Response:
    already = {TicketState.CLOSED: "resident-confirmed-already"}
    return await _step(tracked, form, "confirm", {}, "resident-confirmed", already)


async def _cancel(tracked: TrackedTicket, form: Submitted) -> Response:
    reason = form.text("reason")[:1000]
    return await _step(
        tracked,
        form,
        "cancel",
        {"reason": reason} if reason else {},
        "resident-cancelled",
        {TicketState.CANCELLED: "resident-cancelled-already"},
        accepted="resident-cancel-sent",
    )


async def _reopen(tracked: TrackedTicket, form: Submitted) -> Response:
    reason = form.text("reason")[:1000]
    if not reason:
        wrong = Wrong(field="reason", key="resident-wrong-reason")
        return tracked.wrong_json(wrong) or await ask_to_reopen(tracked, wrong)
    return await _step(
        tracked,
        form,
        "reopen",
        {"reason": reason},
        "resident-reopened",
        dict.fromkeys(
            (TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS),
            "resident-reopened-already",
        ),
    )


async def _step(
    tracked: TrackedTicket,
    form: Submitted,
    verb: str,
    body: Mapping[str, str],
    said: str,
    already: Mapping[TicketState, str],
    *,
    accepted: str | None = None,
) -> Response:
    """Take a step; one that a second tap or another tab has taken `already` is no fault. `accepted`
    is said where staff are to decide.
    """
    try:
        answer = await tracked.tickets.post(f"{tracked.api}/{verb}", body, key=form.key)
    except Refusal as refusal:
        if refusal.code != "illegal_step":
            raise
        before = already.get(TicketState((await tracked.load()).state))
        if before is None:
            raise
        return tracked.page.see_other(tracked.base, said=before)
    if accepted is not None and answer.status == 202:
        said = accepted
    return tracked.page.see_other(tracked.base, said=said)


async def _urge(tracked: TrackedTicket, form: Submitted) -> Response:
    answer = await tracked.tickets.post(f"{tracked.api}/urge", {}, key=form.key)
    said = "resident-urged" if answer.json["counted"] else "resident-urged-already"
    return tracked.page.see_other(tracked.base, said=said)


async def _comment(tracked: TrackedTicket, form: Submitted) -> Response:
    """Put the photos on the ticket and say the sentence about them."""
    text, files = form.text("text"), [file for file in form.files if file.size_bytes]
    if not text and not files and not form.lost:
        return await tracked.wrong(Wrong(field="text", key="resident-wrong-comment"), form)
    if len(text) > MAX_TEXT:
        long = {"n": len(text), "limit": MAX_TEXT}
        wrong = Wrong(field="text", key="resident-wrong-text-long", said=long)
        return await tracked.wrong(wrong, form)
    sent, failed = await _attach(tracked, form, files)
    if text:
        body = {"text": text, "attachments": [id for _, id in sent]}
        await tracked.tickets.post(f"{tracked.api}/comments", body, key=form.key)
    if failed:
        return await _photo_not_taken(tracked, failed[0], None if text else form)
    return tracked.page.see_other(tracked.base, said="resident-commented")


async def _attach(
    tracked: TrackedTicket, form: Submitted, files: Sequence[SentFile]
) -> tuple[list[tuple[SentFile, str]], list[LostPhoto]]:
    """Put the files of the form on the ticket; return those that are there with their ids, and why
    others are not, those too that did not come.
    """
    sent, failed = [], lost_photos(form.lost)
    for n, file in enumerate(files, 1):
        id, problem = await attach(
            tracked.tickets, str(tracked.ticket_id), file, key=f"{form.key}-photo-{n}"
        )
        sent += [] if id is None else [(file, id)]
        failed += [] if problem is None else [problem]
    return sent, failed


async def _photo_not_taken(
    tracked: TrackedTicket, photo: LostPhoto, form: Submitted | None
) -> Response:
    said = tracked.page.t(photo.key, size=photo.size, limit=photo.limit)
    return await tracked.refuse(problem_that_says(said, code="photo_not_taken"), form)


async def _rate(tracked: TrackedTicket, form: Submitted) -> Response:
    marks = {name: form.text(name) for name in ("speed", "quality", "manner")}
    if any(mark not in ("1", "2", "3", "4", "5") for mark in marks.values()):
        return await tracked.wrong(Wrong(field="speed", key="resident-wrong-marks"), form)
    body = {**{name: int(mark) for name, mark in marks.items()}, "text": form.text("words")[:1000]}
    answer = await tracked.tickets.post(f"{tracked.api}/rating", body, key=form.key)
    said = "resident-rated-low" if answer.json["call_back"] else "resident-rated"
    return tracked.page.see_other(tracked.base, said=said)


async def _appoint(tracked: TrackedTicket, form: Submitted) -> Response:
    """Agree on a visit, agree to the one that was offered, or to none."""
    answer = form.text("answer")
    path = f"{tracked.api}/appointment"
    if answer == "agree":
        await tracked.tickets.post(f"{path}:confirm", {}, key=form.key)
        return tracked.page.see_other(tracked.base, said="resident-appointed")
    if answer == "none":
        await tracked.tickets.delete(path, key=form.key)
        return tracked.page.see_other(tracked.base, said="resident-visit-cancelled")
    ticket = await tracked.load()
    zone = zone_of((await tracked.site(ticket))["time_zone"])
    visit = visit_in(form.fields, zone, now=tracked.page.now)
    if isinstance(visit, Wrong):
        return tracked.wrong_json(visit) or await ask_when(tracked, visit, form.fields)
    start, end = visit
    await tracked.tickets.post(path, {"start": start, "end": end}, key=form.key)
    return tracked.page.see_other(tracked.base, said="resident-appointed")


async def _answer(tracked: TrackedTicket, form: Submitted) -> Response:
    """Answer what the category asks; a photo goes onto the ticket first."""
    answers: dict[str, str] = {
        name.removeprefix("q-"): value.strip()[:MAX_ANSWER]
        for name, value in form.fields.items()
        if name.startswith("q-") and value.strip()
    }
    files = [file for file in form.files if file.field.startswith("q-") and file.size_bytes]
    sent, failed = await _attach(tracked, form, files)
    answers |= {file.field.removeprefix("q-"): id for file, id in sent}
    if answers:
        await _amend(tracked, {"answers": answers})
    if failed:
        return await _photo_not_taken(tracked, failed[0], form)
    if not answers:
        return tracked.page.see_other(tracked.base)
    return tracked.page.see_other(tracked.base, said="resident-answered")


async def _amend(tracked: TrackedTicket, body: Mapping[str, object]) -> Answer:
    """Change the ticket as it is now; what others change meanwhile does not stand against it."""
    now = await tracked.tickets.answer("GET", tracked.api)
    try:
        return await tracked.tickets.patch(tracked.api, body, etag=now.etag)
    except Refusal as refusal:
        if refusal.status != 412:
            raise
    now = await tracked.tickets.answer("GET", tracked.api)
    return await tracked.tickets.patch(tracked.api, body, etag=now.etag)


async def _follow(tracked: TrackedTicket, form: Submitted) -> Response:
    await tracked.tickets.put(f"{tracked.api}/follow", key=form.key)
    return tracked.page.see_other(tracked.base, said="resident-followed")


async def _unfollow(tracked: TrackedTicket, form: Submitted) -> Response:
    await tracked.tickets.delete(f"{tracked.api}/follow", key=form.key)
    return tracked.page.see_other(tracked.base, said="resident-unfollowed")


async def _same(tracked: TrackedTicket, form: Submitted) -> Response:
    """Say whether the ticket is about the same as another that was offered: their own goes on
    instead, another's is for the desk to join.
    """
    own, reference = form.text("id"), form.text("reference")[:40]
    where, said = tracked.base, "resident-alike-kept"
    if own:
        reason = tracked.page.t("resident-alike-reason", reference=reference)
        await tracked.tickets.post(f"{tracked.api}/cancel", {"reason": reason}, key=form.key)
        where, said = f"/r/tickets/{own}", "resident-cancelled"
    elif reference:
        text = tracked.page.t("resident-alike-comment", reference=reference)
        await tracked.tickets.post(f"{tracked.api}/comments", {"text": text}, key=form.key)
        said = "resident-alike-told"
    response = tracked.page.see_other(where, said=said)
    response.delete_cookie(AFTER_REPORT_COOKIE, path=tracked.base)
    return response


_DEEDS: Mapping[str, Deed] = {
    "confirm": _confirm,
    "cancel": _cancel,
    "reopen": _reopen,
    "urge": _urge,
    "comments": _comment,
    "rating": _rate,
    "appointment": _appoint,
    "answers": _answer,
    "follow": _follow,
    "unfollow": _unfollow,
    "same": _same,
}
