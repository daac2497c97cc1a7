"""How many facts wait for the stream, and for how long none has been published though some wait."""

import math
import time
from collections.abc import Awaitable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Engine

from shared.db.session import session
from shared.messaging.outbox import SMALLEST_ID, count_unmarked
from shared.messaging.steps import Steps
from shared.messaging.streams import NoRoomForStream, TopologyAway

T = TypeVar("T")
_STALLED_S = 30.0


class Backlog:
    def __init__(self, limit: int) -> None:
        self.rows = 0
        self.hindrance = ""
        """What the last try to publish failed of; empty when it did not."""
        self.stream_full = False
        """The stream refused the last fact for want of room."""
        self._undeclared: dict[str, str] = {}
        """Why there is no stream, as `trouble` tells it; empty once it is there."""
        self._limit = limit
        self._waits_since: float | None = None
        self._counted_at = -math.inf
        self._counting = Steps("count_outbox", largest=50_000, smallest=1000)

    @property
    def full(self) -> bool:
        """Whether requests are to be refused, before the disk is full."""
        return self.rows >= self._limit

    @property
    def stalled_s(self) -> float:
        """Seconds since a fact was published, or since the first began to wait; 0
        when none waits.
        """
        return 0.0 if self._waits_since is None else time.monotonic() - self._waits_since

    def trouble(self) -> dict[str, str]:
        """Return why the service is not ready, by name; nothing while facts are published, or none
        waits.
        """
        if self._undeclared:
            return self._undeclared
        if self.stream_full:
            return {"stream_room": f"The stream is full and takes no facts; {self.rows} wait."}
        if self.stalled_s > _STALLED_S:
            why = f" Last: {self.hindrance}." if self.hindrance else ""
            return {
                "publishing": (
                    f"{self.rows} facts wait and none has been published for {self.stalled_s:.0f} "
                    f"s.{why}"
                )
            }
        return {}

    def add(self, rows: int) -> None:
        self.set(self.rows + rows)

    def set(self, rows: int) -> None:
        self.rows = rows
        if rows == 0:
            # Another instance may have published them: what ours failed of says nothing any more.
            self._waits_since, self.hindrance, self.stream_full = None, "", False
        elif self._waits_since is None:
            self._waits_since = time.monotonic()

    def published(self, rows: int) -> None:
        """Take off rows that the stream has stored, or will never take."""
        if rows:
            self._waits_since, self.hindrance, self.stream_full = None, "", False
            self.set(max(0, self.rows - rows))

    def hindered(self, reason: str, *, stream_full: bool) -> None:
        self.hindrance, self.stream_full = reason, stream_full

    async def watch_declared(self, declared: Awaitable[T]) -> T:
        """Return the stream that is declared.

        Raises NoRoomForStream and TopologyAway, which `trouble` tells until it is there.
        """
        try:
            stream = await declared
        except NoRoomForStream as error:
            self._undeclared = {"stream_room": f"{error}."}
            raise
        except TopologyAway as error:
            self._undeclared = {"topology": f"{error}."}
            raise
        self._undeclared = {}
        return stream

    async def count(self, engine: Engine, *, every_s: float = 0.0) -> None:
        """Count what waits, up to the limit, unless it was counted less than
        `every_s` seconds ago.
        """
        if time.monotonic() < self._counted_at + every_s:
            return
        self._counted_at = time.monotonic()
        counted, after = 0, SMALLEST_ID
        while counted < self._limit:

            async def step(limit: int, after: UUID = after) -> tuple[int, UUID | None]:
                async with session(engine) as direct:
                    return await count_unmarked(direct, after=after, limit=limit)

            number, last = await self._counting.take(step)
            counted += number
            if last is None:
                break
            after = last
        self.set(min(counted, self._limit))
