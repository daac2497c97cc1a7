"""Work on large tables in steps that end in time: one that times out is tried again with fewer
rows, not with as many.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import TextClause, text

from shared.db.failures import is_timeout
from shared.telemetry import get_logger

log = get_logger(__name__)

T = TypeVar("T")
_GROWS_AFTER = 16


class Steps:
    """How many rows one kind of step takes: a quarter after a timeout, twice as many after 16 steps
    that ended in time.
    """

    def __init__(self, name: str, *, largest: int, smallest: int = 16) -> None:
        self.size = largest
        self._name, self._largest, self._smallest = name, largest, smallest
        self._in_time = 0

    async def take(self, step: Callable[[int], Awaitable[T]]) -> T:
        """Return what `step(size)` returns.

        Raises its timeout only for the smallest size, anything else at once.
        """
        while True:
            try:
                done = await step(self.size)
            except Exception as error:
                if not is_timeout(error) or self.size <= self._smallest:
                    raise
                self.size, self._in_time = max(self._smallest, self.size // 4), 0
                log.warning("step_narrowed", step=self._name, rows=self.size)
            else:
                self._in_time += 1
                if self._in_time >= _GROWS_AFTER and self.size < self._largest:
                    self.size, self._in_time = min(self._largest, self.size * 2), 0
                return done


@lru_cache(maxsize=128)
def limited(sql: str, limit: int) -> TextClause:
    """Return the statement with `limit` written in.

    With a parameter the plan that PostgreSQL keeps would expect a tenth of the table, and so read
    all of another one beforehand.
    """
    return text(sql.replace(":limit", str(limit)))
