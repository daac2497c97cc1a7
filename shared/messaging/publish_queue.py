"""Rows that are about to be published, each once."""

from collections import deque
from collections.abc import Iterable, Sequence
from uuid import UUID

from shared.facts import OutboxRow

_MAX_ROWS = 20_000
_MAX_BYTES = 64 * 1024 * 1024


class PublishQueue:
    """A row stays known until its mark is written, or until the queue is emptied: what a look finds
    of it meanwhile is not added.
    """

    def __init__(self) -> None:
        self._rows: deque[OutboxRow] = deque()
        self._known: set[UUID] = set()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._rows)

    def has_room_for(self, rows: int) -> bool:
        return len(self._rows) + rows <= _MAX_ROWS and self._bytes <= _MAX_BYTES

    def add(self, rows: Iterable[OutboxRow]) -> None:
        for row in rows:
            if row.id not in self._known:
                self._known.add(row.id)
                self._rows.append(row)
                self._bytes += len(row.body)

    def take(self, limit: int) -> Sequence[OutboxRow]:
        rows = [self._rows.popleft() for _ in range(min(len(self._rows), limit))]
        self._bytes -= sum(len(row.body) for row in rows)
        return rows

    def settle(self, ids: Iterable[UUID]) -> None:
        """Forget rows that have their marks, or will never have one."""
        self._known.difference_update(ids)

    def clear(self) -> None:
        self._rows.clear()
        self._known.clear()
        self._bytes = 0
