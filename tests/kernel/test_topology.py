"""Streams and durables are declared by one process, which puts back what is missing or differs.

While it is away services go on, and say so where they cannot.
"""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from shared.messaging.broker import Broker
from tests.kernel.conftest import MakeDatabase
from tests.kernel.toy import FOLLOWS, Instance, count_tickets, topology
from tests.support.engines import Nats
from tests.support.eventually import eventually

_DURABLES = {f"{service}-{owner}" for service, owners in FOLLOWS.items() for owner in owners}


async def _declared(broker: Broker) -> dict[str, Any]:
    """The configuration of every stream and durable."""
    found: dict[str, Any] = {}
    for stream in (await broker.ask("STREAM.LIST"))["streams"] or ():
        name = stream["config"]["name"]
        found[name] = stream["config"]
        for each in (await broker.ask(f"CONSUMER.LIST.{name}"))["consumers"] or ():
            found[each["name"]] = each["config"]
    return found


@pytest.mark.parametrize("processes", [1, 2])
async def test_what_is_missing_or_differs_is_put_back(
    nats: Nats, broker: Broker, processes: int
) -> None:
    async with AsyncExitStack() as running:
        for _ in range(processes):
            await running.enter_async_context(topology(nats.url))
        before = await _declared(broker)
        assert before.keys() == {*(name.upper() for name in FOLLOWS), *_DURABLES}
        republish = {"src": ">", "dest": "elsewhere.>"}
        changed = {**before["TICKETS"], "allow_direct": False, "republish": republish}
        await broker.ask("STREAM.UPDATE.TICKETS", changed)
        await broker.ask("STREAM.DELETE.SLA")
        await broker.ask("CONSUMER.DELETE.DISPATCH.sla-dispatch")
        await broker.ask(
            "CONSUMER.CREATE.NOTIFY.sla-notify.notify.>",
            {"stream_name": "NOTIFY", "config": {**before["sla-notify"], "ack_wait": 10**9}},
        )

        async def all_is_as_before() -> bool:
            return await _declared(broker) == before

        await eventually(all_is_as_before)


async def test_services_go_on_without_it_and_say_so_where_something_is_missing(
    database: MakeDatabase, nats: Nats, broker: Broker
) -> None:
    owner = Instance("tickets", await database("tickets"), nats.url)
    follower = Instance("sla", await database("sla"), nats.url, count_tickets)
    assert follower.consumer_loop is not None
    loop = follower.consumer_loop
    await owner.start()
    await follower.start()

    async def both_say_so() -> bool:
        return "run fettle topology" in owner.relay.waiting.trouble().get(
            "topology", ""
        ) and loop.hindrance.startswith("The durable sla-tickets is missing")

    await eventually(both_say_so)
    async with topology(nats.url):
        ids = await owner.opens_many(50)
        await follower.has_counted(ids)
        assert (owner.relay.waiting.trouble(), loop.hindrance) == ({}, "")

    ids |= await owner.opens_many(50)
    await follower.has_counted(ids)
    await owner.has_published()
    await broker.ask("CONSUMER.DELETE.TICKETS.sla-tickets")

    async def is_hindered() -> bool:
        return loop.hindrance != ""

    await eventually(is_hindered)
    await owner.stop()
    await follower.stop()


async def test_its_answers_go_to_the_inboxes_of_the_service_that_asked_alone(
    nats: Nats, broker: Broker
) -> None:
    heard: list[str] = []

    async def hear(message: Any) -> None:
        heard.append(message.subject)

    async with topology(nats.url):
        await broker.listen("_INBOX.sla.x", hear)
        await broker.listen("anywhere", hear)
        question = b'{"owner": "tickets", "fresh": false}'
        for reply in ("$JS.API.STREAM.DELETE.NOTIFY", "anywhere", "_INBOX.slander.x"):
            await broker.send("fettle.topology.sla", question, reply=reply)
        await broker.send("fettle.topology.sla", question, reply="_INBOX.sla.x")

        async def is_heard() -> bool:
            return heard != []

        await eventually(is_heard)
        names = (await broker.ask("STREAM.NAMES"))["streams"]

    assert heard == ["_INBOX.sla.x"]
    assert "NOTIFY" in names
