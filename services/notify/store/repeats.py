"""Tickets of which repeats wait to be told as one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.notify.store.tables import RepeatsRow
from shared.db.transaction import Transaction

_NEXT = text(
    "select min(until) as until from repeats where ticket_id <> all(cast(:excluding as uuid[]))"
)
_CLAIM = text("""
    with due as (
        select ticket_id, until from repeats where until <= :now
          and ticket_id <> all(cast(:excluding as uuid[]))
        order by until limit :limit for update skip locked)
    delete from repeats using due
    where repeats.ticket_id = due.ticket_id and repeats.until = due.until
    returning repeats.ticket_id, repeats.site_id""")


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """A ticket of which there may be repeats to tell."""

    ticket_id: UUID
    site_id: str


_REPEATS = TypeAdapter(list[Repeats])


def put_repeats(tx: Transaction, ticket_id: UUID, site_id: str, until: datetime) -> None:
    tx.insert_missing(RepeatsRow, {"ticket_id": ticket_id, "until": until, "site_id": site_id})


async def next_repeats(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    """Return when the first of them have been gathered long enough."""
    row = await tx.row(_NEXT, excluding=list(excluding))
    return None if row is None else row["until"]


async def claim_repeats(tx: Transaction, excluding: Collection[UUID], limit: int) -> list[Repeats]:
    """Return tickets whose repeats were gathered long enough. None of them waits any more."""
    return _REPEATS.validate_python(
        await tx.rows(_CLAIM, now=tx.now, excluding=list(excluding), limit=limit)
    )
