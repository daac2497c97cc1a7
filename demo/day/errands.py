"""What people of the day still have in mind: tasks of a group, of which one can see when none is
left.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")


class Errands(asyncio.TaskGroup):
    """A group of tasks that knows which of them are under way."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way: set[asyncio.Task[Any]] = set()
        self._begun = 0

    def create_task(
        self,
        coro: Generator[Any, None, T] | Coroutine[Any, Any, T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> "asyncio.Task[T]":
        """Begin a task of the group."""
        task = super().create_task(coro, name=name, context=context)
        self._begun += 1
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        return task

    async def until_over(self, looked: Callable[[], Awaitable[object]]) -> None:
        """Return when `looked` has returned with none under way from its beginning to its end: what
        is seen then stays as it is.
        """
        while True:
            while self.under_way:
                await asyncio.wait(self.under_way)
            begun = self._begun
            await looked()
            if self._begun == begun:
                return
