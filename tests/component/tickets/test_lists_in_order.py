"""Every list of the desk is what sorting all tickets gives, page by page: whichever filter leads to
them, however many fit it, and wherever they stand.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.tickets.domain.access import Scope
from services.tickets.domain.search_words import marks_of, tokens_of
from services.tickets.domain.verbs import LIVING
from services.tickets.store.due_order import QueuePlace, find_queue
from services.tickets.store.filters import Filters
from services.tickets.store.listing import find_tickets
from shared.contracts.categories import Nature
from shared.contracts.tickets import Priority, TicketState
from shared.db.transaction import Transaction
from shared.ids import id_at
from tests.component.tickets.arranging import Tickets

_QUIET = frozenset(f"quiet-{n}" for n in range(30))
_AT_SITES = {"crowded": 1_000, "busy": 150, **dict.fromkeys(sorted(_QUIET), 8)}
"""More at one than a walk reads of one, and so many that few of each are read."""
_LIMIT, _PAGES = 31, 2
_STATES = (
    *[TicketState.OPEN] * 8,
    *[TicketState.CLOSED] * 2,
    TicketState.CANCELLED,
    TicketState.IN_PROGRESS,
)
_SAID = {"pump": 0.5, "crane": 0.04, "zeppelin": 0.004}
_CATEGORIES = {"gas": 0.005, "lift": 0.07, "plumbing": 1}

_INSERT_SITES = text("""
    insert into sites
    select (jsonb_populate_record(s, jsonb_build_object('id', id_, 'code', id_))).*
    from sites s, unnest(cast(:ids as text[])) as id_""")
_DELETE = text("delete from tickets where id = :id")
_DELETE_WORDS = text("delete from ticket_words where ticket_id = :id")
_INSERT_TICKETS = text("""
    insert into tickets select (jsonb_populate_record(t, given)).*
    from tickets t, jsonb_array_elements(cast(:rows as jsonb)) as given where t.id = :like""")
_INSERT_WORDS = text("""
    insert into ticket_words
    select * from json_populate_recordset(null::ticket_words, cast(:rows as json))""")
_INSERT_DUES = text("""
    insert into ticket_dues
    select * from json_populate_recordset(null::ticket_dues, cast(:rows as json))""")


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is told apart of a ticket."""

    id: UUID
    site_id: str
    state: TicketState
    category: str
    priority: Priority
    nature: Nature
    said: str
    external_id: str | None
    opened_at: datetime
    due_at: datetime | None
    unassignable_at: datetime | None


def _rows(now: datetime) -> Sequence[Row]:
    chance = random.Random(12)
    sites = [site for site, tickets in _AT_SITES.items() for _ in range(tickets)]
    chance.shuffle(sites)
    return [_row(n, site, now, chance) for n, site in enumerate(sites)]


def _row(n: int, site: str, now: datetime, chance: random.Random) -> Row:
    state = TicketState.ON_HOLD if n % 211 == 0 else chance.choice(_STATES)
    opened_at = now - timedelta(minutes=5_000 - n)
    # Some fall due at the same moment, and one site has nearly all of what is overdue.
    due_in = chance.randrange(-40 if site == "crowded" else 30, 200)
    due = state in LIVING and chance.random() < 0.8
    return Row(
        id=UUID(int=id_at(opened_at).int + n),
        site_id=site,
        state=state,
        category=next(code for code, share in _CATEGORIES.items() if chance.random() < share),
        priority=Priority.LOW if chance.random() < 0.01 else Priority.NORMAL,
        nature=Nature.COMPLAINT if chance.random() < 0.03 else Nature.FAULT,
        said=" ".join(["it", *(word for word, share in _SAID.items() if chance.random() < share)]),
        external_id=f"WX-{n}" if chance.random() < (0.3 if site == "crowded" else 0.02) else None,
        opened_at=opened_at,
        due_at=now + timedelta(minutes=due_in) if due else None,
        unassignable_at=opened_at if due and chance.random() < 0.03 else None,
    )


async def _insert(tx: Transaction, rows: Sequence[Row], like: UUID) -> None:
    """Store the rows in place of the ticket that they are otherwise like."""
    told = [{name: _json(value) for name, value in asdict(row).items()} for row in rows]
    tickets = [
        {**each, "reference": f"X-{n}", "description": each["said"]} for n, each in enumerate(told)
    ]
    words = [
        {
            "ticket_id": each["id"],
            "site_id": each["site_id"],
            "said": each["said"],
            "tokens": [*tokens_of(row.said.split()), *_marks(row)],
        }
        for each, row in zip(told, rows, strict=True)
    ]
    dues = [
        {**each, "ticket_id": each["id"], "resolution_due_at": each["due_at"]}
        for each in told
        if each["due_at"] is not None
    ]
    await tx.execute(_INSERT_SITES, ids=list(_AT_SITES))
    await tx.execute(_INSERT_TICKETS, rows=json.dumps(tickets), like=like)
    await tx.execute(_DELETE, id=like)
    await tx.execute(_DELETE_WORDS, id=like)
    await tx.execute(_INSERT_WORDS, rows=json.dumps(words))
    await tx.execute(_INSERT_DUES, rows=json.dumps(dues))


def _json(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _marks(row: Row) -> Sequence[str]:
    return marks_of(
        site=row.site_id, category=row.category, priority=row.priority.value, nature=row.nature
    )


_ASKED: Sequence[Mapping[str, Any]] = (
    *({"states": states} for states in ((TicketState.OPEN,), (TicketState.ON_HOLD,))),
    {"states": (TicketState.CLOSED,)},
    {"states": (TicketState.CLOSED, TicketState.IN_PROGRESS)},
    {"states": tuple(sorted(LIVING))},
    *({"category": category} for category in (*_CATEGORIES, "crane")),
    {"category": "lift", "states": (TicketState.IN_PROGRESS,)},
    {"category": "lift", "states": (TicketState.CLOSED,)},
    {"category": "plumbing", "states": (TicketState.CLOSED, TicketState.CANCELLED)},
    {"category": "lift", "priority": Priority.LOW},
    {"priority": Priority.LOW},
    {"nature": Nature.COMPLAINT},
    {"nature": Nature.COMPLAINT, "category": "lift"},
    {"nature": Nature.PRAISE},
    *({"imported": imported} for imported in (True, False)),
    {"imported": True, "states": (TicketState.IN_PROGRESS,)},
    {"imported": True, "nature": Nature.COMPLAINT},
    *({"words": (word,)} for word in (*_SAID, "unheard")),
    *(
        {"words": ("crane",), "states": (state,)}
        for state in (TicketState.OPEN, TicketState.CLOSED)
    ),
    {"words": ("zeppelin",), "states": (TicketState.OPEN, TicketState.CLOSED)},
    {"words": ("pump",), "category": "lift"},
    {"words": ("pump",), "states": (TicketState.OPEN,)},
)
_ASKED_OF_QUEUE: Sequence[Mapping[str, Any]] = (
    {},
    {"living": True},
    {"unassignable": True},
    {"unassignable": True, "category": "lift"},
)


def _times(now: datetime) -> Iterator[Mapping[str, Any]]:
    """Some time in which few were opened, in which many were, and in which all were or none."""
    ago = [now - timedelta(minutes=minutes) for minutes in (9_000, 5_000, 4_500, 4_400, 10)]
    yield from (
        {"opened_from": ago[0]},
        {"opened_to": ago[1]},
        {"opened_from": ago[2]},
        {"opened_from": ago[2], "opened_to": ago[3]},
        {"opened_from": ago[2], "opened_to": ago[3], "states": tuple(sorted(LIVING))},
        {"opened_from": ago[2], "opened_to": ago[3], "states": (TicketState.IN_PROGRESS,)},
        {"opened_from": ago[1], "opened_to": ago[2], "category": "lift"},
        {"opened_from": ago[1], "opened_to": ago[2], "imported": True},
        {"opened_from": ago[4]},
    )


def _fits(row: Row, asked: Filters, sites: frozenset[str] | None) -> bool:
    return all(
        (
            sites is None or row.site_id in sites,
            not asked.states or row.state in asked.states,
            asked.category in (None, row.category),
            asked.priority in (None, row.priority),
            asked.nature in (None, row.nature),
            all(word in row.said for word in asked.words),
            not asked.unassignable or row.unassignable_at is not None,
            not asked.living or row.state in LIVING,
            asked.imported in (None, row.external_id is not None),
            asked.opened_from is None or row.opened_at >= asked.opened_from,
            asked.opened_to is None or row.opened_at < asked.opened_to,
        )
    )


def _in_order(rows: Sequence[Row]) -> list[UUID]:
    """By what falls due next, and then the newest first of what waits for nothing."""
    waiting = sorted((row.due_at, row.id) for row in rows if row.due_at is not None)
    rest = sorted((row.id for row in rows if row.due_at is None), reverse=True)
    return [*(id for _, id in waiting), *rest]


def _questions(asked: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Filters, Scope]]:
    nowhere: frozenset[str] = frozenset()
    for sites in (frozenset({"crowded"}), frozenset({"crowded", "busy"}), _QUIET, None):
        scope = Scope(
            id="d",
            staff_sites=sites,
            resident_sites=nowhere,
            technician_sites=nowhere,
            integration_sites=nowhere,
            homes=frozenset(),
            recorded=frozenset(),
        )
        for each in asked:
            yield Filters(limit=_LIMIT, **each), scope


async def test_every_list_is_what_sorting_all_tickets_gives(tickets: Tickets) -> None:
    like = await tickets.open(description="anything")
    now = tickets.component.clock.now()
    rows, asked = _rows(now), (*_ASKED, *_times(now))
    async with tickets.component.tx() as tx:
        await _insert(tx, rows, UUID(like["id"]))

    lengths = set()
    async with tickets.component.tx() as tx:
        for filters, scope in _questions((*asked, *_ASKED_OF_QUEUE)):
            fitting = [row for row in rows if _fits(row, filters, scope.staff_sites)]

            found = await _pages_of_queue(tx, filters, scope)

            assert found == _in_order(fitting)[: _PAGES * _LIMIT], f"{filters} {scope.staff_sites}"
            lengths.add(len(found))
        for filters, scope in _questions(asked):
            fitting = [row for row in rows if _fits(row, filters, scope.staff_sites)]
            newest = sorted((row.id for row in fitting), reverse=True)
            seen = newest[: _LIMIT // 2]
            behind = replace(filters, before=seen[-1] if seen else None)

            pages = [await find_tickets(tx, each, scope) for each in (filters, behind)]

            expected = [newest[:_LIMIT], newest[len(seen) :][:_LIMIT]]
            assert [[ticket.id for ticket in page] for page in pages] == expected, f"{filters}"
    assert {0, _PAGES * _LIMIT} < lengths


async def _pages_of_queue(tx: Transaction, filters: Filters, scope: Scope) -> list[UUID]:
    """The ids on the first pages of the queue."""
    found: list[UUID] = []
    after: QueuePlace | None = None
    for _ in range(_PAGES):
        page = await find_queue(tx, filters, scope, after=after)
        if not page:
            break
        after = page[-1].place
        found += [each.ticket.id for each in page]
    return found
