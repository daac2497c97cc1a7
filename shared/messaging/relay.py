"""Publishes what was committed. A commit hands its rows over; a slow look at the table finds what was not handed over or not marked.

Every instance publishes its own commits at once, many in flight; one at a time (an advisory lock) looks for the rest and holds the
marks against the stream. Order is not promised: versions make it needless.
"""

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.failures import first_line, is_transient
from shared.db.session import session
from shared.db.transaction import Database
from shared.messaging import outbox
from shared.messaging.broker import Broker, BrokerError, FactRefused, NoSuchStream
from shared.messaging.facts import OutboxRow
from shared.messaging.healing import unmark_lost
from shared.messaging.publishing import Publishing
from shared.messaging.streams import StreamLimits, ensure_stream
from shared.telemetry import get_logger

log = get_logger(__name__)

_IN_FLIGHT = 256
_QUEUE_ROWS = 20_000
_QUEUE_BYTES = 64 * 1024 * 1024
_PAGE = 2_000
_COUNT_EVERY_S = 5.0
_FULLER_ROUNDS_S = 0.005
_MARKED_AT_ONCE = 256
_MARKED_WITHIN_S = 1.0
_LEFT_TO_ITS_INSTANCE = timedelta(seconds=2 * _MARKED_WITHIN_S)
"""So long a row waits for the instance that committed it to publish and mark it, before another one takes it for abandoned."""
_SHORTEST_PAUSE_S = 1.0
_LONGEST_TRANSACTION = timedelta(seconds=60)
_ONE_RELAY = text("select pg_try_advisory_xact_lock(hashtextextended('fettle.relay', 0))")


class _AckLooksWrong(Exception):
    """A sequence at or below the highest mark: the stream is not the one that we knew."""


class Relay:
    def __init__(
        self,
        database: Database,
        broker: Broker,
        owner: str,
        limits: StreamLimits,
        *,
        backlog_limit: int,
        look_every_s: float = 2.0,
        reconcile_every_s: float = 60.0,
        longest_pause_s: float = 30.0,
    ) -> None:
        self.published = 0
        self.backlog = 0
        """Rows that wait for the stream: counted at the last look, and reckoned since. What only waits for its mark is not among them."""
        self._database, self._broker, self._owner, self._limits = database, broker, owner, limits
        self._backlog_limit = backlog_limit
        self._look_every_s, self._reconcile_every_s, self._longest_pause_s = look_every_s, reconcile_every_s, longest_pause_s
        self._queue: deque[OutboxRow] = deque()
        self._queued: set[UUID] = set()
        self._queued_bytes = 0
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._everything = True
        """The next look begins with the oldest row of the table, not with those of the last minute."""
        self._forgot = True
        """The next look is also for the youngest rows: they may be our own, of before a restart or a failure."""
        self._more = True
        """There are rows in the table that wait for room in the queue."""
        self._reconcile = True
        self._next_look = self._next_reconcile = self._next_count = 0.0
        self._created: datetime | None = None
        self._highest = 0
        self._publishing = Publishing(broker)
        self._to_mark: list[tuple[UUID, int]] = []
        """Stored by the stream, and not marked yet. Who dies with them publishes them again: the stream knows their ids."""
        self._mark_at = math.inf

    @property
    def backlog_full(self) -> bool:
        return self.backlog >= self._backlog_limit

    def hand(self, rows: Sequence[OutboxRow]) -> None:
        """Rows just committed by this instance. Beyond a bound they are left for the look at the table."""
        self.backlog += len(rows)
        if len(self._queue) + len(rows) > _QUEUE_ROWS or self._queued_bytes > _QUEUE_BYTES:
            self._everything = self._more = True
        else:
            self._enqueue(rows)
        self._wake.set()

    def heal(self) -> None:
        """Hold the marks against the stream at once: after a reconnect, or when something looks wrong."""
        self._reconcile = True
        self._urgent.set()
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            await self._keep_publishing()
        finally:
            try:
                await self._mark_published()
            except Exception as error:
                if not is_transient(error):
                    raise
            finally:
                await self._publishing.close()

    async def _keep_publishing(self) -> None:
        pause = _SHORTEST_PAUSE_S
        while True:
            try:
                await self._work()
                pause = _SHORTEST_PAUSE_S
            except _AckLooksWrong:
                log.warning("ack_looks_wrong", owner=self._owner)
                self._forget_queue()
                self._reconcile = True
            except Exception as error:
                if not isinstance(error, BrokerError) and not is_transient(error):
                    raise
                log.warning("relay_waits", owner=self._owner, error=first_line(error), pause_s=pause)
                self._forget_queue()
                self._reconcile = self._reconcile or isinstance(error, NoSuchStream)
                await self._pause(pause)
                pause = min(pause * 2, self._longest_pause_s)
            else:
                await self._wait()

    async def _work(self) -> None:
        """Whatever is due now."""
        loop = asyncio.get_running_loop()
        await self._publishing.open()
        reconciles = self._reconcile or loop.time() >= self._next_reconcile
        looks = (self._more and not self._queue) or loop.time() >= self._next_look
        if self._reconcile:
            # A stream that has forgotten something may have forgotten what is not marked yet: that is published again, under the same ids.
            self._forget_queue()
        elif reconciles or looks or loop.time() >= self._mark_at or len(self._to_mark) >= _MARKED_AT_ONCE:
            await self._mark_published()
        if reconciles:
            await self._hold_marks_against_stream()
            self._next_reconcile = loop.time() + self._reconcile_every_s
            await self._sweep()
        if looks or (self._more and not self._queue):
            await self._look_for_unmarked()
            self._next_look = loop.time() + self._look_every_s
        if self._queue:
            await self._publish_round()

    async def _wait(self) -> None:
        self._wake.clear()
        if self._queue or self._more or self._reconcile:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(min(self._next_look, self._next_reconcile, self._mark_at)):
                await self._wake.wait()

    async def _pause(self, seconds: float) -> None:
        """A pause that a reconnect cuts short, with a count of what piles up meanwhile."""
        self._urgent.clear()
        try:
            async with self._database.engine.connect() as connection:
                self.backlog = await outbox.count_unmarked(connection, since=outbox.SMALLEST_ID, most=self._backlog_limit)
        except Exception as error:
            if not is_transient(error):
                raise
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._urgent.wait()

    def _enqueue(self, rows: Sequence[OutboxRow]) -> None:
        for row in rows:
            if row.id not in self._queued:
                self._queued.add(row.id)
                self._queue.append(row)
                self._queued_bytes += len(row.body)

    def _forget_queue(self) -> None:
        """What was not published, or not marked, is found again in the table."""
        self._queue.clear()
        self._to_mark.clear()
        self._mark_at = math.inf
        self._queued.clear()
        self._queued_bytes = 0
        self._everything = self._forgot = self._more = True

    async def _publish_round(self) -> None:
        if self._created is None:
            self._reconcile = True
            return
        rows = [self._queue.popleft() for _ in range(min(len(self._queue), _IN_FLIGHT))]
        self._queued_bytes -= sum(len(row.body) for row in rows)
        outcomes = await self._publishing.publish(rows)
        failure: BrokerError | None = None
        highest = self._highest
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, FactRefused):
                await self._park(row, outcome)
            elif isinstance(outcome, BrokerError):
                failure = outcome
            elif not outcome.duplicate and outcome.seq <= highest:
                raise _AckLooksWrong
            else:
                self._to_mark.append((row.id, outcome.seq))
                self._highest = max(self._highest, outcome.seq)
                self._count_down()
                self.published += 1
        if self._to_mark and self._mark_at == math.inf:
            self._mark_at = asyncio.get_running_loop().time() + _MARKED_WITHIN_S
        if failure is not None:
            raise failure
        if len(rows) > 8 and len(self._queue) < _IN_FLIGHT:
            await asyncio.sleep(_FULLER_ROUNDS_S)

    async def _mark_published(self) -> None:
        """Mark what the stream has stored, many rows at once: each time is a transaction of its own."""
        marks, self._to_mark, self._mark_at = self._to_mark, [], math.inf
        if marks and self._created is not None:
            async with session(self._database.engine) as direct:
                await outbox.mark(direct, self._created, marks)
            self._queued.difference_update(id for id, _ in marks)

    async def _park(self, row: OutboxRow, refused: FactRefused) -> None:
        log.error("fact_cannot_be_published", fact_id=str(row.id), reason=str(refused))
        async with session(self._database.engine) as direct:
            await outbox.park(direct, row.id, str(refused))
        self._queued.discard(row.id)
        self._count_down()

    def _count_down(self) -> None:
        self.backlog = max(0, self.backlog - 1)

    async def _look_for_unmarked(self) -> None:
        """Queue rows that no commit of ours handed over: from before a crash, of an instance that died, or beyond the queue's bound.

        Rows that are young are left to the instance that committed them: it may have published them, and not marked them yet.
        """
        now = self._database.clock.now()
        since = outbox.SMALLEST_ID if self._everything else outbox.first_id_at(now - _LONGEST_TRANSACTION)
        before = outbox.LARGEST_ID if self._forgot else outbox.first_id_at(now - _LEFT_TO_ITS_INSTANCE)
        async with self._database.engine.connect() as connection:
            if not await _is_the_one(connection):
                self._more = False  # another instance is looking; if we wanted to see everything, we still do at the next look
                await self._count_backlog(connection)
                return
            rows = await outbox.unmarked(connection, since=since, before=before, most=_PAGE)
            self._enqueue(rows)
            self._more = len(rows) == _PAGE
            self._everything = self._everything and self._more
            self._forgot = self._forgot and self._more
            if self._more:
                await self._count_backlog(connection)
            else:
                self.backlog = len(self._queue)

    async def _count_backlog(self, connection: AsyncConnection) -> None:
        """So that requests are refused before the disk is full."""
        if (now := asyncio.get_running_loop().time()) >= self._next_count:
            self._next_count = now + _COUNT_EVERY_S
            self.backlog = await outbox.count_unmarked(connection, since=outbox.SMALLEST_ID, most=self._backlog_limit)

    async def _hold_marks_against_stream(self) -> None:
        async with self._database.engine.connect() as connection:
            # What other instances mark from here on is not seen: it lies beyond the stream's end as we are about to be told it.
            await connection.execution_options(isolation_level="REPEATABLE READ")
            first = await _is_the_one(connection)
            stream = await ensure_stream(self._broker, self._owner, self._limits)
            if first and await unmark_lost(connection, self._broker, self._owner, stream, self._database.clock.now()):
                self._forget_queue()
            newest = await outbox.newest_mark(connection, stream.created)
            await connection.commit()
        self._created, self._highest = stream.created, newest[1] if newest else 0
        self._reconcile = False
        self._everything = self._more = True

    async def _sweep(self) -> None:
        swept = None
        while swept is None or swept >= outbox.SWEPT_AT_ONCE:
            async with self._database.engine.begin() as connection:
                swept = await outbox.sweep(connection, self._database.clock.now()) if await _is_the_one(connection) else 0


async def _is_the_one(connection: AsyncConnection) -> bool:
    return bool((await connection.execute(_ONE_RELAY)).scalar_one())
