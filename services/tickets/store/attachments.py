"""What is stored of attachments; their files are elsewhere (`adapters/storage.py`)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.tickets.domain.attachments import AttachedFile
from services.tickets.store.tables import AttachmentRow
from shared.db.transaction import Transaction
from shared.ids import TicketId

_ATTACHED = TypeAdapter(AttachedFile)

_FIND = text("select * from attachments where id = :id")
_KNOWN = text("select id from attachments where id = any(cast(:ids as uuid[]))")
_NEXT_REMOVAL = text("""
    select min(remove_at) as at from attachments
    where remove_at is not null and id <> all(cast(:excluding as uuid[]))""")
_LOCK_TO_REMOVE = text("""
    select kept from attachments where remove_at <= :now and id <> all(cast(:excluding as uuid[]))
    order by remove_at limit :limit for update skip locked""")
_DELETE = text("delete from attachments where id = any(cast(:ids as uuid[]))")


def save_attachment(
    tx: Transaction, attached: AttachedFile, *, ticket_id: TicketId, at: datetime
) -> None:
    kept = _ATTACHED.dump_python(attached, mode="json")
    row = {"id": attached.id, "ticket_id": ticket_id, "at": at, "kept": kept, "remove_at": None}
    tx.insert(AttachmentRow, row)


async def find_attachment(tx: Transaction, id: UUID) -> tuple[TicketId, AttachedFile] | None:
    """Return the attachment with the ticket that it is on."""
    row = await tx.row(_FIND, id=id)
    return None if row is None else (row["ticket_id"], _ATTACHED.validate_python(row["kept"]))


async def find_known(tx: Transaction, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of the ids that attachments have."""
    return frozenset(row["id"] for row in await tx.rows(_KNOWN, ids=list(ids)))


async def find_next_removal(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    row = await tx.row(_NEXT_REMOVAL, excluding=list(excluding))
    return row["at"] if row else None


async def lock_to_remove(
    tx: Transaction, excluding: Collection[UUID], limit: int
) -> Sequence[AttachedFile]:
    """Lock the attachments whose ticket is gone; skip those that another instance has taken."""
    rows = await tx.rows(_LOCK_TO_REMOVE, now=tx.now, excluding=list(excluding), limit=limit)
    return [_ATTACHED.validate_python(row["kept"]) for row in rows]


async def delete_attachments(tx: Transaction, ids: Iterable[UUID]) -> None:
    await tx.execute(_DELETE, ids=list(ids))
