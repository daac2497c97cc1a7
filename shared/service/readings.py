"""What the metrics of a service say beside its requests: its process, connections, consumers and
due workers, and what its database knows.
"""

import platform
import time
import tomllib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
from prometheus_client.core import Metric as Family

from shared.db.engine import CountedPool
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database, Kind, Transaction
from shared.due_work import DueWorker
from shared.http import metrics as http
from shared.messaging.broker import Broker
from shared.messaging.consumer_loop import ConsumerLoop
from shared.messaging.dead_letters import count_dead_letters, count_outbox_dead_letters
from shared.messaging.relay import Relay
from shared.metrics import Across, Metric, counter, gauge
from shared.metrics import Kind as MetricKind
from shared.service.loop_lag import LOOP_LAG
from shared.service.relay_readings import METRICS as RELAY_METRICS
from shared.service.relay_readings import relay_readings
from shared.telemetry import get_logger

log = get_logger(__name__)

ReadMetrics = Callable[[Transaction], Awaitable[Iterable[Family]]]

_BUILD = gauge(
    "fettle_build_info",
    "Always 1; which release runs on which Python.",
    Across.EACH,
    "version",
    "python",
)
_CONNECTED = gauge("fettle_broker_connected", "1 while connected to NATS.", Across.EACH)
_REACHABLE = gauge(
    "fettle_database_reachable", "1 when the database answered this scrape.", Across.EACH
)
_IN_USE = gauge(
    "fettle_pool_in_use", "Connections to the database that something holds.", Across.SUM
)
_IDLE = gauge("fettle_pool_idle", "Connections to the database that are open and free.", Across.SUM)
_LIMIT = gauge(
    "fettle_pool_limit",
    "Connections to the database that there may be (FETTLE_POOL_SIZE).",
    Across.SUM,
)
_WAITING = gauge(
    "fettle_pool_waiting",
    "Requests and tasks that wait for a connection to the database.",
    Across.SUM,
)
_TIMEOUTS = counter(
    "fettle_pool_timeouts_total",
    "Requests and tasks that got no connection to the database in five seconds.",
    Across.SUM,
)
_STREAMS = gauge("fettle_live_streams", "Live streams that are open.", Across.SUM)
_CONSUMED = counter(
    "fettle_facts_consumed_total",
    "Facts handled, or stored as dead letters.",
    Across.SUM,
    "durable",
)
_REFUSED = counter(
    "fettle_facts_refused_total",
    "Facts whose stream, subject and source are not of one owner: another service sent them. Each "
    "is a dead letter.",
    Across.SUM,
    "durable",
)
_LAG = gauge(
    "fettle_consumer_lag",
    "Facts in the stream that are still to come, as of the last minute.",
    Across.MAX,
    "durable",
)
_SILENT = gauge(
    "fettle_consumer_silent_seconds",
    "Seconds since the consumer finished a batch or found its durable in order, which it looks at "
    "once a minute.",
    Across.EACH,
    "durable",
)
_QUARANTINED = gauge(
    "fettle_rows_quarantined",
    "Rows due that acting on fails for; the log says why.",
    Across.SUM,
    "alarm",
)
_DEAD_LETTERS = gauge(
    "fettle_dead_letters",
    "Facts that could not be handled: fettle dlq list.",
    Across.MAX,
    "durable",
)
_OUTBOX_DEAD_LETTERS = gauge(
    "fettle_outbox_dead_letters", "Facts that the broker will never take.", Across.MAX
)
KERNEL_METRICS: tuple[Metric, ...] = (
    *(
        _BUILD,
        _CONNECTED,
        _REACHABLE,
        _IN_USE,
        _IDLE,
        _LIMIT,
        _WAITING,
        _TIMEOUTS,
        _STREAMS,
        LOOP_LAG,
    ),
    *(_CONSUMED, _REFUSED, _LAG, _SILENT, _DEAD_LETTERS, _OUTBOX_DEAD_LETTERS, _QUARANTINED),
    *RELAY_METRICS,
    *http.METRICS,
)
"""What every service shows, besides the `process_…` of the library."""


class Instruments:
    """What a process counts as it goes, shown by `registry`."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._histograms: dict[Metric, Histogram] = {
            metric: metric.histogram_in(self.registry)
            for metric in (LOOP_LAG, *metrics)
            if metric.kind is MetricKind.HISTOGRAM
        }

    def observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        """Count the value in a histogram that the service has declared.

        Raises KeyError for another.
        """
        histogram = self._histograms[metric]
        (histogram.labels(*labels) if labels else histogram).observe(value)

    def observe_loop_lag(self, seconds: float) -> None:
        self.observe(LOOP_LAG, (), seconds)


@dataclass(frozen=True, kw_only=True)
class ServiceReadings:
    """What is read at a scrape, of the parts of a running service.

    `read` is what the service itself reads in its database.
    """

    database: Database
    broker: Broker
    relay: Relay
    consumer_loops: Sequence[ConsumerLoop]
    due_workers: Mapping[str, DueWorker]
    seats: Counter[str]
    read: ReadMetrics | None

    async def all(self) -> list[Family]:
        """Return them, those of the database only while it answers."""
        readings = [
            _BUILD.family({(_version(), platform.python_version()): 1}),
            _CONNECTED.family(self.broker.connected),
            *self._of_pool(),  # before this very scrape takes a connection
            _STREAMS.family(self.seats.total()),
            *relay_readings(self.relay),
            *self._of_consumers(),
            _QUARANTINED.family(
                {(name,): worker.quarantined for name, worker in self.due_workers.items()}
            ),
        ]
        try:
            readings += await self._of_database()
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("metrics_without_database", error=first_line(error))
            return [*readings, _REACHABLE.family(0)]
        return [*readings, _REACHABLE.family(1)]

    def _of_pool(self) -> list[Family]:
        pool = self.database.engine.pool
        assert isinstance(pool, CountedPool)  # noqa: S101 - as `create_engine` makes it
        return [
            _IN_USE.family(pool.checkedout()),
            _IDLE.family(pool.checkedin()),
            _LIMIT.family(pool.size()),
            _WAITING.family(pool.waiting),
            _TIMEOUTS.family(pool.timeouts),
        ]

    def _of_consumers(self) -> list[Family]:
        now, by_durable = (
            time.monotonic(),
            {(each.consumer.durable,): each for each in self.consumer_loops},
        )
        return [
            _CONSUMED.family({key: each.consumer.consumed for key, each in by_durable.items()}),
            _REFUSED.family({key: each.consumer.refused for key, each in by_durable.items()}),
            _LAG.family({key: each.pending for key, each in by_durable.items()}),
            _SILENT.family({key: now - each.worked_at for key, each in by_durable.items()}),
        ]

    async def _of_database(self) -> list[Family]:
        async with self.database.transaction(kind=Kind.READING) as tx:
            dead_letters = await count_dead_letters(tx)
            durables = [each.consumer.durable for each in self.consumer_loops]
            readings = [
                _DEAD_LETTERS.family(
                    {(durable,): dead_letters.get(durable, 0) for durable in durables}
                ),
                _OUTBOX_DEAD_LETTERS.family(await count_outbox_dead_letters(tx)),
            ]
            return readings if self.read is None else [*readings, *await self.read(tx)]


@cache
def _version() -> str:
    try:
        return metadata.version("fettle")
    # in an image, which has the folder and installs the dependencies alone
    except metadata.PackageNotFoundError:
        project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())[
            "project"
        ]
        return str(project["version"])
