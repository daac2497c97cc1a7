"""What the metrics of a service say beside its requests: its process, connections, due workers and
part at the broker, and what its database knows.
"""

import platform
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
from shared.metrics import Across, Metric, counter, gauge
from shared.metrics import Kind as MetricKind
from shared.service.loop_lag import LOOP_LAG
from shared.service.messaging import Messaging
from shared.service.messaging_readings import (
    MESSAGING_METRICS,
    dead_letter_readings,
    messaging_readings,
)
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
_QUARANTINED = gauge(
    "fettle_rows_quarantined",
    "Rows due that acting on fails for; the log says why.",
    Across.SUM,
    "alarm",
)
PROCESS_METRICS: tuple[Metric, ...] = (
    *(_BUILD, _REACHABLE, _IN_USE, _IDLE, _LIMIT, _WAITING, _TIMEOUTS, _STREAMS, LOOP_LAG),
    _QUARANTINED,
    *http.METRICS,
)
"""What every process shows, besides the `process_…` of the library."""
KERNEL_METRICS = (*PROCESS_METRICS, *MESSAGING_METRICS)
"""What every service shows."""


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

    `messaging` is None where it has no broker; `read` is what the service itself reads in its
    database.
    """

    database: Database
    messaging: Messaging | None
    due_workers: Mapping[str, DueWorker]
    seats: Counter[str]
    read: ReadMetrics | None

    async def all(self) -> list[Family]:
        """Return them, those of the database only while it answers."""
        readings = [
            _BUILD.family({(_version(), platform.python_version()): 1}),
            *self._of_pool(),  # before this very scrape takes a connection
            _STREAMS.family(self.seats.total()),
            *([] if self.messaging is None else messaging_readings(self.messaging)),
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

    async def _of_database(self) -> list[Family]:
        async with self.database.transaction(kind=Kind.READING) as tx:
            readings = (
                [] if self.messaging is None else await dead_letter_readings(tx, self.messaging)
            )
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
