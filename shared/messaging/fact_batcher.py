"""One batch at a time, made of all that waits: what is pulled while one is handled joins the next.

What is not urgent lingers for a moment first, so that a ticket's facts of the same moment are one
transaction, and the processors are left to what a person waits for.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar


class Pulled(Protocol):
    """What one durable has pulled."""

    @property
    def durable(self) -> str: ...

    @property
    def urgent(self) -> bool: ...

    @property
    def pulled_at(self) -> float:
        """When, by the event loop's clock."""


P = TypeVar("P", bound=Pulled)


class FactBatcher(Generic[P]):
    """Call `handle` with what all durables of a service have pulled, one call at a time.

    Each durable waits for its own facts and handles whatever else waits when its turn comes, so
    there is no task to start or to stop, and one that is cancelled in the middle leaves the others'
    facts to them. Where a batch fails, its durables try again each on its own, beside the others,
    until they get through: what one of them waits for holds no other.
    """

    def __init__(
        self, handle: Callable[[Sequence[P]], Awaitable[None]], *, linger_s: float = 0
    ) -> None:
        self._handle = handle
        self._linger_s = linger_s
        self._hurry = asyncio.Event()
        self._waiting: list[P] = []
        self._turn = asyncio.Lock()
        self._apart: set[str] = set()

    async def handle(self, pulled: P) -> None:
        """Return when `pulled` is handled, with others or alone.

        Raise what handling it alone raises; then it may be tried again.
        """
        if pulled.durable not in self._apart:
            await self._in_turn(pulled)
        if pulled.durable in self._apart:
            await self._handle([pulled])
            self._apart.discard(pulled.durable)

    async def _in_turn(self, pulled: P) -> None:
        self._waiting.append(pulled)
        if pulled.urgent:
            self._hurry.set()
        try:
            async with self._turn:
                if pulled in self._waiting:
                    await self._handle_all_that_wait()
        finally:
            self._waiting = [each for each in self._waiting if each is not pulled]

    async def _handle_all_that_wait(self) -> None:
        await self._linger()
        batch = tuple(self._waiting)
        try:
            await self._handle(batch)
        except Exception:
            self._apart.update(each.durable for each in batch)
            if len(batch) == 1:
                raise
        self._waiting = [each for each in self._waiting if each not in batch]

    async def _linger(self) -> None:
        """Wait for company: until `linger_s` after the first of them was pulled, or until one of
        them is urgent.
        """
        await asyncio.sleep(0)  # what arrived in the same breath joins
        until = min(each.pulled_at for each in self._waiting) + self._linger_s
        if any(each.urgent for each in self._waiting) or until <= asyncio.get_running_loop().time():
            return
        self._hurry.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._hurry.wait()
