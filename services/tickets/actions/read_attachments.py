"""Reading attachments, for those who see the ticket that they are on."""

from typing import BinaryIO
from uuid import UUID

from services.tickets.actions.seeing_attachments import see_attachments
from services.tickets.adapters.storage import Storage
from services.tickets.domain.access import Bearer
from services.tickets.domain.attachments import AttachedFile, FileMissing, StoredFile
from services.tickets.store.attachments import find_attachment
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.telemetry import get_logger

log = get_logger(__name__)


async def open_attachment(
    tx: Transaction, id: UUID, *, by: Bearer, storage: Storage
) -> tuple[StoredFile, BinaryIO]:
    """Return the file as it is kept, open. Raises NotFound, FileMissing."""
    attached = await _see_attachment(tx, id, by=by)
    return attached.file, await _open(attached.file, storage)


async def open_thumbnail(
    tx: Transaction, id: UUID, *, by: Bearer, storage: Storage
) -> tuple[StoredFile, BinaryIO]:
    """Return the small image of a photo, open. Raises NotFound, FileMissing."""
    attached = await _see_attachment(tx, id, by=by)
    if attached.thumbnail is None:
        raise NotFound("Only photos have a thumbnail.")
    return attached.thumbnail, await _open(attached.thumbnail, storage)


async def _see_attachment(tx: Transaction, id: UUID, *, by: Bearer) -> AttachedFile:
    found = await find_attachment(tx, id)
    if found is None:
        raise _no_such_attachment()
    ticket_id, attached = found
    try:
        seen = await see_attachments(tx, ticket_id, by=by)
    except NotFound as error:
        raise _no_such_attachment() from error
    if id not in {each.id for each in seen}:
        raise _no_such_attachment()
    return attached


async def _open(file: StoredFile, storage: Storage) -> BinaryIO:
    try:
        return await storage.open(file.name)
    except OSError as error:
        log.error("file_missing", file=file.name, error=str(error))
        raise FileMissing(
            "The file cannot be read right now; the operator has been told."
        ) from error


def _no_such_attachment() -> NotFound:
    return NotFound("There is no such attachment.")
