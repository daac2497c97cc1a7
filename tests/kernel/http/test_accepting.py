"""Connections are let in at their caller's pace, and a client that goes away is no error."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
import uvicorn

from shared.http.connection import Connection
from shared.http.limits.arrivals import Arrivals
from shared.service.process import Server
from tests.kernel.conftest import MakeDatabase
from tests.kernel.http.toy_app import ToyApp, make_app
from tests.support.eventually import eventually
from tests.support.issuer import token

LIMIT = 200
"""Connections that wait; a hundredth comes in at once, and then a tenth each second."""
_AT_ONCE = 2


@dataclass
class Served:
    toy: ToyApp
    port: int
    server: Server

    def request(self, who: str | None, path: str = "/v1/notes", method: str = "GET") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "Host: x"]
        if who is not None:
            lines.append(f"Authorization: Bearer {token(who, [('dispatcher', 'demo')])}")
        return "\r\n".join([*lines, "\r\n"]).encode()

    async def knows(self, who: str) -> bytes:
        """Return a request of a caller whose token is proven."""
        request = self.request(who)
        known = request.split(b"Bearer ")[1].split(b"\r\n")[0].decode()
        self.toy.service.bearer_tokens.prove(known)
        return request


@pytest.fixture
async def served(database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Served]:
    toy = await make_app(await database("toy"), tmp_path)
    kind = Connection.with_limit(1000)
    config = uvicorn.Config(toy.app, http=kind, ws="none", log_config=None, lifespan="off")
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(config, toy.app.state, Arrivals[socket.socket](LIMIT, lambda: 1000.0))  # type: ignore[arg-type]
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield Served(toy, listener.getsockname()[1], server)
    finally:
        server.should_exit = True
        await serving
        await toy.close()


@asynccontextmanager
async def _asking(port: int, *requests: bytes) -> AsyncIterator[list[asyncio.StreamReader]]:
    """A connection for each request."""
    wires = []
    try:
        for request in requests:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            wires.append((reader, writer))
            writer.write(request)
            await writer.drain()
        yield [reader for reader, _ in wires]
    finally:
        for _, writer in wires:
            writer.close()


async def _statuses(readers: list[asyncio.StreamReader], count: int) -> list[bytes]:
    """What the first so many to be answered are told, nothing where the connection is closed."""

    async def line(reader: asyncio.StreamReader) -> bytes:
        with contextlib.suppress(ConnectionError):
            return await reader.readline()
        return b""

    asked = [asyncio.ensure_future(line(reader)) for reader in readers]
    found: list[bytes] = []
    async with asyncio.timeout(10):
        for answered in asyncio.as_completed(asked):
            found.append((await answered)[9:12])
            if len(found) == count:
                break
    for each in asked:
        each.cancel()
    return found


async def test_a_flood_of_connections_waits_and_another_caller_does_not(served: Served) -> None:
    flood, other = await served.knows("flood"), await served.knows("dan")

    async with _asking(served.port, *[flood] * 10) as flooding:
        let_in = await _statuses(flooding, _AT_ONCE)
        async with _asking(served.port, other) as asked:
            beside = await _statuses(asked, 1)
        still = len(served.server.server_state.connections)

    assert (let_in, beside) == ([b"200"] * _AT_ONCE, [b"200"])
    assert still <= _AT_ONCE + 1


async def test_strangers_wait_behind_each_other_and_known_callers_do_not(served: Served) -> None:
    known = await served.knows("dan")

    async with _asking(served.port, *[served.request(None)] * 10) as strangers:
        let_in = await _statuses(strangers, _AT_ONCE)
        async with _asking(served.port, known) as asked:
            beside = await _statuses(asked, 1)

    assert (let_in, beside) == ([b"401"] * _AT_ONCE, [b"200"])


async def test_of_too_many_that_wait_the_oldest_is_closed(served: Served) -> None:
    requests = [served.request(None)] * (_AT_ONCE + LIMIT + 1)

    async with _asking(served.port, *requests) as strangers:
        told = await _statuses(strangers, _AT_ONCE + 1)

    assert sorted(told) == [b"", *[b"401"] * _AT_ONCE]


def _resets(wire: socket.socket) -> None:
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


def _half_closes(wire: socket.socket) -> None:
    wire.shutdown(socket.SHUT_WR)


BODY = b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.parametrize(
    ("method", "path", "more", "waits_for"),
    [
        ("GET", "/v1/notes/events", b"", b"200"),
        ("POST", "/v1/notes", BODY + b'{"words": "', None),
        ("POST", "/v1/notes", b"Expect: 100-continue\r\n" + BODY, b"100"),
        ("POST", "/v1/notes", b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", None),
        ("POST", "/v1/nothing", BODY + b"{", b"404"),
        ("GET", "/v1/notes", b"X: y", None),
    ],
    ids=["stream", "upload", "continue", "chunks", "refused", "head"],
)
@pytest.mark.parametrize("leaves", [socket.socket.close, _resets, _half_closes])
async def test_a_client_that_goes_away_is_no_error(
    served: Served,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    more: bytes,
    waits_for: bytes | None,
    leaves: Callable[[socket.socket], None],
) -> None:
    request = served.request("dora", path, method)[:-2] + (more or b"\r\n")
    loop = asyncio.get_running_loop()
    connections = served.server.server_state.connections

    async def there() -> bool:
        return any(isinstance(each, Connection) and each.scope is not None for each in connections)

    async def gone() -> bool:
        return not connections and not served.server.server_state.tasks

    with structlog.testing.capture_logs() as logs, socket.socket() as wire:
        wire.setblocking(False)
        await loop.sock_connect(wire, ("127.0.0.1", served.port))
        await loop.sock_sendall(wire, request)
        await eventually(there)
        if waits_for is not None:
            assert waits_for in await loop.sock_recv(wire, 100)
        leaves(wire)
        await eventually(gone)

    assert [entry for entry in logs if entry["log_level"] not in ("debug", "info")] == []
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_one_that_went_away_while_it_waited_is_let_go(served: Served) -> None:
    async with _asking(served.port, *[served.request(None)] * 10):
        pass

    async with _asking(served.port, await served.knows("dan")) as asked:
        assert await _statuses(asked, 1) == [b"200"]


async def test_what_waits_is_closed_when_the_service_stops(served: Served) -> None:
    async with _asking(served.port, *[served.request(None)] * 5) as strangers:
        await _statuses(strangers, _AT_ONCE)
        served.server.should_exit = True
        async with asyncio.timeout(10):
            with contextlib.suppress(ConnectionError):
                assert all([await reader.read() is not None for reader in strangers])
