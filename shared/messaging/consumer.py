"""From a batch of facts to rows, in one transaction: keep the newest snapshots, then let the handlers make what follows be so.

pull → parse (malformed: park) → newest of each entity → keep those newer than ours → handlers → position → commit → ack.
If a batch fails its facts are tried one by one, so that one bad fact parks alone. What passes by itself (a lock, a lost
connection) parks nothing: the batch is held and tried again until the database answers.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import text

from shared.contracts import Snapshot
from shared.db.failures import is_transient
from shared.db.transaction import Database, Transaction
from shared.messaging.parked import park
from shared.messaging.received import Malformed, Parsed, Received, parse
from shared.messaging.snapshots import keep_newer
from shared.telemetry import get_logger, within_trace

log = get_logger(__name__)

S = TypeVar("S", bound=Snapshot, contravariant=True)

_UNEXPLAINED_DELIVERIES = 8


class Handles(Protocol[S]):
    async def __call__(self, tx: Transaction, snapshots: Sequence[S], /) -> None: ...


@dataclass(frozen=True)
class Handler:
    """A function with the snapshots it follows. Called with those newer than what was held, each entity once."""

    contract: type[Snapshot]
    handle: Callable[[Transaction, Sequence[Any]], Awaitable[None]]


def follows(contract: type[S]) -> Callable[[Handles[S]], Handler]:
    """`@follows(TicketV1)` over `async def tickets_changed(tx, tickets)`."""

    def mark(handle: Handles[S]) -> Handler:
        return Handler(contract, handle)

    return mark


class Consumer:
    """One durable of one service: all handlers that follow one owner's facts."""

    def __init__(self, service: str, owner: str, handlers: Iterable[Handler], database: Database) -> None:
        self.durable = f"{service}-{owner}"
        self.owner = owner
        self.consumed = 0
        self.parked = 0
        self._database = database
        self._handlers = tuple(handlers)
        self._contracts = {(f"{h.contract.OWNER}.{h.contract.ENTITY}", h.contract.CONTRACT_VERSION): h.contract for h in self._handlers}

    async def apply(self, facts: Sequence[Received], *, created: datetime) -> None:
        """All of them are handled or parked when this returns. Raises only what passes by itself (`is_transient`).

        `created` is the stream's identity, kept with the position.
        """
        tired = [fact for fact in facts if fact.deliveries > _UNEXPLAINED_DELIVERIES]
        for fact in tired:
            await self._park(
                fact, RuntimeError(f"delivered {fact.deliveries} times without an end: does handling it kill the process?"), created
            )
        fresh = [fact for fact in facts if fact.deliveries <= _UNEXPLAINED_DELIVERIES]
        if fresh:
            await self._together_or_alone(fresh, created)
        self.consumed += len(facts)

    async def _together_or_alone(self, facts: Sequence[Received], created: datetime) -> None:
        try:
            await self._together(facts, created)
        except Exception as error:
            if is_transient(error):
                raise
            if len(facts) == 1:
                await self._park(facts[0], error, created)
                return
            for fact in facts:
                await self._together_or_alone([fact], created)

    async def _together(self, facts: Sequence[Received], created: datetime) -> None:
        newest: dict[tuple[str, str], Parsed] = {}
        for fact in facts:
            contract = self._contracts.get(fact.entity() or ("", 0))
            if contract is None:
                continue  # a type this release does not know
            parsed = parse(fact, contract)
            known = newest.get(parsed.key)
            if known is None or known.snapshot.version < parsed.snapshot.version:
                newest[parsed.key] = parsed
        causes = {id: parsed.received.traceparent for (_, id), parsed in newest.items()}
        trace = facts[-1].traceparent if len(facts) == 1 else None
        with within_trace(trace):
            async with self._database.transaction(causes=causes) as tx:
                newer = await keep_newer(tx, newest.values())
                for handler in self._handlers:
                    entity = f"{handler.contract.OWNER}.{handler.contract.ENTITY}"
                    snapshots = [p.snapshot for key, p in sorted(newest.items()) if key in newer and key[0] == entity]
                    if snapshots:
                        await handler.handle(tx, snapshots)
                await tx.flush()
                last = max(facts, key=lambda fact: fact.seq)
                await save_position(tx, self.durable, created, last.seq, last.fact_id, handled=len(facts))

    async def _park(self, fact: Received, error: BaseException, created: datetime) -> None:
        level = log.warning if isinstance(error, Malformed) else log.error
        level("fact_parked", durable=self.durable, fact_id=fact.fact_id, type=fact.type, seq=fact.seq, reason=str(error), exc_info=error)
        async with self._database.transaction() as tx:
            await park(tx, self.durable, fact, error)
            await save_position(tx, self.durable, created, fact.seq, fact.fact_id, handled=1)
        self.parked += 1

    async def retry(self, tx: Transaction, fact: Received) -> None:
        """A parked fact once more, in the caller's transaction; raises what it fails with."""
        contract = self._contracts.get(fact.entity() or ("", 0))
        if contract is None:
            raise Malformed(f"{self.durable} follows nothing of type {fact.type!r}")
        parsed = parse(fact, contract)
        newer = await keep_newer(tx, [parsed])
        for handler in self._handlers:
            if newer and handler.contract is contract:
                await handler.handle(tx, [parsed.snapshot])


@dataclass(frozen=True)
class Position:
    """How far a durable was handled: committed with the work, so it never stands ahead of it."""

    created: datetime
    seq: int
    fact_id: str | None


_LOAD_POSITION = text("select stream_created, stream_seq, fact_id from consumer_positions where durable = :durable")

_SAVE_POSITION = text("""
    insert into consumer_positions as p (durable, stream_created, stream_seq, fact_id, handled)
    values (:durable, :created, :seq, :fact_id, :handled)
    on conflict (durable) do update set
        stream_created = excluded.stream_created,
        fact_id = case when p.stream_created = excluded.stream_created and p.stream_seq >= excluded.stream_seq
                       then p.fact_id else excluded.fact_id end,
        stream_seq = case when p.stream_created = excluded.stream_created
                          then greatest(p.stream_seq, excluded.stream_seq) else excluded.stream_seq end,
        handled = p.handled + excluded.handled""")

_RESET_POSITION = text("""
    insert into consumer_positions as p (durable, stream_created, stream_seq, fact_id, handled) values (:durable, :created, 0, null, 0)
    on conflict (durable) do update set stream_created = excluded.stream_created, stream_seq = 0, fact_id = null""")


async def load_position(tx: Transaction, durable: str) -> Position | None:
    row = await tx.row(_LOAD_POSITION, durable=durable)
    return None if row is None else Position(created=row["stream_created"], seq=row["stream_seq"], fact_id=row["fact_id"])


async def save_position(tx: Transaction, durable: str, created: datetime, seq: int, fact_id: str, *, handled: int) -> None:
    await tx.execute(_SAVE_POSITION, durable=durable, created=created, seq=seq, fact_id=fact_id, handled=handled)


async def reset_position(tx: Transaction, durable: str, created: datetime) -> None:
    """Nothing of this stream has been handled."""
    await tx.execute(_RESET_POSITION, durable=durable, created=created)
