"""How late the event loop comes to what is due: whatever holds it, every request under way waits
for.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from shared.metrics import histogram

LOOP_LAG = histogram(
    "fettle_event_loop_lag_seconds",
    "Seconds by which a timer is late that is due twice a second: so long something held the "
    "event loop, and every request with it.",
    buckets=(0.005, 0.025, 0.1, 0.25, 1, 5),
)
EVERY_S = 0.5
"""Two timers a second cost next to nothing, and are six hundred samples in five minutes."""


class Loop(Protocol):
    """What is used of an event loop."""

    def time(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], None], /) -> asyncio.TimerHandle: ...


class LagTimer:
    """A timer that observes by how many seconds it was late, and sets itself again."""

    def __init__(self, loop: Loop, observe: Callable[[float], None]) -> None:
        self._loop, self._observe = loop, observe
        self._set()

    def cancel(self) -> None:
        self._handle.cancel()

    def _set(self) -> None:
        self._due = self._loop.time() + EVERY_S
        self._handle = self._loop.call_at(self._due, self._ring)

    def _ring(self) -> None:
        self._observe(max(0.0, self._loop.time() - self._due))
        self._set()


async def measure_loop_lag(observe: Callable[[float], None]) -> None:
    """Observe the running event loop until cancelled."""
    timer = LagTimer(asyncio.get_running_loop(), observe)
    try:
        await asyncio.Event().wait()
    finally:
        timer.cancel()
