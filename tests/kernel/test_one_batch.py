"""What all durables of a service have pulled is one batch in one transaction; a bad fact and a
stuck stream are still alone.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from shared.clock import SystemClock
from shared.contracts import ClocksV1, Snapshot, TicketV1, WorkOrderV1
from shared.contracts.dispatch import WorkOrderState
from shared.db.failures import is_transient
from shared.db.transaction import Database, Transaction
from shared.facts import Fact
from shared.ids import new_id
from shared.messaging.broker import Broker
from shared.messaging.consumer import Consumer, consumers_of
from shared.messaging.consumer_loop import ConsumerLoop
from shared.messaging.handlers import Handler, on, stores
from shared.messaging.positions import load_position, reset_position
from shared.messaging.pull import Pull
from shared.messaging.received import Received, read_message
from shared.messaging.streams import stream_state
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import METADATA, Instance, a_ticket, count_tickets
from tests.support.component import as_stored, received
from tests.support.engines import Nats
from tests.support.eventually import eventually

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 2, 1, tzinfo=UTC)


def an_order(id: Any, *, version: int = 1) -> WorkOrderV1:
    return WorkOrderV1(
        id=id,
        version=version,
        site_id="demo",
        observed=1,
        cycle=1,
        state=WorkOrderState.WAITING,
        jobs=(),
    )


def the_clocks(id: Any, *, version: int = 1, policy: str = "p") -> ClocksV1:
    return ClocksV1(
        id=id, version=version, site_id="demo", policy_id=policy, policy_version=1, clocks=()
    )


class Listener:
    """A service without a broker: each of its durables hears what it is given."""

    def __init__(
        self, database: Database, url: str, handlers: Sequence[Handler], linger_s: float = 0
    ) -> None:
        self.database, self.url = database, url
        self.consumers = consumers_of("notify", handlers, database, linger_s=linger_s)

    def durable(self, owner: str) -> Consumer:
        return self.consumers[f"notify-{owner}"]

    async def hears(self, **facts: Sequence[Received]) -> None:
        """All durables at once: `hears(tickets=[…], sla=[…])`."""
        await asyncio.gather(
            *(self.durable(owner).apply(given, created=CREATED) for owner, given in facts.items())
        )

    async def positions(self) -> dict[str, int]:
        rows = await self.rows("select durable, stream_seq from consumer_positions")
        return {row["durable"]: row["stream_seq"] for row in rows}

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        async with self.database.transaction() as tx:
            return [dict(row) for row in await tx.rows(text(sql))]


MakeListener = Callable[..., Awaitable[Listener]]


@pytest.fixture
async def listener(database: MakeDatabase) -> AsyncIterator[MakeListener]:
    made: list[Listener] = []

    async def make(*handlers: Handler, linger_s: float = 0) -> Listener:
        url = await database("notify")
        made.append(
            Listener(
                Database(url, metadata=METADATA, clock=SystemClock(), name="notify"),
                url,
                handlers,
                linger_s,
            )
        )
        return made[-1]

    yield make
    for each in made:
        await each.database.close()


class Heard:
    """What a handler was called with, call by call; one for all three kinds.

    A policy of `poison` cannot be handled.
    """

    def __init__(self) -> None:
        self.calls: list[list[tuple[str, int]]] = []

        @on(TicketV1, WorkOrderV1, ClocksV1, urgent=(WorkOrderV1,))
        async def tell(tx: Transaction, snapshots: Sequence[Snapshot]) -> None:
            for each in snapshots:
                if isinstance(each, ClocksV1) and each.policy_id == "poison":
                    raise ValueError("this one cannot be handled")
            self.calls.append([(each.ENTITY, each.version) for each in snapshots])

        self.tell = tell


async def test_facts_of_three_durables_about_one_ticket_are_handled_once_in_one_transaction(
    listener: MakeListener,
) -> None:
    heard = Heard()
    notify, id = await listener(heard.tell), new_id()
    tickets, orders, clocks = (
        received(a_ticket(id)),
        received(an_order(id)),
        received(the_clocks(id)),
    )

    await notify.hears(tickets=[tickets], dispatch=[orders], sla=[clocks])

    assert heard.calls == [[("work_order", 1), ("clocks", 1), ("ticket", 1)]]
    assert await notify.positions() == {
        "notify-tickets": tickets.seq,
        "notify-dispatch": orders.seq,
        "notify-sla": clocks.seq,
    }
    written = await notify.rows(
        "select distinct xmin::text from (select xmin from snapshots union all select xmin "
        "from consumer_positions) as w"
    )
    assert len(written) == 1


async def test_what_lingers_goes_with_the_first_fact_that_is_urgent(listener: MakeListener) -> None:
    heard = Heard()
    notify, id = await listener(heard.tell, linger_s=3600), new_id()
    lingering = asyncio.create_task(
        notify.hears(tickets=[received(a_ticket(id))], sla=[received(the_clocks(id))])
    )
    await asyncio.sleep(0)
    before = list(heard.calls)

    await notify.hears(dispatch=[received(an_order(id))])
    await lingering

    assert (before, heard.calls) == ([], [[("work_order", 1), ("clocks", 1), ("ticket", 1)]])


async def test_the_newest_of_each_entity_counts_whichever_durables_the_facts_came_by(
    listener: MakeListener,
) -> None:
    heard = Heard()
    notify, id = await listener(heard.tell), new_id()

    await notify.hears(
        tickets=[received(a_ticket(id, version=version)) for version in (2, 3, 1)],
        sla=[received(the_clocks(id, version=version)) for version in (5, 4)],
    )

    assert heard.calls == [[("clocks", 5), ("ticket", 3)]]
    assert await notify.rows("select sum(handled) as handled from consumer_positions") == [
        {"handled": 5}
    ]


async def test_a_handler_reads_what_was_stored_and_written_before_it(
    listener: MakeListener,
) -> None:
    seen: list[int] = []

    @on(ClocksV1)
    async def look(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
        [row] = await tx.rows(
            text(
                "select (select count(*) from counted) as counted, "
                "(select count(*) from snapshots) as held"
            )
        )
        seen.extend(row.values())

    notify, id = await listener(count_tickets, look, stores(WorkOrderV1)), new_id()

    await notify.hears(
        tickets=[received(a_ticket(id))],
        dispatch=[received(an_order(id))],
        sla=[received(the_clocks(id))],
    )

    assert seen == [1, 3]


async def test_one_poison_fact_among_three_durables_parks_alone(listener: MakeListener) -> None:
    heard = Heard()
    notify = await listener(heard.tell)
    ids = [new_id() for _ in range(10)]
    tickets = [received(a_ticket(id)) for id in ids]
    orders = [received(an_order(id)) for id in ids]
    clocks = [
        received(the_clocks(id, policy="poison" if n == 4 else "p")) for n, id in enumerate(ids)
    ]
    garbage = as_stored(
        seq=clocks[-1].seq + 1000,
        type="sla.clocks.started.v1",
        headers={"ce-id": "garbage"},
        body=b"{",
    )

    await notify.hears(tickets=tickets, dispatch=orders, sla=[*clocks, garbage])

    dead_letters = await notify.rows(
        "select durable, fact_id, reason from dead_letters order by stream_seq"
    )
    assert [(row["durable"], row["fact_id"]) for row in dead_letters] == [
        ("notify-sla", clocks[4].fact_id),
        ("notify-sla", "garbage"),
    ]
    assert dead_letters[0]["reason"] == "ValueError: this one cannot be handled"
    assert len(await notify.rows("select * from snapshots")) == 29
    assert sorted(each for call in heard.calls for each in call) == sorted(
        [("ticket", 1), ("work_order", 1)] * 10 + [("clocks", 1)] * 9
    )
    assert await notify.positions() == {
        "notify-tickets": tickets[-1].seq,
        "notify-dispatch": orders[-1].seq,
        "notify-sla": garbage.seq,
    }
    assert [notify.durable(owner).dead_letters for owner in ("tickets", "dispatch", "sla")] == [
        0,
        0,
        2,
    ]
    assert [notify.durable(owner).consumed for owner in ("tickets", "dispatch", "sla")] == [
        10,
        10,
        11,
    ]


async def test_a_stream_that_has_to_wait_holds_no_other(listener: MakeListener) -> None:
    heard: list[int] = []

    @on(ClocksV1)
    async def note(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
        heard.extend(each.version for each in clocks)

    notify, id = await listener(count_tickets, note), new_id()
    other = await asyncpg.connect(notify.url)
    await other.execute("begin; lock table counted in access exclusive mode")
    stuck, fact = notify.durable("tickets"), received(a_ticket(id))

    first = asyncio.create_task(stuck.apply([fact], created=CREATED))
    # in one batch with it, for as long as one try takes
    await notify.hears(sla=[received(the_clocks(new_id(), version=1))])
    with pytest.raises(Exception, match="lock timeout") as waits:
        await first
    again = asyncio.create_task(stuck.apply([fact], created=CREATED))
    await eventually(lambda: _waits_for_a_lock(other))
    await notify.hears(sla=[received(the_clocks(new_id(), version=2))])

    assert is_transient(waits.value)
    assert not again.done(), "the other stream was handled while this one waited"
    assert heard[-1] == 2
    await other.close()
    await again
    assert set(await notify.positions()) == {"notify-tickets", "notify-sla"}
    assert await notify.rows("select * from dead_letters") == []


async def test_who_was_stuck_joins_the_others_again(listener: MakeListener) -> None:
    heard = Heard()
    notify, id = await listener(count_tickets, heard.tell), new_id()
    other = await asyncpg.connect(notify.url)
    await other.execute("begin; lock table counted in access exclusive mode")
    with pytest.raises(Exception, match="lock timeout"):
        await notify.hears(tickets=[received(a_ticket(id))])
    await other.close()
    await notify.hears(tickets=[received(a_ticket(id))])

    await notify.hears(tickets=[received(a_ticket(id, version=2))], sla=[received(the_clocks(id))])

    assert heard.calls == [[("ticket", 1)], [("clocks", 1), ("ticket", 2)]]


async def test_a_batch_that_is_cancelled_leaves_the_facts_of_others_to_them(
    listener: MakeListener,
) -> None:
    at_work = asyncio.Event()

    @on(TicketV1)
    async def hang_the_first_time(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
        if not at_work.is_set():
            at_work.set()
            await asyncio.Event().wait()

    heard = Heard()
    notify, id = await listener(heard.tell, hang_the_first_time), new_id()
    tickets, clocks = received(a_ticket(id)), received(the_clocks(id))
    leads = asyncio.create_task(notify.durable("tickets").apply([tickets], created=CREATED))
    follows_it = asyncio.create_task(notify.durable("sla").apply([clocks], created=CREATED))

    await at_work.wait()
    leads.cancel()
    await asyncio.wait([leads])
    await follows_it

    assert heard.calls == [[("clocks", 1), ("ticket", 1)], [("clocks", 1)]]
    assert await notify.positions() == {"notify-sla": clocks.seq}


async def test_who_died_between_commit_and_ack_hears_it_all_again_without_harm(
    listener: MakeListener,
) -> None:
    heard = Heard()
    notify, id = await listener(count_tickets, heard.tell), new_id()
    facts = {
        "tickets": [received(a_ticket(id))],
        "dispatch": [received(an_order(id))],
        "sla": [received(the_clocks(id))],
    }
    await notify.hears(**facts)
    before = await notify.positions()
    again = Listener(notify.database, notify.url, [count_tickets, heard.tell])

    await again.hears(**facts)

    assert len(heard.calls) == 1
    assert await notify.positions() == before
    assert await notify.rows("select * from dead_letters") == []


async def test_facts_of_a_stream_that_was_made_anew_meanwhile_move_no_position(
    listener: MakeListener,
) -> None:
    heard = Heard()
    notify, id = await listener(heard.tell), new_id()
    async with notify.database.transaction() as tx:
        tx.write_own(
            "consumer_positions",
            {
                "durable": "notify-tickets",
                "stream_created": LATER,
                "stream_seq": 0,
                "fact_id": None,
                "handled": 0,
            },
        )
    clocks = received(the_clocks(id))

    await notify.hears(tickets=[received(a_ticket(id))], sla=[clocks])

    assert heard.calls == [[("clocks", 1), ("ticket", 1)]]
    assert await notify.positions() == {"notify-tickets": 0, "notify-sla": clocks.seq}


async def test_two_streams_by_one_name_in_one_batch_leave_the_newer_ones_position(
    listener: MakeListener,
) -> None:
    heard = Heard()
    notify = await listener(heard.tell)
    old, new = received(a_ticket()), received(a_ticket())
    durable = notify.durable("tickets")

    await asyncio.gather(durable.apply([new], created=LATER), durable.apply([old], created=CREATED))

    async with notify.database.transaction() as tx:
        position = await load_position(tx, "notify-tickets")
    assert position is not None
    assert (position.created, position.seq, position.fact_id) == (LATER, new.seq, new.fact_id)


async def test_a_suspect_among_three_durables_is_tried_alone(listener: MakeListener) -> None:
    heard = Heard()
    notify, id = await listener(heard.tell), new_id()
    suspect = received(the_clocks(id), deliveries=9)

    await notify.hears(
        tickets=[received(a_ticket(id))], dispatch=[received(an_order(id))], sla=[suspect]
    )

    assert heard.calls == [[("clocks", 1)], [("work_order", 1), ("ticket", 1)]]
    assert (await notify.positions())["notify-sla"] == suspect.seq
    assert await notify.rows("select * from dead_letters") == []


async def test_a_process_killed_between_commit_and_ack_repeats_harmlessly(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    tickets = await start(Instance("tickets", await database("tickets"), nats.url))
    sla = await start(Instance("sla", await database("sla"), nats.url))
    ids = await tickets.opens_many(50)
    await _starts_clocks(sla, ids)
    await tickets.has_published()
    await sla.has_published()
    for owner in ("tickets", "sla"):
        await _durable_that_delivers_again_soon(tickets.broker, owner)
    heard = Heard()
    handlers, url = (count_tickets, heard.tell), await database("notify")
    dead = Listener(
        Database(url, metadata=METADATA, clock=SystemClock(), name="notify"), url, handlers
    )
    await asyncio.gather(
        *(
            _handles_without_ack(dead, tickets.broker, owner, number=50)
            for owner in ("tickets", "sla")
        )
    )
    acted = len(heard.calls)

    again = Listener(dead.database, url, handlers)
    running = [
        asyncio.create_task(ConsumerLoop(each, tickets.broker, again.database).run())
        for each in again.consumers.values()
        if each.owner != "dispatch"
    ]
    for owner in ("tickets", "sla"):
        await eventually(partial(_has_acknowledged_all, tickets.broker, owner))
    for task in running:
        task.cancel()
    await asyncio.wait(running)

    assert len(heard.calls) == acted
    assert len(await again.rows("select * from applied")) == 50
    assert await again.rows("select * from dead_letters") == []
    assert await again.positions() == {"notify-tickets": 50, "notify-sla": 50}
    await again.database.close()


async def _starts_clocks(sla: Instance, ids: Iterable[UUID]) -> None:
    async with sla.database.transaction() as tx:
        for id in ids:
            tx.publish(Fact(ClocksV1, "started", the_clocks(id)))


async def _handles_without_ack(
    listener: Listener, broker: Broker, owner: str, *, number: int
) -> None:
    created = (await stream_state(broker, owner)).created
    pull = Pull(broker, owner, listener.durable(owner).durable)
    await pull.open()
    facts: list[Received] = []
    while len(facts) < number:
        facts += [read_message(message) for message in await pull.next_batch(float("inf"))]
    async with listener.database.transaction() as tx:
        await reset_position(tx, listener.durable(owner).durable, created)
    await listener.durable(owner).apply(facts, created=created)
    await pull.close()


async def _has_acknowledged_all(broker: Broker, owner: str) -> bool:
    info = await broker.ask(f"CONSUMER.INFO.{owner.upper()}.notify-{owner}")
    return bool(info["num_ack_pending"] == 0 and info["num_pending"] == 0)


async def _durable_that_delivers_again_soon(broker: Broker, owner: str) -> None:
    """As ours, but for an ack wait of a second: the kernel reports the drift and leaves it."""
    config = {
        "durable_name": f"notify-{owner}",
        "ack_policy": "explicit",
        "ack_wait": 1_000_000_000,
        "max_deliver": -1,
        "max_ack_pending": 256,
        "filter_subject": f"{owner}.>",
    }
    stream = owner.upper()
    await broker.ask(
        f"CONSUMER.CREATE.{stream}.notify-{owner}.{owner}.>",
        {"stream_name": stream, "config": config},
    )


async def _waits_for_a_lock(connection: Any) -> bool:
    waiting = (
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and wait_event_type = 'Lock'"
    )
    return bool(await connection.fetchval(waiting))
