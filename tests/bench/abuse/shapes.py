"""Floods of odd shapes: what one caller, or a stranger, may send again and again."""

import asyncio
import contextlib
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

_CONNECTIONS, _DRIPPING = 64, 200
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TINY_CHUNKS = b"1\r\nx\r\n" * 20_000
_COMPRESSED = b"\x1f\x8b" + b"x" * 60_000

SHAPES: Sequence[str] = (
    "http10",
    "heads",
    "preflights",
    "unknown",
    "bad_tokens",
    "many_tokens",
    "conditional",
    "upgrades",
    "chunks",
    "continued",
    "compressed",
    "drips",
)


async def flood(
    port: int, shape: str, token: str, tokens: Sequence[str], statuses: Counter[str]
) -> None:
    """Send requests of the shape on many connections, as fast as they are answered; `tokens` are
    many of one caller.
    """
    if shape == "drips":
        body = _post(token, b"Content-Length: 60000\r\n", b"")
        await asyncio.gather(*(_drip(port, body, statuses) for _ in range(_DRIPPING)))
    requests = _requests(shape, token, tokens)
    await asyncio.gather(*(_ask(port, requests, statuses) for _ in range(_CONNECTIONS)))


def _requests(shape: str, token: str, tokens: Sequence[str]) -> Iterator[bytes]:
    path = b"/v1/tickets?limit=20"
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    asked = b"Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n"
    same: Mapping[str, bytes] = {
        "http10": _head(b"GET", path, token, b"Connection: keep-alive\r\n", version=b"1.0"),
        "heads": _head(b"HEAD", path, token),
        "preflights": _head(b"OPTIONS", path, "", asked),
        "unknown": _head(b"GET", b"/nothing", ""),
        "conditional": _head(b"GET", path, token, b'If-None-Match: "1"\r\nRange: bytes=0-0\r\n'),
        "upgrades": _head(b"GET", path, token, upgrade),
        "chunks": _post(token, b"Transfer-Encoding: chunked\r\n", _TINY_CHUNKS),
        "continued": _post(token, b"Content-Length: 99\r\nExpect: 100-continue\r\n", b""),
        "compressed": _post(
            token, b"Content-Encoding: gzip\r\nContent-Length: 60002\r\n", _COMPRESSED
        ),
    }
    if shape == "bad_tokens":
        return (_head(b"GET", path, f"{'x' * 8000}.{n}.y") for n in itertools.count())
    if shape == "many_tokens":
        return itertools.cycle([_head(b"GET", path, each) for each in tokens])
    return itertools.repeat(same[shape])


def _head(
    method: bytes, path: bytes, token: str, more: bytes = b"", *, version: bytes = b"1.1"
) -> bytes:
    bearer = b"Authorization: Bearer " + token.encode() + b"\r\n" if token else b""
    first = method + b" " + path + b" HTTP/" + version + b"\r\nHost: x\r\n"
    return first + bearer + more + b"\r\n"


def _post(token: str, more: bytes, body: bytes) -> bytes:
    kind = b"Content-Type: application/json\r\n"
    return _head(b"POST", b"/v1/tickets", token, kind + more) + body


async def _ask(port: int, requests: Iterator[bytes], statuses: Counter[str]) -> None:
    """Send one after the other, on a new connection whenever the last one was closed."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    request = next(requests)
                    writer.write(request)
                    head = await reader.readuntil(b"\r\n\r\n")
                    statuses[head.split()[1].decode()] += 1
                    length = _LENGTH.search(head)
                    if length and not request.startswith(b"HEAD"):
                        await reader.readexactly(int(length[1]))
                    if b"\r\nconnection: close" in head.lower():
                        break
            statuses["closed"] += 1
        finally:
            writer.close()


async def _drip(port: int, begun: bytes, statuses: Counter[str]) -> None:
    """Send a body byte by byte, as fast as it is taken."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            with contextlib.suppress(ConnectionError):
                writer.write(begun)
                while not reader.at_eof():
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0.001)
            statuses["closed"] += 1
        finally:
            writer.close()
