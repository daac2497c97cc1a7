"""Duplicate, late, missing and out-of-order facts: every order of a short history
ends in the same rows.
"""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise, permutations
from typing import ClassVar

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from shared.clock import SystemClock
from shared.contracts import Snapshot, TicketV1
from shared.db.transaction import Database
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.handlers import on, stores
from shared.messaging.snapshots import find_snapshot
from tests.kernel.conftest import MakeDatabase
from tests.kernel.toy import METADATA, a_ticket, count, count_tickets
from tests.support.component import received

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
# Version 3 never comes, version 2 comes twice.
HISTORY = (1, 2, 2, 4)


@pytest.fixture
async def follower(database: MakeDatabase) -> AsyncIterator[tuple[Consumer, Database]]:
    db = Database(await database("sla"), metadata=METADATA, clock=SystemClock(), name="sla")
    yield Consumer("sla", "tickets", [count_tickets], db), db
    await db.close()


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (4,), (2, 2), (1, 3)], ids=str)
async def test_every_order_of_a_history_ends_in_the_same_rows(
    follower: tuple[Consumer, Database], sizes: Sequence[int]
) -> None:
    consumer, db = follower
    orders = sorted(set(permutations(HISTORY)))
    tickets = {new_id(): order for order in orders}

    for id, order in tickets.items():
        facts = [
            received(a_ticket(id, version=version, title=f"as of {version}")) for version in order
        ]
        cuts = [sum(sizes[:n]) for n in range(len(sizes) + 1)]
        for first, last in pairwise(cuts):
            await consumer.apply(facts[first:last], created=CREATED)

    async with db.transaction() as tx:
        ends = await tx.rows(
            text("select version, title, count(*) as tickets from counted group by 1, 2")
        )
        held = await tx.rows(text("select version, count(*) as tickets from snapshots group by 1"))
    assert [dict(end) for end in ends] == [
        {"version": 4, "title": "as of 4", "tickets": len(orders)}
    ]
    assert [dict(row) for row in held] == [{"version": 4, "tickets": len(orders)}]
    assert consumer.dead_letters == 0


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (4,), (2, 2)], ids=str)
async def test_what_is_only_kept_ends_as_the_newest_in_every_order(
    database: MakeDatabase, sizes: Sequence[int]
) -> None:
    db = Database(await database("sla"), metadata=METADATA, clock=SystemClock(), name="sla")
    consumer = Consumer("sla", "tickets", [stores(TicketV1)], db)

    for order in sorted(set(permutations(HISTORY))):
        id = new_id()
        facts = [
            received(a_ticket(id, version=version, title=f"as of {version}")) for version in order
        ]
        cuts = [sum(sizes[:n]) for n in range(len(sizes) + 1)]
        for first, last in pairwise(cuts):
            await consumer.apply(facts[first:last], created=CREATED)

    async with db.transaction() as tx:
        held = await tx.rows(
            text("select distinct version, body ->> 'title' as title from snapshots")
        )
        handled = await tx.rows(text("select handled from consumer_positions"))
    assert [dict(row) for row in held] == [{"version": 4, "title": "as of 4"}]
    assert [row["handled"] for row in handled] == [len(set(permutations(HISTORY))) * len(HISTORY)]
    assert consumer.dead_letters == 0
    await db.close()


async def test_a_batch_is_folded_to_the_newest_of_each_ticket(
    follower: tuple[Consumer, Database],
) -> None:
    consumer, db = follower
    one, other = new_id(), new_id()
    facts = [
        received(a_ticket(id, version=version)) for version in (3, 1, 5, 2) for id in (one, other)
    ]

    await consumer.apply(facts, created=CREATED)

    async with db.transaction() as tx:
        acted_on = await tx.rows(text("select ticket_id, version from applied order by ticket_id"))
    assert [(row["ticket_id"], row["version"]) for row in acted_on] == [(one, 5), (other, 5)]


async def test_what_is_late_is_neither_kept_nor_acted_on(
    follower: tuple[Consumer, Database],
) -> None:
    consumer, db = follower
    ticket = a_ticket(version=7, title="new")
    await consumer.apply([received(ticket)], created=CREATED)

    await consumer.apply([received(a_ticket(ticket.id, version=6, title="old"))], created=CREATED)
    await consumer.apply(
        [received(a_ticket(ticket.id, version=7, title="the same version again"))], created=CREATED
    )

    async with db.transaction() as tx:
        rows = await tx.rows(
            text(
                "select a.version, c.title, s.body ->> 'title' as held "
                "from applied a, counted c, snapshots s"
            )
        )
    assert [dict(row) for row in rows] == [{"version": 7, "title": "new", "held": "new"}]


async def test_what_this_release_does_not_know_of_a_snapshot_is_kept(
    follower: tuple[Consumer, Database],
) -> None:
    consumer, db = follower
    ticket = a_ticket()
    fact = received(ticket)
    newer = fact.body.replace(b'"ticket":{', b'"ticket":{"colour":"green",')

    await consumer.apply([fact._replace(body=newer)], created=CREATED)

    async with db.transaction() as tx:
        rows = await tx.rows(text("select body ->> 'colour' as colour from snapshots"))
    assert rows[0]["colour"] == "green"
    assert TicketV1.model_validate_json(await _body(db))


async def _body(db: Database) -> str:
    async with db.transaction() as tx:
        return str((await tx.rows(text("select body::text as body from snapshots")))[0]["body"])


class Titles(Snapshot):
    """Of a ticket its title."""

    OWNER: ClassVar[str] = "tickets"
    ENTITY: ClassVar[str] = "ticket"
    title: str = ""


async def test_of_what_has_an_excerpt_that_alone_is_stored_and_the_whole_is_handled(
    database: MakeDatabase,
) -> None:
    db = Database(await database("sla"), metadata=METADATA, clock=SystemClock(), name="sla")
    consumer = Consumer("sla", "tickets", [on(TicketV1, excerpts=[Titles])(count)], db)
    ticket = a_ticket(version=2, title="new")

    await consumer.apply(
        [received(ticket), received(a_ticket(ticket.id, title="old"))], created=CREATED
    )

    async with db.transaction() as tx:
        [row] = await tx.rows(text("select body::text as body from snapshots"))
        [counted] = await tx.rows(text("select version, title from counted"))
        held = await find_snapshot(tx, Titles, ticket.id)
        with pytest.raises(ValidationError):
            await find_snapshot(tx, TicketV1, ticket.id)
    await db.close()
    assert json.loads(row["body"]).keys() == {"id", "version", "site_id", "title"}
    assert held == Titles(id=str(ticket.id), version=2, site_id="demo", title="new")
    assert dict(counted) == {"version": 2, "title": "new"}
