"""aiohttp: interim answers without an end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from shared.workarounds.aiohttp_interim_answers import Connector

CONTINUES = b"HTTP/1.1 100 Continue\r\n\r\n" * 1000
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@asynccontextmanager
async def _receiver() -> AsyncIterator[str]:
    """One that says "continue" a thousand times before it answers."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(CONTINUES + ANSWER)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def _status(connector: Callable[[], aiohttp.TCPConnector], url: str) -> int:
    async with aiohttp.ClientSession(connector=connector()) as client, client.get(url) as answer:
        return answer.status


async def test_aiohttp_still_takes_a_thousand_interim_answers_and_ours_does_not() -> None:
    async with _receiver() as url:
        theirs = await _status(aiohttp.TCPConnector, url)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await _status(Connector, url)

    assert theirs == 200, "mended: look at aiohttp_interim_answers.py"
