"""Facts stored in their stream, many in flight.

They are acknowledged at one standing inbox: no task, future or timer for each.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from shared.facts import OutboxRow
from shared.messaging.answers import BrokerError, BrokerSilent, FactRefused, Stored, read_stored
from shared.messaging.broker import Broker
from shared.workarounds.lean_nats import Msg

Outcome = Stored | BrokerError


@dataclass
class _Batch:
    """`outcomes` by place; `left` acknowledgements are still to come."""

    outcomes: list[Outcome]
    left: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def settle(self, place: int, outcome: Outcome) -> None:
        self.outcomes[place] = outcome
        self.left -= 1
        if self.left == 0:
            self.done.set()


class Publishing:
    """A relay's way to its stream."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._inbox = ""
        self._end: Callable[[], Awaitable[None]] | None = None
        self._tokens = itertools.count()
        self._waiting: dict[str, tuple[_Batch, int]] = {}

    async def open(self) -> None:
        """Subscribe to the inbox of acknowledgements; harmless to repeat. Raises BrokerSilent."""
        if self._end is None:
            self._inbox = self._broker.new_inbox()
            self._end = await self._broker.listen(f"{self._inbox}.*", self._on_acknowledged)

    async def close(self) -> None:
        if self._end is not None:
            await self._end()
            self._end = None

    async def publish(self, rows: Sequence[OutboxRow], *, timeout_s: float = 5) -> list[Outcome]:
        """Publish the rows; return the outcome of each, in their order.

        One that ended in BrokerSilent may have been stored all the same: publish it again under the
        same id.
        """
        batch = _Batch(outcomes=[BrokerSilent("no acknowledgement") for _ in rows], left=len(rows))
        begun: list[str] = []
        try:
            for place, row in enumerate(rows):
                token = str(next(self._tokens))
                begun.append(token)
                self._waiting[token] = batch, place
                try:
                    await self._broker.send(
                        row.type, row.body, reply=f"{self._inbox}.{token}", headers=row.headers()
                    )
                except FactRefused as refused:
                    batch.settle(place, refused)
            async with asyncio.timeout(timeout_s):
                await batch.done.wait()
        except (TimeoutError, BrokerSilent):
            pass  # whatever has not been acknowledged says so in its outcome
        finally:
            for token in begun:
                self._waiting.pop(token, None)
        return batch.outcomes

    async def _on_acknowledged(self, message: Msg) -> None:
        waiting = self._waiting.pop(message.subject.rpartition(".")[2], None)
        if waiting is None:
            return  # too late: it was given up, and is published again
        batch, place = waiting
        try:
            batch.settle(place, read_stored(message))
        except BrokerError as error:
            batch.settle(place, error)
