"""A process of people at one site: residents who report at a steady rate, and technicians' clients
that take offers and never answer.

`python -m tests.bench.crowded.clients` says `{"webhooks_port"}`, takes `{"ports", "nats_url",
"site", "tokens"}`, and then orders: `{"reports", "rate"}` is answered by `{"opened", "refused"}`
once all are told of, `{"calm": true}` once every fact is handled by all who follow it, `{"forget":
true}` at once, and `{"offers", "within_s"}` by `{"offers", "last_at"}` (seconds since 1970) once so
many have come since.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import nats
import uvloop

from tests.bench.calm import Streams
from tests.bench.processes import say
from tests.bench.reports import report_of
from tests.bench.webhooks import serve_webhooks
from tests.bench.wire import Connections, post

_CONNECTIONS = 16


class Crowd:
    """Reports of one site, each about another flat, and the offers that came."""

    def __init__(self) -> None:
        self._flats = itertools.count()
        self._came_at: list[float] = []
        self._came = asyncio.Event()
        self._site = ""
        self._tokens: itertools.cycle[str] = itertools.cycle(())
        self._tickets: Connections | None = None
        self._streams: Streams | None = None

    def receive(self, path: str, body: bytes) -> None:
        self._came_at.append(time.time())
        self._came.set()

    async def obey(self, order: Mapping[str, Any]) -> dict[str, Any]:
        match order:
            case {"ports": ports, "nats_url": nats_url, "site": site, "tokens": tokens}:
                self._tickets, self._site, self._tokens = (
                    Connections(ports["tickets"], _CONNECTIONS),
                    site,
                    itertools.cycle(tokens),
                )
                self._streams = Streams(await nats.connect(nats_url))
                return {}
            case {"reports": reports, "rate": rate}:
                return await self._report(reports, rate)
            case {"calm": True}:
                assert self._streams is not None
                await self._streams.wait_until_calm()
                return {}
            case {"forget": True}:
                self._came_at.clear()
                return {}
            case {"offers": offers, "within_s": timeout_s}:
                return await self._wait_for(offers, timeout_s)
        raise ValueError(f"no such order: {order}")

    async def _report(self, reports: int, rate: float) -> dict[str, Any]:
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            asked = []
            for number in range(reports):
                await asyncio.sleep(max(began + number / rate - time.monotonic(), 0))
                asked.append(group.create_task(self._open()))
        refused = [answer for each in asked if (answer := each.result()) is not None]
        return {"opened": len(asked) - len(refused), "refused": refused[:5]}

    async def _open(self) -> str | None:
        """Return what a refusal says."""
        assert self._tickets is not None
        headers = {"authorization": f"Bearer {next(self._tokens)}", "idempotency-key": uuid4().hex}
        answer = await self._tickets.ask(
            post("/v1/tickets", report_of(self._site, next(self._flats)), headers)
        )
        return None if answer.status == 201 else f"{answer.status} {answer.body[:200]!r}"

    async def _wait_for(self, offers: int, timeout_s: float) -> dict[str, Any]:
        try:
            async with asyncio.timeout(timeout_s):
                while len(self._came_at) < offers:
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            pass  # what has come by then is said
        return {"offers": len(self._came_at), "last_at": max(self._came_at, default=0.0)}


async def _main() -> None:
    crowd = Crowd()
    say({"webhooks_port": await serve_webhooks(crowd.receive)})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        say(await crowd.obey(json.loads(line)))


if __name__ == "__main__":
    uvloop.run(_main())
