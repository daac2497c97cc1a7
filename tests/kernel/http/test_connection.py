"""Connections: a head has an end, in bytes and in time, and what is no HTTP is told so like
everything else.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from fastapi import FastAPI

from shared.http.connection import Connection
from shared.http.front import SAFE_FIELDS
from shared.workarounds.uvicorn_heads import MAX_HEAD_BYTES


class Hasty(Connection):
    head_timeout_s = 0.2


@asynccontextmanager
async def _listening(http: type[Connection]) -> AsyncIterator[int]:
    app = FastAPI()

    @app.get("/")
    async def hello() -> str:
        return "hello"

    server = uvicorn.Server(uvicorn.Config(app, http=http, log_config=None, lifespan="off"))
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def _answer(port: int, *pieces: bytes) -> tuple[int, str | None]:
    """The status and the problem's code of what is answered before the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.read() if b"connection: close" in head.lower() else b""
    writer.close()
    problem = b"content-type: application/problem+json" in head.lower()
    return int(head.split()[1]), json.loads(body)["code"] if problem else None


@pytest.mark.parametrize(
    "begun",
    [b"GET / HTTP/1.1\r\nX: ", b"GET /", b"GET / HTTP/1.1\r\n" + b"a:b\r\n" * 10_000 + b"X: "],
)
async def test_a_head_without_end_is_cut_off(begun: bytes) -> None:
    # not a byte more: what was not read would reset the connection
    head = begun.ljust(MAX_HEAD_BYTES + 1, b"x")

    async with _listening(Connection) as port:
        answer = await _answer(port, head)

    assert answer == (431, "head_too_large")


async def test_a_head_that_does_not_come_is_not_waited_for() -> None:
    async with _listening(Hasty) as port:
        silent = await _answer(port)
        slow = await _answer(port, b"GET / HTTP/1.1\r\nX: ")

    assert [silent, slow] == [(408, "head_too_slow")] * 2


async def test_what_is_no_http_is_a_problem() -> None:
    async with _listening(Connection) as port:
        answers = [
            await _answer(port, text)
            for text in (b"FOO / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nA: \x01\r\n\r\n")
        ]

    assert answers == [(400, "bad_request")] * 2


async def test_a_request_that_came_whole_is_answered_however_long_its_connection_lives() -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with _listening(Hasty) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answers = []
        for _ in range(5):
            writer.write(request)
            answers.append(await reader.readuntil(b'"hello"'))
        whole = await _answer(port, request + b"GET / HTTP/1.1\r\n")
        writer.close()

    assert [answer.split()[1] for answer in answers] == [b"200"] * 5
    assert whole == (200, None)


async def test_what_is_refused_at_the_door_bears_the_safe_fields_too() -> None:
    async with _listening(Connection) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"nonsense\r\n\r\n")
        async with asyncio.timeout(10):
            head = await reader.readuntil(b"\r\n\r\n")
        writer.close()

    assert all(b"%s: %s\r\n" % field in head for field in SAFE_FIELDS)
