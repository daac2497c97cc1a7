"""Promises with their clocks and announcements, as rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.sla.domain.life import Life
from services.sla.store.tables import AnnouncementRow, ClockRow, PromisesRow
from shared.contracts.sla import Announcement, ClockKind, ClockV1
from shared.db.transaction import Transaction

_LIFE = TypeAdapter(Life)
_CLOCKS = TypeAdapter(tuple[ClockV1, ...])


class Kept:
    """A ticket's row; what is deep in it is read when it is asked for."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row

    @cached_property
    def life(self) -> Life:
        return _LIFE.validate_python(self.row["life"])

    @cached_property
    def clocks(self) -> tuple[ClockV1, ...]:
        return _CLOCKS.validate_python(self.row["clocks"])

    @cached_property
    def clock_of(self) -> dict[ClockKind, ClockV1]:
        return {clock.kind: clock for clock in self.clocks}


async def lock_promises(tx: Transaction, ticket_ids: Collection[UUID]) -> dict[UUID, Kept]:
    """What is kept of those tickets, if anything.

    Until the transaction ends nobody else changes it, nor the terms.
    """
    return {row["ticket_id"]: Kept(row) for row in await tx.rows(_LOCK, ids=list(ticket_ids))}


async def take_due(
    tx: Transaction, until: datetime, *, but: Collection[UUID], limit: int
) -> list[Kept]:
    """The same of the tickets that are to be looked at, the earliest first; those that somebody
    else has in hand are left to them.
    """
    return [Kept(row) for row in await tx.rows(_TAKE_DUE, until=until, but=list(but), limit=limit)]


async def next_look_at(tx: Transaction, but: Collection[UUID]) -> datetime | None:
    row = await tx.row(_NEXT_LOOK, but=list(but))
    return None if row is None else row["next_at"]


async def find_promises(tx: Transaction, ticket_id: UUID) -> Kept | None:
    row = await tx.row(_FIND, id=ticket_id)
    return None if row is None else Kept(row)


async def find_announcements(
    tx: Transaction, ticket_ids: Collection[UUID]
) -> dict[UUID, list[Announcement]]:
    """All that was announced about those tickets, in order."""
    found: dict[UUID, list[Announcement]] = defaultdict(list)
    for row in await tx.rows(_FIND_ANNOUNCEMENTS, ids=list(ticket_ids)) if ticket_ids else ():
        found[row["ticket_id"]].append(Announcement.model_validate(row))
    return found


def save_promises(tx: Transaction, row: Mapping[str, Any]) -> None:
    tx.save(PromisesRow, row)


def save_announcements(
    tx: Transaction, ticket_id: UUID, announcements: Iterable[Announcement]
) -> None:
    """The key refuses a second one."""
    for announcement in announcements:
        # Of an enum's member, pydantic writes JSON in twice the time that its text takes.
        tx.insert(
            AnnouncementRow, announcement, ticket_id=ticket_id, clock=announcement.clock.value
        )


def save_clock(tx: Transaction, row: Mapping[str, Any]) -> None:
    tx.save(ClockRow, row)


async def delete_clocks(tx: Transaction, done: Sequence[tuple[UUID, str]]) -> None:
    if done:
        await tx.execute(
            _DELETE_CLOCKS,
            ids=[ticket_id for ticket_id, _ in done],
            kinds=[kind for _, kind in done],
        )


# Nobody changes the terms while somebody holds them; many may. Everybody locks in one order:
# tickets (the kernel does, before a handler is called), terms, rows, figures.
_LOCK = text("""
    select * from promises
    where (select count(pg_advisory_xact_lock_shared(hashtextextended('terms:all', 0)))) > 0
      and ticket_id = any(:ids)
    order by ticket_id for update""")
_TAKE_DUE = text("""
    select * from promises
    where (select count(pg_advisory_xact_lock_shared(hashtextextended('terms:all', 0)))) > 0
      and next_at is not null and next_at <= :until and ticket_id <> all(cast(:but as uuid[]))
    order by next_at limit :limit for update skip locked""")
_NEXT_LOOK = text("""
    select next_at from promises where next_at is not null
      and ticket_id <> all(cast(:but as uuid[])) order by next_at limit 1""")
_FIND = text("select * from promises where ticket_id = :id")
_FIND_ANNOUNCEMENTS = text(
    "select * from announcements where ticket_id = any(:ids) "
    "order by ticket_id, announced_at, fell_at, threshold"
)
_DELETE_CLOCKS = text("""
    delete from clocks using unnest(cast(:ids as uuid[]),
      cast(:kinds as text[])) as done(ticket_id, kind)
    where clocks.ticket_id = done.ticket_id and clocks.kind = done.kind""")
