"""uvicorn: a head without an end."""

import asyncio

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from shared.http.connection import Connection


class Wire(asyncio.Transport):
    """What is written to, and whether it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


ENDLESS_HEAD = b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000


async def _received(kind: type[HttpToolsProtocol], head: bytes) -> tuple[bytes, bool]:
    """What is answered, and whether the connection is closed."""
    config = uvicorn.Config(FastAPI(), http=kind, log_config=None, lifespan="off")
    config.load()
    connection = kind(config=config, server_state=ServerState(), app_state={})
    wire = Wire()
    connection.connection_made(wire)
    connection.data_received(head)
    came_of_it = wire.written, wire.closed
    connection.connection_lost(None)  # its timers end
    return came_of_it


async def test_uvicorn_still_takes_a_head_without_end_and_ours_refuses_it() -> None:
    theirs = await _received(HttpToolsProtocol, ENDLESS_HEAD)
    ours = await _received(Connection, ENDLESS_HEAD)

    assert theirs == (b"", False), "mended: look at uvicorn_heads.py"
    assert ours[0].startswith(b"HTTP/1.1 431 ")
    assert ours[1]
