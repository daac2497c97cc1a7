"""The smallest owner and the smallest follower: tickets are written by one and counted by the other, on real engines."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Column, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from shared.clock import SystemClock
from shared.contracts import TicketV1
from shared.contracts.tickets import Classing, Priority, TicketState, TicketStep
from shared.db.tables import kernel_tables
from shared.db.transaction import Database, Transaction, asyncpg_url
from shared.ids import new_id
from shared.messaging.broker import Broker
from shared.messaging.consumer import Consumer, Handler, follows
from shared.messaging.facts import Fact
from shared.messaging.following import Following
from shared.messaging.relay import Relay
from shared.messaging.streams import StreamLimits

METADATA = MetaData()
kernel_tables(METADATA)
Table("applied", METADATA, Column("ticket_id", PgUUID(as_uuid=True), primary_key=True), Column("version", Integer, primary_key=True))
Table("counted", METADATA, Column("ticket_id", PgUUID(as_uuid=True), primary_key=True), Column("version", Integer), Column("title", Text))


class Applied(SQLModel):
    """What was acted on: the key keeps the same version from being acted on twice."""

    __table__ = METADATA.tables["applied"]


class Counted(SQLModel):
    __table__ = METADATA.tables["counted"]


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


@follows(TicketV1)
async def count_tickets(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    """Acts once on each version it is given; a title of `poison` cannot be handled."""
    for ticket in tickets:
        if ticket.title == "poison":
            raise ValueError("this one cannot be handled")
        tx.insert(Applied, {"ticket_id": ticket.id, "version": ticket.version})
        tx.save(Counted, {"ticket_id": ticket.id, "version": ticket.version, "title": ticket.title})


async def make_schema(url: str) -> None:
    engine = create_async_engine(asyncpg_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await engine.dispose()


class Instance:
    """One process of a service, as far as the kernel goes: it may be started, stopped and started again."""

    def __init__(self, name: str, database_url: str, nats_url: str, *handlers: Handler) -> None:
        self.database = Database(database_url, metadata=METADATA, clock=SystemClock(), name=name)
        self.broker = Broker(nats_url, name=name)
        self.relay = Relay(self.database, self.broker, name, LIMITS, backlog_limit=100_000)
        self.database.after.published = self.relay.hand
        self.consumer = Consumer(name, "tickets", handlers, self.database) if handlers else None
        self.following = Following(self.consumer, self.broker, self.database, LIMITS) if self.consumer else None
        self.broker.reconnected = self.heal
        self._tasks: list[asyncio.Task[None]] = []

    def heal(self) -> None:
        self.relay.heal()
        if self.following is not None:
            self.following.heal()

    async def start(self) -> "Instance":
        await self.broker.connect()
        runs: list[Callable[[], Awaitable[None]]] = [self.relay.run]
        if self.following is not None:
            runs.append(self.following.run)
        self._tasks = [asyncio.ensure_future(run()) for run in runs]  # type: ignore[arg-type] # coroutines, by their definition
        return self

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        done = await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self.broker.close()
        await self.database.close()
        for outcome in done:
            if isinstance(outcome, Exception):
                raise outcome

    # ---- what a test does with it ----

    async def opens(self, *tickets: TicketV1) -> None:
        """Commits a fact for each, all in one transaction."""
        async with self.database.transaction() as tx:
            for ticket in tickets:
                tx.publish(Fact(TicketV1, "opened", ticket))

    async def counted(self) -> dict[UUID, int]:
        """Ticket → the version it was last acted on."""
        async with self.database.transaction() as tx:
            return {UUID(str(row["ticket_id"])): int(row["version"]) for row in await tx.rows(text("select ticket_id, version from counted"))}

    async def number(self, sql: str) -> int:
        async with self.database.transaction() as tx:
            row = await tx.row(text(sql))
        assert row is not None
        return int(next(iter(row.values())))

    async def unpublished(self) -> int:
        return await self.number("select count(*) from outbox o where not exists (select from outbox_marks m where m.outbox_id = o.id)")

    async def parked(self) -> int:
        return await self.number("select count(*) from parked_facts")


MakeInstance = Callable[..., Instance]


@asynccontextmanager
async def instances() -> AsyncIterator[Callable[[Instance], Awaitable[Instance]]]:
    """Instances started through it are stopped at the end, also after a failure."""
    started: list[Instance] = []

    async def start(instance: Instance) -> Instance:
        started.append(instance)
        return await instance.start()

    try:
        yield start
    finally:
        for instance in started:
            await instance.stop()
