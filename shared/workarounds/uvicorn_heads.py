"""uvicorn waits for ever for a request's head, and httptools joins one piece by piece for as long
as it comes: one stranger's endless header took all of a service's time.

Upstream: Kludex/uvicorn#157 (closed with "if someone wants something specific, create a new
issue") and the closed pull request #1684. To be reported: limits for the size of a head and for the
time it may take, with `httptools` as with `h11`; and for the body of a request that is answered
already, which is read for as long as it comes.
"""

import asyncio
from typing import Any

from shared.workarounds.uvicorn_pieces import InFewPieces

MAX_HEAD_BYTES = 64 * 1024
MAX_LEFT_BYTES = 1024 * 1024


class BoundedHead(InFewPieces):
    """A connection whose heads have an end, in bytes and in time, and so has the body of a request
    that is answered already; it closes after a refusal.
    """

    head_timeout_s = 20.0
    """From the first byte, or from the connection's begin, to the end of the head; and from an
    answer to the end of a body that it did not wait for.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._timer: asyncio.TimerHandle | None = None
        self._left_bytes = 0
        """Of the body that comes after its request's answer."""

    def refusal(self, status: int, reason: str) -> bytes:
        """Return the whole answer to a head that is refused with 400, 408 or 431."""
        raise NotImplementedError

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin_timer(self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_timer()
        super().connection_lost(exc)

    def head_begins(self) -> None:
        if self._timer is None:
            self._begin_timer(self._too_slow)

    def head_grows(self, bytes_so_far: int) -> None:
        if bytes_so_far > MAX_HEAD_BYTES:
            self._refuse(
                431, f"The request's line and headers are longer than {MAX_HEAD_BYTES} bytes."
            )

    def body_is_left(self, size: int) -> None:
        if self._timer is None:
            self._left_bytes = 0
            self._begin_timer(self.transport.close)
        self._left_bytes += size
        if self._left_bytes > MAX_LEFT_BYTES:
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._end_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._end_timer()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, msg)

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: the request is answered as any other (RFC 9110, 7.8)."""

    def _begin_timer(self, act: Any) -> None:
        self._timer = self.loop.call_later(self.head_timeout_s, act)

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._refuse(408, f"The request's head did not come within {self.head_timeout_s:g} s.")

    def _refuse(self, status: int, reason: str) -> None:
        self._end_timer()
        if self.transport.is_closing():
            return
        # of a request whose body cannot be read the answer may be on its way already
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(self.refusal(status, reason))
        self.transport.close()
