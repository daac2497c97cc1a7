"""Sends deliveries behind the requests, and records how it went."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from services.notify.actions.deliver import DUE_WORKERS, LEASE, Couriers, Transport, sort_out
from services.notify.actions.read_metrics import Attempts
from services.notify.actions.record_attempts import Tried, record_attempts
from services.notify.domain.channels import Channel
from services.notify.store.claims import Claimed, Due, claim_due, next_due, renew
from shared.backoff import Backoff
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database, Transaction
from shared.due_work import DueWork
from shared.telemetry import get_logger

log = get_logger(__name__)

MAX_AT_ONCE = 256
EACH_AT_ONCE = 4
"""An endpoint with as many attempts under way gets no more until one has ended, so that a slow one
delays itself alone; just one while half of all are taken, so that many slow ones together do too.
"""

_FINISH_TIMEOUT_S = 1.0
_RENEW_EVERY_S = LEASE.total_seconds() / 3
_MAX_PAUSE_S = 2.0


class Sender:
    """Send a channel's deliveries, and record how it went. `chance` gives numbers in [0, 1).

    One is among the couriers from its making on, so that what is said of an attempt goes out too.
    """

    def __init__(
        self,
        channel: Channel,
        database: Database,
        transport: Transport,
        couriers: Couriers,
        *,
        chance: Callable[[], float],
        max_at_once: int = MAX_AT_ONCE,
    ) -> None:
        self.channel, self._due_worker = channel, DUE_WORKERS[channel]
        self._database, self._transport = database, transport
        self._couriers, self._chance, self._max_at_once = couriers, chance, max_at_once
        couriers.add(channel, self)
        self._under_way: Counter[UUID] = Counter()
        self._kept_waiting: set[UUID] = set()
        """Endpoints of which something may wait until an attempt there has ended."""
        self._held: dict[UUID, Claimed] = {}
        """What is claimed and not recorded, by the delivery's id."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: list[Tried] = []
        self._recording = asyncio.Lock()
        self._ended_by_outcome: Counter[str] = Counter()
        self._at_hand = False

    def have_room(self, endpoint_id: UUID, *, there: int, in_all: int) -> bool:
        """Return whether what is due at once may be sent at once; never unless `run` is at work.

        Transactions that commit at the same instant do not see each other's. An endpoint that has
        as many as it may is looked at again when one of them ends.
        """
        if self._under_way[endpoint_id] + there >= self._each_at_once():
            self._kept_waiting.add(endpoint_id)
            return False
        return self._at_hand and self._transport.held_back_until() is None and in_all < self._room()

    def send_now(self, claimed: Sequence[Claimed]) -> None:
        for each in claimed:
            self._under_way[each.delivery.endpoint_id] += 1
            self._held[each.delivery.id] = each
            task = asyncio.create_task(self._attempt(each), name=f"delivery_{each.delivery.id}")
            self._tasks.add(task)
            task.add_done_callback(self._done)

    def due_work(self) -> DueWork[Due]:
        """Return the due work that finds what is due to be sent."""
        return DueWork(
            name=self._due_worker,
            next_due=self.next_due,
            claim=self.claim,
            act=self.send,
            batch_size=self._max_at_once,
            key=attrgetter("id"),
        )

    async def next_due(self, tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
        """Return when the next delivery is due; None also while all slots are busy: an attempt that
        ends then looks again.
        """
        if not self._room():
            return None
        due = await next_due(
            tx,
            channel=self.channel,
            busy=self._busy(),
            excluding={*excluding, *self._held},
        )
        until = self._transport.held_back_until()
        return due if due is None or until is None else max(due, until)

    async def claim(
        self, tx: Transaction, excluding: Collection[UUID], limit: int
    ) -> Sequence[Due]:
        """Claim what is due and there is room for."""
        limit = min(limit, self._room())
        if not limit or self._transport.held_back_until() is not None:
            return []
        return await claim_due(
            tx,
            channel=self.channel,
            lease_until=tx.now + LEASE,
            busy=self._busy(),
            excluding={*excluding, *self._held},
            each=self._each_at_once(),
            limit=limit,
        )

    async def send(self, tx: Transaction, due: Sequence[Due]) -> None:
        """Send what was claimed, once that is committed."""
        sendable = sort_out(tx, [each.read() for each in due])
        tx.after_commit(lambda: self.send_now(sendable))

    async def run(self) -> None:
        """Accept deliveries until cancelled; what is under way then has a second to end, the rest
        is sent again when its claim has run out.
        """
        self._at_hand = True
        try:
            while True:
                await asyncio.sleep(_RENEW_EVERY_S)
                await self.renew_leases()
        finally:
            self._at_hand = False
            await self.close()

    async def renew_leases(self) -> None:
        """Keep what is under way from being taken for that of a dead instance; while the database
        does not answer, no other can take it either.
        """
        held = list(self._held.values())
        if not held:
            return
        try:
            async with self._database.transaction() as tx:
                await renew(tx, held, lease_until=tx.now + LEASE)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("leases_not_renewed", count=len(held), error=first_line(error))

    async def idle(self) -> None:
        """Return when nothing is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_FINISH_TIMEOUT_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._transport.close()

    @property
    def attempts(self) -> Attempts:
        return Attempts(under_way=len(self._tasks), ended=self._ended_by_outcome)

    def _room(self) -> int:
        return max(self._max_at_once - len(self._tasks), 0)

    def _busy(self) -> list[UUID]:
        each = self._each_at_once()
        busy = [endpoint for endpoint, count in self._under_way.items() if count >= each]
        self._kept_waiting.update(busy)
        return busy

    def _each_at_once(self) -> int:
        return EACH_AT_ONCE if len(self._tasks) < self._max_at_once // 2 else 1

    async def _attempt(self, claimed: Claimed) -> None:
        try:
            try:
                at = self._database.clock.now()
                posted = await self._transport.send(claimed, at)
                tried = Tried.of(claimed, posted, at=at, chance=self._chance())
            finally:
                self._make_room(claimed.delivery.endpoint_id)
            self._ended_by_outcome[posted.outcome.name] += 1
            await self._record(tried)
        finally:
            self._held.pop(claimed.delivery.id, None)

    def _make_room(self, endpoint: UUID) -> None:
        """Count one attempt less under way there; look for others at once that may have waited for
        that, also where an endpoint may have more at once by now than when they were put off.
        """
        self._under_way[endpoint] -= 1
        if not self._under_way[endpoint]:
            del self._under_way[endpoint]
        if endpoint in self._kept_waiting:
            self._kept_waiting.remove(endpoint)
            self._look_again()

    def _done(self, task: asyncio.Task[None]) -> None:
        crowded = not self._room()
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            # Unforeseen. Its claim runs out and it is tried again.
            log.error("attempt_failed", task=task.get_name(), exc_info=error)
        if crowded:
            self._look_again()

    def _look_again(self) -> None:
        self._database.schedule(self._due_worker, self._database.clock.now())

    async def _record(self, tried: Tried) -> None:
        """Record it with all that have ended by then, in one transaction under the lock."""
        self._ended.append(tried)
        async with self._recording:
            batch, self._ended = self._ended, []
            if batch:
                await self._write(batch)

    async def _write(self, batch: Sequence[Tried]) -> None:
        backoff = Backoff(0.1, _MAX_PAUSE_S)
        while True:
            try:
                async with self._database.transaction() as tx:
                    await record_attempts(tx, batch, couriers=self._couriers)
            except Exception as error:
                if is_transient(error):
                    log.warning("attempts_wait", count=len(batch), error=first_line(error))
                    await asyncio.sleep(backoff.next_s())
                    continue
                if len(batch) == 1:
                    # Its claim runs out and it is sent again under the same id.
                    log.error(
                        "attempt_unrecorded",
                        delivery_id=str(batch[0].claimed.delivery.id),
                        exc_info=error,
                    )
                    return
                for each in batch:
                    await self._write([each])
            return
