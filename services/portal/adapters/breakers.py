"""Services that do not answer are left alone for a moment, so that no page waits for one again and
again.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

_FAILURES = 3
PAUSE_S = 2.0
_MAX_REMEMBERED = 1000


class Breaker:
    """Opens after three failures in a row; two seconds later one call tries for all, or where
    `all_try` each that comes, until one fails.
    """

    def __init__(self, *, all_try: bool = False, now: Callable[[], float] = time.monotonic) -> None:
        self._all_try, self._now = all_try, now
        self._failures = 0
        self._closed_again_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= _FAILURES

    def lets_through(self) -> bool:
        """Return whether a call may be made; the first one after a pause keeps others waiting."""
        if not self.is_open:
            return True
        now = self._now()
        if now < self._closed_again_at:
            return False
        if not self._all_try:
            self._closed_again_at = now + PAUSE_S
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self.is_open:
            self._closed_again_at = self._now() + PAUSE_S


class Breakers:
    """Those of one service: one for all visitors, which opens after failures in a row of three
    different ones, and one for each who met some. What fails for one visitor alone, such as calls
    that a service answers late because they are too many, shuts no one else out; after the pause
    all of theirs are tried, for they are few at a time, and the service may be well long since.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._of_all = Breaker(now=now)
        self._of_one: OrderedDict[str, Breaker] = OrderedDict()
        self._failing: set[str] = set()
        """Who met failures since anything succeeded, until it opens for all."""

    def lets_through(self, visitor: str) -> bool:
        """Return whether a call may be made for the visitor."""
        own = self._of_one.get(visitor)
        return (own is None or own.lets_through()) and self._of_all.lets_through()

    def succeeded(self, visitor: str) -> None:
        self._of_one.pop(visitor, None)
        self._failing.clear()
        self._of_all.succeeded()

    def failed(self, visitor: str) -> None:
        self._of_one.setdefault(visitor, Breaker(all_try=True, now=self._now)).failed()
        if len(self._of_one) > _MAX_REMEMBERED:
            self._of_one.popitem(last=False)
        if self._of_all.is_open:
            self._of_all.failed()
        elif visitor not in self._failing:
            self._failing.add(visitor)
            self._of_all.failed()
