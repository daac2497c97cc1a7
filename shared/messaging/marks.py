"""Marks of what the stream has stored, written many at once behind the publishing."""

import asyncio
import math
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from shared.db.session import session
from shared.db.transaction import Database
from shared.messaging import outbox
from shared.messaging.steps import Steps

MARK_DELAY_S = 1.0
_MAX_WAITING = 256
_MAX_ROWS_A_STEP = 2_000


class Marks:
    """Rows that the stream has stored and that are not marked yet.

    An instance that dies with them publishes them again: the stream knows their ids.
    """

    def __init__(self, database: Database) -> None:
        self.due_at = math.inf
        """When they are to be written, by the event loop's clock; never while there are none."""
        self._database = database
        self._marks: list[tuple[UUID, int]] = []
        self._steps = Steps("mark", largest=_MAX_ROWS_A_STEP)

    def add(self, id: UUID, seq: int) -> None:
        """Add a row that the stream has stored at that sequence."""
        self._marks.append((id, seq))
        if self.due_at == math.inf:
            self.due_at = asyncio.get_running_loop().time() + MARK_DELAY_S

    def are_due(self, now: float) -> bool:
        return now >= self.due_at or len(self._marks) >= _MAX_WAITING

    def clear(self) -> None:
        """Forget them: their rows are found again in the table."""
        self._marks, self.due_at = [], math.inf

    async def write(
        self, created: datetime | None, written: Callable[[Iterable[UUID]], None]
    ) -> None:
        """Mark the rows as stored in the stream of that identity, each step in a transaction of its
        own, and tell `written` which. What a failed step leaves is forgotten.
        """
        marks = self._marks
        self.clear()
        while marks and created is not None:

            async def mark(
                limit: int, marks: list[tuple[UUID, int]] = marks, created: datetime = created
            ) -> int:
                async with session(self._database.engine) as direct:
                    await outbox.mark(direct, created, marks[:limit])
                return limit

            done = await self._steps.take(mark)
            written(id for id, _ in marks[:done])
            marks = marks[done:]
