"""From a batch of facts to rows, in one transaction: keep the newest snapshots, then let the handlers make what follows be so.

pull → parse (malformed: park) → newest of each entity → keep those newer than ours → handlers → position → commit → ack.
If a batch fails its facts are tried one by one, so that one bad fact parks alone. What passes by itself (a lock, a lost
connection) parks nothing: the batch is held and tried again until the database answers.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import text

from shared.contracts import Snapshot
from shared.db.failures import is_transient
from shared.db.transaction import Database, Transaction
from shared.messaging.parked import is_parked, park, unpark
from shared.messaging.received import Malformed, Parsed, Received, parse
from shared.messaging.snapshots import entity_of, keep_in_passing, keep_newer
from shared.telemetry import get_logger, within_trace

log = get_logger(__name__)

S = TypeVar("S", bound=Snapshot, contravariant=True)

_UNEXPLAINED_DELIVERIES = 8


class Handles(Protocol[S]):
    async def __call__(self, tx: Transaction, snapshots: Sequence[S], /) -> None: ...


@dataclass(frozen=True)
class Handler:
    """A function with the snapshots it follows. Called with those newer than what was held, each entity once. None only keeps them."""

    contract: type[Snapshot]
    handle: Callable[[Transaction, Sequence[Any]], Awaitable[None]] | None


def follows(contract: type[S]) -> Callable[[Handles[S]], Handler]:
    """`@follows(TicketV1)` over `async def tickets_changed(tx, tickets)`."""

    def mark(handle: Handles[S]) -> Handler:
        return Handler(contract, handle)

    return mark


def keeps(contract: type[Snapshot]) -> Handler:
    """Its snapshots are kept for whoever looks, and nothing follows from them: such a fact costs one statement."""
    return Handler(contract, None)


@dataclass(frozen=True)
class _Read:
    """A fact with what it says; nothing for a type that this release does not know."""

    received: Received
    parsed: Parsed | None


class Consumer:
    """One durable of one service: all handlers that follow one owner's facts."""

    def __init__(self, service: str, owner: str, handlers: Iterable[Handler], database: Database) -> None:
        self.durable = f"{service}-{owner}"
        self.owner = owner
        self.consumed = 0
        self.parked = 0
        self._database = database
        self._handlers = tuple(handlers)
        self._contracts = {(entity_of(h.contract), h.contract.CONTRACT_VERSION): h.contract for h in self._handlers}
        self._acted_on = {entity_of(h.contract) for h in self._handlers if h.handle is not None}
        self._on_trial: set[str] = set()

    async def apply(self, facts: Sequence[Received], *, created: datetime) -> None:
        """All of them are handled or parked when this returns. Raises only what passes by itself (`is_transient`); then call it again.

        `created` is the stream's identity, kept with the position.
        """
        good: list[_Read] = []
        malformed: list[tuple[Received, Malformed]] = []
        for fact in facts:
            if fact.deliveries > _UNEXPLAINED_DELIVERIES:
                await self._try_suspect(fact, created)
                continue
            try:
                good.append(self._read(fact))
            except Malformed as error:
                malformed.append((fact, error))
        if good:
            await self._together_or_alone(good, created)
        for fact, reason in malformed:
            await self._park(fact, reason, created)
        self.consumed += len(facts)

    async def retry(self, tx: Transaction, fact: Received) -> None:
        """A parked fact once more, in the caller's transaction; raises what it fails with."""
        read = self._read(fact)
        if read.parsed is None:
            raise Malformed(f"{self.durable} follows nothing of type {fact.type!r}")
        await self._act(tx, {read.parsed.key: read.parsed})
        await tx.flush()

    def _read(self, fact: Received) -> _Read:
        """Raises Malformed."""
        contract = self._contracts.get(fact.entity() or ("", 0))
        return _Read(fact, None if contract is None else parse(fact, contract))

    async def _together_or_alone(self, facts: Sequence[_Read], created: datetime) -> None:
        try:
            await self._together(facts, created)
        except Exception as error:
            if is_transient(error):
                raise
            if len(facts) == 1:
                await self._park(facts[0].received, error, created)
                return
            for fact in facts:
                await self._together_or_alone([fact], created)

    async def _together(self, facts: Sequence[_Read], created: datetime) -> None:
        newest: dict[tuple[str, str], Parsed] = {}
        for fact in facts:
            if fact.parsed is None:
                continue
            known = newest.get(fact.parsed.key)
            if known is None or known.snapshot.version < fact.parsed.snapshot.version:
                newest[fact.parsed.key] = fact.parsed
        async with self._transaction(newest) as tx:
            await self._act(tx, newest)
            last = max((fact.received for fact in facts), key=lambda received: received.seq)
            save_position(tx, self.durable, created, last.seq, last.fact_id, handled=len(facts))

    async def _act(self, tx: Transaction, newest: Mapping[tuple[str, str], Parsed]) -> None:
        keep_in_passing(tx, [parsed for parsed in newest.values() if parsed.entity not in self._acted_on])
        newer = await keep_newer(tx, [parsed for parsed in newest.values() if parsed.entity in self._acted_on])
        for handler in self._handlers:
            snapshots = [
                parsed.snapshot for key, parsed in sorted(newest.items()) if key in newer and key[0] == entity_of(handler.contract)
            ]
            if snapshots and handler.handle is not None:
                await handler.handle(tx, snapshots)

    async def _try_suspect(self, fact: Received, created: datetime) -> None:
        """Delivered again and again without an end: does handling it, or a neighbour of it, kill the process?

        It is parked before it is tried. The one that kills stays parked; its neighbours, who only died with it, are handled.
        """
        if fact.fact_id not in self._on_trial:
            async with self._database.transaction() as tx:
                if await is_parked(tx, self.durable, fact.fact_id):
                    save_position(tx, self.durable, created, fact.seq, fact.fact_id, handled=1)
                    return
            await self._park(
                fact, RuntimeError(f"delivered {fact.deliveries} times without an end: handling it kills the process"), created
            )
            self._on_trial.add(fact.fact_id)
        try:
            read = self._read(fact)
            newest = {} if read.parsed is None else {read.parsed.key: read.parsed}
            async with self._transaction(newest) as tx:
                await self._act(tx, newest)
                await unpark(tx, self.durable, fact.fact_id)
            self.parked -= 1
        except Exception as error:
            if is_transient(error):
                raise
            await self._park(fact, error, created)
        self._on_trial.discard(fact.fact_id)

    @asynccontextmanager
    async def _transaction(self, newest: Mapping[tuple[str, str], Parsed]) -> AsyncIterator[Transaction]:
        """What is published in it goes on in the trace of the fact that it follows from."""
        causes = {id: parsed.received.traceparent for (_, id), parsed in newest.items()}
        with within_trace(next(iter(causes.values())) if len(causes) == 1 else None):
            async with self._database.transaction(causes=causes) as tx:
                yield tx

    async def _park(self, fact: Received, error: BaseException, created: datetime) -> None:
        level = log.warning if isinstance(error, Malformed) else log.error
        level("fact_parked", durable=self.durable, fact_id=fact.fact_id, type=fact.type, seq=fact.seq, reason=str(error), exc_info=error)
        async with self._database.transaction() as tx:
            await park(tx, self.durable, fact, error)
            save_position(tx, self.durable, created, fact.seq, fact.fact_id, handled=1)
        self.parked += 1


@dataclass(frozen=True)
class Position:
    """How far a durable was handled: committed with the work, so it never stands ahead of it."""

    created: datetime
    seq: int
    fact_id: str | None


_LOAD_POSITION = text("select stream_created, stream_seq, fact_id from consumer_positions where durable = :durable")

# Another `created` is left alone: a batch of the stream that was has come in late, after `reset_position`.
_SAVE_POSITION = """
    insert into consumer_positions as p (durable, stream_created, stream_seq, fact_id, handled)
    select durable, stream_created, stream_seq, fact_id, handled from json_populate_record(null::consumer_positions, {row})
    on conflict (durable) do update set
        fact_id = case when p.stream_created = excluded.stream_created and p.stream_seq < excluded.stream_seq
                       then excluded.fact_id else p.fact_id end,
        stream_seq = case when p.stream_created = excluded.stream_created
                          then greatest(p.stream_seq, excluded.stream_seq) else p.stream_seq end,
        handled = p.handled + excluded.handled"""

_RESET_POSITION = text("""
    insert into consumer_positions as p (durable, stream_created, stream_seq, fact_id, handled) values (:durable, :created, 0, null, 0)
    on conflict (durable) do update set stream_created = excluded.stream_created, stream_seq = 0, fact_id = null""")


async def load_position(tx: Transaction, durable: str) -> Position | None:
    row = await tx.row(_LOAD_POSITION, durable=durable)
    return None if row is None else Position(created=row["stream_created"], seq=row["stream_seq"], fact_id=row["fact_id"])


def save_position(tx: Transaction, durable: str, created: datetime, seq: int, fact_id: str, *, handled: int) -> None:
    """With the transaction's other writes."""
    row = {"durable": durable, "stream_created": created, "stream_seq": seq, "fact_id": fact_id, "handled": handled}
    tx.also(_SAVE_POSITION, row)


async def reset_position(tx: Transaction, durable: str, created: datetime) -> None:
    """Nothing of this stream has been handled."""
    await tx.execute(_RESET_POSITION, durable=durable, created=created)
