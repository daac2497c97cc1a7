"""uvicorn: a request that comes byte by byte, and a body of tiny chunks."""

import asyncio

from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http.connection import Connection
from tests.kernel.workarounds.wire import connect

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


async def _reads_on(kind: type[HttpToolsProtocol]) -> bool:
    """Whether the next byte would wake it, after so many that came one by one."""
    connection, _ = connect(kind)
    for byte in HEAD[:40]:
        connection.data_received(bytes([byte]))
    reads = not connection.flow.read_paused
    connection.connection_lost(None)  # its timers end
    return reads


async def _answered(kind: type[HttpToolsProtocol]) -> bytes:
    """What is answered to a body of tiny chunks that has not ended."""
    connection, wire = connect(kind, FastAPI())
    connection.data_received(HEAD + b"1\r\nx\r\n" * 5_000)
    written = wire.written
    connection.connection_lost(None)
    await asyncio.gather(*connection.tasks)
    return written


async def test_uvicorn_still_wakes_for_every_byte_and_ours_pauses() -> None:
    assert await _reads_on(HttpToolsProtocol), "mended: look at uvicorn_pieces.py"
    assert not await _reads_on(Connection)


async def test_uvicorn_still_takes_tiny_chunks_and_ours_refuses_them() -> None:
    assert await _answered(HttpToolsProtocol) == b"", "mended: look at uvicorn_pieces.py"
    assert (await _answered(Connection)).startswith(b"HTTP/1.1 400 ")
