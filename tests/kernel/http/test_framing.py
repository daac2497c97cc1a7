"""Where a request ends, and what its head says, is never a matter of opinion: over the wire, what a
proxy before us might read in another way is refused, and nothing is served that it did not see.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from shared.http.connection import Connection
from shared.http.front import Front

NEXT = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


def _post(*lines: bytes, body: bytes = b"", version: bytes = b"1.1") -> bytes:
    return b"\r\n".join((b"POST /a HTTP/" + version, b"Host: x", *lines, b"", body))


CHUNKED = b"Transfer-Encoding: chunked"
DOUBTFUL = {
    "a length and chunks": _post(b"Content-Length: 6", CHUNKED, body=b"0\r\n\r\nG"),
    "chunks and a length": _post(CHUNKED, b"Content-Length: 6", body=b"0\r\n\r\nG"),
    "two lengths": _post(b"Content-Length: 3", b"Content-Length: 4", body=b"abcd"),
    "twice a length": _post(b"Content-Length: 3", b"Content-Length: 3", body=b"abc"),
    "a list of lengths": _post(b"Content-Length: 3, 3", body=b"abc"),
    "a length with a sign": _post(b"Content-Length: +3", body=b"abc"),
    "an empty length": _post(b"Content-Length: ", body=NEXT),
    "a length after a blank": _post(b"Content-Length : 3", body=b"abc"),
    "chunks, then another coding": _post(
        b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"
    ),
    "another coding, then chunks": _post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
    "two codings": _post(CHUNKED, b"Transfer-Encoding: identity", body=b"0\r\n\r\n"),
    "a coding that is none": _post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + NEXT),
    "a coding on two lines": _post(b"Transfer-Encoding:", b" chunked", body=b"0\r\n\r\n"),
    "chunks by HTTP/1.0": _post(CHUNKED, body=b"0\r\n\r\n", version=b"1.0"),
    "HTTP/2 in words": _post(version=b"2.0"),
    "no version, and a head": b"GET /a\r\nX: y HTTP/1.1\r\nHost: x\r\n\r\n",
    "an upgrade with a body": _post(
        b"Connection: Upgrade", b"Upgrade: h2c", b"Content-Length: %d" % len(NEXT), body=NEXT
    ),
    "an upgrade with chunks": _post(
        b"Connection: Upgrade", b"Upgrade: h2c", CHUNKED, body=b"%x\r\n" % len(NEXT) + NEXT
    ),
    "two authorizations before a body": _post(
        b"Authorization: a",
        b"Authorization: b",
        b"Content-Length: %d" % len(NEXT),
        body=NEXT,
    ),
    "a line without its return": b"GET /a HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
    "a return in a value": b"GET /a HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
    "a nought in a value": b"GET /a HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    "a value on two lines": b"GET /a HTTP/1.1\r\nHost: x\r\n evil\r\n\r\n",
    "a chunk of no size": _post(CHUNKED, body=b"-3\r\nabc\r\n0\r\n\r\n"),
    "a chunk of a vast size": _post(CHUNKED, body=b"10000000000000003\r\nabc\r\n0\r\n\r\n"),
    "a chunk longer than it says": _post(CHUNKED, body=b"3\r\nabcXX0\r\n\r\n"),
}


@contextlib.asynccontextmanager
async def _serving(served: list[Scope]) -> AsyncIterator[int]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        served.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            Front(app), http=Connection, lifespan="off", log_config=None, proxy_headers=False
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def _answers(port: int, sent: bytes) -> bytes:
    """All that comes until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(10):
        said = await reader.read()
    writer.close()
    return said


@pytest.mark.parametrize("sent", DOUBTFUL.values(), ids=DOUBTFUL.keys())
async def test_what_can_be_read_in_two_ways_is_refused_with_all_that_follows(sent: bytes) -> None:
    served: list[Scope] = []
    async with _serving(served) as port:
        said = await _answers(port, sent + NEXT)

    assert said.startswith(b"HTTP/1.1 400 ")
    assert said.count(b"HTTP/1.1 ") == 1
    assert [scope["path"] for scope in served if scope["path"] != "/a"] == []


@pytest.mark.parametrize("pieces", [1, 2])
async def test_a_field_after_a_body_is_none_of_its_head(pieces: int) -> None:
    served: list[Scope] = []
    sent = _post(
        CHUNKED,
        b"Connection: close",
        body=b"0\r\nAuthorization: Bearer x\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n",
    )
    async with _serving(served) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        cut = sent.index(b"0\r\nAuth") if pieces > 1 else len(sent)
        for piece in (sent[:cut], sent[cut:]):
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(10):
            said = await reader.read()
        writer.close()

    assert said.startswith(b"HTTP/1.1 204 ")
    names = {name for scope in served for name, _ in scope["headers"]}
    assert names == {b"host", b"transfer-encoding", b"connection"}
