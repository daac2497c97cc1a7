"""The relay does not care how much it has published: what it asks reads a bounded number of rows,
however many the tables hold.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import SystemClock
from shared.contracts import TicketV1
from shared.db.session import session, transacting
from shared.db.tables import keep_unmarked_apart
from shared.db.transaction import Database
from shared.facts import Fact
from shared.messaging import healing, outbox
from shared.messaging.broker import Broker
from shared.messaging.steps import limited
from shared.messaging.streams import stream_state
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import METADATA, Instance, a_ticket, count_tickets, make_schema
from tests.support.engines import Databases, Nats
from tests.support.eventually import eventually

ROWS = 100_000
STEP = 500
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_FILL = text("""
    with ids as materialized (
        select i, (lpad(to_hex((extract(epoch from cast(:since as timestamptz)) * 1000)::bigint +
          i), 12, '0')
                   || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4,
                     15))::uuid as id
        from generate_series(1, :rows) i),
    written as (
        insert into outbox (id, type, subject_id, site_id, version, actor, body, created_at,
          generation)
        select id, 'tickets.ticket.opened.v1', i::text, 'demo', 1, 'test', repeat('x', 200),
          :since, 0 from ids)
    insert into outbox_marks select id, :created, i from ids""")


async def _make_full(url: str) -> None:
    """Make the toy's tables with 100,000 rows in its outbox, all of them published, and never
    analysed.
    """
    await make_schema(url)
    db = Database(url, metadata=METADATA, clock=SystemClock(), name="outbox")
    async with AsyncEngine(db.engine).begin() as connection:
        await connection.execute(
            _FILL,
            {"rows": ROWS, "since": datetime.now(UTC) - timedelta(days=40), "created": CREATED},
        )
    await db.close()


@pytest.fixture
async def tickets(databases: Databases) -> AsyncIterator[Database]:
    """A database with a full outbox: filled once, and copied for each test."""
    url = await databases.unused("outbox", _make_full)
    db = Database(url, metadata=METADATA, clock=SystemClock(), name="tickets")
    yield db
    await db.close()
    await databases.discard(url)


QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "a look": (outbox.UNMARKED, {"before": outbox.LARGEST_ID}),
    "a count": (outbox.COUNT_UNMARKED, {"after": outbox.SMALLEST_ID}),
    "a step of the check": (outbox.CHECK_UNCHECKED, {}),
    "a step of the sweep": (outbox.SWEEP, {"before": outbox.LARGEST_ID}),
    "marks of another stream": (healing.FOREIGN, {"created": CREATED + timedelta(days=1)}),
    "marks beyond the end": (healing.BEYOND, {"created": CREATED, "last": 0}),
    "marks before the first": (
        healing.BEFORE,
        {"created": CREATED, "below": ROWS + 1, "young": outbox.LARGEST_ID},
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("waiting", [0, 20_000])
async def test_no_question_reads_more_than_its_step(
    question: str, waiting: int, tickets: Database
) -> None:
    sql, given = QUESTIONS[question]
    async with AsyncEngine(tickets.engine).begin() as connection:
        await connection.execute(
            text("delete from outbox_marks where stream_seq > :seq"), {"seq": ROWS - waiting}
        )
        await connection.execute(
            text("insert into outbox_unchecked values (:below)"), {"below": outbox.LARGEST_ID}
        )

        read = await _buffers(connection, limited(sql, STEP), given)

    # A row is a handful of pages: its index, its table, and with a delete those of its mark and its
    # row. All of the outbox is some 4,000, and looking every row up 400,000.
    assert read <= 20 * STEP + (waiting // 100)


async def test_what_is_unmarked_is_what_the_outbox_holds_without_a_mark(
    database: MakeDatabase,
) -> None:
    db = Database(await database("tickets"), metadata=METADATA, clock=SystemClock(), name="tickets")
    for _ in range(6):
        async with db.transaction() as tx:
            tx.publish(Fact(TicketV1, "opened", a_ticket()))
    async with session(db.engine) as direct:
        ids = sorted(row.id for row in (await outbox.unmarked(direct, limit=10)).rows)
    assert len(ids) == 6

    async with session(db.engine) as direct:
        await outbox.mark(direct, CREATED, [(id, seq) for seq, id in enumerate(ids[:4], 1)])
        # marked before; a place that is taken
        await outbox.mark(direct, CREATED, [(ids[0], 9), (ids[4], 1)])
        await outbox.mark_dead(direct, ids[5], "too large")
    async with AsyncEngine(db.engine).begin() as connection:
        # lost by the broker
        await connection.execute(text("delete from outbox_marks where stream_seq = 2"))
        # and its mark a moment later
        await connection.execute(text("delete from outbox where id = :id"), {"id": ids[2]})
        await connection.execute(text("delete from outbox_marks where stream_seq = 3"))

    assert await _unmarked(db) == {ids[1], ids[4]}
    await db.close()


async def test_a_look_passes_over_what_is_gone_or_dead_and_forgets_it(
    database: MakeDatabase,
) -> None:
    db = Database(await database("tickets"), metadata=METADATA, clock=SystemClock(), name="tickets")
    async with db.transaction() as tx:
        for _ in range(5):
            tx.publish(Fact(TicketV1, "opened", a_ticket()))
    *_, dead_letters, gone = sorted(await _unmarked(db))
    async with transacting(db.engine) as direct:
        await direct.execute(text("delete from outbox where id = :id"), {"id": gone})
        await direct.execute(
            text("update outbox set dead = 'by the release before' where id = :id"),
            {"id": dead_letters},
        )

        first = await outbox.unmarked(direct, limit=3)
        assert first.next is not None
        second = await outbox.unmarked(direct, before=first.next, limit=3)

    assert (len(first.rows), len(second.rows), second.next) == (1, 2, None)
    assert await _unmarked(db) == {row.id for row in (*first.rows, *second.rows)}
    await db.close()


async def test_rows_from_before_the_migration_are_found_and_published(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    url = await database("tickets")
    before = await start(Instance("tickets", url, nats.url))
    published = await before.opens_many(100)
    await before.has_published()
    await before.stop()
    dead = Instance("tickets", url, nats.url)
    await _undo_migration(dead.database)
    waiting = await dead.opens_many(50)

    await _migrate(dead.database)
    await dead.database.close()
    owner = await start(Instance("tickets", url, nats.url))
    after = await owner.opens_many(50)

    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    await follower.has_counted(published | waiting | after)
    await owner.has_published()
    assert (await stream_state(broker, "tickets")).messages == 200, (
        "what had its mark was not published again"
    )

    async def all_is_checked() -> bool:
        return await owner.number("select count(*) from outbox_unchecked") == 0

    await eventually(all_is_checked)


async def test_facts_are_published_while_healing_cannot_get_on(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    url = await database("tickets")
    owner = await start(Instance("tickets", url, nats.url))
    await owner.opens_many(50)
    await owner.has_published()
    # marks of a stream that is no more
    async with AsyncEngine(owner.database.engine).begin() as connection:
        await connection.execute(
            text("update outbox_marks set stream_created = :created"), {"created": CREATED}
        )
    async with AsyncEngine(owner.database.engine).begin() as blocks:
        await blocks.execute(text("select from outbox_marks for update"))
        owner.relay.heal()
        taken = owner.relay.published

        await owner.opens_many(50)

        async def the_new_ones_are_out() -> bool:
            return owner.relay.published >= taken + 50

        await eventually(the_new_ones_are_out)
        assert await owner.number("select count(*) from outbox where generation > 0") == 0, (
            "healing has got on"
        )

    async def the_lost_ones_too() -> bool:
        return owner.relay.published >= taken + 100

    await eventually(the_lost_ones_too)
    await owner.has_published()


async def test_where_something_waits_and_nothing_is_published_the_relay_says_for_how_long_and_why(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    await owner.opens_many(50)
    await owner.has_published()
    assert owner.relay.waiting.stalled_s == 0
    info = await broker.ask("STREAM.INFO.TICKETS")
    await broker.ask("STREAM.UPDATE.TICKETS", {**info["config"], "sealed": True})

    await owner.opens_many(50)

    async def it_says_why() -> bool:
        return owner.relay.waiting.stalled_s > 0 and "sealed" in owner.relay.waiting.hindrance

    await eventually(it_says_why)


async def _buffers(
    connection: AsyncConnection, statement: TextClause, given: dict[str, Any]
) -> int:
    explained = await connection.execute(
        text("explain (analyze, buffers, format json) " + statement.text), given
    )
    found = explained.scalar_one()
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def _unmarked(db: Database) -> set[UUID]:
    async with db.transaction() as tx:
        return {
            UUID(str(row["outbox_id"]))
            for row in await tx.rows(text("select outbox_id from outbox_unmarked"))
        }


class _Op:
    """As much of `alembic.op` as a migration of the kernel needs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get_bind(self) -> Connection:
        return self._connection

    def execute(self, sqltext: TextClause) -> None:
        self._connection.execute(sqltext)


async def _undo_migration(db: Database) -> None:
    async with AsyncEngine(db.engine).begin() as connection:
        for name in ("is_inserted", "is_marked", "is_lost"):
            await connection.execute(text(f"drop function outbox_unmarked_{name} cascade"))
        await connection.execute(text("drop table outbox_unmarked, outbox_unchecked"))


async def _migrate(db: Database) -> None:
    async with AsyncEngine(db.engine).begin() as connection:
        await connection.run_sync(lambda sync: keep_unmarked_apart(_Op(sync)))
