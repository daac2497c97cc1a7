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
_CALLERS_AT_A_TIME = 16


@dataclass(frozen=True)
class Comer:
    """Whom a connection counts for, who may begin `factor` times as many as another; `is_known`
    says that it is a caller, and no address.
    """

    key: str
    factor: int = 1
    is_known: bool = False


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
        self._callers: OrderedDict[str, _Waiting[C]] = OrderedDict()
        self._strangers: OrderedDict[str, _Waiting[C]] = OrderedDict()

    def add(self, comer: Comer, connection: C) -> C | None:
        """Let it wait; return the oldest of the same where that has to give way."""
        queue = self._callers if comer.is_known else self._strangers
        waiting = queue.get(comer.key)
        if waiting is None:
            waiting = queue[comer.key] = _Waiting(self._times(comer.factor))
        waiting.connections.append(connection)
        too_many = len(waiting.connections) > self._limit
        return waiting.connections.popleft() if too_many else None

    def next(self) -> list[C]:
        """Return those to serve now, and count them: one of each of some known callers, and one of
        all strangers; empty where none waits, or all have to.
        """
        return [*self._take(self._callers, _CALLERS_AT_A_TIME), *self._take(self._strangers, 1)]

    def _take(self, queue: OrderedDict[str, _Waiting[C]], limit: int) -> list[C]:
        now = self._now()
        taken: list[C] = []
        served: list[str] = []
        for key, waiting in queue.items():
            if len(taken) == limit:
                break
            if self._accounts.of(key).bucket(waiting.rate, now).take(waiting.rate, now):
                taken.append(waiting.connections.pop())
                served.append(key)
        for key in served:
            queue.move_to_end(key)
            if not queue[key].connections:
                del queue[key]
        return taken

    def wait_s(self) -> float | None:
        """Return in how many seconds to look for the next one; None where none waits."""
        return 1 / self._rate.per_s if self._callers or self._strangers else None

    def clear(self) -> list[C]:
        """Forget all that wait, and return them."""
        queues = (self._callers, self._strangers)
        left = [
            each for queue in queues for waiting in queue.values() for each in waiting.connections
        ]
        for queue in queues:
            queue.clear()
        return left
