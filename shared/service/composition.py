"""A service put together: database, due workers and HTTP, and its part at the broker where it has
one, started and stopped as one.

The HTTP side starts at once; what it needs is brought up behind it, and `/readyz` says what is
still missing.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from pydantic import JsonValue
from sqlalchemy import MetaData

from shared.auth.issuers import TrustedIssuers
from shared.backoff import Backoff
from shared.clock import Clock, SystemClock
from shared.db.failures import first_line, is_transient
from shared.db.revision import missing_revision
from shared.db.transaction import Database, Kind, Transaction
from shared.due_work import DueWork, DueWorker
from shared.http import idempotency
from shared.http.application import Around, build_app
from shared.http.dead_letters import router as dead_letters
from shared.http.exposure import Exposure
from shared.http.idempotency import KeysHere
from shared.http.limits.limiter import Limiter
from shared.http.limits.quotas import Quotas
from shared.http.state import AppState
from shared.http.uploads import sweep_uploads
from shared.live_topics import LiveTopics
from shared.messaging.belongings import Belongings
from shared.messaging.consumer import Consumer
from shared.messaging.handlers import Handler
from shared.metrics import Metric
from shared.service.loop_lag import measure_loop_lag
from shared.service.messaging import Messaging
from shared.service.readings import Instruments, ReadMetrics, ServiceReadings
from shared.service.supervision import Supervisor
from shared.settings import ProcessSettings, ServiceSettings
from shared.telemetry import get_logger

log = get_logger(__name__)

ReadDetails = Callable[[Transaction], Awaitable[Mapping[str, JsonValue]]]

_FIRST_KEYS_S = 1.0
"""How long a start waits for issuers; where one is away, its callers are told to come again."""
_MIN_PAUSE_S = 0.2
_MAX_PAUSE_S = 2.0


def open_database(
    name: str, settings: ProcessSettings, *, metadata: MetaData, clock: Clock
) -> Database:
    """Return the service's own database; connections are made when they are asked for."""
    return Database(
        settings.database_url,
        metadata=metadata,
        clock=clock,
        name=name,
        pool_size=settings.pool_size,
    )


class Service:
    def __init__(
        self,
        database: Database,
        settings: ProcessSettings,
        *,
        handlers: Sequence[Handler] = (),
        due_work: Sequence[DueWork[Any]] = (),
        background: Sequence[Callable[[], Awaitable[None]]] = (),
        metrics: Sequence[Metric] = (),
        read_metrics: ReadMetrics | None = None,
        belongings: Callable[[Database, LiveTopics], Belongings] = Belongings,
        read_details: ReadDetails | None = None,
    ) -> None:
        """Connect the parts of a service; nothing runs before the lifespan. One whose settings name
        no broker (ProcessSettings) hears and publishes nothing.

        `metrics` are all that the service declares beside the kernel's; `read_metrics` reads those
        that it does not observe. `read_details` reads what `/readyz` says of a service that is
        ready; `belongings` makes what bounds a caller's claims.
        """
        self.name = database.name
        self.settings = settings
        self.metrics = tuple(metrics)
        self.database = database
        self.bearer_tokens = TrustedIssuers(settings.issuers, audience=settings.audience)
        self.live_topics = LiveTopics()
        self._belongings = belongings(database, self.live_topics)
        self._messaging = _messaging(database, settings, handlers, self.live_topics)
        self.consumers: Mapping[str, Consumer] = (
            {} if self._messaging is None else self._messaging.consumers
        )
        self.due_workers = {
            work.name: DueWorker(work, self.database) for work in (*due_work, idempotency.SWEEP)
        }
        self.missing = {
            *("database", "schema"),
            *(["issuer_keys"] if settings.issuers else []),
            *(["broker"] if self._messaging is not None else []),
        }
        self._background = background
        self._read_details = read_details
        self.limiter = Limiter(Quotas.of(settings), integration_factor=settings.integration_factor)
        self._seats: Counter[str] = Counter()
        self.instruments = Instruments(metrics)
        self.readings = ServiceReadings(
            database=self.database,
            messaging=self._messaging,
            due_workers=self.due_workers,
            seats=self._seats,
            read=read_metrics,
        )
        self._supervisor = Supervisor()
        self._connect_commits()

    def app(
        self,
        *,
        routers: Iterable[APIRouter],
        state: Callable[..., AppState] = AppState,
        around: Around | None = None,
    ) -> FastAPI:
        """Return the ASGI application. `state` makes what its routes find under `app.state`; a
        service with parts of its own gives `partial(ItsState, part=…)`. `around` is middleware
        between each request and its answer.
        """
        return build_app(
            self.name,
            routers=routers if self._messaging is None else (dead_letters, *routers),
            lifespan=self._lifespan,
            registry=self.instruments.registry,
            readings=self.readings.all,
            not_ready=self._not_ready,
            details=self._details,
            limiter=self.limiter,
            exposure=Exposure.of(self.settings),
            cors_origins=self.settings.cors_origins,
            around=around,
            state=state(
                service=self,
                database=self.database,
                bearer_tokens=self.bearer_tokens,
                live_topics=self.live_topics,
                belongings=self._belongings,
                seats=self._seats,
                streams_of=self.limiter.streams_of,
                comer_of=self.limiter.comer_of,
                keys_here=KeysHere(),
                consumers=self.consumers,
                backlog_full=_never if self._messaging is None else self._messaging.backlog_full,
                body_limit_bytes=self.settings.body_limit_bytes,
            ),
        )

    @asynccontextmanager
    async def _lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        if self.settings.issuers:
            self._supervisor.run("issuer_keys", self.bearer_tokens.refresh_issuer_keys)
            await self.bearer_tokens.wait_for_first_look(_FIRST_KEYS_S)
        self._supervisor.run("start", self._bring_up)
        self._supervisor.run(
            "loop_lag", partial(measure_loop_lag, self.instruments.observe_loop_lag)
        )
        sweep = partial(sweep_uploads, app.state.upload_folder, clock=SystemClock())
        self._supervisor.run("upload_sweep", sweep)
        try:
            yield
        finally:
            self.live_topics.close()
            await self._supervisor.stop()
            try:
                if self._messaging is not None:
                    await self._messaging.broker.close()
            finally:
                await self.database.close()

    async def _bring_up(self) -> None:
        """Wait for what the service needs, logging what is missing; then start what runs behind the
        requests.
        """
        await self._database_with_schema()
        for name, worker in self.due_workers.items():
            self._supervisor.run(f"due_work_{name}", worker.run)
        for number, work in enumerate(self._background):
            self._supervisor.run(f"{getattr(work, '__qualname__', 'background')}_{number}", work)
        if self._messaging is not None:
            await self._messaging.connect()
            self.missing.discard("broker")
            await self._messaging.run(self._supervisor)
        _freeze_what_stays()
        await asyncio.Event().wait()

    async def _database_with_schema(self) -> None:
        backoff = Backoff(_MIN_PAUSE_S, _MAX_PAUSE_S)
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
        def schedule(name: str, at: datetime) -> None:
            self.due_workers[name].wake_at(at)

        after = self.database.after
        after.schedule, after.told, after.observed = (
            schedule,
            self.live_topics.told,
            self.instruments.observe,
        )
        if self._messaging is not None:
            self._messaging.connect_commits(after)

    async def _not_ready(self) -> dict[str, str]:
        """Return what is missing, by name, with the reason where it is known."""
        missing = set(self.missing)
        if self.bearer_tokens.ready:
            missing.discard("issuer_keys")
        if self._messaging is not None and not self._messaging.broker.connected:
            missing.add("broker")
        try:
            async with asyncio.timeout(2):
                await self.database.ping()
        except Exception as error:
            if not is_transient(error):
                raise
            missing.add("database")
        trouble = {} if self._messaging is None else self._messaging.trouble()
        return {**dict.fromkeys(sorted(missing), ""), **trouble}

    async def _details(self) -> Mapping[str, JsonValue]:
        """Return what an operator should see though nothing is missing; nothing while the database
        does not say.
        """
        if self._read_details is None:
            return {}
        try:
            async with asyncio.timeout(2), self.database.transaction(kind=Kind.READING) as tx:
                return await self._read_details(tx)
        except Exception as error:
            if not is_transient(error):
                raise
            return {}


def _messaging(
    database: Database,
    settings: ProcessSettings,
    handlers: Sequence[Handler],
    live_topics: LiveTopics,
) -> Messaging | None:
    """Return the part at the broker; None where the settings name none.

    Raises ValueError for handlers that would hear nothing.
    """
    if isinstance(settings, ServiceSettings):
        return Messaging(database, settings, handlers, live_topics)
    if handlers:
        raise ValueError(f"{database.name} has handlers, and no broker in its settings")
    return None


def _never() -> bool:
    return False


def _freeze_what_stays() -> None:
    """Take what is alive now out of the garbage collector's rounds: it lives as long as the
    process.
    """
    gc.collect()
    gc.freeze()
