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
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import uvloop

from tests.bench.abuse.floods import Floods
from tests.bench.abuse.requests import Requests, steadily
from tests.bench.processes import say
from tests.bench.webhooks import serve_webhooks
from tests.bench.wire import Connections

_READS_PER_S, _WRITES_PER_S = 20.0, 4.0
"""Of the caller who is timed."""
_WAIT_S = 15.0


class Callers:
    def __init__(self, ports: Mapping[str, int], tokens: Mapping[str, Any]) -> None:
        self._port = ports["tickets"]
        self._tokens = tokens
        self._requests = Requests()
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
        """Read and write steadily; return what each took, and a ticket to its webhook, in ms."""
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
            steadily(_READS_PER_S, seconds, lambda: ask("read", self._requests.read(token))),
            steadily(_WRITES_PER_S, seconds, lambda: ask("write", self._requests.write(token))),
        )
        connections.close()
        return {
            "refused": dict(refused),
            "waits_ms": {kind: [wait * 1000 for wait in of] for kind, of in waits.items()},
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
            steadily(reads, seconds, lambda: ask(self._requests.read(next(people)))),
            steadily(writes, seconds, lambda: ask(self._requests.write(next(people)))),
            steadily(bad, seconds, lambda: ask(self._requests.huge(next(people)))),
        )
        connections.close()
        return {"statuses": dict(statuses)}

    async def flood(self, which: str, seconds: float) -> dict[str, Any]:
        return await Floods(self._port, self._tokens, self._requests).flood(which, seconds)


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
