"""What tickets need as it is stored; rows leave this file as values."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.__service__.domain.__entity__ import __Entity__
from services.__service__.store.tables import __Entity__Row
from shared.db.reads import Lookup
from shared.db.transaction import Transaction

___ENTITY__ = TypeAdapter(__Entity__)

_FIND = Lookup("select * from __entity__s where id = :id", id="uuid")
_LOCK_OF_TICKETS = text("""
    select * from __entity__s
    where ticket_id = any(cast(:ids as uuid[])) and state <> 'dropped'
      order by id for update""")
# What another instance has locked is left to it.
_LOCK_DUE = text("""
    select * from __entity__s
    where state = 'open' and due_at <= :now and id <> all(cast(:excluding as uuid[]))
      order by due_at limit :limit for update skip locked""")
_NEXT_DUE = text("""
    select due_at from __entity__s
    where state = 'open' and id <> all(cast(:excluding as uuid[]))
      order by due_at limit 1""")
_DELETE_OF_TICKETS = text("delete from __entity__s where ticket_id = any(cast(:ids as uuid[]))")


async def find___entity__(tx: Transaction, __entity___id: UUID) -> __Entity__ | None:
    rows = await tx.lookup(_FIND, id=__entity___id)
    return ___ENTITY__.validate_python(dict(rows[0])) if rows else None


async def lock_of_tickets(tx: Transaction, ticket_ids: Collection[UUID]) -> list[__Entity__]:
    """Return what these tickets still need, locked."""
    rows = await tx.rows(_LOCK_OF_TICKETS, ids=list(ticket_ids))
    return [___ENTITY__.validate_python(dict(row)) for row in rows]


async def lock_due(tx: Transaction, excluding: Collection[UUID], limit: int) -> list[__Entity__]:
    """Return what is due now, locked, the earliest first."""
    rows = await tx.rows(_LOCK_DUE, now=tx.now, excluding=list(excluding), limit=limit)
    return [___ENTITY__.validate_python(dict(row)) for row in rows]


async def find_next_due(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    """Return when the earliest falls due, None where nothing is open."""
    row = await tx.row(_NEXT_DUE, excluding=list(excluding))
    return None if row is None else row["due_at"]


def save___entity__(tx: Transaction, __entity__: __Entity__) -> None:
    tx.save(__Entity__Row, __entity__)


async def delete_of_tickets(tx: Transaction, ticket_ids: Sequence[UUID]) -> None:
    await tx.execute(_DELETE_OF_TICKETS, ids=list(ticket_ids))
