"""A wire between a browser and the portal that can be cut: then no byte passes, as in a cellar."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_PIECE = 65536
_BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 5\r\n"
    b"Connection: close\r\n\r\n<hr/>"
)


_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Wire:
    """Made by `wire`. Browsers come to `url`; who is connected when it is cut is cut off."""

    def __init__(self, to: str) -> None:
        self._to = urlsplit(to)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """Let bytes pass again, at the same address."""
        await self._open(self._pass_on)

    async def cut(self) -> None:
        """Close the address, and every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def lead_nowhere(self) -> None:
        """Have all who ask answered as a gateway does behind which there is no portal."""
        await self.cut()
        await self._open(_say_bad_gateway)

    async def _open(self, serve: _Serve) -> None:
        if self._server is not None:
            self._server.close()
        self._server = await asyncio.start_server(serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            there, out = await asyncio.open_connection(self._to.hostname, self._to.port)
            await asyncio.gather(self._copy(reader, out), self._copy(there, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with contextlib.suppress(OSError):
                while piece := await reader.read(_PIECE):
                    writer.write(piece)
                    await writer.drain()
        finally:
            self._writers.discard(writer)
            writer.transport.abort()


async def _say_bad_gateway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_BAD_GATEWAY)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def wire(to: str) -> AsyncIterator[Wire]:
    """Run a wire to that address until the block ends."""
    made = Wire(to)
    await made.mend()
    try:
        yield made
    finally:
        await made.cut()
