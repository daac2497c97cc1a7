"""What the relay does with a row that cannot go out, a stream that is full, rows that are old, and an ack that looks wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic_core import to_json
from sqlalchemy import text

from shared.clock import SystemClock
from shared.contracts import TicketV1
from shared.db.session import session
from shared.db.transaction import Database
from shared.ids import new_id
from shared.messaging import outbox
from shared.messaging.broker import Broker
from shared.messaging.facts import Fact, FactTooLarge
from shared.messaging.streams import MAX_AGE, StreamLimits, stream_state
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import METADATA, Instance, a_ticket, count_tickets
from tests.support.clocks import SettableClock
from tests.support.engines import Nats
from tests.support.eventually import eventually


async def test_a_row_too_large_for_the_stream_is_parked_and_the_relay_goes_on(database: MakeDatabase, nats: Nats, start: Start) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    before = await owner.opens_many(50)
    await _insert_oversize(owner)

    after = await owner.opens_many(50)

    await follower.has_counted(before | after)

    async def the_large_one_is_parked() -> bool:
        return await owner.number("select count(*) from outbox where parked is not null") == 1

    await eventually(the_large_one_is_parked)
    assert await owner.unpublished() == 1


async def test_a_fact_too_large_is_refused_before_anything_is_committed(database: MakeDatabase) -> None:
    instance = Instance("tickets", await database("tickets"), "nats://127.0.0.1:1")

    with pytest.raises(FactTooLarge):
        await instance.opens(a_ticket(), a_ticket(title="x" * 70_000))

    assert await instance.unpublished() == 0
    await instance.database.close()


async def test_a_full_stream_holds_facts_back_until_there_is_room(database: MakeDatabase, nats: Nats, start: Start, broker: Broker) -> None:
    small = StreamLimits(replicas=1, max_bytes=64 * 1024)
    owner = await start(Instance("tickets", await database("tickets"), nats.url, limits=small, backlog_limit=100))
    ids = await owner.opens_many(300)

    async def is_full() -> bool:
        return owner.relay.backlog_full

    await eventually(is_full)
    ids |= await owner.opens_many(50)  # goes on committing: what is refused is refused at the door
    info = await broker.ask("STREAM.INFO.TICKETS")
    await broker.ask("STREAM.UPDATE.TICKETS", {**info["config"], "max_bytes": 64 * 1024 * 1024})

    await owner.has_published()
    assert not owner.relay.backlog_full
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets, limits=small))
    await follower.has_counted(ids)


async def test_an_ack_below_the_highest_mark_sends_the_relay_to_look_again(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    ids = await owner.opens_many(200)
    await owner.has_published()
    info = await broker.ask("STREAM.INFO.TICKETS")
    await broker.ask("STREAM.DELETE.TICKETS")
    await broker.ask("STREAM.CREATE.TICKETS", {k: v for k, v in info["config"].items() if k != "metadata"})

    ids |= await owner.opens(a_ticket())

    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    await follower.has_counted(ids)
    assert (await stream_state(broker, "tickets")).messages >= len(ids)


async def test_rows_that_the_stream_no_longer_keeps_are_swept_and_unpublished_ones_stay(database: MakeDatabase) -> None:
    clock = SettableClock(datetime.now(UTC))
    db = Database(await database("tickets"), metadata=METADATA, clock=clock, name="tickets")
    for _ in range(3):
        async with db.transaction() as tx:
            tx.publish(Fact(TicketV1, "opened", a_ticket()))
    async with db.engine.begin() as connection:
        first, second, _ = await outbox.unmarked(connection, since=outbox.SMALLEST_ID, most=10)
    async with session(db.engine) as direct:
        await outbox.mark(direct, clock.now(), [(first.id, 1), (second.id, 2)])

    async with db.engine.begin() as connection:
        too_early = await outbox.sweep(connection, clock.now() + MAX_AGE + timedelta(hours=23))
        in_time = await outbox.sweep(connection, clock.now() + MAX_AGE + timedelta(hours=25))

    assert (too_early, in_time) == (0, 2)
    async with db.transaction() as tx:
        left = await tx.rows(text("select (select count(*) from outbox) as rows, (select count(*) from outbox_marks) as marks"))
    assert dict(left[0]) == {"rows": 1, "marks": 0}
    await db.close()


async def test_a_backlog_larger_than_the_queue_is_published_whole(database: MakeDatabase, nats: Nats, start: Start) -> None:
    url = await database("tickets")
    dead = Instance("tickets", url, nats.url)
    ids = await dead.opens_many(5000, at_once=500)
    await dead.database.close()

    owner = await start(Instance("tickets", url, nats.url))

    await owner.has_published()
    assert owner.relay.published == len(ids)


async def _insert_oversize(owner: Instance) -> None:
    body = to_json({"ticket": a_ticket(title="x" * 70_000), "detail": {}}).decode()
    async with owner.database.transaction() as tx:
        await tx.execute(
            text("""insert into outbox (id, type, subject_id, site_id, version, actor, body, created_at, generation)
                    values (:id, 'tickets.ticket.opened.v1', 'x', 'demo', 1, 'test', cast(:body as json), :now, 0)"""),
            id=new_id(),
            body=body,
            now=SystemClock().now(),
        )
