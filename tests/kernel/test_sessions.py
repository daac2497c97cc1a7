"""A connection of the pool, spoken to directly: given back whatever happens, thrown away when it is
of no use.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, MultipleResultsFound

from shared.clock import SystemClock
from shared.db.failures import Outdated, is_transient, sqlstate
from shared.db.session import NothingCommitted, Session
from shared.db.transaction import Database, Kind
from shared.ids import new_id
from tests.kernel.toy import METADATA, Counted, make_schema
from tests.support.engines import Databases

_END_MYSELF = text("select pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    """With a single connection: one that is not given back is missed at once."""
    url = await databases.fresh("sessions", make_schema)
    database = Database(url, metadata=METADATA, clock=SystemClock(), name="sessions", pool_size=1)
    yield database
    await database.close()
    await databases.give_back("sessions", url, make_schema)


async def test_a_name_that_is_used_twice_is_one_parameter(database: Database) -> None:
    async with database.transaction() as tx:
        row = await tx.row(
            text("select cast(:a as text) || cast(:b as text) || :a as joined"), a="x", b="y"
        )

    assert row == {"joined": "xyx"}


async def test_one_row_was_asked_for_and_two_came(database: Database) -> None:
    with pytest.raises(MultipleResultsFound):
        async with database.transaction() as tx:
            await tx.row(text("select generate_series(1, 2) as n"))


async def test_who_is_thrown_out_of_a_deadlock_is_told_to_run_again(
    databases: Databases,
) -> None:
    url = await databases.empty("sessions")
    database = Database(url, metadata=METADATA, clock=SystemClock(), name="sessions", pool_size=2)
    held = {"a": asyncio.Event(), "b": asyncio.Event()}

    async def lock_both(first: str, second: str) -> None:
        async with database.transaction() as tx:
            await tx.lock("this", [first])
            held[first].set()
            await held[second].wait()
            await tx.lock("this", [second])

    ends = await asyncio.gather(lock_both("a", "b"), lock_both("b", "a"), return_exceptions=True)
    await database.close()

    assert [type(end) for end in ends if end is not None] == [Outdated]


async def test_rows_touched_are_counted(database: Database) -> None:
    async with database.transaction() as tx:
        for _ in range(3):
            tx.insert(Counted, {"ticket_id": new_id(), "version": 1, "title": "a"})

    async with database.transaction() as tx:
        touched = await tx.execute(
            text("update counted set title = :title where version = :version"), title="b", version=1
        )

    assert touched == 3


async def test_a_violated_constraint_is_told_with_its_state_and_the_connection_is_given_back(
    database: Database,
) -> None:
    row = {"ticket_id": new_id(), "version": 1, "title": ""}
    async with database.transaction() as tx:
        tx.insert(Counted, row)

    with pytest.raises(IntegrityError) as refused:
        async with database.transaction() as tx:
            tx.insert(Counted, row)

    assert sqlstate(refused.value) == "23505"
    assert "counted_pkey" in str(refused.value)
    await database.ping()


async def test_a_swallowed_failure_does_not_pass_for_a_commit(database: Database) -> None:
    async def swallow() -> None:
        async with database.transaction() as tx:
            with contextlib.suppress(asyncpg.DivisionByZeroError):
                await tx.rows(text("select 1 / 0"))

    with pytest.raises(NothingCommitted):
        await swallow()

    await database.ping()


async def test_a_connection_that_was_ended_is_transient_and_replaced(database: Database) -> None:
    with pytest.raises(Exception, match="terminating connection") as ended:
        async with database.transaction() as tx:
            await tx.rows(_END_MYSELF)

    assert is_transient(ended.value)
    await database.ping()


async def test_a_cancelled_transaction_is_rolled_back_and_gives_its_connection_back(
    database: Database,
) -> None:
    at_work = asyncio.Event()

    async def work() -> None:
        async with database.transaction() as tx:
            tx.insert(Counted, {"ticket_id": new_id(), "version": 1, "title": ""})
            await tx.flush()
            at_work.set()
            await tx.rows(text("select pg_sleep(60)"))

    task = asyncio.create_task(work())
    await at_work.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with database.transaction() as tx:
        assert await tx.rows(text("select * from counted")) == []


async def test_plans_that_a_migration_made_stale_are_made_anew(database: Database) -> None:
    look = text("select * from counted")
    async with database.transaction() as tx:
        await tx.rows(look)
        await tx.execute(text("alter table counted add column note text"))

    with pytest.raises(Exception, match="cached statement plan is invalid") as stale:
        async with database.transaction() as tx:
            await tx.rows(look)

    assert is_transient(stale.value)
    async with database.transaction() as tx:
        assert await tx.rows(look) == []


async def test_a_connection_in_use_when_the_database_is_closed_is_closed_when_it_is_given_back(
    database: Database,
) -> None:
    begun = await Session.open(database.engine)
    await begun.begin()
    driver = begun._driver

    await database.close()
    still_open = not driver.is_closed()
    await begun.close()

    assert still_open
    assert driver.is_closed()


async def test_a_connection_taken_after_the_close_is_not_kept_either(database: Database) -> None:
    await database.close()

    late = await Session.open(database.engine)
    driver = late._driver
    await late.close()

    assert driver.is_closed()


_ASKED = text("select cast(:n as int) as asked")
_PLANNED = text("""
    select sum(generic_plans) as kept, sum(custom_plans) as anew from pg_prepared_statements
    where statement like 'select cast($1 as int)%'""")


async def test_what_is_searched_is_planned_for_what_is_asked_each_time(database: Database) -> None:
    async with database.transaction(kind=Kind.READING) as tx:
        for n in range(8):
            await tx.search(_ASKED, n=n)
        planned = await tx.row(_PLANNED)

    assert planned == {"kept": 0, "anew": 8}


async def test_who_has_the_connection_after_a_search_keeps_plans(database: Database) -> None:
    for kind in (Kind.READING, Kind.LOCKING):
        async with database.transaction(kind=kind) as tx:
            await tx.search(_ASKED, n=1)
        async with database.transaction(kind=kind) as tx:
            for n in range(8):
                await tx.rows(_ASKED, n=n)
            planned = await tx.row(_PLANNED)
            mode = await tx.row(text("show plan_cache_mode"))

        assert planned is not None
        assert planned["kept"] > 0
        assert mode == {"plan_cache_mode": "auto"}


async def test_a_search_that_was_rolled_back_leaves_no_trace(database: Database) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with database.transaction() as tx:
            await tx.search(_ASKED, n=1)
            raise ZeroDivisionError
    async with database.transaction() as tx:
        mode = await tx.row(text("show plan_cache_mode"))

    assert mode == {"plan_cache_mode": "auto"}
