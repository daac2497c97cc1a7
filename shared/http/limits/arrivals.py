"""Connections that were accepted and are not served yet: each address has a pace at which its own
come in, and the addresses take turns.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

from shared.http.limits.accounts import Accounts
from shared.http.limits.token_bucket import Rate

C = TypeVar("C")

_PART_EACH_SECOND = 10
"""An address may begin a tenth of the connections that it may have, each second and at once."""


class Arrivals(Generic[C]):
    """Those of each address, of which at most `limit` wait. The newest goes first: who floods waits
    with all that they have begun, and who comes once comes soon. `now` is seconds of a clock that
    never goes back.
    """

    def __init__(self, limit: int, now: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._now = limit, now
        part = max(limit // _PART_EACH_SECOND, 1)
        self._rate = Rate("connections", part, part)
        self._accounts = Accounts()
        self._waiting: OrderedDict[str, deque[C]] = OrderedDict()

    def add(self, address: str, connection: C) -> C | None:
        """Let it wait; return the oldest of the same address where that has to give way."""
        waiting = self._waiting.setdefault(address, deque())
        waiting.append(connection)
        return waiting.popleft() if len(waiting) > self._limit else None

    def next(self) -> C | None:
        """Return the one to serve now, and count it; None where there is none, or each address has
        to wait.
        """
        now = self._now()
        for address, waiting in self._waiting.items():
            if self._accounts.of(address).bucket(self._rate, now).take(self._rate, now):
                connection = waiting.pop()
                if waiting:
                    self._waiting.move_to_end(address)
                else:
                    del self._waiting[address]
                return connection
        return None

    def wait_s(self) -> float | None:
        """Return in how many seconds to look for the next one; None where none waits."""
        return 1 / self._rate.per_s if self._waiting else None

    def give_back(self, address: str) -> None:
        """Count one less of the address: it has served a caller who is known."""
        self._accounts.of(address).bucket(self._rate, self._now()).give_back()

    def clear(self) -> list[C]:
        """Forget all that wait, and return them."""
        left = [connection for waiting in self._waiting.values() for connection in waiting]
        self._waiting.clear()
        return left
