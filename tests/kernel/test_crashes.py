"""A process that dies between two steps: what it began is finished by the next, once in effect."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from shared.contracts import TicketV1
from shared.db.session import session
from shared.db.transaction import Transaction
from shared.facts import OutboxRow
from shared.messaging import outbox
from shared.messaging.broker import Broker
from shared.messaging.handlers import on
from shared.messaging.pull import Pull
from shared.messaging.received import read_message
from shared.messaging.streams import stream_state
from shared.messaging.topology import Topology
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import FOLLOWS, LIMITS, Instance, a_ticket, count, count_tickets
from tests.support.engines import Nats
from tests.support.eventually import eventually

TOGETHER = 300


async def test_a_crash_after_commit_before_publish_loses_nothing(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    url = await database("tickets")
    dead = Instance("tickets", url, nats.url)
    ids = await dead.opens_many(TOGETHER)
    await dead.database.close()
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))

    await start(Instance("tickets", url, nats.url))

    await follower.has_counted(ids)


@pytest.mark.parametrize("within_dedupe_window", [True, False])
async def test_a_crash_after_publish_before_mark_doubles_no_effect(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker, within_dedupe_window: bool
) -> None:
    url = await database("tickets")
    dead = Instance("tickets", url, nats.url)
    ids = await dead.opens_many(TOGETHER)
    await Topology(broker, FOLLOWS, LIMITS).declare_stream("tickets")
    for row in await _outbox_of(dead):
        # Beyond the window the broker has forgotten the id: as if it had come under another one.
        headers = (
            row.headers()
            if within_dedupe_window
            else {**row.headers(), "Nats-Msg-Id": f"{row.id}.forgotten"}
        )
        await broker.publish(row.type, row.body, headers)
    await dead.database.close()
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))

    owner = await start(Instance("tickets", url, nats.url))

    await owner.has_published()
    await follower.has_counted(ids)
    assert (await stream_state(broker, "tickets")).messages == TOGETHER * (
        1 if within_dedupe_window else 2
    )


async def test_a_crash_after_commit_before_ack_doubles_no_effect(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    ids = await owner.opens_many(100)
    await owner.has_published()
    await _durable_that_delivers_again_soon(broker, "sla-tickets")
    url = await database("sla")
    dead = Instance("sla", url, nats.url, count_tickets)
    consumer = dead.consumer
    assert consumer is not None
    created = (await stream_state(broker, "tickets")).created
    pull = Pull(broker, "tickets", "sla-tickets")
    await pull.open()
    seen: set[UUID] = set()

    async def handled_without_ack() -> bool:
        facts = [read_message(message) for message in await pull.next_batch(float("inf"))]
        await consumer.apply(facts, created=created)
        seen.update(UUID(fact.headers["ce-subject"]) for fact in facts)
        return seen == ids

    await eventually(handled_without_ack)
    await pull.close()
    await dead.database.close()

    follower = await start(Instance("sla", url, nats.url, count_tickets))

    async def all_acknowledged() -> bool:
        info = await broker.ask("CONSUMER.INFO.TICKETS.sla-tickets")
        return bool(info["num_ack_pending"] == 0 and info["num_pending"] == 0)

    await eventually(all_acknowledged)
    await follower.has_counted(ids)


class _Killed(BaseException):
    """No `except Exception` stops it, as none stops a signal."""


@on(TicketV1)
async def _dies_of_some(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    if any(ticket.title == "kills" for ticket in tickets):
        raise _Killed
    await count(tx, tickets)


async def test_a_fact_that_kills_the_process_again_and_again_becomes_a_dead_letter_alone(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    before, killer, after = (
        [a_ticket() for _ in range(5)],
        a_ticket(title="kills"),
        [a_ticket() for _ in range(5)],
    )
    await owner.opens(*before, killer, *after)
    await owner.has_published()
    url = await database("sla")

    deaths = 0
    while (follower := await start(Instance("sla", url, nats.url, _dies_of_some))) and deaths < 20:
        if not await follower.dies():
            break
        deaths += 1
        await follower.stop()

    assert set(await follower.counted()) == {ticket.id for ticket in (*before, *after)}
    assert (
        await follower.number(
            "select count(*) from dead_letters where reason like '%kills the process%'"
        )
        == 1
    )
    assert await follower.dead_letters() == 1
    assert 8 <= deaths <= 9


async def _outbox_of(instance: Instance) -> list[OutboxRow]:
    async with session(instance.database.engine) as direct:
        return (await outbox.unmarked(direct, limit=10_000)).rows


async def _durable_that_delivers_again_soon(broker: Broker, durable: str) -> None:
    """As ours, but for an ack wait of a second; no topology watches that would put it back."""
    config = {
        "durable_name": durable,
        "ack_policy": "explicit",
        "ack_wait": 1_000_000_000,
        "max_deliver": -1,
        "max_ack_pending": 256,
        "filter_subject": "tickets.>",
    }
    await broker.ask(
        f"CONSUMER.CREATE.TICKETS.{durable}.tickets.>", {"stream_name": "TICKETS", "config": config}
    )
