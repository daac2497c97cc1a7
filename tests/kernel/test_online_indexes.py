"""Migrations build indexes while others write, go on after an attempt that failed, and do not wait
for each other in a circle.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import asyncpg_url
from shared.db.migrations import upgrade
from shared.db.online_indexes import build_index, replace_index
from shared.db.revision import newest_revision
from tests.support.engines import Databases
from tests.support.eventually import eventually

_DEFINITIONS = """
    select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
      where indrelid = 'things'::regclass and indisvalid"""
_WAITS = (
    "select exists (select from pg_stat_activity where wait_event_type = 'Lock' "
    "and query like 'CREATE INDEX CONCURRENTLY%')"
)


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    """A database with a table `things` of three rows."""
    url = await databases.empty("tickets")
    connection = await asyncpg.connect(url)
    await connection.execute(
        "create table things (id int, name text); insert into things "
        "values (1, 'a'), (2, 'b'), (2, 'c')"
    )
    await connection.close()
    yield url
    await databases.discard(url)


async def migrate(url: str, *steps: Callable[[], None]) -> None:
    """Run what a migration would, in a transaction that it may leave."""

    def run(connection: Connection) -> None:
        migration = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
        with Operations.context(migration), migration.begin_transaction(_per_migration=True):
            for step in steps:
                step()

    engine = create_async_engine(asyncpg_url(url))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


async def indexes(url: str) -> dict[str, str]:
    """Return the definitions of those that are good, from the table's name on."""
    connection = await asyncpg.connect(url)
    try:
        return {
            row[0]: row[1].partition(" USING ")[2] for row in await connection.fetch(_DEFINITIONS)
        }
    finally:
        await connection.close()


async def test_others_write_while_an_index_is_built(url: str) -> None:
    writer, other = await asyncpg.connect(url), await asyncpg.connect(url)
    under_way = writer.transaction()
    await under_way.start()
    await writer.execute("insert into things values (3, 'not committed yet')")

    building = asyncio.create_task(
        migrate(url, lambda: build_index("things_by_name", "things", ["name"]))
    )

    async def building_waits() -> bool:
        return bool(await other.fetchval(_WAITS))

    await eventually(building_waits)
    await other.execute("set lock_timeout = '5s'")
    await other.execute("insert into things values (4, 'meanwhile')")
    await under_way.commit()
    await building
    await writer.close()
    await other.close()
    assert await indexes(url) == {"things_by_name": "btree (name)"}


async def test_what_an_attempt_left_unfinished_is_built_anew(url: str) -> None:
    with pytest.raises(DBAPIError):
        await migrate(url, lambda: build_index("things_once", "things", ["id"], unique=True))
    assert await indexes(url) == {}
    connection = await asyncpg.connect(url)
    left = await connection.fetchval(
        "select count(*) from pg_index where indrelid = 'things'::regclass"
    )
    await connection.execute("delete from things where name = 'c'")
    await connection.close()
    assert left == 1

    await migrate(url, lambda: build_index("things_once", "things", ["id"], unique=True))

    assert await indexes(url) == {"things_once": "btree (id)"}


async def test_what_is_built_already_is_left_as_it_is(url: str) -> None:
    async def file() -> int:
        connection = await asyncpg.connect(url)
        try:
            return int(
                await connection.fetchval(
                    "select relfilenode from pg_class where relname = 'things_by_name'"
                )
            )
        finally:
            await connection.close()

    await migrate(
        url,
        lambda: build_index("things_by_name", "things", ["name"], postgresql_where=text("id > 1")),
    )
    before = await file()

    await migrate(
        url,
        lambda: build_index("things_by_name", "things", ["name"], postgresql_where=text("id > 1")),
    )

    assert await file() == before


@pytest.mark.parametrize(
    "left_behind",
    [
        "create index things_by_name on things (name)",
        (
            "create index things_by_name on things (name); create index things_by_name_new "
            "on things (name, id)"
        ),
        "create index things_by_name_new on things (name, id)",
        "create index things_by_name on things (name, id)",
    ],
)
async def test_an_index_is_replaced_wherever_an_attempt_before_ended(
    left_behind: str, url: str
) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(left_behind)
    await connection.close()

    await migrate(url, lambda: replace_index("things_by_name", "things", ["name", "id"]))

    assert await indexes(url) == {"things_by_name": "btree (name, id)"}


async def test_two_who_migrate_the_same_database_at_once_both_end(databases: Databases) -> None:
    url = await databases.empty("tickets")

    revisions = await asyncio.gather(*(upgrade(url, "tickets") for _ in range(3)))

    assert revisions == [newest_revision("tickets")] * 3
