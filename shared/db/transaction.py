"""One action, one transaction: what it reads, what it writes, and what its commit sets off.

A transaction is *locking*, *optimistic* or *reading*. A locking one locks what it reads in order to
change it. An optimistic one locks nothing: it reads, decides, and commits on condition that the
rows it read for update are as they were; if not, it raises `Outdated`, and its action runs again in
a locking one. While it has asked for nothing but lookups it has no session of its own: its reads
and its commit are shared with others under way (`batching.py`, `group_commit.py`). A reading one is
only a connection: each of its statements sees what is committed by then.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, MutableMapping, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Executable, MetaData, text
from sqlalchemy.exc import MultipleResultsFound

from shared.clock import Clock
from shared.contracts import Snapshot
from shared.db.after import After, Consequences
from shared.db.engine import close_engine, create_engine
from shared.db.facts_to_publish import FactsToPublish
from shared.db.failures import Outdated
from shared.db.group_commit import GroupCommit
from shared.db.group_lookup import GroupLookup
from shared.db.locks import LOCK, lock_key
from shared.db.reads import ForUpdate, Lookup, Requirement
from shared.db.session import Session, session
from shared.db.writes import DeclaredTable, Mode, Writes, table_of
from shared.facts import Fact
from shared.metrics import Metric


class Kind(Enum):
    LOCKING = auto()
    OPTIMISTIC = auto()
    READING = auto()


class Transaction:
    """Made by `Database.transaction`, which commits it when its block ends well and rolls it back
    when it does not.

    Takes a connection from the pool with its first statement, so that what is refused early costs
    none.
    """

    def __init__(
        self, database: "Database", *, actor: str, causes: Mapping[str, str | None], kind: Kind
    ) -> None:
        self.now: datetime = database.clock.now()
        self.actor = actor
        self.kind = kind
        self.assumes = False
        """Whether it relies on something that it has not read."""
        self._database = database
        self._open: Session | None = None
        self._writes = Writes()
        self._facts = FactsToPublish(at=self.now, actor=actor, causes=causes)
        self._consequences = Consequences()

    # ---- reading ----

    async def rows(self, statement: Executable, **parameters: Any) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a select, column name → value.

        Writes that were kept back are not seen until `flush`.
        """
        return await (await self._session()).rows(statement, parameters)

    async def search(self, statement: Executable, **parameters: Any) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a select for which it matters what is asked for: one with filters, or
        with words. It is planned each time; the plan that PostgreSQL keeps of `rows` fits any.
        """
        return await (await self._session()).search(statement, parameters)

    async def row(self, statement: Executable, **parameters: Any) -> Mapping[str, Any] | None:
        """Return the one row of a select, or None. Raises MultipleResultsFound for more."""
        rows = await self.rows(statement, **parameters)
        if len(rows) > 1:
            raise MultipleResultsFound(f"{len(rows)} rows where one was asked for")
        return rows[0] if rows else None

    async def lookup(self, lookup: Lookup, **parameters: Any) -> Sequence[Mapping[str, Any]]:
        """Return what a declared select finds, without a lock.

        Writes that were kept back are not seen until `flush`.
        """
        if self._open is not None:
            return (await self._open.lookup(lookup, [parameters]))[0]
        return await self._database.group_lookup.find(lookup, parameters)

    async def for_update(self, rows: ForUpdate, **parameters: Any) -> Sequence[Mapping[str, Any]]:
        """Return rows that are going to be changed: locked, or in an optimistic transaction
        required to be the same at the commit.
        """
        if self.kind is Kind.LOCKING:
            return await self.rows(rows.locking, **parameters)
        found = await self.lookup(rows.lookup, **parameters)
        for row in found:
            self.require(rows.unchanged, id=row["id"], seen=row["seen"])
        return found

    def require(self, requirement: Requirement, **parameters: Any) -> None:
        """Let the commit fail with `Outdated` unless this holds at that very moment.

        Only what is written with it is guarded.
        """
        self._writes.require(requirement, parameters)

    @property
    def memory(self) -> MutableMapping[Hashable, Any]:
        """What this instance remembers of its database from one transaction to the next.

        It may be old: `assume` it.
        """
        return self._database.memory

    def assume(self, requirement: Requirement, **parameters: Any) -> None:
        """Go on with something remembered as if it had been read, on condition that it holds at the
        commit. What is refused because of it is to be run again in a locking transaction, which
        assumes nothing.
        """
        self.assumes = True
        self.require(requirement, **parameters)

    def demand_locks(self) -> None:
        """Raise Outdated unless this is a locking transaction: what follows is decided by rows that
        others insert meanwhile.
        """
        if self.kind is not Kind.LOCKING:
            raise Outdated("to be decided under locks")

    async def lock(self, kind: str, ids: Iterable[UUID | str]) -> None:
        """Lock these until the transaction ends; wait while another transaction holds one of them.

        For what has no row yet; handlers hold what their facts are about.
        """
        keys = sorted({lock_key(kind, id) for id in ids})
        if keys:
            await (await self._session()).execute(LOCK, {"keys": keys})

    # ---- writing ----

    async def execute(self, statement: Executable, **parameters: Any) -> int:
        """Execute an UPDATE or DELETE at once; return how many rows it touched."""
        return await (await self._session()).execute(statement, parameters)

    def save(self, table: DeclaredTable, thing: object, **more: Any) -> None:
        """Insert the row, or overwrite the one with the same primary key."""
        self._writes.add(table_of(table), Mode.SAVE, thing, more)

    def save_json(self, table: DeclaredTable, row: bytes, *, key: UUID | str) -> None:
        """Save a row that is JSON already, with every column of the table among its members."""
        self._writes.add_json(table_of(table), Mode.SAVE, (str(key),), row)

    def insert_json(self, table: DeclaredTable, row: bytes, *, key: UUID | str) -> None:
        """Insert a row that is JSON already, as `save_json` wants it."""
        self._writes.add_json(table_of(table), Mode.INSERT, (str(key),), row)

    def insert(self, table: DeclaredTable, thing: object, **more: Any) -> None:
        """Insert the row; a violated constraint raises IntegrityError when it is sent."""
        self._writes.add(table_of(table), Mode.INSERT, thing, more)

    def insert_missing(self, table: DeclaredTable, thing: object, **more: Any) -> None:
        """Insert the row unless one of its unique keys is taken."""
        self._writes.add(table_of(table), Mode.INSERT_MISSING, thing, more)

    def publish(self, fact: Fact) -> None:
        """Send the fact if and only if this transaction commits, as one with the facts of the same
        entity before it (`Fact.merged`).

        Raises FactTooLarge, and ValueError where the entity was published at another version.
        """
        self._facts.add(fact)

    def next_version(self, contract: type[Snapshot], id: UUID | str, version: int) -> int:
        """Return the version at which to publish the entity that is stored at `version`: one more,
        once per transaction.
        """
        published = self._facts.version(contract, id)
        return version + 1 if published is None else published

    async def flush(self) -> None:
        """Send the rows that are kept back, in one statement; facts wait for the commit. Raises
        IntegrityError, Outdated if optimistic.
        """
        if self._writes:
            statement, parameters = self._writes.take()
            await (await self._session()).send(statement, parameters)

    def write_own(self, table: str, row: dict[str, Any], mode: Mode = Mode.INSERT) -> None:
        """Write a row of one of the kernel's own tables with the rest."""
        self._writes.add(self._database.metadata.tables[table], mode, row, {})

    def change(self, statement: str, *rows: Mapping[str, Any] | bytes) -> None:
        """Send one more statement with the rest, in which `{rows}` stands for the JSON array of
        these rows, and of others' in a group.
        """
        self._writes.change(statement, rows)

    # ---- what happens after the commit ----

    def schedule(self, name: str, at: datetime) -> None:
        """Wake the due worker of that name at `at` or earlier, when committed."""
        self._consequences.schedule(name, at)

    def tell(self, topic: str) -> None:
        """Wake live streams that listen to the topic, in every instance, when committed."""
        self._consequences.topics.add(topic)

    def observe(self, histogram: Metric, value: float, *labels: str) -> None:
        """Count the value in a histogram of this instance, if this transaction commits."""
        self.after_commit(lambda: self._database.after.observed(histogram, labels, value))

    def after_commit(self, callback: Callable[[], None]) -> None:
        self._consequences.callbacks.append(callback)

    # ---- for Database alone ----

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        try:
            if error is None:
                await self._commit()
        finally:
            if self._open is not None:
                session, self._open = self._open, None
                await session.close()
        if error is None:
            self._consequences.set_off(self._database.after, self._facts.rows)

    async def _session(self) -> Session:
        if self._open is None:
            self._open = await Session.open(self._database.engine)
            if self.kind is not Kind.READING:
                await self._open.begin()
        return self._open

    async def _commit(self) -> None:
        for row in self._facts.rows:
            outbox = self._database.metadata.tables["outbox"]
            self._writes.add(outbox, Mode.INSERT, row, {"body": row.body.decode(), "dead": None})
        if self._open is None:
            if self._writes:
                await self._database.group_commit.write(self._writes)
            return
        await self.flush()
        if self.kind is not Kind.READING:
            await self._open.commit()


class Database:
    """A service's own database: the pool, the clock of its transactions, and what its commits set
    off.
    """

    def __init__(
        self, url: str, *, metadata: MetaData, clock: Clock, name: str, pool_size: int = 10
    ) -> None:
        self.metadata = metadata
        self.clock = clock
        self.name = name
        self.after = After()
        self.engine = create_engine(url, name=name, pool_size=pool_size)
        self.memory: dict[Hashable, Any] = {}
        self.group_commit = GroupCommit(self.engine)
        self.group_lookup = GroupLookup(self.engine)

    def transaction(
        self,
        *,
        actor: str | None = None,
        causes: Mapping[str, str | None] | None = None,
        kind: Kind = Kind.LOCKING,
    ) -> Transaction:
        """Return a transaction for `async with`, which commits it when its block ends well. Raises
        Outdated if it is optimistic.

        `actor` is who acts (the service itself by default); `causes` maps an entity's id to the
        trace that its next fact belongs to.
        """
        return Transaction(self, actor=actor or self.name, causes=causes or {}, kind=kind)

    def schedule(self, name: str, at: datetime) -> None:
        """Wake the due worker of that name at `at` or earlier, outside of any transaction."""
        self.after.schedule(name, at)

    async def ping(self) -> None:
        """Raise whatever keeps the database from answering."""
        async with session(self.engine) as direct:
            await direct.execute(text("select 1"), {})

    async def close(self) -> None:
        """Close the connections; those in use when they are given back."""
        await close_engine(self.engine)
