"""Promises with their clocks and announcements, as rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.sla.store.tables import AnnouncementRow, ClockRow, PromisesRow
from shared.contracts.sla import Announcement
from shared.db.transaction import Transaction


async def lock_promises(tx: Transaction, ticket_ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """The rows of those tickets that have one, by ticket; nobody else changes them until the transaction ends."""
    rows = await tx.rows(_LOCK_PROMISES, ids=list(ticket_ids))
    return {row["ticket_id"]: row for row in rows}


async def find_promises(tx: Transaction, ticket_id: UUID) -> Mapping[str, Any] | None:
    return await tx.row(_FIND_PROMISES, id=ticket_id)


async def find_announcements(tx: Transaction, ticket_ids: Collection[UUID]) -> dict[UUID, list[Announcement]]:
    """All that was announced about those tickets, in order."""
    found: dict[UUID, list[Announcement]] = defaultdict(list)
    for row in await tx.rows(_FIND_ANNOUNCEMENTS, ids=list(ticket_ids)):
        found[row["ticket_id"]].append(Announcement.model_validate(row))
    return found


def save_promises(tx: Transaction, row: Mapping[str, Any]) -> None:
    tx.save(PromisesRow, row)


def save_announcements(tx: Transaction, ticket_id: UUID, announcements: Iterable[Announcement]) -> None:
    """The key refuses a second one."""
    for announcement in announcements:
        tx.insert(AnnouncementRow, announcement, ticket_id=ticket_id)


def save_clock(tx: Transaction, row: Mapping[str, Any]) -> None:
    tx.save(ClockRow, row)


async def delete_clocks(tx: Transaction, done: Sequence[tuple[UUID, str]]) -> None:
    if done:
        await tx.execute(_DELETE_CLOCKS, ids=[ticket_id for ticket_id, _ in done], kinds=[kind for _, kind in done])


async def next_look_at(tx: Transaction, but: Collection[UUID]) -> datetime | None:
    row = await tx.row(_NEXT_LOOK, but=list(but))
    return None if row is None else row["next_at"]


async def take_due(tx: Transaction, until: datetime, *, but: Collection[UUID], limit: int) -> list[UUID]:
    """Tickets that are to be looked at, locked; those that somebody else has in hand are left to them."""
    return [row["ticket_id"] for row in await tx.rows(_TAKE_DUE, until=until, but=list(but), limit=limit)]


_LOCK_PROMISES = text("select * from promises where ticket_id = any(:ids) order by ticket_id for update")
_FIND_PROMISES = text("select * from promises where ticket_id = :id")
_FIND_ANNOUNCEMENTS = text("select * from announcements where ticket_id = any(:ids) order by ticket_id, announced_at, fell_at, threshold")
_DELETE_CLOCKS = text("""
    delete from clocks using unnest(cast(:ids as uuid[]), cast(:kinds as text[])) as done(ticket_id, kind)
    where clocks.ticket_id = done.ticket_id and clocks.kind = done.kind""")
_NEXT_LOOK = text("""
    select next_at from promises where next_at is not null and ticket_id <> all(cast(:but as uuid[])) order by next_at limit 1""")
_TAKE_DUE = text("""
    select ticket_id from promises where next_at is not null and next_at <= :until and ticket_id <> all(cast(:but as uuid[]))
    order by next_at limit :limit for update skip locked""")
