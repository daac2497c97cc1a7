"""Tickets of lists: which are there already, and of which no fact has told yet."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.tickets.store.tables import UntoldRow
from shared.db.failures import Outdated
from shared.db.transaction import Transaction

_KNOWN = text("""
    select external_id from tickets
    where site_id = :site_id and external_id = any(cast(:external_ids as text[]))
      and external_id is not null""")
_LOCK_UNTOLD = text("""
    select ticket_id from untold_tickets
    where due_at <= :now and ticket_id <> all(cast(:excluding as uuid[]))
    order by due_at limit :limit for update skip locked""")
_NEXT_UNTOLD = text(
    "select min(due_at) as due_at from untold_tickets "
    "where ticket_id <> all(cast(:excluding as uuid[]))"
)
_DELETE_UNTOLD = text("delete from untold_tickets where ticket_id = any(cast(:ids as uuid[]))")


async def lock_imports(tx: Transaction, site_id: str) -> None:
    """Wait until no other transaction takes over tickets of the site."""
    await tx.lock("imported_tickets", [site_id])


async def find_known(
    tx: Transaction, site_id: str, external_ids: Collection[str]
) -> frozenset[str]:
    """Return which of these numbers of a former system have a ticket at the site."""
    rows = await tx.rows(_KNOWN, site_id=site_id, external_ids=list(external_ids))
    return frozenset(row["external_id"] for row in rows)


def save_untold(tx: Transaction, ticket_id: UUID, *, due_at: datetime) -> None:
    tx.insert(UntoldRow, {"ticket_id": ticket_id, "due_at": due_at})


async def flush_new(tx: Transaction) -> None:
    """Send the tickets that were stored. Raises Outdated where one of the same number was stored by
    another transaction meanwhile.
    """
    try:
        await tx.flush()
    except IntegrityError as taken:
        raise Outdated("a ticket was taken over meanwhile") from taken


async def lock_untold(tx: Transaction, excluding: Collection[UUID], limit: int) -> Sequence[UUID]:
    """Lock what is to be told by now and return the ids of the tickets; skip those that another
    instance has taken.
    """
    rows = await tx.rows(_LOCK_UNTOLD, now=tx.now, excluding=list(excluding), limit=limit)
    return [row["ticket_id"] for row in rows]


async def find_next_untold(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    row = await tx.row(_NEXT_UNTOLD, excluding=list(excluding))
    return row["due_at"] if row else None


async def delete_untold(tx: Transaction, ticket_ids: Collection[UUID]) -> None:
    await tx.execute(_DELETE_UNTOLD, ids=list(ticket_ids))
