"""Publishes what was committed. A commit hands its rows over; a slow look at the table finds what was not handed over or not marked.

Every instance publishes its own commits at once, many in flight; one at a time (an advisory lock) looks for the rest and holds the
marks against the stream. Order is not promised: versions make it needless.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.failures import is_transient
from shared.db.transaction import Database
from shared.messaging import outbox
from shared.messaging.broker import Broker, BrokerError, FactRefused, NoSuchStream
from shared.messaging.facts import OutboxRow
from shared.messaging.healing import unmark_lost
from shared.messaging.streams import StreamLimits, ensure_stream
from shared.telemetry import get_logger

log = get_logger(__name__)

_IN_FLIGHT = 256
_QUEUE_LIMIT = 20_000
_LOOK_EVERY_S = 2.0
_RECONCILE_EVERY_S = 60.0
_FULLER_ROUNDS_S = 0.005
_LONGEST_PAUSE_S = 30.0
_LONGEST_TRANSACTION = timedelta(seconds=60)
_ONE_RELAY = text("select pg_try_advisory_xact_lock(hashtextextended('fettle.relay', 0))")


class _AckLooksWrong(Exception):
    """A sequence at or below the highest mark: the stream is not the one we knew."""


class Relay:
    def __init__(self, database: Database, broker: Broker, owner: str, limits: StreamLimits, *, backlog_limit: int) -> None:
        self.published = 0
        self.backlog = 0
        """Rows that wait, as of the last look."""
        self._database, self._broker, self._owner, self._limits = database, broker, owner, limits
        self._backlog_limit = backlog_limit
        self._queue: deque[OutboxRow] = deque()
        self._queued: set[UUID] = set()
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._look = True
        self._reconcile = True
        self._created: datetime | None = None
        self._highest = 0

    @property
    def backlog_full(self) -> bool:
        return self.backlog >= self._backlog_limit

    def hand(self, rows: Sequence[OutboxRow]) -> None:
        """Rows just committed by this instance. Beyond a bound they are left for the look at the table."""
        if len(self._queue) + len(rows) > _QUEUE_LIMIT:
            self._look = True
        else:
            self._enqueue(rows)
        self._wake.set()

    def heal(self) -> None:
        """Hold the marks against the stream soon: after a reconnect, or when something looks wrong."""
        self._reconcile = True
        self._urgent.set()
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        pause = 1.0
        next_look, next_reconcile = 0.0, 0.0
        while True:
            now = loop.time()
            try:
                if self._reconcile or now >= next_reconcile:
                    await self._hold_marks_against_stream()
                    next_reconcile = loop.time() + _RECONCILE_EVERY_S
                if self._look or now >= next_look:
                    await self._look_for_unmarked()
                    next_look = loop.time() + _LOOK_EVERY_S
                if self._queue:
                    await self._publish_round()
                pause = 1.0
            except _AckLooksWrong:
                log.warning("ack_looks_wrong", owner=self._owner)
                self._forget_queue()
                self._reconcile = True
                continue
            except Exception as error:
                if not isinstance(error, BrokerError) and not is_transient(error):
                    raise
                log.warning("relay_waits", owner=self._owner, error=str(error), pause_s=pause)
                self._forget_queue()
                self._reconcile = self._reconcile or isinstance(error, NoSuchStream)
                await self._pause(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
                continue
            if not self._queue:
                await self._wait(min(next_look, next_reconcile) - loop.time())

    async def _wait(self, at_most_s: float) -> None:
        self._wake.clear()
        if self._queue or self._look or self._reconcile:
            return
        try:
            await asyncio.wait_for(self._wake.wait(), max(at_most_s, 0))
        except TimeoutError:
            return

    async def _pause(self, seconds: float) -> None:
        """A pause that a reconnect cuts short, with a count of what piles up meanwhile."""
        self._urgent.clear()
        await self._count_backlog()
        try:
            await asyncio.wait_for(self._urgent.wait(), seconds)
        except TimeoutError:
            return

    async def _count_backlog(self) -> None:
        try:
            async with self._database.engine.connect() as connection:
                self.backlog = await outbox.count_unmarked(connection, since=outbox.SMALLEST_ID, most=self._backlog_limit)
        except Exception as error:
            if not is_transient(error):
                raise

    def _enqueue(self, rows: Sequence[OutboxRow]) -> None:
        for row in rows:
            if row.id not in self._queued:
                self._queued.add(row.id)
                self._queue.append(row)

    def _forget_queue(self) -> None:
        """What was not published is found again in the table."""
        self._queue.clear()
        self._queued.clear()
        self._look = True

    async def _publish_round(self) -> None:
        rows = [self._queue.popleft() for _ in range(min(len(self._queue), _IN_FLIGHT))]
        created, highest = self._created, self._highest
        if created is None:
            self._reconcile = True
            self._queue.extendleft(reversed(rows))
            return
        answers = await asyncio.gather(*(self._publish(row) for row in rows), return_exceptions=True)
        marks: list[tuple[UUID, int]] = []
        parked: list[tuple[UUID, str]] = []
        failure: BaseException | None = None
        for row, answer in zip(rows, answers, strict=True):
            if isinstance(answer, FactRefused):
                parked.append((row.id, str(answer)))
            elif isinstance(answer, BaseException):
                failure = answer
            elif not answer[1] and answer[0] <= highest:
                raise _AckLooksWrong
            else:
                marks.append((row.id, answer[0]))
        if marks or parked:
            async with self._database.engine.begin() as connection:
                await outbox.mark(connection, created, marks)
                for id, reason in parked:
                    log.error("fact_cannot_be_published", fact_id=str(id), reason=reason)
                    await outbox.park(connection, id, reason)
            self._highest = max(self._highest, *(seq for _, seq in marks)) if marks else self._highest
        self.published += len(marks)
        self._queued.difference_update(row.id for row in rows)
        if failure is not None:
            raise failure
        if len(rows) > 8:
            await asyncio.sleep(_FULLER_ROUNDS_S)

    async def _publish(self, row: OutboxRow) -> tuple[int, bool]:
        stored = await self._broker.publish(row.type, row.body, row.headers())
        return stored.seq, stored.duplicate

    async def _look_for_unmarked(self) -> None:
        """Rows that no commit of ours handed over: from before a crash, of an instance that died, or beyond the queue's bound."""
        everything = self._look
        self._look = False
        since = outbox.SMALLEST_ID if everything else outbox.first_id_at(self._database.clock.now() - _LONGEST_TRANSACTION)
        async with self._database.engine.connect() as connection:
            if not await _is_the_one(connection):
                return
            rows = await outbox.unmarked(connection, since=since, most=_QUEUE_LIMIT // 4)
            # Fewer than asked for is all there is; else count, so that requests are refused before the disk is full.
            full = len(rows) == _QUEUE_LIMIT // 4
            self.backlog = await outbox.count_unmarked(connection, since=since, most=self._backlog_limit) if full else len(rows)
        self._enqueue([row for row in rows if row.id not in self._queued])
        self._look = full

    async def _hold_marks_against_stream(self) -> None:
        stream = await ensure_stream(self._broker, self._owner, self._limits)
        async with self._database.engine.begin() as connection:
            if await _is_the_one(connection):
                if await unmark_lost(connection, self._broker, self._owner, stream, self._database.clock.now()):
                    self._forget_queue()
                await outbox.sweep(connection, self._database.clock.now())
            newest = await outbox.newest_mark(connection, stream.created)
        self._created, self._highest = stream.created, newest[1] if newest else 0
        self._reconcile = False
        self._look = True


async def _is_the_one(connection: AsyncConnection) -> bool:
    return bool((await connection.execute(_ONE_RELAY)).scalar_one())
