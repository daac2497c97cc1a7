"""What Prometheus reads: requests as they end, and the kernel's own counts when asked."""

import time
from collections.abc import Callable, Iterable
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry import within_trace

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

Reading = tuple[str, str, str, dict[str, str], float] | Metric
"""(kind `counter` or `gauge`, name, help, labels, value); or a whole metric, such as a histogram."""


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NOBODY_LEFT = 499
"""As nginx counts it: the caller went away before there was an answer."""


class Measured:
    """ASGI: every request within its trace, counted and timed by route, never by path."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        seconds = Histogram("fettle_http_request_seconds", "Time to answer.", ["method", "route"], buckets=_BUCKETS, registry=registry)
        requests = Counter("fettle_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry)
        # As many as there are routes, methods and statuses; the library would look at every label again for each request.
        self._seconds, self._requests = cache(seconds.labels), cache(requests.labels)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = _NOBODY_LEFT

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), None)
        began = time.perf_counter()
        with within_trace(given):
            try:
                await self._app(scope, receive, watch)
            finally:
                route = getattr(scope.get("route"), "path", "unknown")
                method = scope["method"] if scope["method"] in _METHODS else "OTHER"
                self._seconds(method, route).observe(time.perf_counter() - began)
                self._requests(method, route, str(status)).inc()


class KernelCollector(Collector):
    """Turns the kernel's readings into metrics at the moment of the scrape."""

    def __init__(self, readings: Callable[[], Iterable[Reading]]) -> None:
        self._readings = readings

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for reading in self._readings():
            if isinstance(reading, Metric):
                families[reading.name] = reading
                continue
            kind, name, help_text, labels, value = reading
            if name not in families:
                family = CounterMetricFamily if kind == "counter" else GaugeMetricFamily
                families[name] = family(name, help_text, labels=list(labels))
            families[name].add_metric(list(labels.values()), value)  # type: ignore[attr-defined] # both families have it, Metric does not
        return families.values()
