"""Tickets are forgotten in small steps: a bad one alone, by several instances once, by an index."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db.tables import keep_ended_tickets_apart
from shared.ids import new_id
from shared.messaging.steps import limited
from shared.retention import LOCK_DUE
from tests.kernel.conftest import MakeDatabase
from tests.kernel.forgetting import NOON, Follower, ended
from tests.kernel.toy import a_ticket

ROWS = 100_000


async def test_what_was_shrunk_is_deleted_though_snapshots_are_kept_for_ever_by_now(
    database: MakeDatabase,
) -> None:
    before = Follower(await database("sla"))
    await before.hears(ended(new_id()))
    before.clock.move(days=30)
    await before.forgetting.run_due()
    await before.database.close()

    now = Follower(before.url, snapshots=0)
    now.clock.move(days=90)
    taken = await now.forgetting.run_due()
    await now.database.close()

    assert taken == 1


async def test_a_ticket_that_cannot_be_deleted_is_quarantined_alone(follower: Follower) -> None:
    ids = [new_id() for _ in range(5)]
    await follower.hears(*(ended(id) for id in ids))
    follower.cursed.add(ids[2])
    follower.clock.move(days=30)
    await follower.forgetting.run_due()

    follower.clock.move(days=60)
    await follower.forgetting.run_due()

    assert follower.forgetting.quarantined == 1
    assert (await follower.versions()).keys() == {str(ids[2])}


async def test_tickets_that_others_have_in_hand_are_left_for_later(follower: Follower) -> None:
    mine, theirs = new_id(), new_id()
    await follower.hears(ended(mine), ended(theirs))
    follower.clock.move(days=30)

    async with follower.database.transaction() as tx:
        await tx.lock("ticket", [theirs])
        first = await follower.forgetting.run_due()
    second = await follower.forgetting.run_due()

    assert (first, second) == (1, 1)


async def test_two_instances_forget_every_ticket_once(follower: Follower) -> None:
    ids = [new_id() for _ in range(450)]
    await follower.hears(*(ended(id) for id in ids[:250]))
    await follower.hears(*(ended(id) for id in ids[250:]))
    other = Follower(follower.url)
    for each in (follower, other):
        each.clock.set(NOON + timedelta(days=91))

    while sum(await asyncio.gather(follower.forgetting.run_due(), other.forgetting.run_due())):
        pass
    await other.database.close()

    assert sorted(follower.deleted + other.deleted) == sorted(ids)
    assert await follower.versions() == {}


async def test_tickets_that_ended_before_the_migration_are_found_from_a_day_later_on(
    follower: Follower,
) -> None:
    old, living = [new_id() for _ in range(1100)], new_id()
    for first in range(0, len(old), 200):
        await follower.hears(*(ended(id) for id in old[first : first + 200]))
    await follower.hears(a_ticket(living))
    await _as_before(follower)

    follower.clock.set(datetime.now(UTC) + timedelta(hours=23))
    early = await follower.checking.run_due()
    follower.clock.move(hours=2)
    steps = await follower.checking.run_due()

    assert (early, steps) == (0, 3)
    assert await follower.rows("select * from ended_unchecked") == []
    assert await follower.rows(
        "select count(*) as n, min(since) as first, max(since) as last from ended_tickets"
    ) == [{"n": 1100, "first": NOON, "last": NOON}]


async def test_what_is_due_is_found_among_100_000_by_an_index(follower: Follower) -> None:
    async with AsyncEngine(follower.database.engine).begin() as connection:
        await connection.execute(
            text("""insert into ended_tickets select gen_random_uuid(),
              cast(:now as timestamptz) - i * interval '1 minute', i % 2
                    from generate_series(1, cast(:n as int)) i"""),
            {"n": ROWS, "now": NOON},
        )
        given = {
            "steps": [0, 1],
            "befores": [NOON - timedelta(days=30), NOON - timedelta(days=60)],
            "excluding": [],
        }

        assert await _blocks(connection, given) < 600


async def _as_before(follower: Follower) -> None:
    """The tables as the release before has them, and then the migration."""

    def migrate(connection: Connection) -> None:
        class Op:
            def get_bind(self) -> Connection:
                return connection

            def execute(self, sqltext: Any) -> None:
                connection.execute(sqltext)

        connection.execute(text("drop table ended_tickets, ended_unchecked"))
        connection.execute(text("alter table snapshots alter column body set not null"))
        keep_ended_tickets_apart(
            Op(), there_are_tickets="select from snapshots where entity = 'tickets.ticket'"
        )

    async with AsyncEngine(follower.database.engine).begin() as connection:
        await connection.run_sync(migrate)


async def _blocks(connection: AsyncConnection, given: dict[str, Any]) -> int:
    """How many blocks the look at what is due touches."""
    await connection.execute(text("analyze ended_tickets"))
    plan = (
        await connection.execute(
            text(f"explain (analyze, buffers, format json) {limited(LOCK_DUE, 100)}"), given
        )
    ).scalar_one()
    top = plan[0]["Plan"]
    return int(top["Shared Hit Blocks"]) + int(top["Shared Read Blocks"])
