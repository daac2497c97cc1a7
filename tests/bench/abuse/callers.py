"""A process of callers: one who floods, or many who ask for as much politely, or the one whose
answers are timed.

`python -m tests.bench.abuse.callers` says `{"webhooks_port", "hanging_port"}`, takes `{"ports",
"tokens"}` and then orders, each answered by what came of it: `{"time", "seconds"}`, `{"flood",
"seconds"}`, `{"polite", "reads", "writes", "seconds"}`.
"""

import asyncio
import contextlib
import itertools
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import uvloop

from tests.bench.abuse.shapes import SHAPES, flood
from tests.bench.figures import quantile
from tests.bench.processes import say
from tests.bench.reports import report_of
from tests.bench.webhooks import serve_webhooks
from tests.bench.wire import Connections, get, post

SITE = "bench-abuse"
PIPELINED, POSTING, BODIES, STREAMS, SLOW = 100_000, 64, 900, 5_000, 200
_READS_PER_S, _WRITES_PER_S = 20.0, 4.0
"""Of the caller who is timed."""
_HUGE = {f"unknown_{number}": 1 for number in range(6_000)}
_WAIT_S = 15.0
_LENGTH = re.compile(rb"content-length: (\d+)")


class Callers:
    def __init__(self, ports: Mapping[str, int], tokens: Mapping[str, Any]) -> None:
        self._port = ports["tickets"]
        self._flats = itertools.count(int(time.time()) % 100_000 * 7)
        self._tokens = tokens
        self._ticket = ""
        self._seen: dict[str, asyncio.Future[float]] = {}

    def receive(self, path: str, body: bytes) -> None:
        if path == "/timed":
            ticket = json.loads(body)["data"].get("ticket_id", "")
            came = self._came(ticket)
            if not came.done():  # a delivery may come again
                came.set_result(time.monotonic())

    def _came(self, ticket: str) -> "asyncio.Future[float]":
        return self._seen.setdefault(ticket, asyncio.get_running_loop().create_future())

    async def time(self, seconds: float) -> dict[str, Any]:
        """Read and write steadily; return p99 of both, and of a ticket to its webhook."""
        connections = Connections(self._port, 64)
        token = self._tokens["timed"]
        waits: dict[str, list[float]] = {"read": [], "write": [], "webhook": []}
        refused: Counter[int] = Counter()

        async def ask(kind: str, request: bytes) -> None:
            began = time.monotonic()
            answer = await connections.ask(request)
            ended = time.monotonic()
            if answer.status not in (200, 201):
                refused[answer.status] += 1
                return
            waits[kind].append(ended - began)
            if kind == "write":
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_WAIT_S):
                        waits["webhook"].append(await self._came(answer.json()["id"]) - ended)

        await asyncio.gather(
            _steadily(_READS_PER_S, seconds, lambda: ask("read", self._read(token))),
            _steadily(_WRITES_PER_S, seconds, lambda: ask("write", self._write(token))),
        )
        connections.close()
        return {
            "asked": sum(map(len, waits.values())),
            "refused": dict(refused),
            **{f"{kind}_p50_ms": quantile(of, 0.5) * 1000 for kind, of in waits.items()},
            **{f"{kind}_p99_ms": quantile(of, 0.99) * 1000 for kind, of in waits.items()},
        }

    async def polite(
        self, reads: float, writes: float, bad: float, seconds: float
    ) -> dict[str, Any]:
        """Ask for so many a second, each time as another person."""
        connections = Connections(self._port, 64)
        people = itertools.cycle(self._tokens["polite"])
        statuses: Counter[int] = Counter()

        async def ask(request: bytes) -> None:
            statuses[(await connections.ask(request)).status] += 1

        await asyncio.gather(
            _steadily(reads, seconds, lambda: ask(self._read(next(people)))),
            _steadily(writes, seconds, lambda: ask(self._write(next(people)))),
            _steadily(bad, seconds, lambda: ask(self._huge(next(people)))),
        )
        connections.close()
        return {"statuses": dict(statuses)}

    async def flood(self, which: str, seconds: float) -> dict[str, Any]:
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
                    await flood(self._port, which, token, many, statuses)
                else:
                    await floods[which](statuses)
        ended = time.monotonic()
        await asyncio.sleep(max(began + seconds - ended, 0))
        return {"statuses": dict(statuses), "seconds": ended - began}

    def _read(self, token: str) -> bytes:
        return get("/v1/tickets?limit=20", {"authorization": f"Bearer {token}"})

    def _write(self, token: str) -> bytes:
        headers = {"authorization": f"Bearer {token}", "idempotency-key": uuid4().hex}
        return post("/v1/tickets", report_of(SITE, next(self._flats)), headers)

    def _huge(self, token: str) -> bytes:
        return post("/v1/tickets", _HUGE, {"authorization": f"Bearer {token}"})

    async def _pipelined(self, statuses: Counter[str]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        request = self._read(self._tokens["flood"])

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
        await self._again_and_again(POSTING, statuses, lambda: self._write(self._tokens["flood"]))

    async def _bodies(self, statuses: Counter[str]) -> None:
        left = itertools.count()
        request = self._huge(self._tokens["flood"])
        await self._again_and_again(
            POSTING, statuses, lambda: request if next(left) < BODIES else None
        )

    async def _receivers(self, statuses: Counter[str]) -> None:
        tokens = itertools.cycle(self._tokens["hostile"])

        async def ask() -> None:
            answer = await connections.ask(self._write(next(tokens)))
            statuses[str(answer.status)] += 1

        connections = Connections(self._port, 16)
        await _steadily(len(self._tokens["hostile"]) * 2.0, 60, ask)

    async def _streams(self, statuses: Counter[str]) -> None:
        wires = Connections(self._port, 1)
        self._ticket = (await wires.ask(self._write(self._tokens["flood"]))).json()["id"]
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
        head = self._huge(self._tokens["flood"])
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


async def _steadily(
    per_s: float, seconds: float, ask: Callable[[], Awaitable[None]]
) -> Sequence[None]:
    """Begin so many a second, however long each takes; return when all have ended."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(round(per_s * seconds)):
            await asyncio.sleep(max(began + number / per_s - time.monotonic(), 0))
            group.create_task(ask())  # type: ignore[arg-type]
    return ()


async def _hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take a webhook, and answer a byte a second for ever."""
    with contextlib.suppress(ConnectionError, RuntimeError):  # uvloop's, for one that was closed
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not reader.at_eof():
            writer.write(b"X")
            await writer.drain()
            await asyncio.sleep(1)
    writer.close()


async def _main() -> None:
    callers: Callers | None = None

    def receive(path: str, body: bytes) -> None:
        if callers is not None:
            callers.receive(path, body)

    hanging = await asyncio.start_server(_hang, "127.0.0.1", 0)
    say(
        {
            "webhooks_port": await serve_webhooks(receive),
            "hanging_port": hanging.sockets[0].getsockname()[1],
        }
    )
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        match json.loads(line):
            case {"ports": ports, "tokens": tokens}:
                callers = Callers(ports, tokens)
                say({})
            case {"time": seconds} if callers is not None:
                say(await callers.time(seconds))
            case {"flood": which, "seconds": seconds} if callers is not None:
                say(await callers.flood(which, seconds))
            case {"polite": rates, "seconds": seconds} if callers is not None:
                say(await callers.polite(**rates, seconds=seconds))


if __name__ == "__main__":
    uvloop.run(_main())
