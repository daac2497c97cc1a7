"""Sending a report: the ticket first, then its photos; one that fails never fails the ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.adapters.apis import Api, Away, Refusal, path_of
from services.portal.domain.after_report import MAX_NAME, AfterReport, LostPhoto, alike_in
from services.portal.domain.sent_file import LostFile, SentFile, WhyNot

_MB = 1024 * 1024
_MAX_ATTACHMENT_MB = 10
MAX_ATTACHMENTS = 8
_PHOTO_REFUSED = {
    "body_too_large": "resident-photo-too-large",
    "not_attachable": "resident-photo-not-one",
    "unreadable_file": "resident-photo-broken",
    "too_many_pixels": "resident-photo-pixels",
    "image_too_costly": "resident-photo-pixels",
    "too_many_attachments": "resident-photo-full",
}


@dataclass(frozen=True, kw_only=True)
class PhotoAnswer:
    """A photo that answers the question of a category."""

    question: str
    file: SentFile


@dataclass(frozen=True, kw_only=True)
class SentReport:
    """The ticket as tickets answered, and what is to be told of it besides."""

    ticket: Mapping[str, Any]
    after: AfterReport


async def send_report(
    tickets: Api,
    body: Mapping[str, Any],
    *,
    photos: Sequence[SentFile],
    lost: Sequence[LostFile] = (),
    answers: Sequence[PhotoAnswer] = (),
    key: str,
) -> SentReport:
    """Open the ticket, put the photos on it, and answer the questions that want one. The same key
    makes a second sending the first one again.

    Raises Refusal and Away while there is no ticket, and never after.
    """
    opened = (await tickets.post("/v1/tickets", body, key=key)).json
    failed = lost_photos(lost)
    files = [*photos, *(each.file for each in answers)]
    ids: list[str | None] = []
    for n, file in enumerate(files, 1):
        id, problem = await attach(tickets, opened["id"], file, key=f"{key}-photo-{n}")
        ids.append(id)
        if problem is not None:
            failed.append(problem)
    answered = {
        each.question: id
        for each, id in zip(answers, ids[len(photos) :], strict=True)
        if id is not None
    }
    if answered:
        await _answer(tickets, opened["id"], answered, key=key)
    return SentReport(
        ticket=opened,
        after=AfterReport(
            photos=tuple(failed), alike=alike_in(opened.get("possible_duplicates") or ())
        ),
    )


async def attach(
    tickets: Api, ticket_id: str, file: SentFile, *, key: str
) -> tuple[str | None, LostPhoto | None]:
    """Put one photo on the ticket; return its id, or why it was not taken."""
    path = path_of("/v1/tickets/{}/attachments", ticket_id)
    try:
        answer = await tickets.upload(path, file, key=key)
    except Refusal as refusal:
        message = _PHOTO_REFUSED.get(refusal.code, "resident-photo-later")
        return None, _lost(file, message)
    except Away:
        return None, _lost(file, "resident-photo-later")
    return str(answer.json["id"]), None


def lost_photos(lost: Sequence[LostFile]) -> list[LostPhoto]:
    """Return why the files were not taken that the form could not bring."""
    return [
        LostPhoto(name=_shown(file.name), key="resident-photo-too-many", limit=str(MAX_ATTACHMENTS))
        if file.why is WhyNot.TOO_MANY
        else _lost(file, "resident-photo-too-large")
        for file in lost
    ]


async def _answer(tickets: Api, ticket_id: str, answers: Mapping[str, str], *, key: str) -> None:
    """Answer questions with photos; what cannot be said now stays a question."""
    path = path_of("/v1/tickets/{}", ticket_id)
    try:
        for _ in range(2):
            now = await tickets.answer("GET", path)
            try:
                await tickets.patch(path, {"answers": answers}, etag=now.etag)
                return
            except Refusal as refusal:
                if refusal.status != 412:
                    return
    except (Refusal, Away):
        return


def _lost(file: SentFile | LostFile, key: str) -> LostPhoto:
    size = file.size_bytes / _MB
    return LostPhoto(
        name=_shown(file.name),
        key=key,
        size=f"{size:.0f}" if size >= 1 else f"{size:.1f}",
        limit=str(_MAX_ATTACHMENT_MB),
    )


def _shown(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable())[:MAX_NAME]
