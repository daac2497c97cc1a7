"""One action, one transaction: what it reads, what it leaves to be written, and what it says when it is over."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json
from sqlalchemy import Executable, MetaData, Table, text
from sqlalchemy.exc import MultipleResultsFound
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel

from shared.clock import Clock
from shared.contracts import Snapshot
from shared.db.session import Session
from shared.db.writes import Mode, Writes
from shared.ids import new_id
from shared.messaging.facts import Fact, OutboxRow, header_values, outbox_row
from shared.telemetry import current_trace


class Transaction:
    """Made by `Database.transaction`, which commits it when its block ends well and rolls it back when it does not.

    Takes a connection from the pool with its first statement, so that what is refused early costs none.
    """

    def __init__(self, database: "Database", *, actor: str, causes: Mapping[str, str | None]) -> None:
        self.now: datetime = database.clock.now()
        self.actor = actor
        self._database = database
        self._causes = causes
        self._open: Session | None = None
        self._writes = Writes()
        self._facts: dict[tuple[type[Snapshot], str], tuple[Fact, OutboxRow]] = {}
        self._alarms: dict[str, datetime] = {}
        self._topics: set[str] = set()
        self._callbacks: list[Callable[[], None]] = []

    # ---- reading ----

    async def rows(self, statement: Executable, **parameters: Any) -> Sequence[Mapping[str, Any]]:
        """What a select returns, column name → value. Writes that were kept back are not seen until `flush`."""
        return await (await self._session()).rows(statement, parameters)

    async def row(self, statement: Executable, **parameters: Any) -> Mapping[str, Any] | None:
        """The one row of a select, or None. Raises MultipleResultsFound for more."""
        rows = await self.rows(statement, **parameters)
        if len(rows) > 1:
            raise MultipleResultsFound(f"{len(rows)} rows where one was asked for")
        return rows[0] if rows else None

    async def lock(self, kind: str, ids: Iterable[UUID | str]) -> None:
        """Until the transaction ends, nobody else holds these. For what has no row yet; handlers hold what their facts are about."""
        keys = sorted({lock_key(kind, id) for id in ids})
        if keys:
            await (await self._session()).execute(_LOCK, {"keys": keys})

    # ---- writing ----

    async def execute(self, statement: Executable, **parameters: Any) -> int:
        """An UPDATE or DELETE, at once; returns how many rows it touched."""
        return await (await self._session()).execute(statement, parameters)

    def save(self, table: type[SQLModel], thing: object, **more: Any) -> None:
        """Inserts the row, or overwrites the one with the same primary key."""
        self._writes.add(_table(table), Mode.SAVE, thing, more)

    def insert(self, table: type[SQLModel], thing: object, **more: Any) -> None:
        """Inserts the row; a violated constraint raises IntegrityError when it is sent."""
        self._writes.add(_table(table), Mode.INSERT, thing, more)

    def insert_missing(self, table: type[SQLModel], thing: object, **more: Any) -> None:
        """Inserts the row unless one of its unique keys is taken."""
        self._writes.add(_table(table), Mode.INSERT_MISSING, thing, more)

    def publish(self, fact: Fact) -> None:
        """Send the fact if and only if this transaction commits, as one with the facts of the same entity before it (`Fact.merged`).

        Raises FactTooLarge, and ValueError where the entity was published at another version.
        """
        key = (fact.contract, str(fact.snapshot.id))
        earlier = self._facts.pop(key, None)
        if earlier is not None:
            fact = earlier[0].merged(fact)
        cause = self._causes.get(key[1]) or current_trace()
        self._facts[key] = fact, outbox_row(fact, id=new_id(), at=self.now, actor=self.actor, traceparent=cause)

    def next_version(self, contract: type[Snapshot], id: UUID | str, version: int) -> int:
        """Return the version at which to publish the entity that is stored at `version`: one more, once per transaction."""
        published = self._facts.get((contract, str(id)))
        return version + 1 if published is None else published[0].snapshot.version

    async def flush(self) -> None:
        """Send the rows that are kept back, in one statement; facts wait for the commit. Raises IntegrityError."""
        if self._writes:
            statement, parameters = self._writes.take()
            await (await self._session()).send(statement, parameters)

    def insert_own(self, table: str, row: Mapping[str, Any]) -> None:
        """A row of one of the kernel's own tables, sent with the rest."""
        self._writes.add(self._database.metadata.tables[table], Mode.INSERT, row, {})

    def also(self, statement: str, row: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """A statement of the kernel's own, sent with the rest; `{row}` in it stands for its parameter, JSON."""
        self._writes.also(statement, row)

    # ---- what happens after the commit ----

    def alarm(self, name: str, at: datetime) -> None:
        """The alarm of that name rings at `at` or earlier."""
        self._alarms[name] = min(at, self._alarms.get(name, at))

    def tell(self, topic: str) -> None:
        """Live streams that listen to the topic look again, in every instance."""
        self._topics.add(topic)

    def after_commit(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    # ---- for Database alone ----

    async def _session(self) -> Session:
        if self._open is None:
            self._open = await Session.open(self._database.engine)
            await self._open.begin()
        return self._open

    async def _commit(self) -> None:
        outbox = self._database.metadata.tables["outbox"]
        for row in self._published:
            self._writes.add(outbox, Mode.INSERT, header_values(row), {"body": from_json(row.body)})
        if self._open is None and self._writes:
            self._open = await Session.open(self._database.engine)  # one statement is a transaction by itself
            await self.flush()
            return
        await self.flush()
        if self._open is not None:
            await self._open.commit()

    @property
    def _published(self) -> list[OutboxRow]:
        return [row for _, row in self._facts.values()]

    async def _close(self) -> None:
        if self._open is not None:
            session, self._open = self._open, None
            await session.close()


class After:
    """What a commit sets off; the service fills it in."""

    def __init__(self) -> None:
        self.published: Callable[[Sequence[OutboxRow]], None] = lambda rows: None
        self.alarm: Callable[[str, datetime], None] = lambda name, at: None
        self.told: Callable[[Iterable[str]], None] = lambda topics: None


class Database:
    """A service's own database: the pool, the clock of its transactions, and what its commits set off."""

    def __init__(self, url: str, *, metadata: MetaData, clock: Clock, name: str, pool_size: int = 10) -> None:
        self.metadata = metadata
        self.clock = clock
        self.name = name
        self.after = After()
        self.engine = _engine(url, name=name, pool_size=pool_size)

    @asynccontextmanager
    async def transaction(self, *, actor: str | None = None, causes: Mapping[str, str | None] | None = None) -> AsyncIterator[Transaction]:
        """`actor` is who acts (the service itself by default); `causes` maps an entity's id to the trace that its next fact belongs to."""
        tx = Transaction(self, actor=actor or self.name, causes=causes or {})
        try:
            yield tx
            await tx._commit()
        finally:
            # A request that is cancelled must still give its connection back.
            await asyncio.shield(tx._close())
        if published := tx._published:
            self.after.published(published)
        for name, at in tx._alarms.items():
            self.after.alarm(name, at)
        if tx._topics:
            self.after.told(tx._topics)
        for callback in tx._callbacks:
            callback()

    async def ping(self) -> None:
        """Raises whatever keeps the database from answering."""
        async with self.engine.connect() as connection:
            await connection.execute(text("select 1"))

    async def close(self) -> None:
        await self.engine.dispose()


def asyncpg_url(url: str) -> str:
    """`postgresql://…` as SQLAlchemy wants it for asyncpg."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"postgres", "postgresql"}:
        return f"postgresql+asyncpg://{rest}"
    return url


def _engine(url: str, *, name: str, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        asyncpg_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        json_serializer=lambda value: to_json(value).decode(),
        json_deserializer=from_json,
        hide_parameters=True,  # or personal data would stand in logs
        connect_args={
            "timeout": 5,
            "command_timeout": 20,
            "server_settings": {
                "application_name": f"fettle-{name}",
                "timezone": "UTC",
                "lock_timeout": "5s",
                "statement_timeout": "15s",
                "idle_in_transaction_session_timeout": "30s",
                "jit": "off",
            },
        },
    )


def _table(table: type[SQLModel]) -> Table:
    mapped: Table = table.__table__  # type: ignore[attr-defined] # SQLModel does not declare what SQLAlchemy adds
    return mapped


def lock_key(kind: str, id: UUID | str) -> str:
    return f"{kind}:{id}"


_LOCK = text(
    "select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(cast(:keys as text[])) with ordinality as k(key, n) order by n"
)
