"""A database that is locked, lost or restarted parks nothing and loses nothing."""

import asyncio
from functools import partial

import asyncpg
import pytest
from sqlalchemy import AsyncAdaptedQueuePool, text
from sqlalchemy.exc import NotSupportedError
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import asyncpg_url
from shared.db.failures import is_transient
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import Instance, a_ticket, count_tickets, unless_it_passes
from tests.support.engines import Nats, Postgres
from tests.support.eventually import eventually


async def test_a_locked_table_parks_nothing_and_is_caught_up_with(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    url = await database("sla")
    follower = await start(Instance("sla", url, nats.url, count_tickets))
    other = await asyncpg.connect(url)
    await other.execute("begin; lock table counted in access exclusive mode")

    ids = await owner.opens_many(100)
    waits = (
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and wait_event_type = 'Lock'"
    )

    async def waits_for_the_lock() -> bool:
        return bool(await other.fetchval(waits))

    async def has_given_up_waiting() -> bool:
        return not await other.fetchval(waits)

    await eventually(waits_for_the_lock)
    await eventually(has_given_up_waiting)  # after lock_timeout
    await other.close()

    await follower.has_counted(ids)


async def test_connections_killed_in_the_middle_of_the_work(
    database: MakeDatabase, postgres: Postgres, nats: Nats, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    admin = await asyncpg.connect(postgres.admin_url())
    ids = await owner.opens_many(1000)

    async def counted_beyond(number: int) -> int:
        found = len(await unless_it_passes(follower.counted()) or ())
        return found if found > number else 0

    counted = 0
    # killed again only when it has got further: else a busy machine never would
    while counted <= 500:
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name in ('fettle-sla', 'fettle-tickets')"
        )
        counted = await eventually(partial(counted_beyond, counted), timeout_s=40)
    await admin.close()

    await follower.has_counted(ids)


async def test_a_database_that_restarts(
    database: MakeDatabase, postgres: Postgres, nats: Nats, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    ids = await owner.opens_many(500)

    await asyncio.to_thread(postgres.restart)

    async def opens_again() -> bool:
        opened = await unless_it_passes(owner.opens(a_ticket()))
        ids.update(opened or ())
        return bool(opened)

    async def can_be_read_again() -> bool:
        return bool(await unless_it_passes(follower.counted()))

    await eventually(opens_again)
    await eventually(can_be_read_again)
    await follower.has_counted(ids)
    await owner.has_published()


async def test_a_migration_under_way_is_no_fault_of_a_fact(database: MakeDatabase) -> None:
    engine = create_async_engine(asyncpg_url(await database("sla")))
    async with engine.connect() as old, engine.connect() as migration:
        await old.execute(text("select * from counted"))
        await old.rollback()
        await migration.execute(text("alter table counted add column colour text"))
        await migration.commit()

        with pytest.raises(NotSupportedError) as failure:
            await old.execute(text("select * from counted"))

        assert is_transient(failure.value)
        await old.rollback()
        await old.execute(text("select * from counted"))
    await engine.dispose()


async def test_a_cancelled_action_gives_its_connection_back(database: MakeDatabase) -> None:
    instance = Instance("tickets", await database("tickets"), "nats://127.0.0.1:1")
    pool = instance.database.engine.pool

    async def opens_one() -> None:
        await instance.opens(a_ticket())

    for turns in range(60):
        action = asyncio.create_task(opens_one())
        for _ in range(turns):  # each time a little further on its way
            await asyncio.sleep(0)
        action.cancel()
        await asyncio.wait([action])

    async def all_are_back() -> bool:
        return isinstance(pool, AsyncAdaptedQueuePool) and pool.checkedout() == 0

    await eventually(all_are_back)
    await opens_one()
    await instance.database.close()
