"""The durables of a service: which facts each one reads, and how they come to the handlers.

pull (`consumer_loop.py`) → `Consumer.apply` → one batch of all durables (`worker.py`) → ack.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.contracts import Snapshot
from shared.db.transaction import Database, Transaction
from shared.messaging.handlers import Handler
from shared.messaging.names import durable_name
from shared.messaging.received import Malformed, Parsed, Received, parse
from shared.messaging.snapshots import entity_of
from shared.messaging.streams import MAX_BATCH
from shared.messaging.worker import Batch, Worker


class Consumer:
    """One durable of one service: it reads the facts of one owner, has its worker handle them, and
    counts them.
    """

    def __init__(
        self,
        service: str,
        owner: str,
        handlers: Iterable[Handler],
        database: Database,
        *,
        worker: Worker | None = None,
    ) -> None:
        """Read the facts of `owner` for these handlers.

        `worker` is the one that all durables of the service share; a durable without one gets its
        own.
        """
        handlers = tuple(handlers)
        contracts = [
            contract
            for handler in handlers
            for contract in handler.contracts
            if owner == contract.OWNER
        ]
        self.service = service
        self.durable = durable_name(service, owner)
        self.owner = owner
        self.consumed = 0
        self.dead_letters = 0
        self.refused = 0
        """Of the dead letters, those that another than the owner has sent."""
        self._worker = worker or Worker(handlers, database)
        self._contracts = {
            (entity_of(contract), contract.CONTRACT_VERSION): contract for contract in contracts
        }
        urgent = frozenset[type[Snapshot]]().union(*(handler.urgent for handler in handlers))
        self._urgent = {key for key, contract in self._contracts.items() if contract in urgent}

    async def apply(self, facts: Sequence[Received], *, created: datetime) -> None:
        """Return when all of them are handled or dead letters. Raise only what passes by itself
        (`is_transient`); then call it again.

        `created` is the stream's identity, kept with the position.
        """
        # what is full waits for no company
        urgent = len(facts) >= MAX_BATCH or any(fact.entity() in self._urgent for fact in facts)
        await self._worker.handle(
            Batch(self, created, facts, urgent, asyncio.get_running_loop().time())
        )
        self.consumed += len(facts)

    async def retry(self, tx: Transaction, fact: Received) -> None:
        """Handle a dead letter once more, in the caller's transaction; raise what it fails with."""
        parsed = self.read(fact)
        if parsed is None:
            raise Malformed(f"{self.durable} follows nothing of type {fact.type!r}")
        await self._worker.act(tx, {parsed.key: parsed})
        await tx.flush()

    def read(self, fact: Received) -> Parsed | None:
        """Return what the fact says, None for a type that this release does not know.

        Raise Malformed.
        """
        fact.demand_owner(self.owner)
        contract = self._contracts.get(fact.entity() or ("", 0))
        return None if contract is None else parse(fact, contract)


def consumers_of(
    service: str, handlers: Sequence[Handler], database: Database, *, linger_s: float = 0
) -> dict[str, Consumer]:
    """Return a service's durables by name, one for each owner whose facts are followed, with one
    worker for all of them.

    Facts that are not urgent wait up to `linger_s` for others, to be handled in one transaction.
    """
    worker = Worker(handlers, database, linger_s=linger_s)
    owners = dict.fromkeys(contract.OWNER for handler in handlers for contract in handler.contracts)
    consumers = [Consumer(service, owner, handlers, database, worker=worker) for owner in owners]
    return {consumer.durable: consumer for consumer in consumers}
