"""A service put together: database, broker, relay, consumers, alarms and HTTP, started and stopped
as one.

The HTTP side starts at once; what it needs is brought up behind it, and `/readyz` says what is
still missing.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import MetaData

from shared.alarms import Alarm, Ringing
from shared.auth.bearer import BearerTokens
from shared.backoff import Backoff
from shared.clock import Clock
from shared.db.failures import first_line, is_transient
from shared.db.revision import missing_revision
from shared.db.transaction import Database
from shared.http import idempotency
from shared.http.application import build_app
from shared.http.idempotency import KeysHere
from shared.http.state import AppState
from shared.messaging.broker import Broker
from shared.messaging.consumer import consumers_of
from shared.messaging.following import Following
from shared.messaging.handlers import Handler
from shared.messaging.relay import Relay
from shared.messaging.streams import StreamLimits
from shared.messaging.wakes import News, wake_on_news
from shared.metrics import Metric
from shared.service.loop_lag import measure_loop_lag
from shared.service.readings import Instruments, ReadMetrics, ServiceReadings
from shared.service.supervision import Supervisor
from shared.settings import ServiceSettings
from shared.telemetry import get_logger
from shared.wakes import Wakes

log = get_logger(__name__)

_SHORTEST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 10.0


class Service:
    def __init__(
        self,
        name: str,
        settings: ServiceSettings,
        *,
        metadata: MetaData,
        clock: Clock,
        handlers: Sequence[Handler] = (),
        alarms: Sequence[Alarm[Any]] = (),
        background: Sequence[Callable[[], Awaitable[None]]] = (),
        metrics: Sequence[Metric] = (),
        read_metrics: ReadMetrics | None = None,
    ) -> None:
        """`metrics` are all that the service declares beside the kernel's; `read_metrics` reads
        those that it does not observe.
        """
        self.name = name
        self.settings = settings
        self.metrics = tuple(metrics)
        self.database = Database(
            settings.database_url,
            metadata=metadata,
            clock=clock,
            name=name,
            pool_size=settings.pool_size,
        )
        self.bearer_tokens = BearerTokens(
            settings.jwks, issuer=settings.issuer, audience=settings.audience
        )
        self.wakes = Wakes()
        self.consumers = consumers_of(
            name, handlers, self.database, linger_s=settings.consumer_linger_ms / 1000
        )
        self.ringing = {
            alarm.name: Ringing(alarm, self.database) for alarm in (*alarms, idempotency.SWEEP)
        }
        self.missing = {"database", "schema", "issuer_keys", "broker"}
        self._limits = StreamLimits.for_tickets(
            settings.tickets_per_day, replicas=settings.stream_replicas
        )
        self._broker = Broker(settings.nats_url, name=name)
        self._relay = Relay(
            self.database, self._broker, name, self._limits, backlog_limit=settings.outbox_max_rows
        )
        self._following = [
            Following(consumer, self._broker, self.database, self._limits)
            for consumer in self.consumers.values()
        ]
        self._background = background
        self._seats: Counter[str] = Counter()
        self.instruments = Instruments(metrics)
        self.readings = ServiceReadings(
            database=self.database,
            broker=self._broker,
            relay=self._relay,
            following=self._following,
            ringing=self.ringing,
            seats=self._seats,
            read=read_metrics,
        )
        self._supervisor = Supervisor()
        self._connect_commits()

    def app(
        self, *, routers: Iterable[APIRouter], state: Callable[..., AppState] = AppState
    ) -> FastAPI:
        """Return the ASGI application. `state` makes what its routes find under `app.state`; a
        service with parts of its own gives `partial(ItsState, part=…)`.
        """
        return build_app(
            self.name,
            routers=routers,
            lifespan=self._lifespan,
            registry=self.instruments.registry,
            readings=self.readings.all,
            not_ready=self._not_ready,
            state=state(
                service=self,
                database=self.database,
                bearer_tokens=self.bearer_tokens,
                wakes=self.wakes,
                seats=self._seats,
                keys_here=KeysHere(),
                consumers=self.consumers,
                backlog_full=lambda: self._relay.waiting.full,
                body_limit_bytes=self.settings.body_limit_bytes,
            ),
        )

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        await self.bearer_tokens.refresh()
        self._supervisor.run("issuer_keys", self.bearer_tokens.keep_fresh)
        self._supervisor.run("start", self._bring_up)
        self._supervisor.run(
            "loop_lag", partial(measure_loop_lag, self.instruments.observe_loop_lag)
        )
        _freeze_what_stays()
        try:
            yield
        finally:
            self.wakes.close()
            await self._supervisor.stop()
            try:
                await self._broker.close()
            finally:
                await self.database.close()

    async def _bring_up(self) -> None:
        """Waits for what the service needs, and says so; then starts what runs
        behind the requests.
        """
        await self._database_with_schema()
        for name, ringing in self.ringing.items():
            self._supervisor.run(f"alarm_{name}", ringing.run)
        for number, work in enumerate(self._background):
            self._supervisor.run(f"{getattr(work, '__qualname__', 'background')}_{number}", work)
        self._broker.reconnected = self._heal
        await self._broker.connect()
        self.missing.discard("broker")
        await wake_on_news(self._broker, self.name, self.wakes)
        self._supervisor.run("relay", self._relay.run)
        for following in self._following:
            self._supervisor.run(following.consumer.durable, following.run)
        for following in self._following:
            await following.up.wait()
        _freeze_what_stays()  # once more: connections and streams have come since
        await asyncio.Event().wait()

    async def _database_with_schema(self) -> None:
        backoff = Backoff(_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S)
        while True:
            pause_s = backoff.next_s()
            try:
                await self.database.ping()
                self.missing.discard("database")
                missing = await missing_revision(self.database, self.name)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("database_unreachable", error=first_line(error), pause_s=pause_s)
            else:
                if missing is None:
                    self.missing.discard("schema")
                    return
                log.warning(
                    "schema_out_of_date", wanted=missing, remedy=f"run: fettle migrate {self.name}"
                )
            await asyncio.sleep(pause_s)

    def _connect_commits(self) -> None:
        def alarm(name: str, at: datetime) -> None:
            self.ringing[name].ring_at(at)

        news = News(self._broker, self.name)

        def told(topics: Iterable[str]) -> None:
            self.wakes.told(topics)
            news.tell(topics)

        after = self.database.after
        after.published, after.alarm, after.told, after.observed = (
            self._relay.hand,
            alarm,
            told,
            self.instruments.observe,
        )

    def _heal(self) -> None:
        self._relay.heal()
        for following in self._following:
            following.heal()

    async def _not_ready(self) -> dict[str, str]:
        """Return what is missing, by name, with the reason where it is known."""
        missing = set(self.missing)
        if self.bearer_tokens.ready:
            missing.discard("issuer_keys")
        if not self._broker.connected:
            missing.add("broker")
        try:
            async with asyncio.timeout(2):
                await self.database.ping()
        except Exception as error:
            if not is_transient(error):
                raise
            missing.add("database")
        return {**dict.fromkeys(sorted(missing), ""), **self._relay.waiting.trouble()}


def _freeze_what_stays() -> None:
    """Take what is alive now out of the garbage collector's rounds: it lives as long as the
    process.
    """
    gc.collect()
    gc.freeze()
