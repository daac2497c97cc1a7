"""A file that a person sends becomes an attachment: first read and stored, while nothing is held,
then put on the ticket, in one transaction.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from pydantic import JsonValue

from services.tickets import events
from services.tickets.actions.recording import add_line, record, save
from services.tickets.actions.seeing_attachments import lock_to_attach, see_to_attach
from services.tickets.adapters.image_workers import ImageWorkers
from services.tickets.adapters.storage import MAKING, Storage
from services.tickets.domain.access import Bearer, demand_staff
from services.tickets.domain.attachments import (
    HEAD_BYTES,
    TAIL_BYTES,
    AttachedFile,
    Format,
    StoredFile,
    attach,
    demand_room_for_attachment,
    format_of,
    heard_by_desk,
    stored_file,
)
from services.tickets.domain.sharing import VIA
from services.tickets.domain.ticket import Ticket
from services.tickets.store.attachments import save_attachment
from shared.auth.caller import Caller
from shared.contracts.attachments import Attachment, AttachmentKind
from shared.db.transaction import Transaction
from shared.ids import TicketId, new_id


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file that has come, in the storage's `incoming`; `caller` is whose turn it takes."""

    path: Path
    size_bytes: int
    sha256: str
    caller: str


async def demand_right_to_attach(tx: Transaction, ticket_id: TicketId, *, by: Bearer) -> None:
    """Raise NotFound or Forbidden for those who may not put a file on the ticket, and
    TooManyAttachments where there is no room for one.
    """
    demand_room_for_attachment(await see_to_attach(tx, ticket_id, by=by))


async def store_file(sent: SentFile, *, storage: Storage, workers: ImageWorkers) -> AttachedFile:
    """Return the file as it is kept from now on: an image drawn anew and a small one, a PDF as it
    came.

    Raises NotAttachable, UnreadableFile, TooManyPixels, ImageTooCostly, NotProcessed, OSError.
    """
    format = await asyncio.to_thread(_format_of, sent.path)
    if format is Format.PDF:
        return await _store_pdf(sent, storage)
    folder = storage.incoming / f"{MAKING}{new_id()}"
    await asyncio.to_thread(folder.mkdir, 0o700)
    try:
        return await _store_image(sent, format, folder, storage, workers)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def attach_file(
    tx: Transaction, ticket_id: TicketId, attached: AttachedFile, *, by: Bearer, public: bool
) -> None:
    """Put the file on the ticket; on the one that goes on, where a resident names a duplicate. What
    a resident was asked for ends a hold that waits for it.

    Raises NotFound, Forbidden for an internal one by a resident, TooManyAttachments, TicketFull.
    """
    named, ticket, job_id = await lock_to_attach(tx, ticket_id, by=by)
    caller = by if isinstance(by, Caller) and job_id is None else None
    if caller is not None and not public:
        demand_staff(caller, ticket.site_id, "attach what residents do not see")
    # residents learn no technician's id
    cause = f"job:{job_id}" if caller is None else caller.id
    attachment = Attachment(
        id=attached.id,
        kind=attached.kind,
        by=cause,
        at=tx.now,
        by_staff=caller is not None and ticket.speaks_as_staff(caller),
        public=public,
    )
    after = attach(ticket, attachment)
    if caller is not None:
        after = heard_by_desk(after, by=caller, at=tx.now)
    save_attachment(tx, attached, ticket_id=after.id, at=tx.now)
    detail: dict[str, JsonValue] = {"attachment_id": str(attached.id), "kind": attached.kind.value}
    released = after.answered_by_resident(by=caller, at=tx.now) if caller and public else after
    # one version for both, so that no listener finds one missing
    released = replace(released, version=after.version)
    tx.publish(events.of_ticket("attached", released, detail))
    save(tx, released)
    add_line(tx, after, "attached", by=cause, public=public, detail=_via(named, after.id, detail))
    if named.id != after.id:
        noted = named.noted()
        save(tx, noted)
        add_line(tx, noted, "attached", by=cause, public=public, detail=detail)
    if released.state is not after.state:
        record(tx, released, "released", by=cause, detail=detail)


async def discard_file(attached: AttachedFile, *, storage: Storage) -> None:
    """Delete what was stored and is on no ticket."""
    await storage.delete(attached.names)


def _format_of(path: Path) -> Format:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(max(os.fstat(file.fileno()).st_size - TAIL_BYTES, 0))
        return format_of(head, file.read(TAIL_BYTES))


async def _store_pdf(sent: SentFile, storage: Storage) -> AttachedFile:
    id = new_id()
    file = stored_file(
        id,
        part="file",
        media_type="application/pdf",
        size_bytes=sent.size_bytes,
        sha256=sent.sha256,
    )
    attached = AttachedFile(id=id, kind=AttachmentKind.PDF, file=file)
    await _put(storage, attached, sent.path)
    return attached


async def _store_image(
    sent: SentFile, format: Format, folder: Path, storage: Storage, workers: ImageWorkers
) -> AttachedFile:
    id = new_id()
    made = await workers.render(sent.path, format, folder, caller=sent.caller)
    image, thumbnail = folder / "image", folder / "thumbnail"
    attached = AttachedFile(
        id=id,
        kind=AttachmentKind.PHOTO,
        file=await asyncio.to_thread(_measured, id, "file", made.image, image),
        width=made.width,
        height=made.height,
        thumbnail=await asyncio.to_thread(_measured, id, "thumbnail", made.thumbnail, thumbnail),
    )
    await _put(storage, attached, image, thumbnail)
    return attached


async def _put(storage: Storage, attached: AttachedFile, *sources: Path) -> None:
    """Put all of its files, or none."""
    try:
        for name, source in zip(attached.names, sources, strict=True):
            await storage.put(name, source)
    except OSError:
        with suppress(OSError):
            await storage.delete(attached.names)
        raise


def _measured(id: UUID, part: str, media_type: str, path: Path) -> StoredFile:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size_bytes = file.tell()
    return stored_file(id, part=part, media_type=media_type, size_bytes=size_bytes, sha256=sha256)


def _via(named: Ticket, id: TicketId, detail: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    return detail if named.id == id else {**detail, VIA: named.reference}
