"""uvicorn waits for ever for a request's head, and httptools joins one piece by piece for as long
as it comes: one stranger's endless header took all of a service's time.

Upstream: Kludex/uvicorn#157 (closed with "if someone wants something specific, create a new
issue") and the closed pull request #1684. To be reported: limits for the size of a head and for the
time it may take, with `httptools` as with `h11`.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024


class BoundedHead(HttpToolsProtocol):
    """A connection whose heads have an end, in bytes and in time; it closes after a refusal."""

    head_timeout_s = 20.0
    """From the first byte, or from the connection's begin, to the end of the head."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head_bytes: int | None = None
        """Of the head that is being received; None between heads."""
        self._head_ends: asyncio.TimerHandle | None = None

    def refusal(self, status: int, reason: str) -> bytes:
        """Return the whole answer to a head that is refused with 400, 408 or 431."""
        raise NotImplementedError

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head_ends is None and self.cycle.response_complete:
            self._wait_for_head()
        super().data_received(data)
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(
                    431, f"The request's line and headers are longer than {MAX_HEAD_BYTES} bytes."
                )

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        self._head_came()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, msg)

    def _wait_for_head(self) -> None:
        self._head_ends = self.loop.call_later(self.head_timeout_s, self._too_slow)

    def _head_came(self) -> None:
        self._head_bytes = None
        if self._head_ends is not None:
            self._head_ends.cancel()
            self._head_ends = None

    def _too_slow(self) -> None:
        self._refuse(408, f"The request's head did not come within {self.head_timeout_s:g} s.")

    def _refuse(self, status: int, reason: str) -> None:
        self._head_came()
        if not self.transport.is_closing():
            self.transport.write(self.refusal(status, reason))
            self.transport.close()
