"""The technicians' side of a webhook: an HTTP/1.1 server that takes any POST and says 200."""

import asyncio
import re
from collections.abc import Callable
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TAKEN = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}"


class _Receiving(asyncio.Protocol):
    def __init__(self, receive: Callable[[str, bytes], None]) -> None:
        self._receive = receive
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without saying so

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._received, 0, end + 2)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return
            path = self._received[: self._received.index(b"\r\n")].split(b" ")[1].decode()
            body = bytes(self._received[end + 4 : whole])
            del self._received[:whole]
            self._transport.write(_TAKEN)
            self._receive(path, body)


async def serve_webhooks(receive: Callable[[str, bytes], None]) -> int:
    """Serve for as long as the loop runs; return the port, a free one.

    `receive` is given path and body, once it is whole.
    """
    server = await asyncio.get_running_loop().create_server(
        lambda: _Receiving(receive), "127.0.0.1", 0
    )
    port: int = server.sockets[0].getsockname()[1]
    return port
