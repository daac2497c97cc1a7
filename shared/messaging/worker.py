"""From a batch of facts to rows, in one transaction: store the newest snapshots, then let the
handlers make what follows be so.

parse (malformed: dead letter) → newest of each entity → store those newer than ours → handlers →
positions → commit. What all durables of a service have pulled is one batch (`fact_batcher.py`). If
it fails it is halved until the bad fact stands alone, and becomes a dead letter alone. What passes
by itself (a lock, a lost connection) makes no dead letter: the facts are held and tried again until
the database answers.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from shared.contracts import TicketV1
from shared.db.failures import is_transient
from shared.db.transaction import Database, Transaction
from shared.messaging.dead_letters import is_dead_letter, remove_dead_letter, store_dead_letter
from shared.messaging.ended_tickets import note_state
from shared.messaging.fact_batcher import FactBatcher
from shared.messaging.handlers import Handler
from shared.messaging.positions import Progress, save_positions
from shared.messaging.received import KillsProcess, Malformed, NotOfItsOwner, Parsed, Received
from shared.messaging.snapshots import ENDED, TICKET, entity_of, store_in_passing, store_newer
from shared.telemetry import get_logger, within_trace

log = get_logger(__name__)

_UNEXPLAINED_DELIVERIES = 8

Newest = Mapping[tuple[str, str], Parsed]
"""(entity, id) → the newest fact about it."""


class Durable(Protocol):
    """What the worker needs of a consumer."""

    durable: str
    dead_letters: int
    refused: int

    def read(self, fact: Received) -> Parsed | None:
        """Return what the fact says, None for an unknown type. Raises Malformed."""


@dataclass(frozen=True, eq=False)
class Batch:
    """What one durable has pulled; `created` is its stream's identity."""

    consumer: Durable
    created: datetime
    facts: Sequence[Received]
    urgent: bool
    pulled_at: float

    @property
    def durable(self) -> str:
        return self.consumer.durable


class _Read(NamedTuple):
    """A fact of a batch with what it says; nothing for a type that this release does not know."""

    batch: Batch
    received: Received
    parsed: Parsed | None


class Worker:
    """All handlers of a service: handles what its durables have pulled, one transaction at a time
    with all that waits.
    """

    def __init__(
        self, handlers: Iterable[Handler], database: Database, *, linger_s: float = 0
    ) -> None:
        handlers = tuple(handlers)
        self._database = database
        self._handles = [
            (frozenset(map(entity_of, handler.contracts)), handler.handle)
            for handler in handlers
            if handler.handle is not None
        ]
        self._acted_on = frozenset[str]().union(*(entities for entities, _ in self._handles))
        self._excerpts = {
            entity_of(excerpt): excerpt for handler in handlers for excerpt in handler.excerpts
        }
        self._batcher = FactBatcher(self._handle_all, linger_s=linger_s)
        self._on_trial: set[tuple[str, str]] = set()

    async def handle(self, batch: Batch) -> None:
        """Return when all of its facts are handled or dead letters. Raise only what passes by
        itself.
        """
        await self._batcher.handle(batch)

    async def act(self, tx: Transaction, newest: Newest) -> None:
        """Store the snapshots, and call each handler with those that were newer
        than what was held.
        """
        in_passing: list[Parsed] = []
        others: list[Parsed] = []
        for parsed in newest.values():
            (in_passing if self._is_stored_in_passing(parsed) else others).append(parsed)
        store_in_passing(tx, in_passing)
        newer = await store_newer(tx, others, excerpts=self._excerpts)
        news = [parsed for key, parsed in sorted(newest.items()) if key in newer]
        for entities, handle in self._handles:
            snapshots = [parsed.snapshot for parsed in news if parsed.entity in entities]
            if snapshots:
                # what was only stored, and what the handlers before it wrote, can be read
                await tx.flush()
                await handle(tx, snapshots)
        for parsed in news:
            if isinstance(parsed.snapshot, TicketV1):
                note_state(tx, parsed.snapshot, was_over=(ENDED, parsed.key[1]) in newer)

    def _is_stored_in_passing(self, parsed: Parsed) -> bool:
        """Return whether no handler acts on it, and nothing else is about the same ticket."""
        return parsed.entity not in self._acted_on and parsed.snapshot.about()[0] != TICKET

    async def _handle_all(self, batches: Sequence[Batch]) -> None:
        good: list[_Read] = []
        malformed: list[tuple[_Read, Malformed]] = []
        for batch in batches:
            for fact in batch.facts:
                if fact.deliveries > _UNEXPLAINED_DELIVERIES:
                    await self._try_suspect(batch, fact)
                    continue
                try:
                    good.append(_Read(batch, fact, batch.consumer.read(fact)))
                except Malformed as error:
                    malformed.append((_Read(batch, fact, None), error))
        if good:
            await self._together_or_apart(good)
        for read, reason in malformed:
            await self._store_dead_letter(read, reason)

    async def _together_or_apart(self, facts: Sequence[_Read]) -> None:
        try:
            await self._together(facts)
            return
        except Exception as error:
            if is_transient(error):
                raise
            if len(facts) == 1:
                await self._store_dead_letter(facts[0], error)
                return
        middle = len(facts) // 2
        await self._together_or_apart(facts[:middle])
        await self._together_or_apart(facts[middle:])

    async def _together(self, facts: Sequence[_Read]) -> None:
        newest = _newest(facts)
        async with self._transaction(newest) as tx:
            await self.act(tx, newest)
            save_positions(tx, _progress(facts))

    async def _try_suspect(self, batch: Batch, fact: Received) -> None:
        """Try a fact that was delivered again and again without an end: does handling it, or a
        neighbour of it, kill the process?

        It is a dead letter before it is tried. The one that kills stays one; its neighbours, who
        only died with it, are handled.
        """
        suspect, name = _Read(batch, fact, None), (batch.durable, fact.fact_id)
        if name not in self._on_trial:
            async with self._database.transaction() as tx:
                if await is_dead_letter(tx, *name):
                    save_positions(tx, _progress([suspect]))
                    return
            await self._store_dead_letter(
                suspect,
                KillsProcess(
                    f"delivered {fact.deliveries} times without an end: handling it kills the "
                    "process"
                ),
            )
            self._on_trial.add(name)
        try:
            newest = _newest([_Read(batch, fact, batch.consumer.read(fact))])
            async with self._transaction(newest) as tx:
                await self.act(tx, newest)
                await remove_dead_letter(tx, *name)
            batch.consumer.dead_letters -= 1
        except Exception as error:
            if is_transient(error):
                raise
            await self._store_dead_letter(suspect, error)
        self._on_trial.discard(name)

    @asynccontextmanager
    async def _transaction(self, newest: Newest) -> AsyncIterator[Transaction]:
        """Yield a transaction whose facts go on in the trace of the fact that they follow from."""
        causes = {id: parsed.received.traceparent for (_, id), parsed in newest.items()}
        with within_trace(next(iter(causes.values())) if len(causes) == 1 else None):
            async with self._database.transaction(causes=causes) as tx:
                yield tx

    async def _store_dead_letter(self, read: _Read, error: BaseException) -> None:
        fact, durable = read.received, read.batch.durable
        level = log.warning if isinstance(error, Malformed) else log.error
        level(
            "fact_dead_lettered",
            durable=durable,
            fact_id=fact.fact_id,
            type=fact.type,
            seq=fact.seq,
            reason=str(error),
            exc_info=error,
        )
        async with self._database.transaction() as tx:
            await store_dead_letter(tx, durable, fact, error)
            save_positions(tx, _progress([read]))
        read.batch.consumer.dead_letters += 1
        read.batch.consumer.refused += isinstance(error, NotOfItsOwner)


def _newest(facts: Iterable[_Read]) -> Newest:
    newest: dict[tuple[str, str], Parsed] = {}
    for _, _, parsed in facts:
        if parsed is not None:
            known = newest.get(parsed.key)
            if known is None or known.snapshot.version < parsed.snapshot.version:
                newest[parsed.key] = parsed
    return newest


def _progress(facts: Sequence[_Read]) -> list[Progress]:
    """Return the progress of each durable.

    Of two streams by one name, one deleted and one made since, the newer counts.
    """
    of: defaultdict[str, list[_Read]] = defaultdict(list)
    for fact in facts:
        of[fact.batch.durable].append(fact)
    return [_progress_of(durable, facts) for durable, facts in of.items()]


def _progress_of(durable: str, facts: Sequence[_Read]) -> Progress:
    batch, last, _ = max(facts, key=lambda fact: (fact.batch.created, fact.received.seq))
    return Progress(
        durable=durable,
        stream_created=batch.created,
        stream_seq=last.seq,
        fact_id=last.fact_id,
        handled=len(facts),
    )
