"""Tasks that run for a service's life: begun again when they fail, stopped with it."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.backoff import Backoff
from shared.telemetry import get_logger

log = get_logger(__name__)

_MIN_PAUSE_S = 0.5
_MAX_PAUSE_S = 10.0
_STOP_TRIES = 4
_STOP_TIMEOUT_S = 0.7


class Supervisor:
    """The tasks of one service, each under a name of its own."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run it until `stop`, once under that name. What fails unforeseen is logged with its stack
        and begun again, ever more slowly while it fails at once.
        """

        async def keep_running() -> None:
            loop = asyncio.get_running_loop()
            backoff = Backoff(_MIN_PAUSE_S, _MAX_PAUSE_S)
            while True:
                began = loop.time()
                failure: Exception | None = None
                try:
                    await work()
                except Exception as error:  # noqa: BLE001 - logged below, with the pause
                    failure = error
                if loop.time() - began > 2 * _MAX_PAUSE_S:
                    backoff.reset()
                pause_s = backoff.next_s()
                if failure is not None:
                    log.error("task_failed", task=name, pause_s=pause_s, exc_info=failure)
                await asyncio.sleep(pause_s)

        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(keep_running(), name=name)

    async def stop(self) -> None:
        """Cancel all of them. Asks again where a cancellation was swallowed (asyncio.wait_for in a
        library may), and goes on without those that do not stop in the end.
        """
        running = set(self._tasks.values())
        for _ in range(_STOP_TRIES):
            for task in running:
                task.cancel()
            if running:
                _, running = await asyncio.wait(running, timeout=_STOP_TIMEOUT_S)
        for task in running:
            log.error("task_does_not_stop", task=task.get_name())
