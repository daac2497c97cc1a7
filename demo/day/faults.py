"""What breaks during the day: a service and the broker, killed as crashes kill.

The supervisor starts them again; what is measured is how long they were gone.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from demo.live_state import LiveState
from fettle.home import SERVICES
from fettle.up.instance import Instance

LOOK_INTERVAL_S = 0.1
BROKER = "broker"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Killed at `began`, ready again at `ended`, in seconds since the epoch."""

    what: str
    began: float
    ended: float


class Faults:
    """Kill by name, and see it come back."""

    def __init__(self, instance: Instance, state: LiveState) -> None:
        self._instance, self._state = instance, state
        self.happened: list[Fault] = []

    async def kill(self, what: str) -> None:
        """Kill a service, or the broker, and return when everything is ready again."""
        self._state.note("", f"{what} is killed", "bold red")
        began = time.time()
        if what == BROKER:
            before = _broker_pid(self._instance)
            os.kill(before, signal.SIGKILL)
            await _until(lambda: self._is_another_broker(before))
            services: Sequence[str] = SERVICES
        else:
            pid = self._instance.children[what].pid
            await asyncio.to_thread(self._instance.children[what].kill)
            await _until(lambda: self._is_another_process(what, pid))
            services = (what,)
        for service in services:
            await _until(partial(self._is_ready, service))
        self.happened.append(Fault(what=what, began=began, ended=time.time()))
        self._state.note("", f"{what} is back after {time.time() - began:.1f} s", "bold green")

    def _is_ready(self, service: str) -> bool:
        return self._instance.missing(service) is None

    def _is_another_process(self, service: str, pid: int) -> bool:
        child = self._instance.children[service]
        return child.alive and child.pid != pid

    def _is_another_broker(self, pid: int) -> bool:
        with contextlib.suppress(OSError, ValueError):
            return _broker_pid(self._instance) != pid
        return False


async def _until(look: Callable[[], bool]) -> None:
    """Return when it is so. Processes of others have no event to wait for."""
    while not await asyncio.to_thread(look):  # noqa: ASYNC110
        await asyncio.sleep(LOOK_INTERVAL_S)


def _broker_pid(instance: Instance) -> int:
    """Return the embedded broker's process id. Raises OSError and ValueError."""
    return int((instance.home / "nats" / "nats.pid").read_text())
