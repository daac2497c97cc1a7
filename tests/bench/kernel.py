"""How fast the kernel relays and consumes, against what nats-py does bare: the same engines, the
same facts, turn and turn about.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import nats
import uvloop
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig
from sqlalchemy.ext.asyncio import AsyncEngine

from fettle.engines.nats import NatsServer
from fettle.engines.postgres import PostgresServer
from shared.messaging.broker import Broker
from shared.messaging.names import stream_name
from shared.messaging.topology import Topology
from tests.bench.figures import spread
from tests.bench.folders import temporary_folder
from tests.kernel.toy import LIMITS, Instance, a_ticket, count_tickets, make_schema, topology
from tests.support.eventually import eventually

_IN_FLIGHT = 256
_TIMEOUT_S = 120.0
_PASSWORD = "bench"


def measure_kernel(*, facts: int, rounds: int) -> dict[str, Any]:
    """`{"relay": …, "publish": …, "consume": …, "fetch": …}`, each `{per_second, spread}`, in facts
    a second.
    """
    with temporary_folder() as home, NatsServer.start(home / "nats") as broker:
        postgres = PostgresServer.start(home / "postgres")
        try:
            return uvloop.run(_measure(postgres, broker, facts, rounds))
        finally:
            postgres.discard()


async def _measure(
    postgres: PostgresServer, broker: NatsServer, facts: int, rounds: int
) -> dict[str, Any]:
    rates: dict[str, list[float]] = {"relay": [], "publish": [], "consume": [], "fetch": []}
    owner_url = await _database(postgres, "tickets")
    followers = {f"follower{number}": ("tickets",) for number in range(rounds)}
    connection = await nats.connect(broker.url)
    try:
        bare = connection.jetstream()
        async with topology(broker.url, follows={"tickets": (), **followers}, watches=False):
            for number in range(rounds):
                rates["relay"].append(facts / await _relay(owner_url, broker, facts))
                rates["publish"].append(
                    facts
                    / await _publish(bare, broker, f"bare{number}", await _bodies(owner_url, facts))
                )
                # Each follower has a durable of its own, which begins with the stream's first fact.
                stored = facts * (number + 1)
                follower = f"follower{number}"
                rates["consume"].append(
                    stored
                    / await _consume(follower, await _database(postgres, follower), broker, stored)
                )
                rates["fetch"].append(stored / await _fetch(bare, f"bare{number}", stored))
    finally:
        await connection.close()
    return {
        name: {"per_second": median(runs), "spread": spread(runs)} for name, runs in rates.items()
    }


async def _database(postgres: PostgresServer, name: str) -> str:
    await asyncio.to_thread(postgres.create_database, name, role=name, password=_PASSWORD)
    url = postgres.url(name, name, _PASSWORD)
    await make_schema(url)
    return url


async def _relay(url: str, broker: NatsServer, facts: int) -> float:
    """Seconds from a full outbox to the last mark, as after a time without a broker."""
    owner = Instance("tickets", url, broker.url)
    owner.database.after.published = lambda rows: None
    for begin in range(0, facts, 1000):
        await owner.opens(*(a_ticket() for _ in range(begin, min(begin + 1000, facts))))
    await owner.start()
    began = time.perf_counter()
    try:
        await _grows_to(facts, lambda: owner.relay.published)
        return time.perf_counter() - began
    finally:
        await owner.stop()


async def _publish(
    bare: JetStreamContext, server: NatsServer, owner: str, bodies: Sequence[bytes]
) -> float:
    """Seconds for the same bodies with only a message id, into a stream like the relay's, as many
    in flight as it has.
    """
    broker = Broker(server.url, name=owner)
    await broker.connect()
    await Topology(broker, {owner: ()}, LIMITS).declare_stream(owner)
    await broker.close()
    left = iter(enumerate(bodies))

    async def publish() -> None:
        for id, body in left:
            await bare.publish(
                f"{owner}.ticket.opened.v1", body, headers={"Nats-Msg-Id": f"{owner}-{id}"}
            )

    began = time.perf_counter()
    await asyncio.gather(*(publish() for _ in range(_IN_FLIGHT)))
    took = time.perf_counter() - began
    await bare.delete_stream(stream_name(owner))
    return took


async def _bodies(url: str, facts: int) -> list[bytes]:
    owner = Instance("tickets", url, "")
    try:
        async with AsyncEngine(owner.database.engine).connect() as connection:
            rows = await connection.exec_driver_sql(
                f"select body::text from outbox order by id limit {facts}"
            )
            return [str(row[0]).encode() for row in rows]
    finally:
        await owner.database.close()


async def _consume(name: str, url: str, broker: NatsServer, facts: int) -> float:
    """Seconds for a backlog: the snapshot, what the handler writes and the position, committed
    before the ack.
    """
    follower = Instance(name, url, broker.url, count_tickets)
    assert follower.consumer is not None
    consumer = follower.consumer
    await follower.start()
    began = time.perf_counter()
    try:
        await _grows_to(facts, lambda: consumer.consumed)
        return time.perf_counter() - began
    finally:
        await follower.stop()


async def _fetch(bare: JetStreamContext, durable: str, facts: int) -> float:
    """Seconds for nats-py to fetch and acknowledge the same backlog, doing nothing with it."""
    config = ConsumerConfig(max_ack_pending=_IN_FLIGHT)
    pull = await bare.pull_subscribe(
        "tickets.>", durable, stream=stream_name("tickets"), config=config
    )
    seen = 0
    began = time.perf_counter()
    while seen < facts:
        messages = await pull.fetch(_IN_FLIGHT, timeout=5)
        for message in messages:
            await message.ack()
        seen += len(messages)
    took = time.perf_counter() - began
    await pull.unsubscribe()
    return took


async def _grows_to(facts: int, count: Callable[[], int]) -> None:
    async def all_of_them() -> bool:
        return count() >= facts

    await eventually(all_of_them, timeout_s=_TIMEOUT_S, every_s=0.002)
