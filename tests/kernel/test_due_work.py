"""What is due by the clock: rung in time, the earliest first, each row taken once, whatever happens
to instances and database.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from shared.clock import SystemClock
from shared.db.transaction import Database, Transaction
from shared.due_work import DueWork, DueWorker
from tests.kernel.conftest import MakeDatabase
from tests.kernel.toy import METADATA, unless_it_passes
from tests.support.eventually import eventually

_NEXT = text(
    "select min(due_at) as due from chores where done_at is null "
    "and id <> all(cast(:excluding as bigint[]))"
)
_TAKE = text("""
    select id from chores where done_at is null and due_at <= :now
      and id <> all(cast(:excluding as bigint[]))
    order by due_at limit :limit for update skip locked""")
_DO = text("""
    update chores set done_at = clock_timestamp(), done_by = coalesce(done_by, '') || :by
      where id = any(cast(:ids as bigint[]))""")
_THROW_OUT = text("""
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'fettle-a'
      and pid <> pg_backend_pid()""")
_ADD = text("insert into chores (id, due_at) values (:id, :at)")


async def _next_chore(tx: Transaction, excluding: Collection[int]) -> datetime | None:
    row = await tx.row(_NEXT, excluding=list(excluding))
    return None if row is None else row["due"]


async def _take_chores(tx: Transaction, excluding: Collection[int], limit: int) -> Sequence[int]:
    return [
        row["id"]
        for row in await tx.rows(_TAKE, now=tx.now, excluding=list(excluding), limit=limit)
    ]


class Worker:
    """An instance with the one due worker `chores`. It cannot do those in `cursed`."""

    def __init__(self, url: str, name: str = "x") -> None:
        self.cursed: set[int] = set()
        self.database = Database(url, metadata=METADATA, clock=SystemClock(), name=name)
        chores = DueWork(
            name="chores", next_due=_next_chore, claim=_take_chores, act=self._do, batch_size=5
        )
        self.due_worker = DueWorker(chores, self.database)
        self.database.after.schedule = lambda _, at: self.due_worker.wake_at(at)
        self.task = asyncio.create_task(self.due_worker.run())

    async def _do(self, tx: Transaction, ids: Sequence[int]) -> None:
        await tx.execute(_DO, ids=list(ids), by=tx.actor)
        if cursed := self.cursed.intersection(ids):
            raise ValueError(f"nobody can do {sorted(cursed)}")

    async def adds(self, id: int, at: datetime) -> int:
        async with self.database.transaction() as tx:
            tx.schedule("chores", at)
            return await tx.execute(_ADD, id=id, at=at)

    async def done(self) -> list[dict[str, Any]]:
        async with self.database.transaction() as tx:
            return [
                dict(row)
                for row in await tx.rows(
                    text("select * from chores where done_at is not null order by done_at, id")
                )
            ]

    async def has_done(self, number: int) -> list[dict[str, Any]]:
        async def all_done() -> bool:
            return len(await self.done()) == number

        await eventually(all_done)
        return await self.done()

    async def has_quarantined(self, number: int) -> None:
        async def so_many() -> bool:
            return self.due_worker.quarantined == number

        await eventually(so_many)

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])
        await self.database.close()


@pytest.fixture
async def workers(database: MakeDatabase) -> AsyncIterator[list[Worker]]:
    url = await database("sla")
    both = [Worker(url, "a"), Worker(url, "b")]
    yield both
    for worker in both:
        await worker.stop()


async def test_an_alarm_rings_in_time_and_the_earliest_first(workers: list[Worker]) -> None:
    worker, now = workers[0], datetime.now(UTC)

    await worker.adds(1, now + timedelta(seconds=1.2))
    await worker.adds(2, now + timedelta(seconds=0.6))

    done = await worker.has_done(2)
    assert [chore["id"] for chore in done] == [2, 1]
    for chore in done:
        assert timedelta(0) <= chore["done_at"] - chore["due_at"] < timedelta(seconds=2)


async def test_two_instances_take_each_row_once(workers: list[Worker]) -> None:
    now = datetime.now(UTC)

    await asyncio.gather(
        *(workers[n % 2].adds(n, now + timedelta(milliseconds=300 + n)) for n in range(60))
    )

    done = await workers[0].has_done(60)
    assert {chore["done_by"] for chore in done} <= {"a", "b"}, "somebody took a row twice"


async def test_an_alarm_of_an_instance_that_died_is_rung_by_another(workers: list[Worker]) -> None:
    await workers[0].adds(1, datetime.now(UTC) + timedelta(seconds=0.5))

    await workers[0].stop()

    assert [chore["done_by"] for chore in await workers[1].has_done(1)] == ["b"]


async def test_an_alarm_survives_a_database_that_throws_it_out(workers: list[Worker]) -> None:
    worker, looker = workers
    await looker.stop()
    await worker.adds(1, datetime.now(UTC) + timedelta(seconds=0.3))
    async with worker.database.transaction() as tx:
        await tx.rows(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where application_name = 'fettle-a' and pid <> pg_backend_pid()"
            )
        )

    async def another_is_added() -> bool:
        return (
            await unless_it_passes(worker.adds(2, datetime.now(UTC) + timedelta(seconds=0.6)))
            is not None
        )

    await eventually(another_is_added)
    assert len(await worker.has_done(2)) == 2


async def test_what_is_due_but_locked_elsewhere_is_not_asked_for_in_a_circle(
    workers: list[Worker],
) -> None:
    worker = workers[0]
    async with workers[1].database.transaction() as tx:
        await tx.execute(_ADD, id=1, at=datetime.now(UTC))
    async with workers[1].database.transaction() as holder:
        await holder.rows(text("select * from chores for update"))
        asked = 0

        async def count(tx: Transaction, excluding: Collection[int], limit: int) -> Sequence[int]:
            nonlocal asked
            asked += 1
            return await _take_chores(tx, excluding, limit)

        chores = DueWork(name="chores", next_due=_next_chore, claim=count, act=worker._do)
        due_workers = DueWorker(chores, worker.database)
        task = asyncio.create_task(due_workers.run())
        deadline = asyncio.get_running_loop().time() + 1.0

        async def a_second_is_over() -> bool:
            return asyncio.get_running_loop().time() > deadline

        await eventually(a_second_is_over)
        task.cancel()
        await asyncio.wait([task])

    assert 1 <= asked <= 6


async def test_a_row_that_fails_for_good_is_quarantined_alone(workers: list[Worker]) -> None:
    worker, other = workers
    await other.stop()
    worker.cursed = {2, 7}
    now = datetime.now(UTC)

    await asyncio.gather(*(worker.adds(n, now + timedelta(milliseconds=n)) for n in range(12)))

    done = await worker.has_done(10)
    assert {chore["id"] for chore in done} == set(range(12)) - worker.cursed
    assert worker.due_worker.quarantined == 2


async def test_what_falls_due_beside_a_quarantined_row_is_rung_in_time(
    workers: list[Worker],
) -> None:
    worker, other = workers
    await other.stop()
    worker.cursed = {1}
    await worker.adds(1, datetime.now(UTC))

    await worker.has_quarantined(1)
    await worker.adds(2, datetime.now(UTC) + timedelta(seconds=0.3))

    (chore,) = await worker.has_done(1)
    assert chore["id"] == 2
    assert timedelta(0) <= chore["done_at"] - chore["due_at"] < timedelta(seconds=2)


async def test_a_quarantined_row_is_tried_again_and_done_when_it_can_be(
    workers: list[Worker],
) -> None:
    worker, other = workers
    await other.stop()
    worker.cursed = {1}
    await worker.adds(1, datetime.now(UTC))

    await worker.has_quarantined(1)
    worker.cursed = set()

    assert [chore["id"] for chore in await worker.has_done(1)] == [1]
    assert worker.due_worker.quarantined == 0
