"""What people do later: tasks that go on beside the play, and none beyond its end."""

import asyncio
from collections.abc import Coroutine


class Later:
    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, play: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(play)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def rest(self) -> None:
        """Returns when nothing is left to do; raises what one of them failed with."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def leave(self) -> None:
        """Everybody drops what they are at: a play that is broken off must not go on calling
        services.
        """
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
