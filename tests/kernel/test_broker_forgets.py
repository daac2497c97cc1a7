"""What the broker loses, the databases still have: nothing is lost, all consumers end with the same
ids, none twice in effect.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest

from fettle.engines.nats import NatsServer
from shared.messaging.answers import BrokerError
from shared.messaging.broker import Broker
from shared.messaging.streams import stream_state
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import Instance, count_tickets, topology
from tests.support.eventually import eventually

pytestmark = pytest.mark.breaks_nats

Fault = Callable[[Broker, NatsServer], Awaitable[None]]


@pytest.fixture(autouse=True)
async def _watching(nats: NatsServer) -> AsyncIterator[None]:
    """A topology process that puts back what is missing, beside services that ask for it."""
    async with topology(nats.url):
        yield


async def _a_consumer_is_deleted(broker: Broker, nats: NatsServer) -> None:
    await broker.ask("CONSUMER.DELETE.TICKETS.sla-tickets")


async def _the_stream_is_deleted(broker: Broker, nats: NatsServer) -> None:
    await broker.ask("STREAM.DELETE.TICKETS")


async def _the_stream_is_purged(broker: Broker, nats: NatsServer) -> None:
    await broker.ask("STREAM.PURGE.TICKETS")


async def _messages_are_deleted_from_the_middle(broker: Broker, nats: NatsServer) -> None:
    state = await stream_state(broker, "tickets")
    for seq in range(state.first_seq + 1, state.last_seq, 3):
        await broker.ask("STREAM.MSG.DELETE.TICKETS", {"seq": seq})


async def _the_store_is_wiped(broker: Broker, nats: NatsServer) -> None:
    await asyncio.to_thread(nats.kill)
    shutil.rmtree(nats.store)
    await asyncio.to_thread(nats.restart)


async def _the_broker_is_killed(broker: Broker, nats: NatsServer) -> None:
    await asyncio.to_thread(nats.kill)
    await asyncio.to_thread(nats.restart)


FAULTS: list[Fault] = [
    _a_consumer_is_deleted,
    _the_stream_is_deleted,
    _the_stream_is_purged,
    _messages_are_deleted_from_the_middle,
    _the_store_is_wiped,
    _the_broker_is_killed,
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__.strip("_"))
async def test_nothing_is_lost_or_doubled_when(
    fault: Fault, database: MakeDatabase, nats: NatsServer, start: Start, broker: Broker
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    followers = [
        await start(Instance(name, await database(name), nats.url, count_tickets))
        for name in ("sla", "dispatch")
    ]
    ids = await owner.opens_many(500)
    await _some_are_in_the_stream(broker)

    under_way = asyncio.create_task(owner.opens_many(500))
    await fault(broker, nats)
    ids |= await under_way

    for follower in followers:
        await follower.has_counted(ids)
    await _the_stream_holds(ids, nats, database, start)


@pytest.mark.parametrize("goes_on", [False, True], ids=["and stands still", "and has gone on"])
async def test_a_stream_cut_short_under_a_durable_that_stands_ahead_of_it(
    goes_on: bool, database: MakeDatabase, nats: NatsServer, start: Start
) -> None:
    owner_url = await database("tickets")
    owner = await start(Instance("tickets", owner_url, nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    ids = await owner.opens_many(50)
    await follower.has_counted(ids)
    await asyncio.to_thread(nats.stop)
    early = nats.store.with_name("early")
    shutil.copytree(nats.store, early)
    await asyncio.to_thread(nats.restart)
    ids |= await owner.opens_many(100)
    await follower.has_counted(ids)
    await owner.has_published()

    await asyncio.to_thread(nats.kill)
    shutil.rmtree(nats.store)
    early.rename(nats.store)
    # what was committed while it was away is published over the places of what was lost
    if goes_on:
        ids |= await owner.opens_many(150)
    await asyncio.to_thread(nats.restart)

    await follower.has_counted(ids)
    await _the_stream_holds(ids, nats, database, start)


async def _some_are_in_the_stream(broker: Broker) -> None:
    async def some() -> bool:
        try:
            return (await stream_state(broker, "tickets")).messages > 20
        except BrokerError:
            return False

    await eventually(some)


async def _the_stream_holds(
    ids: set[UUID], nats: NatsServer, database: MakeDatabase, start: Start
) -> None:
    """A service that never was there before reads them all."""
    newcomer = await start(Instance("notify", await database("notify"), nats.url, count_tickets))
    await newcomer.has_counted(ids)
