"""New tickets whose promises are waited for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.notify.store.tables import WaitingRow
from shared.db.transaction import Transaction

_NEXT = text(
    "select min(until) as until from waiting where ticket_id <> all(cast(:excluding as uuid[]))"
)
_CLAIM = text("""
    with due as (select ticket_id from waiting where until <= :now
      and ticket_id <> all(cast(:excluding as uuid[]))
                 order by until limit :limit for update skip locked),
        taken as (delete from waiting where ticket_id in (select ticket_id from due)
          returning ticket_id, site_id)
    select ticket_id, site_id, exists (
        select from snapshots where entity = 'sla.clocks'
          and id = cast(taken.ticket_id as text)) as promised
    from taken""")


@dataclass(frozen=True, kw_only=True)
class Waited:
    """A ticket whose promises were waited for; `promised`: whether they have come."""

    ticket_id: UUID
    site_id: str
    promised: bool


_WAITED = TypeAdapter(list[Waited])


def put_waiting(tx: Transaction, ticket_id: UUID, site_id: str, until: datetime) -> None:
    tx.insert_missing(WaitingRow, {"ticket_id": ticket_id, "site_id": site_id, "until": until})


async def next_waiting(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    """Return when the first of them has waited long enough."""
    row = await tx.row(_NEXT, excluding=list(excluding))
    return None if row is None else row["until"]


async def claim_waiting(tx: Transaction, excluding: Collection[UUID], limit: int) -> list[Waited]:
    """Return tickets that have waited long enough. None of them waits any more."""
    return _WAITED.validate_python(
        await tx.rows(_CLAIM, now=tx.now, excluding=list(excluding), limit=limit)
    )
