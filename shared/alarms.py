"""What is due by the clock. Rows carry their next due time; the process sleeps until the earliest and never looks at them all."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database, Transaction
from shared.telemetry import get_logger, within_trace

log = get_logger(__name__)

_LOOK_AT_LEAST_EVERY_S = 5.0
"""Another instance may have died with the alarm in its head."""
_SHORTEST_PAUSE_S = 0.1
_LONGEST_TURN_S = 1.0
"""For whoever has what is due locked; what falls due meanwhile waits no longer than this."""
_LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True)
class Alarm:
    """`next_due(tx)` is the earliest that is due, None when nothing is; `run(tx)` takes what is due now (FOR UPDATE SKIP LOCKED,
    a bounded number), acts, and returns how many it took; it is called again until it returns 0."""

    name: str
    next_due: Callable[[Transaction], Awaitable[datetime | None]]
    run: Callable[[Transaction], Awaitable[int]]


class Ringing:
    """An alarm at work."""

    def __init__(self, alarm: Alarm, database: Database) -> None:
        self.alarm = alarm
        self._database = database
        self._next: datetime | None = None
        self._wake = asyncio.Event()

    def ring_at(self, moment: datetime) -> None:
        """At `moment` or earlier."""
        if self._next is None or moment < self._next:
            self._next = moment
            self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        pause = _SHORTEST_PAUSE_S
        while True:
            try:
                self._next = None
                taken = await self.run_due()
                async with self._database.transaction() as tx:
                    due = await self.alarm.next_due(tx)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("alarm_waits", alarm=self.alarm.name, error=first_line(error), pause_s=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
                continue
            if due is not None and due <= self._database.clock.now() and not taken:
                # Due and yet not taken: another instance has it locked. To ask on and on would only be in its way.
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_TURN_S)
                continue
            pause = _SHORTEST_PAUSE_S
            if due is not None:
                self.ring_at(due)
            await self._sleep()

    async def run_due(self) -> int:
        """Everything that is due now; returns how many."""
        total = 0
        while True:
            with within_trace(None):
                async with self._database.transaction() as tx:
                    taken = await self.alarm.run(tx)
            total += taken
            if taken == 0:
                return total

    async def _sleep(self) -> None:
        """Until the earliest known moment, at most a few seconds."""
        deadline = asyncio.get_running_loop().time() + _LOOK_AT_LEAST_EVERY_S
        while True:
            left = deadline - asyncio.get_running_loop().time()
            if self._next is not None:
                left = min(left, (self._next - self._database.clock.now()).total_seconds())
            if left <= 0:
                return
            self._wake.clear()
            try:
                async with asyncio.timeout(left):
                    await self._wake.wait()
            except TimeoutError:
                return
