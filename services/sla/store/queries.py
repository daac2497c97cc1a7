"""Promises with their clocks and announcements, as rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import text

from services.sla.domain.life import Life
from services.sla.domain.objection import Objection
from services.sla.domain.timed_ticket import TicketCard, TimedTicket
from services.sla.store.tables import AnnouncementRow, ClockRow, PromisesRow
from shared.contracts.sla import Announcement, ClockKind, ClockV1
from shared.db.transaction import Transaction

_TIMED_TICKET = TypeAdapter(TimedTicket)
_LIFE = TypeAdapter(Life)
_CLOCKS = TypeAdapter(tuple[ClockV1, ...])
_OBJECTION = TypeAdapter(Objection)
_ANNOUNCEMENT = TypeAdapter(Announcement)
_CARD = tuple(each.name for each in fields(TicketCard))

StoredTicket = Mapping[str, Any]
"""A row of `promises`, its JSON as text."""


async def lock_timed_tickets(
    tx: Transaction, ticket_ids: Collection[UUID]
) -> dict[UUID, TimedTicket]:
    """Return what is stored of those tickets, if anything. Until the transaction ends no other
    changes it, nor the terms.
    """
    rows = await tx.rows(_LOCK, ids=list(ticket_ids))
    return {row["ticket_id"]: timed_ticket(row) for row in rows}


async def lock_due(
    tx: Transaction, until: datetime, *, excluding: Collection[UUID], limit: int
) -> Sequence[StoredTicket]:
    """Lock the tickets that are to be looked at, the earliest first; skip those that another
    instance has in hand.

    Returns rows for `timed_ticket`: one that cannot be read is found where one bad ticket is
    quarantined alone.
    """
    return await tx.rows(_LOCK_DUE, until=until, excluding=list(excluding), limit=limit)


async def next_look_at(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    row = await tx.row(_NEXT_LOOK, excluding=list(excluding))
    return None if row is None else row["next_at"]


async def find_timed_tickets(tx: Transaction, ticket_ids: Collection[UUID]) -> list[TimedTicket]:
    """Return what is stored of those tickets, in the order of their ids."""
    return [timed_ticket(row) for row in await tx.rows(_FIND, ids=list(ticket_ids))]


async def find_announcements(
    tx: Transaction, ticket_ids: Collection[UUID]
) -> dict[UUID, list[Announcement]]:
    """Return all that was announced about those tickets, in order."""
    found: dict[UUID, list[Announcement]] = defaultdict(list)
    for row in await tx.rows(_FIND_ANNOUNCEMENTS, ids=list(ticket_ids)) if ticket_ids else ():
        found[row["ticket_id"]].append(_ANNOUNCEMENT.validate_python(dict(row)))
    return found


def save_timed_ticket(tx: Transaction, timed: TimedTicket) -> None:
    rest = {
        **vars(timed.card),
        "going_on": bool(timed.going_on),
        "urgent_at": timed.urgent_at,
        "imported": timed.is_history,
        "counted_at": None,
    }
    # Of life and clocks; what a timed ticket itself has has no default.
    row = _TIMED_TICKET.dump_json(timed, exclude={"card"}, exclude_defaults=True)
    tx.save_json(PromisesRow, row[:-1] + b"," + to_json(rest)[1:], key=timed.ticket_id)


def save_announcements(
    tx: Transaction, ticket_id: UUID, announcements: Iterable[Announcement]
) -> None:
    """Insert the announcements; the key refuses a second one."""
    for announcement in announcements:
        # Of an enum's member, pydantic writes JSON in twice the time that its text takes.
        tx.insert(
            AnnouncementRow, announcement, ticket_id=ticket_id, clock=announcement.clock.value
        )


def save_clock(tx: Transaction, timed: TimedTicket, clock: ClockV1) -> None:
    """Store a clock that is going on."""
    row = {
        "ticket_id": timed.ticket_id,
        "kind": clock.kind.value,
        "site_id": timed.card.site_id,
        "priority": timed.card.priority,
        "state": clock.state.value,
        "due_at": clock.due_at,
    }
    tx.save(ClockRow, row)


async def delete_clocks(tx: Transaction, done: Sequence[tuple[UUID, ClockKind]]) -> None:
    """Delete the rows of clocks that have stopped."""
    if done:
        await tx.execute(
            _DELETE_CLOCKS,
            ids=[ticket_id for ticket_id, _ in done],
            kinds=[kind.value for _, kind in done],
        )


def timed_ticket(row: StoredTicket) -> TimedTicket:
    """Return what is stored of the ticket. Raises ValidationError where it is not to be read."""
    objection = row["objection"]
    return TimedTicket(
        ticket_id=row["ticket_id"],
        version=row["version"],
        card=TicketCard(*(row[name] for name in _CARD)),
        policy_id=row["policy_id"],
        policy_version=row["policy_version"],
        life=_LIFE.validate_json(row["life"]),
        clocks=_CLOCKS.validate_json(row["clocks"]),
        objection=None if objection is None else _OBJECTION.validate_json(objection),
        next_at=row["next_at"],
        looked_at=row["looked_at"],
    )


# Read as text, JSON is parsed once.
_COLUMNS = f"""ticket_id, version, {", ".join(_CARD)}, policy_id, policy_version,
      cast(life as text) as life, cast(clocks as text) as clocks,
      cast(objection as text) as objection, next_at, looked_at"""
# A shared advisory lock: transactions that read the terms run together, those that change them
# wait. All lock in one order: tickets (the kernel does, before a handler is called), terms, rows,
# figures.
_LOCK = text(f"""
    select {_COLUMNS} from promises
    where (select count(pg_advisory_xact_lock_shared(hashtextextended('terms:all', 0)))) > 0
      and ticket_id = any(:ids)
    order by ticket_id for update""")
_LOCK_DUE = text(f"""
    select {_COLUMNS} from promises
    where (select count(pg_advisory_xact_lock_shared(hashtextextended('terms:all', 0)))) > 0
      and next_at is not null and next_at <= :until and ticket_id <> all(cast(:excluding as uuid[]))
    order by next_at limit :limit for update skip locked""")
_NEXT_LOOK = text("""
    select next_at from promises where next_at is not null
      and ticket_id <> all(cast(:excluding as uuid[])) order by next_at limit 1""")
_FIND = text(
    f"select {_COLUMNS} from promises where ticket_id = any(cast(:ids as uuid[])) "
    "order by ticket_id"
)
_FIND_ANNOUNCEMENTS = text(
    "select * from announcements where ticket_id = any(:ids) "
    "order by ticket_id, announced_at, fell_at, threshold"
)
_DELETE_CLOCKS = text("""
    delete from clocks using unnest(cast(:ids as uuid[]),
      cast(:kinds as text[])) as done(ticket_id, kind)
    where clocks.ticket_id = done.ticket_id and clocks.kind = done.kind""")
