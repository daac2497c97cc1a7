"""Tickets, their timelines and comments as they are stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import text

from services.tickets.domain.closing import closes_at
from services.tickets.domain.conversation import Comment
from services.tickets.domain.held import HeldWork
from services.tickets.domain.places import unit_key
from services.tickets.domain.ticket import FOR_SERVICES_ALONE, Ticket
from services.tickets.store.tables import CommentRow, EntryRow, TicketRow
from shared.contracts import ClocksV1
from shared.db.failures import Outdated
from shared.db.reads import ForUpdate
from shared.db.transaction import Transaction
from shared.ids import PersonId, TicketId

_TICKET = TypeAdapter(Ticket)

_LOAD = text("select * from tickets where id = :id")
_LOAD_WITH_SNAPSHOTS = text("""
    select t.*, o.body as work_order, c.body as clocks from tickets t
    left join snapshots o on o.entity = 'dispatch.work_order' and o.id = cast(t.id as text)
    left join snapshots c on c.entity = 'sla.clocks' and c.id = cast(t.id as text)
    where t.id = :id""")
_SNAPSHOTS = text("""
    select asked.id, o.body as work_order, c.body as clocks
    from unnest(cast(:ids as uuid[])) as asked(id)
    left join snapshots o on o.entity = 'dispatch.work_order' and o.id = cast(asked.id as text)
    left join snapshots c on c.entity = 'sla.clocks' and c.id = cast(asked.id as text)""")
_FOR_UPDATE = ForUpdate(
    "tickets",
    """select t.xmin as seen, t.*, (select version from snapshots
        where entity = 'dispatch.work_order' and id = cast(t.id as text)) as heard
    from tickets t where t.id = :id""",
    of="t",
    id="uuid",
)
_LOCK = text("select * from tickets where id = any(cast(:ids as uuid[])) order by id for update")
_LINE = text("""
    with recursive line(id, duplicate_of, n) as (
        select id, duplicate_of, 1 from tickets where id = :id
        union all
        select t.id, t.duplicate_of, n + 1 from line join tickets t on t.id = line.duplicate_of)
    select id from line order by n""")
_HOLD_MERGES = text("""
    select pg_advisory_xact_lock(hashtextextended('merges:' || site_id, 0)) from tickets
    where id = :id""")
_LOCK_DUE = text("""
    select id from tickets where closes_at <= :now and id <> all(cast(:excluding as uuid[]))
    order by closes_at limit :limit for update skip locked""")
_NEXT_CLOSING = text(
    "select min(closes_at) as at from tickets where closes_at is not null "
    "and id <> all(cast(:excluding as uuid[]))"
)
_SAID_SINCE = text("""
    select from entries where ticket_id = :ticket_id and cause = :person_id and at > :since
      limit 1""")
_ENTRY = """
    select e.n, e.at, e.name, e.cause, e.public, e.detail, c.id as comment_id, c.text, c.by_staff,
      c.by_technician
    from entries e left join comments c on c.id = e.comment_id
    where e.ticket_id = :ticket_id and (e.public or :internal)"""
_ENTRIES = text(f"{_ENTRY} and e.n > :after order by e.n limit :limit")
_NEWEST_ENTRIES = text(
    f"{_ENTRY} and e.n < coalesce(cast(:before as integer), 2147483647) "
    "order by e.n desc limit :limit"
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a timeline; `text`, `by_staff` and `by_technician` are a comment's."""

    n: int
    at: datetime
    name: str
    cause: str
    public: bool
    detail: Mapping[str, Any]
    comment_id: UUID | None = None
    text: str | None = None
    by_staff: bool | None = None
    by_technician: bool | None = None


async def load_ticket(tx: Transaction, id: TicketId) -> Ticket | None:
    row = await tx.row(_LOAD, id=id)
    return None if row is None else ticket_of(row)


async def load_with_snapshots(
    tx: Transaction, id: TicketId
) -> tuple[Ticket | None, HeldWork | None, ClocksV1 | None]:
    """Return the ticket with what is held of its work order and its clocks, in one look."""
    row = await tx.row(_LOAD_WITH_SNAPSHOTS, id=id)
    if row is None:
        return None, None, None
    return ticket_of(row), *_snapshots_of(row)


async def find_snapshots_of(
    tx: Transaction, ids: Sequence[UUID]
) -> Mapping[UUID, tuple[HeldWork | None, ClocksV1 | None]]:
    """Return what is held of the tickets' work orders and clocks, by ticket, in one look."""
    rows = await tx.rows(_SNAPSHOTS, ids=ids)
    return {row["id"]: _snapshots_of(row) for row in rows}


async def lock_ticket(tx: Transaction, id: UUID) -> Ticket | None:
    """Return the ticket, for the transaction to change; None where there is none."""
    rows = await tx.for_update(_FOR_UPDATE, id=id)
    if not rows:
        return None
    ticket = ticket_of(rows[0])
    # A work order that changes nothing of its ticket is not worth a write; what is published says
    # all the same that it was heard.
    return replace(ticket, observed=max(ticket.observed, rows[0]["heard"] or 0))


async def lock_tickets(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, Ticket]:
    """Return those that exist, locked in order of id, with the work orders that they were last
    written for as observed.
    """
    rows = await tx.rows(_LOCK, ids=list(ids))
    return {row["id"]: ticket_of(row) for row in rows}


async def lock_line(
    tx: Transaction, id: TicketId, *others: TicketId
) -> tuple[Sequence[Ticket], Mapping[UUID, Ticket]]:
    """Return the ticket, the one that it was merged into, and so on to the one that goes on, with
    the others by id: all locked in order of id. Nothing in the line where there is no such ticket;
    it ends before a ticket that was deleted.

    Nothing of the site is merged or undone meanwhile, where there is more than one. Raises Outdated
    when a ticket that stood alone was merged while this waited for its lock.
    """
    tx.demand_locks()
    if held := bool(others):
        await tx.rows(_HOLD_MERGES, id=id)
    ids = [row["id"] for row in await tx.rows(_LINE, id=id)]
    if len(ids) > 1 and not held:
        await tx.rows(_HOLD_MERGES, id=id)
        ids = [row["id"] for row in await tx.rows(_LINE, id=id)]
    tickets = await lock_tickets(tx, {*ids, *others})
    line = [tickets[each] for each in ids[:1] if each in tickets]
    while line and (next_id := line[-1].duplicate_of) is not None:
        if next_id in tickets:
            line.append(tickets[next_id])
        elif next_id not in ids and await load_ticket(tx, next_id) is not None:
            raise Outdated("a ticket was merged while its lock was waited for")
        else:
            break
    return line, tickets


async def lock_due_to_close(
    tx: Transaction, excluding: Collection[UUID], limit: int
) -> Sequence[UUID]:
    """Lock tickets whose time to object is over; skip those that another instance has taken.

    Returns ids: a row that cannot be read is found where one bad ticket is quarantined alone.
    """
    rows = await tx.rows(_LOCK_DUE, now=tx.now, excluding=list(excluding), limit=limit)
    return [row["id"] for row in rows]


async def find_next_closing(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    row = await tx.row(_NEXT_CLOSING, excluding=list(excluding))
    return row["at"] if row else None


def insert_ticket(tx: Transaction, ticket: Ticket) -> None:
    """Save a new ticket, whose id no other has: for a row that may be there already PostgreSQL
    looks, and logs that it did.
    """
    tx.insert_json(TicketRow, _row_of(tx, ticket), key=ticket.id)


def save_ticket(tx: Transaction, ticket: Ticket) -> None:
    tx.save_json(TicketRow, _row_of(tx, ticket), key=ticket.id)


def _row_of(tx: Transaction, ticket: Ticket) -> bytes:
    place = ticket.place
    rest = {
        **{name: getattr(ticket, name) for name in FOR_SERVICES_ALONE},
        "unit_key": unit_key(place),
        "spot": place.spot,
        "lat": place.lat,
        "lon": place.lon,
        "external_id": None if ticket.imported is None else ticket.imported.external_id,
        "closes_at": closes_at(ticket),
        "updated_at": tx.now,
    }
    return ticket.json[:-1] + b"," + to_json(rest)[1:]


def save_entry(tx: Transaction, ticket: Ticket, entry: Entry) -> None:
    tx.insert(EntryRow, entry, ticket_id=ticket.id)


def save_comment(tx: Transaction, comment: Comment) -> None:
    tx.insert(CommentRow, comment)


async def find_entries(
    tx: Transaction, ticket_id: TicketId, *, after: int, internal: bool, limit: int
) -> Sequence[Entry]:
    """Return lines after number `after`, oldest first; `internal` ones too, or only the public."""
    rows = await tx.rows(_ENTRIES, ticket_id=ticket_id, after=after, internal=internal, limit=limit)
    return [Entry(**row) for row in rows]


async def has_said_since(
    tx: Transaction, ticket_id: TicketId, person_id: PersonId, since: datetime
) -> bool:
    """Return whether the person has said or done anything about the ticket after that instant."""
    rows = await tx.rows(_SAID_SINCE, ticket_id=ticket_id, person_id=person_id, since=since)
    return bool(rows)


async def find_newest_entries(
    tx: Transaction, ticket_id: TicketId, *, before: int | None, internal: bool, limit: int
) -> Sequence[Entry]:
    """Return lines before number `before` (None: all), newest first, as `find_entries`."""
    rows = await tx.rows(
        _NEWEST_ENTRIES, ticket_id=ticket_id, before=before, internal=internal, limit=limit
    )
    return [Entry(**row) for row in rows]


def ticket_of(row: Mapping[str, Any]) -> Ticket:
    return _TICKET.validate_python(dict(row))


def _snapshots_of(row: Mapping[str, Any]) -> tuple[HeldWork | None, ClocksV1 | None]:
    order, clocks = row["work_order"], row["clocks"]
    return (
        None if order is None else HeldWork.model_validate(order),
        None if clocks is None else ClocksV1.model_validate(clocks),
    )
