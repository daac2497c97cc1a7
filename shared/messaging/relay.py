"""Publishes what was committed. A commit hands its rows over; a slow look at the table finds what
was not handed over or not marked.

Every instance publishes its own commits at once, many in flight; one at a time (an advisory lock)
looks for the rest. Beside that, one at a time holds the marks against the stream (`healing.py`).
Order is not promised: versions make it needless.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime

from shared.backoff import Backoff
from shared.db.failures import first_line, is_transient
from shared.db.session import session
from shared.db.transaction import Database
from shared.facts import OutboxRow
from shared.messaging import outbox
from shared.messaging.answers import BrokerError, FactRefused, NoSuchStream, StreamFull
from shared.messaging.backlog import Backlog
from shared.messaging.broker import Broker
from shared.messaging.healing import Healing
from shared.messaging.marks import Marks
from shared.messaging.publish_queue import PublishQueue
from shared.messaging.publishing import Publishing
from shared.messaging.streams import ASK_AGAIN_S, StreamState, TopologyAway, declared_stream
from shared.messaging.unmarked_rows import UnmarkedRows
from shared.telemetry import get_logger

log = get_logger(__name__)

_IN_FLIGHT = 256
_COUNT_EVERY_S = 5.0
_LINGER_S = 0.005
_MIN_PAUSE_S = 0.1


class _AckLooksWrong(Exception):
    """A sequence at or below the highest mark: the stream is not the one that we knew."""


class Relay:
    def __init__(
        self,
        database: Database,
        broker: Broker,
        owner: str,
        *,
        backlog_limit: int,
        look_every_s: float = 2.0,
        reconcile_every_s: float = 60.0,
        longest_pause_s: float = 2.0,
    ) -> None:
        self.owner = owner
        self.published = 0
        self.waiting = Backlog(backlog_limit)
        self.stream: StreamState | None = None
        """The stream as it was last seen, at most `reconcile_every_s` ago while the broker answers.
        """
        self._database, self._broker = database, broker
        self._look_every_s, self._reconcile_every_s, self._longest_pause_s = (
            look_every_s,
            reconcile_every_s,
            longest_pause_s,
        )
        self._queue = PublishQueue()
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._heal = asyncio.Event()
        self._unmarked = UnmarkedRows(database)
        self._reconcile = True
        self._next_look = self._next_reconcile = 0.0
        self._created: datetime | None = None
        self._highest = 0
        self._publishing = Publishing(broker)
        self._healing = Healing(database, broker, owner)
        self._marks = Marks(database)

    @property
    def backlog(self) -> int:
        """Rows that wait for the stream: counted at the last look, and reckoned since.

        What only waits for its mark is not among them.
        """
        return self.waiting.rows

    def enqueue(self, rows: Sequence[OutboxRow]) -> None:
        """Queue rows just committed by this instance.

        Beyond a bound they are left for the look at the table.
        """
        self.waiting.add(len(rows))
        if self._queue.has_room_for(len(rows)):
            self._queue.add(rows)
        else:
            self._unmarked.more = True
        self._wake.set()

    def heal(self) -> None:
        """Hold the marks against the stream at once: after a reconnect, or when something looks
        wrong.
        """
        self._reconcile = True
        self._urgent.set()
        self._wake.set()

    async def run(self) -> None:
        """Publish and heal until cancelled; then write the marks that are left."""
        beside = asyncio.create_task(self._keep_healing(), name="healing")
        try:
            await self._keep_publishing(beside)
        finally:
            beside.cancel()
            await asyncio.wait([beside])
            try:
                await self._marks.write(self._created, self._queue.settle)
            except Exception as error:
                if not is_transient(error):
                    raise
            finally:
                await self._publishing.close()

    async def _keep_publishing(self, beside: asyncio.Task[None]) -> None:
        backoff = Backoff(_MIN_PAUSE_S, self._longest_pause_s)
        while True:
            if beside.done():
                beside.result()
            try:
                await self._work()
                backoff.reset()
            except _AckLooksWrong:
                log.warning("ack_looks_wrong", owner=self.owner)
                self._forget_queue()
                self._reconcile = True
            except Exception as error:
                if not isinstance(error, BrokerError) and not is_transient(error):
                    raise
                pause_s = backoff.next_s()
                if isinstance(error, TopologyAway):
                    pause_s = min(pause_s, ASK_AGAIN_S)
                log.warning(
                    "relay_waits", owner=self.owner, error=first_line(error), pause_s=pause_s
                )
                self.waiting.hindered(first_line(error), stream_full=isinstance(error, StreamFull))
                self._forget_queue()
                self._reconcile = self._reconcile or isinstance(error, NoSuchStream)
                await self._pause(pause_s)
            else:
                await self._wait()

    async def _keep_healing(self) -> None:
        """Hold the marks against the stream whenever asked to, beside the publishing, which does
        not wait for it.

        What a step has done stays done, so a pass that fails is begun again.
        """
        backoff = Backoff(_MIN_PAUSE_S, self._longest_pause_s)
        while True:
            await self._heal.wait()
            self._heal.clear()
            try:
                if (
                    self.stream is not None
                    and await self._healing.hold_marks_against(self.stream)
                    + await self._healing.check()
                ):
                    self._look_again()
                await self._healing.sweep()
                backoff.reset()
            except Exception as error:
                if not isinstance(error, BrokerError) and not is_transient(error):
                    raise
                pause_s = backoff.next_s()
                log.warning(
                    "healing_waits", owner=self.owner, error=first_line(error), pause_s=pause_s
                )
                await asyncio.sleep(pause_s)
                self._heal.set()

    async def _work(self) -> None:
        """Do whatever is due now: marks, the stream's end, a look at the table, one round of
        publishing.
        """
        loop = asyncio.get_running_loop()
        await self._publishing.open()
        reconciles = self._reconcile or loop.time() >= self._next_reconcile
        looks = (self._unmarked.more and not self._queue) or loop.time() >= self._next_look
        if self._reconcile:
            # A stream that has forgotten something may have forgotten what is not marked yet: that
            # is published again, under the same ids.
            self._forget_queue()
        elif reconciles or looks or self._marks.are_due(loop.time()):
            await self._marks.write(self._created, self._queue.settle)
        if reconciles:
            await self._hold_end_against_stream()
            self._next_reconcile = loop.time() + self._reconcile_every_s
        if looks or (self._unmarked.more and not self._queue):
            await self._look_for_unmarked()
            self._next_look = loop.time() + self._look_every_s
        if self._queue:
            await self._publish_round()

    async def _wait(self) -> None:
        self._wake.clear()
        if self._queue or self._unmarked.more or self._reconcile:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(
                min(self._next_look, self._next_reconcile, self._marks.due_at)
            ):
                await self._wake.wait()

    async def _pause(self, seconds: float) -> None:
        """Wait, until a reconnect at most, and count what piles up meanwhile."""
        self._urgent.clear()
        try:
            await self.waiting.count(self._database.engine)
        except Exception as error:
            if not is_transient(error):
                raise
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._urgent.wait()

    def _look_again(self) -> None:
        self._unmarked.look_again()
        self._wake.set()

    def _forget_queue(self) -> None:
        """Forget what was not published, or not marked: it is found again in the table."""
        self._queue.clear()
        self._marks.clear()
        self._unmarked.look_for_all()

    async def _publish_round(self) -> None:
        if self._created is None:
            self._reconcile = True
            return
        rows = self._queue.take(_IN_FLIGHT)
        outcomes = await self._publishing.publish(rows)
        failure: BrokerError | None = None
        highest, before = self._highest, self.published
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, FactRefused):
                await self._give_up(row, outcome)
            elif isinstance(outcome, BrokerError):
                failure = outcome
            elif not outcome.duplicate and outcome.seq <= highest:
                raise _AckLooksWrong
            else:
                self._marks.add(row.id, outcome.seq)
                self._highest = max(self._highest, outcome.seq)
                self.published += 1
        self.waiting.published(self.published - before)
        if failure is not None:
            raise failure
        if len(rows) > 8 and len(self._queue) < _IN_FLIGHT:
            await asyncio.sleep(_LINGER_S)

    async def _give_up(self, row: OutboxRow, refused: FactRefused) -> None:
        log.error("fact_cannot_be_published", fact_id=str(row.id), reason=str(refused))
        async with session(self._database.engine) as direct:
            await outbox.mark_dead(direct, row.id, str(refused))
        self._queue.settle([row.id])
        self.waiting.published(1)

    async def _look_for_unmarked(self) -> None:
        page = await self._unmarked.next_page()
        if page is not None:
            self._queue.add(page.rows)
        if page is not None and not self._unmarked.more:
            self.waiting.set(len(self._queue))
        else:
            await self.waiting.count(self._database.engine, every_s=_COUNT_EVERY_S)

    async def _hold_end_against_stream(self) -> None:
        """Learn which stream there is and where it ends, unmark what it lacks there, and let the
        rest be looked at beside.
        """
        stream = await self.waiting.watch_declared(declared_stream(self._broker, self.owner))
        if await self._healing.mend_end():
            self._forget_queue()
        async with session(self._database.engine) as direct:
            newest = await outbox.newest_mark(direct, stream.created)
        self.stream, self._created, self._highest = (
            stream,
            stream.created,
            newest[1] if newest else 0,
        )
        self._reconcile = False
        self._look_again()
        self._heal.set()
