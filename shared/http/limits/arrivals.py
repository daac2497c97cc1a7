"""Connections that were accepted and are not served yet: each caller, and each address for callers
who are not known, has a pace at which its own come in, and all of them take turns.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Generic, TypeVar

from shared.http.limits.accounts import Accounts
from shared.http.limits.token_bucket import Rate

C = TypeVar("C")

_PART_EACH_SECOND, _PART_AT_ONCE = 10, 100


@dataclass(frozen=True)
class Comer:
    """Whom a connection counts for, who may begin `factor` times as many as another."""

    key: str
    factor: int = 1


@dataclass
class _Waiting(Generic[C]):
    rate: Rate
    connections: deque[C] = field(default_factory=deque)


class Arrivals(Generic[C]):
    """At most `limit` of each wait; a tenth of that is let in each second, a hundredth at once.
    The newest goes first: who floods waits with all that they have begun, and who comes once comes
    soon. `now` is seconds of a clock that never goes back.
    """

    def __init__(self, limit: int, now: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._now = limit, now
        self._rate = Rate(
            "connections", max(limit / _PART_EACH_SECOND, 1), max(limit // _PART_AT_ONCE, 1)
        )
        self._times = cache(self._rate.times)
        self._accounts = Accounts()
        self._waiting: OrderedDict[str, _Waiting[C]] = OrderedDict()

    def add(self, comer: Comer, connection: C) -> C | None:
        """Let it wait; return the oldest of the same where that has to give way."""
        waiting = self._waiting.get(comer.key)
        if waiting is None:
            waiting = self._waiting[comer.key] = _Waiting(self._times(comer.factor))
        waiting.connections.append(connection)
        too_many = len(waiting.connections) > self._limit
        return waiting.connections.popleft() if too_many else None

    def next(self) -> C | None:
        """Return the one to serve now, and count it; None where there is none, or all have to
        wait.
        """
        now = self._now()
        for key, waiting in self._waiting.items():
            if self._accounts.of(key).bucket(waiting.rate, now).take(waiting.rate, now):
                connection = waiting.connections.pop()
                if waiting.connections:
                    self._waiting.move_to_end(key)
                else:
                    del self._waiting[key]
                return connection
        return None

    def wait_s(self) -> float | None:
        """Return in how many seconds to look for the next one; None where none waits."""
        return 1 / self._rate.per_s if self._waiting else None

    def clear(self) -> list[C]:
        """Forget all that wait, and return them."""
        left = [each for waiting in self._waiting.values() for each in waiting.connections]
        self._waiting.clear()
        return left
