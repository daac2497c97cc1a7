"""HTTP/1.1 as cheaply as Python speaks it: keep-alive connections that send ready-made bytes, one
request at a time.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
ANSWERS_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Connection(asyncio.Protocol):
    """Reads answers that say their length; the ones of a service all do."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._answer: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, port: int) -> "Connection":
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    @property
    def closed(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def send(self, request: bytes) -> "asyncio.Future[Answer]":
        """The answer, to come."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without saying so

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._received, 0, end + 2)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._received) >= whole and self._answer is not None and not self._answer.done():
            self._answer.set_result(
                Answer(int(self._received[9:12]), bytes(self._received[end + 4 : whole]))
            )
            del self._received[:whole]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(
                exc or ConnectionResetError("closed before the answer was whole")
            )


class Connections:
    """At most `limit` connections to a port; a request takes a free one, and waits for it while
    there is none.
    """

    def __init__(self, port: int, limit: int) -> None:
        self._port = port
        self._free: list[Connection] = []
        self._room = asyncio.Semaphore(limit)

    async def ask(self, request: bytes) -> Answer:
        """Raises OSError when the other side goes away, TimeoutError when it does not answer.

        What is asked may be asked twice.
        """
        async with self._room:
            while self._free:
                connection = self._free.pop()
                if not connection.closed:
                    # it had stood idle for too long, and was closed just now
                    with contextlib.suppress(ConnectionResetError):
                        return await self._ask(connection, request)
            return await self._ask(await Connection.open(self._port), request)

    async def _ask(self, connection: Connection, request: bytes) -> Answer:
        async with asyncio.timeout(ANSWERS_TIMEOUT_S):
            answer = await connection.send(request)
        self._free.append(connection)
        return answer

    def close(self) -> None:
        for connection in self._free:
            connection.close()


def get(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{_lines(headers or {})}\r\n".encode()


def post(path: str, body: object, headers: Mapping[str, str] | None = None) -> bytes:
    payload = json.dumps(body, ensure_ascii=False).encode()
    return post_bytes(path, payload, {"content-type": "application/json", **(headers or {})})


def post_bytes(path: str, payload: bytes, headers: Mapping[str, str]) -> bytes:
    said = {"content-length": str(len(payload)), **headers}
    return f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{_lines(said)}\r\n".encode() + payload


def _lines(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())
