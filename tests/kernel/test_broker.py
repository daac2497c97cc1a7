"""The connection to the broker is kept up for ever, also where the client library gives up."""

import asyncio
from urllib.parse import urlsplit

import pytest

from fettle.engines.nats import NatsServer
from shared.messaging.broker import Broker
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import Instance, a_ticket, count_tickets
from tests.support.engines import Nats
from tests.support.eventually import eventually


async def test_a_client_that_closed_for_good_is_replaced_and_listens_again(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    ids = await owner.opens_many(50)
    await follower.has_counted(ids)
    heard = asyncio.Event()

    async def hear(_: object) -> None:
        heard.set()

    await follower.broker.listen("fettle.wake.test", hear)

    for instance in (owner, follower):
        await instance.broker._client.close()  # as nats-py does by itself when the server says -ERR
    ids |= await owner.opens_many(50)

    await follower.has_counted(ids)

    async def is_heard() -> bool:
        await broker.send("fettle.wake.test", b"")
        return heard.is_set()

    await eventually(is_heard)


@pytest.mark.breaks_nats
async def test_an_instance_stops_while_there_is_no_broker(
    database: MakeDatabase, nats: NatsServer, start: Start
) -> None:
    url = await database("sla")
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    follower = await start(Instance("sla", url, nats.url, count_tickets))
    ids = await owner.opens_many(500)
    await asyncio.to_thread(nats.stop)

    async with asyncio.timeout(8):
        await follower.stop()

    await asyncio.to_thread(nats.restart)
    again = await start(Instance("sla", url, nats.url, count_tickets))
    # what the first had in hand could not be given back: it comes again after the ack wait
    await again.has_counted(ids, timeout_s=90)


async def test_a_subject_that_is_no_text_does_not_silence_its_neighbours(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    ids = await owner.opens(a_ticket())
    await follower.has_counted(ids)
    address = urlsplit(nats.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(b'CONNECT {"verbose":false,"headers":true}\r\n')
    headers = b"NATS/1.0\r\nce-source: /fettle/tickets\r\n\r\n"
    lengths = f"{len(headers)} {len(headers) + 2}".encode()
    writer.write(
        b"HPUB tickets.ti\xff.opened.v1 " + lengths + b"\r\n" + headers + b"{}\r\nPING\r\n"
    )
    await writer.drain()
    while b"PONG" not in await reader.readline():
        continue
    writer.close()

    ids |= await owner.opens_many(50)

    await follower.has_counted(ids)
