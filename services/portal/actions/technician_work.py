"""What a technician does, said to the services in their name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.portal.adapters.apis import Answer, Apis, Away, Refusal, path_of
from services.portal.domain.sent_file import SentFile
from shared.ids import is_id


@dataclass(frozen=True, kw_only=True)
class SentPhotos:
    """The attachments that files became, each with whether it shows how it was before; `failed`
    says that others were not taken.
    """

    sent: tuple[tuple[str, bool], ...]
    failed: bool


@dataclass(frozen=True, kw_only=True)
class Call:
    """Whom to call about a ticket."""

    name: str | None
    phone: str | None


async def take_step(
    apis: Apis, job_id: UUID, verb: str, body: Mapping[str, Any], *, key: str
) -> Answer:
    """Take a step of a job. Raises Refusal, Away."""
    return await apis.dispatch.post(
        path_of("/v1/jobs/{}/{}", job_id, verb), body, key=f"{key}-{verb}"
    )


async def answer_offer(
    apis: Apis, offer_id: UUID, verb: str, body: Mapping[str, Any], *, key: str
) -> str:
    """Accept or decline an offer; return the id of its job. Raises Refusal, Away."""
    path = path_of("/v1/offers/{}/{}", offer_id, verb)
    return str((await apis.dispatch.post(path, body, key=f"{key}-{verb}")).json["job_id"])


async def grab_job(apis: Apis, job_id: UUID, body: Mapping[str, Any], *, key: str) -> None:
    """Take a job from the pool. Raises Refusal, Away."""
    await apis.dispatch.post(path_of("/v1/jobs/{}/grab", job_id), body, key=f"{key}-grab")


async def send_photo(
    apis: Apis, ticket_id: UUID, file: SentFile, *, key: str, internal: bool = False
) -> str:
    """Put a photo on the ticket; return the attachment's id. Raises Refusal, Away."""
    answer = await apis.tickets.upload(
        path_of("/v1/tickets/{}/attachments", ticket_id),
        file,
        key=key,
        visibility="internal" if internal else None,
    )
    return str(answer.json["id"])


async def send_photos(
    apis: Apis, ticket_id: str, files: Sequence[tuple[SentFile, bool]], *, key: str
) -> SentPhotos:
    """Put the files of a form on the ticket, each with whether it shows how it was before: one that
    fails does not fail what the form is about.
    """
    if not files or not is_id(ticket_id):
        return SentPhotos(sent=(), failed=bool(files))
    sent = []
    for n, (file, before) in enumerate(files):
        try:
            id = await send_photo(apis, UUID(ticket_id), file, key=f"{key}-{n}")
        except (Refusal, Away):
            continue
        sent.append((id, before))
    return SentPhotos(sent=tuple(sent), failed=len(sent) < len(files))


async def write_comment(apis: Apis, ticket_id: UUID, text: str, *, public: bool, key: str) -> None:
    """Write on the ticket, for the resident too where it is `public`. Raises Refusal, Away."""
    path = path_of("/v1/tickets/{}/comments", ticket_id)
    await apis.tickets.post(path, {"text": text, "public": public}, key=f"{key}-comment")


async def find_whom_to_call(apis: Apis, ticket_id: UUID) -> Call:
    """Return whom to call about the ticket. Raises Refusal, Away."""
    return Call(**await apis.notify.get(path_of("/v1/tickets/{}/reporter", ticket_id)))


async def note_call(apis: Apis, ticket_id: UUID, text: str, *, key: str) -> None:
    """Leave a note for the desk that the resident was called. A call is not held up by a service
    that is away: then there is none.
    """
    try:
        await write_comment(apis, ticket_id, text, public=False, key=key)
    except (Refusal, Away):
        return
