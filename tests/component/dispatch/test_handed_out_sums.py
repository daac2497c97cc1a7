"""Sums of how jobs were handed out are what their rows add up to, whichever release writes them."""

import importlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.dispatch.domain.handed_out import COUNTED, period_of
from services.dispatch.store.handed_out import count_handed_out
from shared.ids import SiteId, id_at, id_of_then
from tests.component.dispatch.handed_out_plainly import PLAINLY
from tests.kernel.test_online_indexes import migrate
from tests.support.component import Component, MakeComponent
from tests.support.engines import Databases

SITES = [SiteId("north"), SiteId("south"), SiteId("west")]
NOW = datetime.now(UTC)

NEW_ORDER = """
    insert into work_orders (id, version, observed, site_id, cycle, state, need, rank, held,
      category, unassignable)
    values ($1, 1, 1, $2, 1, 'waiting', '{}', 2, false, 'lift', '[]')"""
NEW_JOB = """
    insert into jobs (id, work_order_id, site_id, cycle, number, state, steps, needed, held)
    select $2, id, site_id, 1, 1 + (select count(*) from jobs where work_order_id = $1), 'waiting',
      json_build_array(json_build_object('at', clock_timestamp() - interval '1 hour')), '{}', false
    from work_orders where id = $1"""
OFFER = """
    insert into offers (id, job_id, work_order_id, technician_id, state, offered_at, expires_at)
    select gen_random_uuid(), id, $1, cast(gen_random_uuid() as text), 'open', clock_timestamp(),
      clock_timestamp() from jobs
    where work_order_id = $1 and state in ('waiting', 'offered')"""
OFFERED = "update jobs set state = 'offered' where work_order_id = $1 and state = 'waiting'"
REFUSED = """
    update offers set state = $2, decided_at = clock_timestamp()
    where work_order_id = $1 and state = 'open'"""
WAITS_AGAIN = "update jobs set state = 'waiting' where work_order_id = $1 and state = 'offered'"
TAKEN = """
    update offers set state = 'accepted', decided_at = clock_timestamp(), assigned_by = $2
    where id in (select distinct on (job_id) offers.id from offers join jobs j on j.id = job_id
      where j.work_order_id = $1 and j.state = 'offered' and offers.state = 'open')"""
IN_HAND = """
    insert into assignments (id, job_id, technician_id, slot, capacity, doing, accepted_at)
    select gen_random_uuid(), j.id, cast(gen_random_uuid() as text), 1, 1, false, now() from jobs j
    where work_order_id = $1 and state = 'offered' and exists (
      select from offers where job_id = j.id and state = 'accepted'
        and decided_at >= coalesce((select max(ended_at) from assignments where job_id = j.id),
          '-infinity'))"""
ACCEPTED = """
    update jobs set state = 'accepted' where work_order_id = $1 and state = 'offered' and exists (
      select from assignments where job_id = jobs.id and ended_at is null)"""
ENDED = """
    update assignments set ended_at = clock_timestamp(), ended_as = $2
    where job_id in (select id from jobs where work_order_id = $1 and state = 'accepted')
      and ended_at is null"""
BECAME = "update jobs set state = $2 where work_order_id = $1 and state = 'accepted'"
UNASSIGNABLE = "update work_orders set unassignable_at = now() where id = $1"
ASSIGNABLE = "update work_orders set unassignable_at = null where id = $1"
MOVED = (
    "update work_orders set site_id = $2 where id = $1",
    "update jobs set site_id = $2 where work_order_id = $1",
)
FORGOTTEN = (
    "delete from assignments where job_id in (select id from jobs where work_order_id = $1)",
    "delete from offers where work_order_id = $1",
    "delete from jobs where work_order_id = $1",
    "delete from work_orders where id = $1",
)


class Writer:
    """An instance with tickets of its own, whose transactions last for some changes."""

    def __init__(self, connection: asyncpg.Connection, chance: random.Random) -> None:
        self._connection = connection
        self._chance = chance
        self._tickets: list[UUID] = []
        self._open: asyncpg.transaction.Transaction | None = None

    async def change(self) -> None:
        if self._open is None:
            self._open = self._connection.transaction()
            await self._open.start()
        if len(self._tickets) < 6 or self._chance.random() < 0.1:
            self._tickets.append(
                id_of_then(NOW - timedelta(minutes=self._chance.randrange(36 * 60)))
            )
            await self._do(NEW_ORDER, self._tickets[-1], self._chance.choice(SITES))
            await self._do(NEW_JOB, self._tickets[-1], uuid4())
        ticket = self._chance.choice(self._tickets)
        for change in self._chance.sample(_CHANGES, 3):
            if ticket in self._tickets:
                await change(self, ticket)

    async def commit(self) -> None:
        if self._open is not None:
            await self._open.commit()
            self._open = None

    async def _do(self, statement: str, *given: object) -> None:
        await self._connection.execute(statement, *given)

    async def offer(self, ticket: UUID) -> None:
        await self._do(OFFER, ticket)
        await self._do(OFFERED, ticket)

    async def refuse(self, ticket: UUID) -> None:
        await self._do(REFUSED, ticket, self._chance.choice(["declined", "expired", "withdrawn"]))
        await self._do(WAITS_AGAIN, ticket)

    async def take(self, ticket: UUID) -> None:
        await self._do(TAKEN, ticket, self._chance.choice([None, "dana"]))
        await self._do(IN_HAND, ticket)
        await self._do(ACCEPTED, ticket)

    async def end(self, ticket: UUID) -> None:
        state = self._chance.choice(["waiting", "completed", "completed", "follow_up", "cancelled"])
        await self._do(ENDED, ticket, state)
        await self._do(BECAME, ticket, state)

    async def need_another(self, ticket: UUID) -> None:
        await self._do(NEW_JOB, ticket, uuid4())

    async def be_unassignable(self, ticket: UUID) -> None:
        await self._do(UNASSIGNABLE, ticket)

    async def be_assignable(self, ticket: UUID) -> None:
        await self._do(ASSIGNABLE, ticket)

    async def move(self, ticket: UUID) -> None:
        site = self._chance.choice(SITES)
        for statement in MOVED:
            await self._do(statement, ticket, site)

    async def forget(self, ticket: UUID) -> None:
        self._tickets.remove(ticket)
        for statement in FORGOTTEN:
            await self._do(statement, ticket)


_CHANGES = (
    *[Writer.offer] * 5,
    *[Writer.take] * 5,
    *[Writer.refuse] * 2,
    *[Writer.end] * 3,
    Writer.need_another,
    Writer.be_unassignable,
    Writer.be_assignable,
    Writer.move,
    Writer.forget,
)


_TABLES = ("assignments", "offers", "jobs", "work_orders")


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    url = await databases.fresh("dispatch")
    yield url
    await databases.give_back("dispatch", url)


async def add_up(dispatch: Component, connection: asyncpg.Connection) -> None:
    await connection.execute("update handed_out_changes set at = at - interval '5 minutes'")
    await dispatch.runs_due("adding_up")


async def both(
    dispatch: Component, connection: asyncpg.Connection, since: datetime, until: datetime
) -> tuple[list[dict[str, object]], ...]:
    """What is answered of that time, and what a plain count finds."""
    async with dispatch.tx() as tx:
        answered = await count_handed_out(tx, SITES, period_of(since, until, now=NOW))
    plain = await connection.fetch(PLAINLY, sorted(SITES), id_at(since), id_at(until))
    return [asdict(each) for each in answered], [dict(row) for row in plain]


async def test_a_history_of_two_writers_is_added_up_as_a_plain_count_has_it(
    url: str, component: MakeComponent
) -> None:
    dispatch = await component("dispatch", database_url=url)
    chance = random.Random(7)
    reader, *others = [await asyncpg.connect(url) for _ in range(3)]
    writers = [Writer(each, chance) for each in others]
    seen: Counter[str] = Counter()
    try:
        for step in range(240):
            await chance.choice(writers).change()
            if chance.random() < 0.3:
                await chance.choice(writers).commit()
            if step % 9 == 0:
                await add_up(dispatch, reader)
            if step % 5 == 0:
                since = NOW - timedelta(minutes=chance.randrange(60, 40 * 60))
                until = chance.choice([NOW, since + timedelta(hours=5), NOW + timedelta(days=1)])
                answered, plain = await both(dispatch, reader, since, until)
                assert answered == plain, step
                for site in plain:
                    seen.update(name for name in COUNTED if site[name])
        for writer in writers:
            await writer.commit()
        await add_up(dispatch, reader)
        behind = await reader.fetch("select * from handed_out_changes")
        answered, plain = await both(dispatch, reader, NOW - timedelta(days=2), NOW)
        await reader.execute("; ".join(f"delete from {table}" for table in _TABLES))
        await add_up(dispatch, reader)
        left = [
            *await reader.fetch("select * from handed_out_sums"),
            *await reader.fetch("select * from handed_out_days"),
        ]
    finally:
        for each in (reader, *others):
            await each.close()

    assert behind == left == []
    assert answered == plain
    assert seen.keys() == {*COUNTED}  # a figure that never was would prove nothing


async def test_one_instance_adds_up_at_a_time_and_another_passes(
    url: str, component: MakeComponent
) -> None:
    dispatch = await component("dispatch", database_url=url)
    connection = await asyncpg.connect(url)
    try:
        writer = Writer(connection, random.Random(5))
        await writer.change()
        await writer.commit()
        await connection.execute("select pg_advisory_lock(hashtextextended('handed_out:sums', 0))")
        await add_up(dispatch, connection)
        passed = await connection.fetchval("select count(*) from handed_out_sums")
        await connection.execute("select pg_advisory_unlock_all()")
        await add_up(dispatch, connection)
        added = await connection.fetchval("select count(*) from handed_out_sums")
    finally:
        await connection.close()

    assert (passed, added > 0) == (0, True)


async def test_what_was_there_before_there_were_sums_is_in_them(
    url: str, component: MakeComponent
) -> None:
    sums, days = (
        importlib.import_module(f"services.dispatch.migrations.versions.{name}")
        for name in ("0020_handed_out_sums", "0022_handed_out_days")
    )
    dispatch = await component("dispatch", database_url=url)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("drop table handed_out_changes, handed_out_sums, handed_out_days")
        for table, event, _, _ in sums.TRIGGERS:
            await connection.execute(f"drop trigger handed_out_after_{event} on {table}")
        writer = Writer(connection, random.Random(3))
        for _ in range(60):
            await writer.change()
        await writer.commit()

        for _ in range(2):  # harmless to repeat
            await migrate(url, sums.upgrade)
            await migrate(url, days.upgrade)

        for _ in range(2):
            answered, plain = await both(dispatch, connection, NOW - timedelta(days=2), NOW)
            assert answered == plain
            await add_up(dispatch, connection)
        assert await connection.fetchval("select sum(jobs) from handed_out_sums") > 0
        assert await connection.fetch("select * from handed_out_changes") == []
    finally:
        await connection.close()
