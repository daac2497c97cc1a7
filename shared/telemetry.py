"""Logs as key=value with the trace they belong to, and the trace itself (W3C Trace
Context §3.2).
"""

import logging
import re
import secrets
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from shared.workarounds.lean_imports import without

# for coloured stacks in a terminal: a twentieth of a service's start, and 4 MB
with without("rich"):
    import structlog

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_trace: ContextVar[str | None] = ContextVar("trace", default=None)


def new_trace() -> str:
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_of(traceparent: str | None) -> str:
    """Return the same trace with a span of our own; a new trace where there is none or it cannot be
    read.
    """
    if traceparent is None or not _TRACEPARENT.fullmatch(traceparent):
        return new_trace()
    return f"{traceparent[:36]}{secrets.token_hex(8)}{traceparent[52:]}"


def current_trace() -> str | None:
    return _trace.get()


@contextmanager
def within_trace(traceparent: str | None) -> Iterator[str]:
    """Let everything logged and published inside belong to the trace of `traceparent`."""
    trace = child_of(traceparent)
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


def _add_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if trace := _trace.get():
        event["trace_id"] = trace[3:35]
    return event


def configure_logs(service: str, level: str) -> None:
    """Write one line an event on stderr, logfmt; called once by `serve`."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_trace,
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"], drop_missing=True, bool_as_flag=False
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    # it warns of every form that cannot be read, on stderr; its sender is told, in the answer
    logging.getLogger("python_multipart").addHandler(logging.NullHandler())


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(source=name)
    return logger
