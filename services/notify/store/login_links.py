"""Links to log in by: sealed, and kept no longer than they are of use."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.notify.store.tables import LoginLinkRow
from shared.db.transaction import Transaction

_NEXT = text(
    "select min(until) as until from login_links "
    "where message_id <> all(cast(:excluding as uuid[]))"
)
_CLAIM = text("""
    select message_id from login_links where until <= :now
      and message_id <> all(cast(:excluding as uuid[]))
    order by until limit :limit for update skip locked""")
_DELETE = text("delete from login_links where message_id = any(cast(:ids as uuid[]))")
_DELETE_OF_PEOPLE = text(
    "delete from login_links where recipient_id = any(cast(:people as text[]))"
)


def put_login_link(
    tx: Transaction, message_id: UUID, recipient_id: str, sealed: str, *, until: datetime
) -> None:
    tx.insert(
        LoginLinkRow,
        {
            "message_id": message_id,
            "recipient_id": recipient_id,
            "sealed": sealed,
            "until": until,
        },
    )


async def next_login_link(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    """Return when the first of them is of no use any more."""
    row = await tx.row(_NEXT, excluding=list(excluding))
    return None if row is None else row["until"]


async def claim_login_links(
    tx: Transaction, excluding: Collection[UUID], limit: int
) -> Sequence[UUID]:
    """Lock links that are of no use any more; return the ids of their messages."""
    rows = await tx.rows(_CLAIM, now=tx.now, excluding=list(excluding), limit=limit)
    return [row["message_id"] for row in rows]


async def delete_login_links(tx: Transaction, message_ids: Collection[UUID]) -> None:
    if message_ids:
        await tx.execute(_DELETE, ids=list(message_ids))


async def delete_login_links_of(tx: Transaction, people: Collection[str]) -> None:
    if people:
        await tx.execute(_DELETE_OF_PEOPLE, people=sorted(people))
