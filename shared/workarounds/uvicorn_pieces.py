"""uvicorn wakes for every byte of a request that comes byte by byte, and calls itself for every
chunk of a body, however small: 200 such clients cost as much as 200 honest ones, without asking for
anything.

Upstream: to be reported, with the limits of `uvicorn_heads`: what comes in pieces is to be read
with pauses, in which the kernel puts them together, and a body's chunks are to have a least size.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl

from shared.workarounds.uvicorn_pipelines import OneAtATime

SMALL_BYTES = 1024
FREE_PIECES = 8
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0

FREE_CHUNKS = 2000
LEAST_CHUNK_BYTES = 16
"""On average, of the chunks after the free ones."""


class _Paced(FlowControl):
    """Reads no further while it pauses, whatever else would have it go on."""

    pauses = False

    def resume_reading(self) -> None:
        if not self.pauses:
            super().resume_reading()


class InFewPieces(OneAtATime):
    """A connection that reads a request which comes in many small pieces with pauses, each longer
    than the one before; and takes no body of tiny chunks.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._pieces = 0
        """Small ones of the request that is being received, and"""
        self._chunks, self._chunk_bytes = 0, 0
        self._pause: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow: _Paced = _Paced(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._pause is not None:
            self._pause.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if len(data) >= SMALL_BYTES or not self.receives:
            return
        self._pieces += 1
        if self._pieces > FREE_PIECES and self._pause is None and not self.transport.is_closing():
            more = self._pieces - FREE_PIECES - 1
            self.flow.pause_reading()
            self.flow.pauses = True
            self._pause = self.loop.call_later(
                min(_FIRST_PAUSE_S * 2 ** min(more, 10), _LONGEST_PAUSE_S), self._go_on
            )

    def on_headers_complete(self) -> None:
        self._chunks, self._chunk_bytes = 0, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._chunks += 1
        self._chunk_bytes += len(body)
        if self._chunks > FREE_CHUNKS + self._chunk_bytes / LEAST_CHUNK_BYTES:
            raise ValueError("tiny chunks")  # the parser stops, and the answer is 400
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._pieces = 0
        super().on_message_complete()

    def _go_on(self) -> None:
        self._pause, self.flow.pauses = None, False
        self.flow.resume_reading()
