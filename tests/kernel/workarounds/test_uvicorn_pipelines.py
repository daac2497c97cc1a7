"""uvicorn: requests that come before others are answered."""

import asyncio

from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http.connection import Connection
from tests.kernel.workarounds.wire import connect

REQUESTS = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 500


async def _left(kind: type[HttpToolsProtocol]) -> tuple[int, bool]:
    """How many requests wait as objects while the first is answered, and whether that one is told
    that its client went away.
    """
    connection, _ = connect(kind, FastAPI())
    connection.data_received(REQUESTS[:27])
    first = connection.cycle
    connection.data_received(REQUESTS)
    connection.connection_lost(None)
    told, waiting = first.disconnected, len(connection.pipeline)
    await asyncio.gather(*connection.tasks)
    return waiting, told


async def test_uvicorn_still_parses_what_it_cannot_answer_yet_and_ours_does_not() -> None:
    theirs = await _left(HttpToolsProtocol)
    ours = await _left(Connection)

    assert theirs == (500, False), "mended: look at uvicorn_pipelines.py"
    assert ours == (0, True)
