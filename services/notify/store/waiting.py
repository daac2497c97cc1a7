"""New tickets whose promises are waited for."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.notify.store.tables import WaitingRow
from shared.db.transaction import Transaction

_NEXT = text("select min(until) as until from waiting")
_TAKE = text("""
    with due as (select ticket_id from waiting where until <= :now order by until limit 500 for update skip locked),
        taken as (delete from waiting where ticket_id in (select ticket_id from due) returning ticket_id, site_id)
    select ticket_id, site_id from taken
    where not exists (select from snapshots where entity = 'sla.clocks' and id = cast(taken.ticket_id as text))""")


def put_waiting(tx: Transaction, ticket_id: UUID, site_id: str, until: datetime) -> None:
    tx.insert_missing(WaitingRow, {"ticket_id": ticket_id, "site_id": site_id, "until": until})


async def next_waiting(tx: Transaction) -> datetime | None:
    """When the first of them has waited long enough."""
    row = await tx.row(_NEXT)
    return None if row is None else row["until"]


async def take_waiting(tx: Transaction) -> Mapping[UUID, str]:
    """Those that have waited long enough and in vain, with their sites. None of them waits any more."""
    return {row["ticket_id"]: str(row["site_id"]) for row in await tx.rows(_TAKE, now=tx.now)}
