"""The lists that a person has saved under a name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.portal.store.tables import SAVED_FILTERS
from shared.db.transaction import Transaction

_SAVED = text("""
    select id, person_id, name, query, created_at from saved_filters where person_id = :person_id
    order by name, id""")
_LOCKED = text("""
    select id, person_id, name, query, created_at from saved_filters where person_id = :person_id
    order by id for update""")
_DELETE = text("delete from saved_filters where person_id = :person_id and id = :id")
_DELETE_ALL = text("delete from saved_filters where person_id = :person_id")


@dataclass(frozen=True, kw_only=True)
class SavedFilter:
    """`query` is that of the list's address."""

    id: UUID
    person_id: str
    name: str
    query: str
    created_at: datetime


_FILTERS = TypeAdapter(list[SavedFilter])


async def find_saved_filters(tx: Transaction, person_id: str) -> list[SavedFilter]:
    """Return what the person has saved, by name."""
    return _FILTERS.validate_python(await tx.rows(_SAVED, person_id=person_id))


async def lock_saved_filters(tx: Transaction, person_id: str) -> list[SavedFilter]:
    """Return the same, which no other transaction changes until this one ends."""
    await tx.lock("saved_filters", [person_id])
    return _FILTERS.validate_python(await tx.rows(_LOCKED, person_id=person_id))


def save_filter(tx: Transaction, saved: SavedFilter) -> None:
    tx.save(SAVED_FILTERS, saved)


async def delete_filters_of(tx: Transaction, person_id: str) -> None:
    await tx.execute(_DELETE_ALL, person_id=person_id)


async def delete_filter(tx: Transaction, person_id: str, id: UUID) -> None:
    await tx.execute(_DELETE, person_id=person_id, id=id)
