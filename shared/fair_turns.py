"""Turns at a few places: callers take them one after the other, however many each waits for."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TooManyWait(Exception):
    """All places are taken, and as many wait as may or one has waited for too long."""


class FairTurns:
    """At most `places` go on at a time and `limit` wait, each for `wait_s` at most; of those who
    wait each caller has one turn before another has a second.
    """

    def __init__(self, *, places: int, limit: int, wait_s: float) -> None:
        self._free, self._limit, self._wait_s = places, limit, wait_s
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def turn(self, caller: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it. Raises TooManyWait."""
        try:
            async with asyncio.timeout(self._wait_s):
                await self._take(caller)
        except TimeoutError as error:
            raise TooManyWait from error
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, caller: str) -> None:
        if self._free:
            self._free -= 1
            return
        if self.waiting >= self._limit:
            raise TooManyWait
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(caller, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()  # it was this one's turn, just now
            else:
                self._forget(caller, turn)
            raise

    def _give_back(self) -> None:
        while self._waiting:
            caller, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[caller] = turns  # behind all others
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _forget(self, caller: str, turn: "asyncio.Future[None]") -> None:
        turns = self._waiting.get(caller)
        if turns is not None and turn in turns:
            turns.remove(turn)
            if not turns:
                del self._waiting[caller]
