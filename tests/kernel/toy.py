"""The smallest owner and the smallest follower: tickets are written by one and counted by the
other, on real engines.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from shared.clock import Clock, SystemClock
from shared.contracts import TicketV1
from shared.contracts.tickets import Classing, Priority, TicketState, TicketStep
from shared.db.engine import asyncpg_url
from shared.db.failures import is_transient
from shared.db.tables import kernel_tables
from shared.db.transaction import Database, Transaction
from shared.facts import Fact
from shared.ids import new_id
from shared.messaging.answers import NoSuchConsumer
from shared.messaging.broker import Broker
from shared.messaging.consumer import Consumer
from shared.messaging.consumer_loop import ConsumerLoop
from shared.messaging.declarations import StreamLimits
from shared.messaging.handlers import Handler, on
from shared.messaging.names import JETSTREAM_API
from shared.messaging.relay import Relay
from shared.messaging.rights import Follows
from shared.messaging.topology import Topology
from tests.support.eventually import eventually

METADATA = MetaData()
kernel_tables(METADATA)
_ID = postgresql.UUID(as_uuid=True)
Table(
    "applied",
    METADATA,
    Column("ticket_id", _ID, primary_key=True),
    Column("version", Integer, primary_key=True),
)
Table(
    "counted",
    METADATA,
    Column("ticket_id", _ID, primary_key=True),
    Column("version", Integer),
    Column("title", Text),
)
Table(
    "chores",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("due_at", DateTime(timezone=True)),
    Column("done_by", Text),
    Column("done_at", DateTime(timezone=True)),
)
Table(
    "notes",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("after_id", _ID, ForeignKey("notes.id", deferrable=True, initially="DEFERRED")),
    Column("version", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("kind", Text, nullable=False),
)


class Note(SQLModel):
    __table__ = METADATA.tables["notes"]


class Applied(SQLModel):
    """What was acted on: the key keeps the same version from being acted on twice."""

    __table__ = METADATA.tables["applied"]


class Counted(SQLModel):
    __table__ = METADATA.tables["counted"]


T = TypeVar("T")
_NAMES = ("tickets", "dispatch", "sla", "notify")
FOLLOWS = {name: sorted(set(_NAMES) - {name}) for name in _NAMES}
LIMITS = StreamLimits(replicas=1, max_bytes=64 * 1024 * 1024)
_numbers = itertools.count(1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_ticket(id: UUID | None = None, *, version: int = 1, title: str = "") -> TicketV1:
    return TicketV1(
        id=id or new_id(),
        version=version,
        site_id="demo",
        reference=f"DEMO-{next(_numbers)}-X",
        state=TicketState.OPEN,
        category="plumbing",
        priority=Priority.NORMAL,
        title=title,
        reporter_id="resident-1",
        entered_by="resident-1",
        opened_at=NOON,
        steps=(TicketStep(at=NOON, state=TicketState.OPEN, cycle=1, cause="resident-1"),),
        classes=(Classing(at=NOON, category="plumbing", priority=Priority.NORMAL),),
    )


async def count(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    """Acts once on each version it is given; a title of `poison` cannot be handled."""
    for ticket in tickets:
        if ticket.title == "poison":
            raise ValueError("this one cannot be handled")
        tx.insert(Applied, {"ticket_id": ticket.id, "version": ticket.version})
        tx.save(Counted, {"ticket_id": ticket.id, "version": ticket.version, "title": ticket.title})


count_tickets = on(TicketV1)(count)


async def make_schema(url: str) -> None:
    engine = create_async_engine(asyncpg_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await engine.dispose()


class Instance:
    """One process of a service, as far as the kernel goes: it may be started, stopped and started
    again.
    """

    def __init__(
        self,
        name: str,
        database_url: str,
        nats_url: str,
        *handlers: Handler,
        api: str = JETSTREAM_API,
        backlog_limit: int = 100_000,
        look_every_s: float = 0.3,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self.database = Database(
            database_url, metadata=METADATA, clock=clock or SystemClock(), name=name
        )
        self.broker = Broker(nats_url, name=name, api=api)
        self.relay = Relay(
            self.database,
            self.broker,
            name,
            backlog_limit=backlog_limit,
            look_every_s=look_every_s,
            reconcile_every_s=max(1.0, look_every_s),
            longest_pause_s=1.0,
        )
        self.database.after.published = self.relay.enqueue
        self.consumer = Consumer(name, "tickets", handlers, self.database) if handlers else None
        self.consumer_loop = (
            ConsumerLoop(self.consumer, self.broker, self.database, check_every_s=1.0)
            if self.consumer
            else None
        )
        self.broker.reconnected = self.heal
        self.tasks: list[asyncio.Task[None]] = []

    def heal(self) -> None:
        self.relay.heal()
        if self.consumer_loop is not None:
            self.consumer_loop.heal()

    async def start(self) -> "Instance":
        await self.broker.connect()
        runs: list[Callable[[], Awaitable[None]]] = [self.relay.run]
        if self.consumer_loop is not None:
            runs.append(self.consumer_loop.run)
        self.tasks = [asyncio.ensure_future(run()) for run in runs]
        return self

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        done = await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks = []
        await self.broker.close()
        await self.database.close()
        for outcome in done:
            if isinstance(outcome, Exception):
                raise outcome

    async def dies(self) -> bool:
        """Waits until one of its tasks has died of something; False when instead everything has
        been acknowledged.
        """

        async def dead_or_done() -> str:
            if any(task.done() for task in self.tasks):
                return "dead"
            try:
                info = await self.broker.ask(f"CONSUMER.INFO.TICKETS.{self.name}-tickets")
            except NoSuchConsumer:
                return ""
            return "done" if info["num_ack_pending"] == 0 and info["num_pending"] == 0 else ""

        return await eventually(dead_or_done) == "dead"

    # ---- what a test does with it ----

    async def opens(self, *tickets: TicketV1) -> set[UUID]:
        """Commits a fact for each, all in one transaction; returns their ids."""
        async with self.database.transaction() as tx:
            for ticket in tickets:
                tx.publish(Fact(TicketV1, "opened", ticket))
        return {ticket.id for ticket in tickets}

    async def opens_many(self, number: int, *, batch_size: int = 50) -> set[UUID]:
        """Commits so many facts, some in each transaction; returns the tickets' ids."""
        ids: set[UUID] = set()
        for _ in range(number // batch_size):
            ids |= await self.opens(*(a_ticket() for _ in range(batch_size)))
        return ids

    async def has_counted(self, ids: set[UUID], *, timeout_s: float = 40) -> None:
        """Waits until it has acted on these and no others; none is parked, and a version acted on
        twice would be.
        """

        async def all_of_them() -> bool:
            if await self.number("select count(*) from counted") < len(ids):
                return False  # to read them at every look would cost more than counting them does
            counted = await self.counted()
            assert counted.keys() <= ids, "a ticket that nobody opened"
            return len(counted) == len(ids)

        await eventually(all_of_them, timeout_s=timeout_s)
        assert await self.dead_letters() == 0

    async def has_published(self, *, timeout_s: float = 40) -> None:
        async def nothing_left() -> bool:
            return await self.unpublished() == 0

        await eventually(nothing_left, timeout_s=timeout_s)

    async def counted(self) -> dict[UUID, int]:
        """Ticket → the version it was last acted on."""
        async with self.database.transaction() as tx:
            return {
                UUID(str(row["ticket_id"])): int(row["version"])
                for row in await tx.rows(text("select ticket_id, version from counted"))
            }

    async def number(self, sql: str) -> int:
        async with self.database.transaction() as tx:
            row = await tx.row(text(sql))
        assert row is not None
        return int(next(iter(row.values())))

    async def unpublished(self) -> int:
        return await self.number(
            "select count(*) from outbox o where not exists (select from outbox_marks m "
            "where m.outbox_id = o.id)"
        )

    async def dead_letters(self) -> int:
        return await self.number("select count(*) from dead_letters")


async def unless_it_passes(action: Awaitable[T]) -> T | None:
    """What comes of it; None when it failed for a reason that passes by itself."""
    try:
        return await action
    except Exception as error:
        if not is_transient(error):
            raise
        return None


@asynccontextmanager
async def topology(
    url: str, *, limits: StreamLimits = LIMITS, follows: Follows = FOLLOWS, watches: bool = True
) -> AsyncIterator[Topology]:
    """A topology process, as far as the kernel goes; one that does not watch declares what it is
    asked for and no more.
    """
    broker = Broker(url, name="operator")
    await broker.connect()
    made = Topology(broker, follows, limits)
    watching = None
    await made.listen()
    if watches:
        await made.declare()
        watching = asyncio.create_task(made.watch())
    try:
        yield made
    finally:
        if watching is not None:
            watching.cancel()
            await asyncio.wait([watching])
        await broker.close()


@asynccontextmanager
async def instances() -> AsyncIterator[Callable[[Instance], Awaitable[Instance]]]:
    """Instances started through it are stopped at the end, also after a failure. What they ask for
    is declared, where a broker has no users.
    """
    started: list[Instance] = []
    async with AsyncExitStack() as topologies:

        async def start(instance: Instance) -> Instance:
            urls = {each.broker.url for each in started}
            if instance.broker.url not in urls and "@" not in instance.broker.url:
                await topologies.enter_async_context(topology(instance.broker.url, watches=False))
            started.append(instance)
            return await instance.start()

        try:
            yield start
        finally:
            for instance in started:
                await instance.stop()
