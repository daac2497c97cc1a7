"""Services that do not answer are left alone for a moment, so that no page waits for one again and
again.
"""

import time
from collections.abc import Callable

_FAILURES = 3
PAUSE_S = 2.0


class Breaker:
    """Opens after three failures in a row; two seconds later one call tries for all."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures = 0
        self._closed_again_at = 0.0

    def lets_through(self) -> bool:
        """Return whether a call may be made; the first one after a pause keeps others waiting."""
        if self._failures < _FAILURES:
            return True
        now = self._now()
        if now < self._closed_again_at:
            return False
        self._closed_again_at = now + PAUSE_S
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= _FAILURES:
            self._closed_again_at = self._now() + PAUSE_S
