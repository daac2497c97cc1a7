"""One batch at a time, made of all that waits: what is pulled while one is handled joins the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar


class Pulled(Protocol):
    """What one durable has pulled."""

    @property
    def durable(self) -> str: ...


P = TypeVar("P", bound=Pulled)


class Batcher(Generic[P]):
    """Call `handle` with what all durables of a service have pulled, one call at a time.

    Each durable waits for its own facts and handles whatever else waits when its turn comes, so there is no task to start or to stop, and
    one that is cancelled in the middle leaves the others' facts to them. Where a batch fails, its durables try again each on its own,
    beside the others, until they get through: what one of them waits for holds no other.
    """

    def __init__(self, handle: Callable[[Sequence[P]], Awaitable[None]]) -> None:
        self._handle = handle
        self._waiting: list[P] = []
        self._turn = asyncio.Lock()
        self._apart: set[str] = set()

    async def handle(self, pulled: P) -> None:
        """Return when `pulled` is handled, with others or alone. Raise what handling it alone raises; then it may be tried again."""
        if pulled.durable not in self._apart:
            await self._in_turn(pulled)
        if pulled.durable in self._apart:
            await self._handle([pulled])
            self._apart.discard(pulled.durable)

    async def _in_turn(self, pulled: P) -> None:
        self._waiting.append(pulled)
        try:
            async with self._turn:
                if pulled in self._waiting:
                    await self._handle_all_that_wait()
        finally:
            self._waiting = [each for each in self._waiting if each is not pulled]

    async def _handle_all_that_wait(self) -> None:
        await asyncio.sleep(0)  # whatever arrived in the same breath joins
        batch = tuple(self._waiting)
        try:
            await self._handle(batch)
        except Exception:
            self._apart.update(each.durable for each in batch)
            if len(batch) == 1:
                raise
        self._waiting = [each for each in self._waiting if each not in batch]
