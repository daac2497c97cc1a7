"""Sends deliveries behind the requests, and records how it went."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from prometheus_client.core import Metric as Family

from services.notify.actions.deliver import DELIVERIES, LEASE, sort_out
from services.notify.actions.read_metrics import read_metrics
from services.notify.actions.record_attempts import Tried, record_attempts
from services.notify.adapters.webhooks import Posted, WebhookPoster
from services.notify.domain.envelope import envelope, work_secrets
from services.notify.domain.sealing import CannotOpen, Sealer
from services.notify.domain.signing import signed_headers
from services.notify.store.claims import Claimed, Due, claim_due, next_due, renew
from shared.auth.work_tokens import WorkTokens
from shared.backoff import Backoff
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database, Transaction
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
    """Send deliveries, and record how it went. `chance` gives numbers in [0, 1)."""

    def __init__(
        self,
        database: Database,
        poster: WebhookPoster,
        tokens: WorkTokens,
        sealer: Sealer,
        *,
        dispatch_url: str,
        chance: Callable[[], float],
    ) -> None:
        self._database, self._poster, self._tokens = database, poster, tokens
        self._sealer, self._dispatch_url, self._chance = sealer, dispatch_url, chance
        self._under_way: Counter[UUID] = Counter()
        self._held: dict[UUID, Claimed] = {}
        """What is claimed and not recorded, by the delivery's id."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: list[Tried] = []
        self._recording = asyncio.Lock()
        self._attempts: Counter[str] = Counter()
        self._at_hand = False

    def have_room(self, endpoint_id: UUID, *, there: int, in_all: int) -> bool:
        """Return whether what is due at once may be sent at once; never unless `run` is at work.

        Transactions that commit at the same instant do not see each other's.
        """
        return (
            self._at_hand
            and self._under_way[endpoint_id] + there < self._each_at_once()
            and in_all < self._room()
        )

    def send_now(self, claimed: Sequence[Claimed]) -> None:
        for each in claimed:
            self._under_way[each.delivery.endpoint_id] += 1
            self._held[each.delivery.id] = each
            task = asyncio.create_task(self._attempt(each), name=f"delivery_{each.delivery.id}")
            self._tasks.add(task)
            task.add_done_callback(self._done)

    async def next_due(self, tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
        """Return when the next delivery is due; None also while all slots are busy: an attempt that
        ends then looks again.
        """
        if not self._room():
            return None
        return await next_due(tx, busy=self._busy(), excluding={*excluding, *self._held})

    async def claim(
        self, tx: Transaction, excluding: Collection[UUID], limit: int
    ) -> Sequence[Due]:
        """Claim what is due and there is room for."""
        limit = min(limit, self._room())
        if not limit:
            return []
        return await claim_due(
            tx,
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
        await self._poster.close()

    async def read_metrics(self, tx: Transaction) -> Iterable[Family]:
        """Return the sender's own counts, and those of the database."""
        return await read_metrics(tx, under_way=len(self._tasks), ended=self._attempts)

    def _room(self) -> int:
        return max(MAX_AT_ONCE - len(self._tasks), 0)

    def _busy(self) -> list[UUID]:
        each = self._each_at_once()
        return [endpoint for endpoint, count in self._under_way.items() if count >= each]

    def _each_at_once(self) -> int:
        return EACH_AT_ONCE if len(self._tasks) < MAX_AT_ONCE // 2 else 1

    async def _attempt(self, claimed: Claimed) -> None:
        try:
            try:
                at = self._database.clock.now()
                posted = await self._post(claimed, at)
                tried = Tried.of(claimed, posted, at=at, chance=self._chance())
            finally:
                self._make_room(claimed.delivery.endpoint_id)
            self._attempts[posted.outcome.name] += 1
            await self._record(tried)
        finally:
            self._held.pop(claimed.delivery.id, None)

    def _make_room(self, endpoint: UUID) -> None:
        """Count one attempt less under way there; look for others at once that may have waited for
        that.
        """
        crowded = self._under_way[endpoint] >= self._each_at_once()
        self._under_way[endpoint] -= 1
        if not self._under_way[endpoint]:
            del self._under_way[endpoint]
        if crowded:
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
        self._database.schedule(DELIVERIES, self._database.clock.now())

    async def _post(self, claimed: Claimed, at: datetime) -> Posted:
        """Sign and send it; what cannot be signed is not sent."""
        said, endpoint_id = claimed.said, claimed.delivery.endpoint_id
        try:
            secrets = self._sealer.open_valid(claimed.secrets, endpoint_id, at=at)
        except CannotOpen as error:
            log.error("secret_unreadable", endpoint_id=str(endpoint_id), error=str(error))
            return Posted.unsigned(str(error))
        proofs = work_secrets(
            said, claimed.ticket_id, claimed.recipient_id, self._tokens, self._dispatch_url
        )
        body = envelope(said, proofs)
        headers = signed_headers(secrets, said.id, at, body)
        return await self._poster.post(claimed.url, headers, body)

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
                    await record_attempts(tx, batch, courier=self)
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
