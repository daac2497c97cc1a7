"""Files on a ticket: sent by those who take part in it, read by those who see it."""

from collections.abc import Callable, Coroutine, Mapping
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.tickets.actions.attach_file import (
    SentFile,
    attach_file,
    demand_right_to_attach,
    discard_file,
    store_file,
)
from services.tickets.actions.read_attachments import open_attachment, open_thumbnail
from services.tickets.api.state import TicketsState
from services.tickets.domain.access import READERS, Bearer
from services.tickets.domain.attachments import (
    MAX_BYTES,
    AttachedFile,
    FileMissing,
    ImageTooCostly,
    NotAttachable,
    NotProcessed,
    StoredFile,
    TooManyAttachments,
    TooManyPixels,
    UnreadableFile,
)
from services.tickets.domain.limits import TicketFull
from shared.auth.caller import Caller, Credential, WorkScheme, subject_of
from shared.contracts.attachments import AttachmentKind
from shared.db.transaction import Kind
from shared.errors import NoSuchRange, NotFound, Refused
from shared.http.declared import answers_with, reads, refuses
from shared.http.fields import Reply
from shared.http.file_answers import FILE_FIELDS, FILE_READS, file_answer, file_response
from shared.http.requests import Tx, may_with_ticket
from shared.http.routing import ActionRoute, action_router
from shared.http.state import state_of
from shared.http.uploads import Upload, refusing_when_full, takes_file
from shared.ids import TicketId

_PDF_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""What is in a PDF runs nowhere near what is ours."""


class Visibility(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"


class AttachmentOut(Reply):
    """A file on a ticket; a photo has a size in pixels and a small image, 320 pixels at most."""

    id: UUID
    kind: AttachmentKind
    bytes: int
    width: int | None
    height: int | None
    url: str
    thumbnail_url: str | None

    @classmethod
    def of(cls, attached: AttachedFile) -> "AttachmentOut":
        url = f"/v1/attachments/{attached.id}"
        return cls(
            id=attached.id,
            kind=attached.kind,
            bytes=attached.file.size_bytes,
            width=attached.width,
            height=attached.height,
            url=url,
            thumbnail_url=f"{url}/thumbnail" if attached.thumbnail else None,
        )


class _StoresFile(ActionRoute):
    """A file is read and stored before the transaction begins, which then says that it is there;
    what no ticket takes in the end is deleted.
    """

    async def before_file(self, request: Request, who: Caller | Credential | None) -> None:
        ticket_id = TicketId(UUID(request.path_params["ticket_id"]))
        if who is None:
            raise NotFound("There is no such ticket.")
        async with state_of(request, TicketsState).database.transaction(kind=Kind.READING) as tx:
            await demand_right_to_attach(tx, ticket_id, by=who)

    async def before_transaction(self, request: Request, body: Any) -> None:
        state, upload = state_of(request, TicketsState), request.state.upload
        sent = SentFile(
            path=upload.path,
            size_bytes=upload.size_bytes,
            sha256=upload.sha256,
            caller=subject_of(request.state.identity),
        )
        with refusing_when_full():
            request.state.attached = await store_file(
                sent, storage=state.storage, workers=state.image_workers
            )

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        serve = super().get_route_handler()

        async def served(request: Request) -> Response:
            try:
                return await serve(request)
            except Refused:
                # not after any error: a commit may be done though its answer was lost
                attached: AttachedFile | None = getattr(request.state, "attached", None)
                if attached is not None:
                    await discard_file(attached, storage=state_of(request, TicketsState).storage)
                raise

        self.serve = served
        return served


router = action_router("/v1/attachments", tag="attachments")
sending = APIRouter(
    prefix="/v1/tickets/{ticket_id}/attachments", tags=["attachments"], route_class=_StoresFile
)

_Bearer = Annotated[Bearer, may_with_ticket(WorkScheme.JOB, *READERS)]
_File = Annotated[Upload, takes_file(max_bytes=MAX_BYTES)]
_IMAGES = ("image/jpeg", "image/webp")


@sending.post("", status_code=201)
@refuses(
    NotAttachable,
    UnreadableFile,
    TooManyPixels,
    ImageTooCostly,
    NotProcessed,
    TooManyAttachments,
    TicketFull,
)
async def attach(
    ticket_id: TicketId,
    request: Request,
    response: Response,
    upload: _File,
    caller: _Bearer,
    tx: Tx,
    visibility: Annotated[Visibility, Query()] = Visibility.PUBLIC,
) -> AttachmentOut:
    """Put a file on the ticket: JPEG, PNG, WebP, HEIC or PDF, by what is in it. Images are drawn
    anew, upright and without what was said beside their pixels. Technicians may on tickets whose
    job they have or had since the ticket was opened last, also with its token. `internal` ones are
    for staff and the technician who has the job. What residents put on a duplicate is on the ticket
    that goes on.
    """
    attached: AttachedFile = request.state.attached
    await attach_file(tx, ticket_id, attached, by=caller, public=visibility is Visibility.PUBLIC)
    answer = AttachmentOut.of(attached)
    response.headers["Location"] = answer.url
    return answer


@router.get("/{attachment_id}", **file_response(*_IMAGES, "application/pdf"))
@refuses(FileMissing, NoSuchRange)
@reads(*FILE_READS)
@answers_with(*FILE_FIELDS)
async def read(attachment_id: UUID, request: Request, caller: _Bearer, tx: Tx) -> Response:
    """Return the file, or a part of it; a PDF as something to save, never to show."""
    storage = state_of(request, TicketsState).storage
    file, opened = await open_attachment(tx, attachment_id, by=caller, storage=storage)
    return file_answer(
        request,
        opened,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        fields=_fields(attachment_id, file),
    )


@router.get("/{attachment_id}/thumbnail", **file_response(*_IMAGES))
@refuses(FileMissing, NoSuchRange)
@reads(*FILE_READS)
@answers_with(*FILE_FIELDS)
async def read_thumbnail(
    attachment_id: UUID, request: Request, caller: _Bearer, tx: Tx
) -> Response:
    """Return the small image of a photo."""
    storage = state_of(request, TicketsState).storage
    file, opened = await open_thumbnail(tx, attachment_id, by=caller, storage=storage)
    return file_answer(
        request,
        opened,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        fields=_fields(attachment_id, file),
    )


def _fields(id: UUID, file: StoredFile) -> Mapping[str, str]:
    is_pdf = file.media_type == "application/pdf"
    name = f"{id}.{file.name.rpartition('.')[2]}"
    return {
        "content-type": file.media_type,
        "content-disposition": f'{"attachment" if is_pdf else "inline"}; filename="{name}"',
        # who may see it may change: it is asked for again, and mostly there already
        "cache-control": "private, no-cache",
        **({"content-security-policy": _PDF_POLICY} if is_pdf else {}),
    }
