"""What the relay does with a row that cannot go out, a stream that is full, rows that are old, and
an ack that looks wrong.
"""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic_core import to_json
from sqlalchemy import text

from shared.clock import SystemClock
from shared.contracts import TicketV1
from shared.db.session import session
from shared.db.transaction import Database
from shared.facts import Fact, FactTooLarge
from shared.ids import new_id
from shared.messaging import outbox
from shared.messaging.broker import Broker
from shared.messaging.declarations import StreamLimits
from shared.messaging.streams import MAX_AGE, stream_state
from shared.messaging.topology import Topology
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import FOLLOWS, METADATA, Instance, a_ticket, count_tickets
from tests.support.clocks import SettableClock
from tests.support.engines import Nats
from tests.support.eventually import eventually


async def test_a_row_too_large_for_the_stream_becomes_a_dead_letter_and_the_relay_goes_on(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    before = await owner.opens_many(50)
    await _insert_oversize(owner)

    after = await owner.opens_many(50)

    await follower.has_counted(before | after)

    async def the_large_one_is_parked() -> bool:
        return await owner.number("select count(*) from outbox where dead is not null") == 1

    async def it_alone_is_left() -> bool:
        return await owner.unpublished() == 1

    await eventually(the_large_one_is_parked)
    await eventually(it_alone_is_left)


async def test_a_fact_too_large_is_refused_before_anything_is_committed(
    database: MakeDatabase,
) -> None:
    instance = Instance("tickets", await database("tickets"), "nats://127.0.0.1:1")

    with pytest.raises(FactTooLarge):
        await instance.opens(a_ticket(), a_ticket(title="x" * 70_000))

    assert await instance.unpublished() == 0
    await instance.database.close()


async def test_a_full_stream_holds_facts_back_until_there_is_room(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    small = StreamLimits(replicas=1, max_bytes=64 * 1024)
    await Topology(broker, FOLLOWS, small).declare_stream("tickets")
    owner = await start(Instance("tickets", await database("tickets"), nats.url, backlog_limit=100))
    ids = await owner.opens_many(300)

    async def is_full() -> bool:
        return owner.relay.waiting.full

    await eventually(is_full)
    ids |= await owner.opens_many(50)  # goes on committing: what is refused is refused at the door
    info = await broker.ask("STREAM.INFO.TICKETS")
    await broker.ask("STREAM.UPDATE.TICKETS", {**info["config"], "max_bytes": 64 * 1024 * 1024})

    await owner.has_published()
    assert not owner.relay.waiting.full
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    await follower.has_counted(ids)


async def test_an_ack_below_the_highest_mark_sends_the_relay_to_look_again(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    ids = await owner.opens_many(200)
    await owner.has_published()
    info = await broker.ask("STREAM.INFO.TICKETS")
    await broker.ask("STREAM.DELETE.TICKETS")
    await broker.ask(
        "STREAM.CREATE.TICKETS", {k: v for k, v in info["config"].items() if k != "metadata"}
    )

    ids |= await owner.opens(a_ticket())

    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    await follower.has_counted(ids)
    assert (await stream_state(broker, "tickets")).messages >= len(ids)


async def test_rows_that_the_stream_no_longer_keeps_are_swept_and_unpublished_ones_stay(
    database: MakeDatabase,
) -> None:
    clock = SettableClock(datetime.now(UTC))
    db = Database(await database("tickets"), metadata=METADATA, clock=clock, name="tickets")
    for _ in range(3):
        async with db.transaction() as tx:
            tx.publish(Fact(TicketV1, "opened", a_ticket()))
    async with session(db.engine) as direct:
        _, second, first = (await outbox.unmarked(direct, limit=10)).rows
        await outbox.mark(direct, clock.now(), [(first.id, 1), (second.id, 2)])

    async with session(db.engine) as direct:
        too_early = await outbox.sweep(direct, clock.now() + MAX_AGE + timedelta(hours=23))
        in_time = await outbox.sweep(direct, clock.now() + MAX_AGE + timedelta(hours=25))

    assert (too_early, in_time) == (0, 2)
    async with db.transaction() as tx:
        left = await tx.rows(
            text(
                "select (select count(*) from outbox) as rows, "
                "(select count(*) from outbox_marks) as marks"
            )
        )
    assert dict(left[0]) == {"rows": 1, "marks": 0}
    await db.close()


async def test_a_backlog_larger_than_the_queue_is_published_whole(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    url = await database("tickets")
    dead = Instance("tickets", url, nats.url)
    ids = await dead.opens_many(5000, batch_size=500)
    await dead.database.close()

    owner = await start(Instance("tickets", url, nats.url))

    await owner.has_published()
    assert owner.relay.published == len(ids)


async def test_what_was_committed_last_does_not_wait_behind_a_large_backlog(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    url = await database("tickets")
    dead = Instance("tickets", url, nats.url)
    await dead.opens_many(5000, batch_size=500)
    await dead.opens(a_ticket())
    await dead.database.close()

    owner = await start(Instance("tickets", url, nats.url))

    await owner.has_published()
    assert (
        await owner.number("select stream_seq from outbox_marks order by outbox_id desc limit 1")
        <= 500
    )


async def test_what_only_waits_for_its_mark_is_no_backlog_and_is_marked_when_the_relay_stops(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    url = await database("tickets")
    owner = await start(Instance("tickets", url, nats.url, look_every_s=60))

    ids = await owner.opens_many(200)  # fewer than are marked at once
    await _has_taken(owner, len(ids))
    backlog = owner.relay.backlog
    await owner.stop()

    assert backlog == 0
    after = Instance("tickets", url, nats.url)
    assert await after.unpublished() == 0
    await after.database.close()


async def test_marks_are_written_by_themselves_within_a_second(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url, look_every_s=60))

    await owner.opens_many(50)

    await owner.has_published(timeout_s=30)


async def test_young_rows_are_left_to_the_instance_that_committed_them(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    url = await database("tickets")
    clock = SettableClock()
    # it has committed, and is about to publish or to mark
    other = Instance("tickets", url, nats.url)
    looks = await start(Instance("tickets", url, nats.url, look_every_s=0.05, clock=clock))
    await looks.opens(a_ticket())
    await _has_taken(looks, 1)  # and so has had its first look, which is for everything
    old = outbox.first_id_at(clock.now() - timedelta(seconds=10))

    await other.opens_many(50)
    async with other.database.transaction() as tx:
        tx.publish(Fact(TicketV1, "opened", a_ticket()))
        await tx.flush()
        await tx.execute(
            text(
                "update outbox set id = :old where id = (select id from outbox order by id desc "
                "limit 1)"
            ),
            old=old,
        )
        await tx.execute(
            text(
                "update outbox_unmarked set outbox_id = :old "
                "where outbox_id = (select max(outbox_id::text)::uuid from outbox_unmarked)"
            ),
            old=old,
        )

    await _has_taken(looks, 2)
    assert looks.relay.published == 2, "one look took the old row and left the young ones"
    clock.set(datetime.now(UTC) + timedelta(seconds=3))
    await _has_taken(looks, 52)
    await other.database.close()


async def test_an_instance_that_starts_takes_rows_however_young(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    url = await database("tickets")
    dead = Instance("tickets", url, nats.url)
    ids = await dead.opens_many(50)
    await dead.database.close()

    # for which they stay young
    owner = await start(Instance("tickets", url, nats.url, clock=SettableClock()))

    await _has_taken(owner, len(ids))


async def test_after_a_reconnect_what_is_not_marked_is_published_again_under_the_same_ids(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url, look_every_s=60))
    ids = await owner.opens_many(50)
    await _has_taken(owner, len(ids))

    owner.heal()

    await owner.has_published()
    assert (await stream_state(broker, "tickets")).messages == len(ids)
    assert owner.relay.backlog == 0


async def test_the_disk_is_not_waited_for_by_marks_and_by_nothing_else(
    database: MakeDatabase,
) -> None:
    owner = Instance("tickets", await database("tickets"), "nats://127.0.0.1:1")
    setting = text("select current_setting('synchronous_commit') as it")
    async with session(owner.database.engine) as direct:
        await direct.execute(text("set synchronous_commit = on"), {})
        await direct.begin()
        await outbox.mark(direct, datetime.now(UTC), [(new_id(), 1)])
        [meanwhile] = await direct.rows(setting, {})
        await direct.commit()
        [after] = await direct.rows(setting, {})

    assert (meanwhile["it"], after["it"]) == ("off", "on")
    await owner.database.close()


async def _has_taken(owner: Instance, number: int) -> None:
    """Waits until the stream has taken so many of its facts."""

    async def so_many() -> bool:
        return owner.relay.published >= number

    await eventually(so_many)


async def _insert_oversize(owner: Instance) -> None:
    body = to_json({"ticket": a_ticket(title="x" * 70_000), "detail": {}}).decode()
    async with owner.database.transaction() as tx:
        await tx.execute(
            text("""insert into outbox (id, type, subject_id, site_id, version, actor, body,
              created_at, generation)
                    values (:id, 'tickets.ticket.opened.v1', 'x', 'demo', 1, 'test',
                      cast(:body as json), :now, 0)"""),
            id=new_id(),
            body=body,
            now=SystemClock().now(),
        )
