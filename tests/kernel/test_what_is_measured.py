"""What the kernel measures of itself is true: consumers, the pool of connections, and what a
transaction observes.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest
from sqlalchemy.exc import TimeoutError as NoConnectionInTime
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.clock import SystemClock
from shared.contracts import TicketV1
from shared.db.engine import CountedPool
from shared.db.transaction import Database, Transaction
from shared.messaging.handlers import on
from shared.metrics import Metric, histogram
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import METADATA, Instance
from tests.support.engines import Databases, Nats
from tests.support.eventually import eventually

RAN = histogram("ran_seconds", "Seconds.", "kind", buckets=(1,))


@pytest.fixture
async def narrow(databases: Databases) -> AsyncIterator[Database]:
    """A database with a single connection, for which nobody waits long."""
    made = Database(
        await databases.empty("narrow"),
        metadata=METADATA,
        clock=SystemClock(),
        name="narrow",
        pool_size=1,
    )
    yield made
    await made.close()


def pool_of(database: Database) -> CountedPool:
    pool = database.engine.pool
    assert isinstance(pool, CountedPool)
    return pool


async def test_a_consumer_that_is_stuck_is_silent_and_knows_what_waits(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    goes_on, begun = asyncio.Event(), asyncio.Event()

    async def get_stuck(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
        begun.set()
        await goes_on.wait()

    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    await owner.opens_many(50)
    await owner.has_published()
    follower = await start(
        Instance("sla", await database("sla"), nats.url, on(TicketV1)(get_stuck))
    )
    loop = follower.consumer_loop
    assert loop is not None
    await begun.wait()
    stuck_since, behind = loop.worked_at, loop.pending

    goes_on.set()

    async def works_again() -> bool:
        return loop.worked_at > stuck_since and loop.pending == 0

    await eventually(works_again)
    assert behind == 50


async def test_a_consumer_that_hears_nothing_works_whenever_it_looks_at_its_durable(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    await start(Instance("tickets", await database("tickets"), nats.url))

    async def count(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
        raise AssertionError("there is nothing to hear")

    follower = await start(Instance("sla", await database("sla"), nats.url, on(TicketV1)(count)))
    loop = follower.consumer_loop
    assert loop is not None
    await loop.up.wait()
    first = loop.worked_at

    async def has_looked_again() -> bool:
        return loop.worked_at > first

    await eventually(has_looked_again)


async def test_who_waits_for_a_connection_is_counted_until_it_is_given(narrow: Database) -> None:
    pool = pool_of(narrow)
    async with AsyncEngine(narrow.engine).connect():
        assert (pool.checkedout(), pool.waiting) == (1, 0)
        waits = asyncio.create_task(narrow.ping())

        async def it_waits() -> bool:
            return pool.waiting == 1

        await eventually(it_waits)

    await waits
    assert (pool.checkedout(), pool.checkedin(), pool.waiting, pool.timeouts) == (0, 1, 0, 0)


async def test_who_gets_no_connection_in_time_or_does_not_wait_for_it_is_not_counted_as_waiting(
    narrow: Database,
) -> None:
    pool = pool_of(narrow)
    pool._timeout = 0.05
    async with AsyncEngine(narrow.engine).connect():
        with pytest.raises(NoConnectionInTime):
            await narrow.ping()
        gives_up = asyncio.create_task(narrow.ping())
        await asyncio.sleep(0)
        gives_up.cancel()
        with suppress(asyncio.CancelledError):
            await gives_up

    assert (pool.waiting, pool.timeouts) == (0, 1)


async def test_what_a_transaction_observes_counts_when_it_has_committed_and_not_when_it_fails(
    narrow: Database,
) -> None:
    observed: list[tuple[Metric, tuple[str, ...], float]] = []
    narrow.after.observed = lambda metric, labels, value: observed.append((metric, labels, value))

    async with narrow.transaction() as tx:
        tx.observe(RAN, 3.5, "a")
        assert observed == []
    with suppress(ZeroDivisionError):
        async with narrow.transaction() as tx:
            tx.observe(RAN, 4, "b")
            raise ZeroDivisionError

    assert observed == [(RAN, ("a",), 3.5)]
