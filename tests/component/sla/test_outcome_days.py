"""Sums of days are what their promises add up to, whichever release writes these."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from itertools import pairwise
from uuid import UUID

import asyncpg
import pytest

from tests.kernel.test_online_indexes import migrate
from tests.support.engines import Databases
from tests.support.eventually import eventually

_ADD = """
    insert into outcomes
    select cast(lpad(to_hex(n), 32, '0') as uuid), kind, 'site-' || n % 2, '2026-11-23', 'lift',
      'normal', 'running', '', false, now(), null, 0, 0, 0
    from generate_series(cast($1 as int), cast($2 as int)) n,
      unnest(array['response', 'arrival']) kind"""
_OF_PROMISES = """
    select site_id, day, category, kind, outcome, cause, imported, count(*), count(stopped_at),
      sum(ran_ms), sum(paused_ms), sum(late_ms)
    from outcomes group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7"""
_OF_DAYS = "select * from outcome_days where n <> 0 order by 1, 2, 3, 4, 5, 6, 7"

_IS_WAITING = """
    select exists (select from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database()))"""


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    url = await databases.fresh("sla")
    yield url
    await databases.give_back("sla", url)


@pytest.fixture
async def sla(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


async def both(connection: asyncpg.Connection) -> tuple[list[asyncpg.Record], ...]:
    """The sums of the promises, and the sums of days."""
    return await connection.fetch(_OF_PROMISES), await connection.fetch(_OF_DAYS)


async def test_what_is_counted_moved_and_forgotten_is_so_in_the_sums_of_days(
    sla: asyncpg.Connection,
) -> None:
    found = []
    await sla.execute(_ADD, 1, 9)
    for change in (
        "update outcomes set outcome = 'kept', stopped_at = now(), ran_ms = 60000, paused_ms = 9 "
        "where kind = 'response'",
        "update outcomes set outcome = 'broken', cause = 'not_taken', stopped_at = now(), "
        "ran_ms = 70000, late_ms = 7 where kind = 'arrival' and site_id = 'site-0'",
        "update outcomes set category = 'water', day = '2026-11-22' where site_id = 'site-1'",
        "update outcomes set late_ms = 8 where cause <> ''",
        "delete from outcomes where kind = 'response'",
    ):
        await sla.execute(change)
        of_promises, of_days = await both(sla)
        assert of_days == of_promises, change
        found.append(of_days)
    await sla.execute("delete from outcomes")

    assert all(before != after for before, after in pairwise(found))
    assert await sla.fetchval("select count(*) from outcome_days where day = '2026-11-22'") == 0


async def test_two_that_count_at_the_same_moment_wait_for_each_other(
    url: str, sla: asyncpg.Connection
) -> None:
    other = await asyncpg.connect(url)
    try:
        counting = sla.transaction()
        await counting.start()
        await sla.execute(_ADD, 1, 4)
        waiting = asyncio.ensure_future(other.execute(_ADD, 5, 8))
        await eventually(lambda: sla.fetchval(_IS_WAITING))
        await counting.commit()
        await waiting
    finally:
        await other.close()

    of_promises, of_days = await both(sla)
    assert of_days == of_promises
    assert [row[7] for row in of_days] == [4] * 4


async def test_what_was_counted_before_there_were_days_is_in_them(
    url: str, sla: asyncpg.Connection
) -> None:
    days = importlib.import_module("services.sla.migrations.versions.0012_outcome_days")
    await sla.execute("drop table outcome_days")
    for event in ("insert", "update", "delete"):
        await sla.execute(f"drop trigger outcome_days_after_{event} on outcomes")
    await sla.execute(_ADD, 1, 9)
    await sla.execute("""
        insert into outcome_sums
        select site_id, '2026-11-01', 'lift', 'normal', 'response', 'running', '', false, 9, 0, 0,
          0, 0
        from unnest(array['site-0', 'site-1']) as site_id""")

    for _ in range(2):  # harmless to repeat
        await migrate(url, days.upgrade)
    await sla.execute("delete from outcomes where ticket_id = $1", UUID(int=1))

    of_promises, of_days = await both(sla)
    assert of_days == of_promises
    assert sum(row[7] for row in of_days) == 16
