"""What people of the day still have in mind: tasks of a group, of which one can see when none is
left.
"""

import asyncio
from collections.abc import Coroutine, Generator
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")


class Errands(asyncio.TaskGroup):
    """A group of tasks that knows which of them are under way."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way: set[asyncio.Task[Any]] = set()

    def create_task(
        self,
        coro: Generator[Any, None, T] | Coroutine[Any, Any, T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> "asyncio.Task[T]":
        """Begin a task of the group."""
        task = super().create_task(coro, name=name, context=context)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        return task

    async def until_done(self) -> bool:
        """Return True when none is under way, or False once those that were are done."""
        if not self.under_way:
            return True
        await asyncio.wait(self.under_way)
        return False
