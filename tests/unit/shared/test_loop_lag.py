"""A timer that is due twice a second says by how much it was late."""

import asyncio
from collections.abc import Callable

from shared.service.loop_lag import EVERY_S, LagTimer


class HandLoop:
    """An event loop moved by hand; it runs what is due when it is let go on."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[asyncio.TimerHandle] = []
        self._real = asyncio.new_event_loop()

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None], /) -> asyncio.TimerHandle:
        self.timers.append(asyncio.TimerHandle(when, callback, (), self._real))
        return self.timers[-1]

    def goes_on_at(self, now: float) -> None:
        self.now = now
        due, self.timers = (
            [timer for timer in self.timers if timer.when() <= now],
            [timer for timer in self.timers if timer.when() > now],
        )
        for timer in due:
            if not timer.cancelled():
                timer._run()

    def close(self) -> None:
        self._real.close()


def test_what_holds_the_loop_is_observed_and_counts_once() -> None:
    loop, observed = HandLoop(), list[float]()
    LagTimer(loop, observed.append)

    loop.goes_on_at(100 + EVERY_S)
    loop.goes_on_at(100 + 2 * EVERY_S + 3)
    loop.goes_on_at(100 + 2 * EVERY_S + 3 + EVERY_S)
    loop.close()

    assert observed == [0.0, 3.0, 0.0]


def test_a_cancelled_timer_observes_nothing_more() -> None:
    loop, observed = HandLoop(), list[float]()
    timer = LagTimer(loop, observed.append)
    loop.goes_on_at(100 + EVERY_S)

    timer.cancel()
    loop.goes_on_at(200)
    loop.close()

    assert observed == [0.0]
