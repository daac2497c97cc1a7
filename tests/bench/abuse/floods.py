"""Floods: one caller asks for as much as it can, in one of six ways."""

import asyncio
import contextlib
import itertools
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.bench.abuse.requests import Requests, steadily
from tests.bench.abuse.shapes import SHAPES
from tests.bench.abuse.shapes import flood as flood_of_a_shape
from tests.bench.wire import Connections, get

PIPELINED, POSTING, BODIES, STREAMS, SLOW = 100_000, 64, 900, 5_000, 200
_LENGTH = re.compile(rb"content-length: (\d+)")


class Floods:
    def __init__(self, port: int, tokens: Mapping[str, Any], requests: Requests) -> None:
        self._port, self._tokens, self._requests = port, tokens, requests
        self._ticket = ""

    async def flood(self, which: str, seconds: float) -> dict[str, Any]:
        """Flood for so long; return how often each status was answered."""
        statuses: Counter[str] = Counter()
        floods: Mapping[str, Callable[[Counter[str]], Awaitable[None]]] = {
            "pipelined": self._pipelined,
            "posts": self._posts,
            "bodies": self._bodies,
            "streams": self._streams,
            "slow": self._slow,
            "receivers": self._receivers,
        }
        token, many = self._tokens["flood"], self._tokens["many"]
        began = time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                if which in SHAPES:
                    await flood_of_a_shape(self._port, which, token, many, statuses)
                else:
                    await floods[which](statuses)
        ended = time.monotonic()
        await asyncio.sleep(max(began + seconds - ended, 0))
        return {"statuses": dict(statuses), "seconds": ended - began}

    async def _pipelined(self, statuses: Counter[str]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        request = self._requests.read(self._tokens["flood"])

        async def write() -> None:
            for _ in range(PIPELINED // 100):
                writer.write(request * 100)
                await writer.drain()

        writing = asyncio.create_task(write())
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                statuses[head.split()[1].decode()] += 1
                length = _LENGTH.search(head)
                await reader.readexactly(int(length[1]) if length else 0)
        except asyncio.IncompleteReadError:
            statuses["closed"] += 1
        finally:
            writing.cancel()
            writer.close()

    async def _posts(self, statuses: Counter[str]) -> None:
        await self._again_and_again(
            POSTING, statuses, lambda: self._requests.write(self._tokens["flood"])
        )

    async def _bodies(self, statuses: Counter[str]) -> None:
        left = itertools.count()
        request = self._requests.huge(self._tokens["flood"])
        await self._again_and_again(
            POSTING, statuses, lambda: request if next(left) < BODIES else None
        )

    async def _receivers(self, statuses: Counter[str]) -> None:
        tokens = itertools.cycle(self._tokens["hostile"])

        async def ask() -> None:
            answer = await connections.ask(self._requests.write(next(tokens)))
            statuses[str(answer.status)] += 1

        connections = Connections(self._port, 16)
        await steadily(len(self._tokens["hostile"]) * 2.0, 60, ask)

    async def _streams(self, statuses: Counter[str]) -> None:
        wires = Connections(self._port, 1)
        self._ticket = (await wires.ask(self._requests.write(self._tokens["flood"]))).json()["id"]
        wires.close()
        left, request = itertools.count(), self._stream(self._tokens["flood"])

        async def attempt() -> None:
            while next(left) < STREAMS:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(request)
                    with contextlib.suppress(ConnectionError):
                        line = await reader.readline()
                        statuses[line.split()[1].decode() if line else "closed"] += 1
                        if b" 200 " in line:
                            await reader.read()
                finally:
                    writer.close()

        await asyncio.gather(*(attempt() for _ in range(400)))

    def _stream(self, token: str) -> bytes:
        return get(f"/v1/tickets/{self._ticket}/events", {"authorization": f"Bearer {token}"})

    async def _slow(self, statuses: Counter[str]) -> None:
        head = self._requests.huge(self._tokens["flood"])
        end = head.index(b"\r\n\r\n") + 4

        async def drip(begin: bytes, rest: bytes) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            try:
                writer.write(begin)
                with contextlib.suppress(ConnectionError):
                    for byte in rest:
                        writer.write(bytes([byte]))
                        await writer.drain()
                        await asyncio.sleep(1)
                        if reader.at_eof():
                            break
                    line = await reader.readline()
                    statuses[line.split()[1].decode() if line else "closed"] += 1
            finally:
                writer.close()

        await asyncio.gather(
            *(drip(b"", head) for _ in range(SLOW)),
            *(drip(head[:end], head[end:]) for _ in range(SLOW)),
        )

    async def _again_and_again(
        self, connections: int, statuses: Counter[str], request: Callable[[], bytes | None]
    ) -> None:
        wires = Connections(self._port, connections)

        async def ask() -> None:
            while (asked := request()) is not None:
                try:
                    answer = await wires.ask(asked)
                except OSError:
                    statuses["closed"] += 1
                else:
                    statuses[str(answer.status)] += 1

        try:
            await asyncio.gather(*(ask() for _ in range(connections)))
        finally:
            wires.close()
