"""Connections: uvicorn's, with a head that has an end. What cannot be read as HTTP is answered as a
problem too.

httptools joins a head piece by piece for as long as it comes: one stranger's endless header took
all of a service's time.
"""

import asyncio
from typing import Any

from fastapi.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http.problems import problem

MOST_HEAD_BYTES = 64 * 1024


class Connection(HttpToolsProtocol):
    head_within_s = 20.0
    """From the first byte, or from the connection's begin, to the end of the head."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head_bytes: int | None = None
        """Of the head that is being received; None between heads."""
        self._head_ends: asyncio.TimerHandle | None = None

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
            if self._head_bytes > MOST_HEAD_BYTES:
                said = f"The request's line and headers are longer than {MOST_HEAD_BYTES} bytes."
                self._refuse(problem(431, "Too large", "head_too_large", said))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        self._head_came()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(problem(400, "The request cannot be read", "bad_request", msg))

    def _wait_for_head(self) -> None:
        self._head_ends = self.loop.call_later(self.head_within_s, self._too_slow)

    def _head_came(self) -> None:
        self._head_bytes = None
        if self._head_ends is not None:
            self._head_ends.cancel()
            self._head_ends = None

    def _too_slow(self) -> None:
        self._refuse(
            problem(
                408,
                "Too slow",
                "head_too_slow",
                f"The request's head did not come within {self.head_within_s:g} s.",
            )
        )

    def _refuse(self, answer: Response) -> None:
        self._head_came()
        if self.transport.is_closing():
            return
        answer.headers["Connection"] = "close"
        head = b"".join(name + b": " + value + b"\r\n" for name, value in answer.raw_headers)
        self.transport.write(
            b"HTTP/1.1 %d Refused\r\n" % answer.status_code + head + b"\r\n" + bytes(answer.body)
        )
        self.transport.close()
