"""Transactions of one instance that do the very same, one after the other."""

import asyncio
from collections.abc import Hashable
from weakref import WeakValueDictionary

from shared.db.transaction import Kind, Transaction

_TURNS = "turns"
_MAX_WAITING = 3


class _Turn:
    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self.waiting = 0

    async def begin(self) -> None:
        self.waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self.waiting -= 1

    def end(self) -> None:
        self._lock.release()


async def take_turn(tx: Transaction, key: Hashable) -> None:
    """Wait until the transaction of this instance that took a turn for `key` before has ended, and
    have the next wait for this one.

    It is a courtesy: where three wait already, and in a transaction that holds locks or only reads,
    it waits for nothing.
    """
    if tx.kind is not Kind.OPTIMISTIC:
        return
    turns = tx.memory.setdefault(_TURNS, WeakValueDictionary())
    turn: _Turn = turns.setdefault(key, _Turn())
    if turn.waiting >= _MAX_WAITING:
        return
    await turn.begin()
    tx.at_end(turn.end)  # which also keeps it among the turns until then
