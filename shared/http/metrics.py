"""Requests, counted and timed as they end."""

import time
from functools import cache

from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.metrics import Across, counter, histogram
from shared.telemetry import within_trace

_SECONDS = histogram(
    "fettle_http_request_seconds",
    "Seconds from a request to the end of its answer, by route.",
    "method",
    "route",
    # Few: of a service with forty routes they are most of what /metrics says.
    buckets=(0.01, 0.05, 0.25, 1, 5),
)
_REQUESTS = counter(
    "fettle_http_requests_total",
    "Requests answered, by route and status.",
    Across.SUM,
    "method",
    "route",
    "status",
)
METRICS = (_SECONDS, _REQUESTS)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_GONE = 499
"""As nginx counts it: the caller went away before there was an answer."""


class Measured:
    """ASGI: every request within its trace, counted and timed by route, never by path."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        # As many as there are routes, methods and statuses; the library would look at every label
        # again for each request.
        self._seconds, self._requests = (
            cache(_SECONDS.histogram_in(registry).labels),
            cache(_REQUESTS.counter_in(registry).labels),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = _CLIENT_GONE

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        given = next(
            (value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"),
            None,
        )
        began = time.perf_counter()
        with within_trace(given):
            try:
                await self._app(scope, receive, watch)
            finally:
                route = getattr(scope.get("route"), "path", "unknown")
                method = scope["method"] if scope["method"] in _METHODS else "OTHER"
                self._seconds(method, route).observe(time.perf_counter() - began)
                self._requests(method, route, str(status)).inc()
