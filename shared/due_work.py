"""Act on rows that are due by the clock. Rows carry their next due time; the process sleeps until
the earliest and never looks at them all.

What is due is claimed and acted on together. If that fails, the rows are tried one by one, so that
one bad row is quarantined alone, with its reason in the log, and tried again ever more seldom; its
neighbours go on. What passes by itself (a lock, a lost connection) quarantines nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from shared.backoff import Backoff
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database, Transaction
from shared.telemetry import get_logger, within_trace

log = get_logger(__name__)

_LOOK_AT_LEAST_EVERY_S = 5.0
"""Another instance may have died with the next moment in its memory."""
_MIN_PAUSE_S = 0.1
_SLOW_AFTER_S = 0.02
"""How long acting may take before another goes on beside it: shorter than this, a second look at
what is due is not worth its price.
"""
_MAX_LOCKED_PAUSE_S = 1.0
"""The longest wait for rows that another instance has locked, and for what falls due meanwhile."""
_MAX_PAUSE_S = 2.0
_MIN_QUARANTINE_S = 1.0
_MAX_QUARANTINE_S = 300.0
_FORGOTTEN_AFTER = timedelta(hours=1)
"""A quarantined row that was not claimed since its time came is gone, or not due any more."""

Row = TypeVar("Row")


def _itself(row: Any) -> Hashable:
    key: Hashable = row
    return key


@dataclass(frozen=True, kw_only=True)
class DueWork(Generic[Row]):
    """What falls due row by row: how the next moment is found, what is claimed and what is done.

    `next_due(tx, excluding)` returns the earliest moment at which a row is due, None when none is.
    `claim(tx, excluding, limit)` locks what is due now, the earliest first (FOR UPDATE SKIP LOCKED,
    at most `limit` rows). `act(tx, rows)` acts on it in the same transaction. They are called again
    until nothing is due, or nothing can be claimed. `excluding` are the keys of quarantined rows.

    `side_by_side` is how many transactions may do so at the same time: while one takes longer than
    a moment (its rows wait for a lock, say), another goes on with what it has not claimed.
    """

    name: str
    next_due: Callable[[Transaction, Collection[Any]], Awaitable[datetime | None]]
    claim: Callable[[Transaction, Collection[Any], int], Awaitable[Sequence[Row]]]
    act: Callable[[Transaction, Sequence[Row]], Awaitable[None]]
    batch_size: int = 100
    side_by_side: int = 1
    key: Callable[[Row], Hashable] = _itself


@dataclass(frozen=True)
class _Quarantined:
    until: datetime
    backoff: Backoff


class _Failed(Exception):
    """Acting on these rows failed, and will fail again."""

    def __init__(self, keys: Sequence[Hashable], cause: Exception) -> None:
        super().__init__(str(cause))
        self.keys = keys
        self.cause = cause


class DueWorker:
    """Claim and act on one kind of due rows, again and again."""

    def __init__(self, work: DueWork[Any], database: Database) -> None:
        self.work = work
        self._database = database
        self._next: datetime | None = None
        self._due: datetime | None = None
        """When the next row falls due, as of the last look."""
        self._wake = asyncio.Event()
        self._wanted = asyncio.Event()
        """A transaction beside those that are acting."""
        self._slow = 0
        """How many of these have taken longer than a moment."""
        self._quarantined: dict[Hashable, _Quarantined] = {}

    @property
    def quarantined(self) -> int:
        """How many rows have failed and wait to be tried again."""
        return len(self._quarantined)

    def wake_at(self, moment: datetime) -> None:
        """Look for due rows at `moment` or earlier."""
        if self._slow and moment <= self._database.clock.now():
            self._wanted.set()
        if self._next is None or moment < self._next:
            self._next = moment
            self._wake.set()

    async def run(self) -> None:
        """Act on what falls due until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._run())
            for _ in range(self.work.side_by_side - 1):
                group.create_task(self._help())

    async def _run(self) -> None:
        failing = Backoff(_MIN_PAUSE_S, _MAX_PAUSE_S)
        locked = Backoff(_MIN_PAUSE_S, _MAX_LOCKED_PAUSE_S)
        while True:
            try:
                self._next = None
                claimed = await self.run_due()
                due = self._due
            except Exception as error:
                if not is_transient(error):
                    raise
                pause_s = failing.next_s()
                log.warning(
                    "due_work_waits", work=self.work.name, error=first_line(error), pause_s=pause_s
                )
                await asyncio.sleep(pause_s)
                continue
            failing.reset()
            if due is not None and due <= self._database.clock.now() and not claimed:
                # Due and yet not claimed: another instance has it locked. To ask on and on would
                # only be in its way.
                await asyncio.sleep(locked.next_s())
                continue
            locked.reset()
            for moment in (due, self._next_quarantined()):
                if moment is not None:
                    self.wake_at(moment)
            await self._sleep()

    async def _help(self) -> None:
        """Go on with what is due while another transaction takes its time."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.run_due()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning(
                    "due_work_waits",
                    work=self.work.name,
                    error=first_line(error),
                    pause_s=_MAX_LOCKED_PAUSE_S,
                )
                await asyncio.sleep(_MAX_LOCKED_PAUSE_S)
                continue
            # What is due already and was not claimed is locked by the transactions that are acting
            # on it, and they go on themselves.
            if self._due is not None and self._due > self._database.clock.now():
                self.wake_at(self._due)

    async def run_due(self) -> int:
        """Act on every row that is due now; return how many rows were claimed, those that failed
        included.
        """
        total = one_by_one = 0
        while True:
            try:
                claimed, due = await self._claim_and_act(1 if one_by_one else self.work.batch_size)
            except _Failed as failed:
                claimed = len(failed.keys)
                if claimed > 1:
                    one_by_one = claimed
                    continue
                await self._quarantine(failed)
                due = self._database.clock.now()  # what else there is has not been looked at
            total += claimed
            one_by_one = max(one_by_one - claimed, 0)
            if claimed == 0 or due is None or due > self._database.clock.now():
                self._due = due
                return total

    async def _claim_and_act(self, limit: int) -> tuple[int, datetime | None]:
        """Return how many rows were claimed, and when the next falls due.

        Raises _Failed with the rows' keys, and whatever claiming them fails with.
        """
        with within_trace(None):
            keys: list[Hashable] = []
            try:
                with self._calling_for_help():
                    async with self._database.transaction() as tx:
                        rows = await self.work.claim(tx, self._not_now(), limit)
                        keys = [self.work.key(row) for row in rows]
                        if rows:
                            await self.work.act(tx, rows)
                            await tx.flush()
                        due = await self.work.next_due(tx, self._not_now())
            except Exception as error:
                if not keys or is_transient(error):
                    raise
                raise _Failed(keys, error) from error
        for key in keys:
            self._quarantined.pop(key, None)
        return len(keys), due

    @contextmanager
    def _calling_for_help(self) -> Iterator[None]:
        """Let another transaction go on with what is not claimed, while the block takes longer than
        a moment.
        """
        is_slow = False

        def call() -> None:
            nonlocal is_slow
            is_slow = True
            self._slow += 1
            self._wanted.set()

        timer = asyncio.get_running_loop().call_later(_SLOW_AFTER_S, call)
        try:
            yield
        finally:
            timer.cancel()
            self._slow -= is_slow

    async def _quarantine(self, failed: _Failed) -> None:
        (key,) = failed.keys
        now, before = self._database.clock.now(), self._quarantined.get(key)
        backoff = (
            Backoff(_MIN_QUARANTINE_S, _MAX_QUARANTINE_S) if before is None else before.backoff
        )
        pause_s = backoff.next_s()
        self._quarantined[key] = _Quarantined(now + timedelta(seconds=pause_s), backoff)
        log.error(
            "due_row_quarantined",
            work=self.work.name,
            row=str(key),
            again_in_s=pause_s,
            exc_info=failed.cause,
        )
        # when every row fails, something else is wrong: not so fast
        await asyncio.sleep(min(len(self._quarantined) / 100, 1.0))

    def _next_quarantined(self) -> datetime | None:
        now = self._database.clock.now()
        return min(
            (each.until for each in self._quarantined.values() if each.until > now), default=None
        )

    def _not_now(self) -> list[Hashable]:
        now = self._database.clock.now()
        for key, each in list(self._quarantined.items()):
            if each.until + _FORGOTTEN_AFTER < now:
                del self._quarantined[key]
        return [key for key, each in self._quarantined.items() if each.until > now]

    async def _sleep(self) -> None:
        """Sleep until the earliest known moment, at most a few seconds."""
        deadline = asyncio.get_running_loop().time() + _LOOK_AT_LEAST_EVERY_S
        while True:
            left = deadline - asyncio.get_running_loop().time()
            if self._next is not None:
                left = min(left, (self._next - self._database.clock.now()).total_seconds())
            if left <= 0:
                return
            self._wake.clear()
            try:
                async with asyncio.timeout(left):
                    await self._wake.wait()
            except TimeoutError:
                return
