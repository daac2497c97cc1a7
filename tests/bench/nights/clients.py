"""A process of residents who report at a steady rate and ask again, under the same key, until they
are answered; and of technicians' clients that take offers.

`python -m tests.bench.nights.clients` says `{"webhooks_port"}`, takes `{"ports", "tokens"}`, and
then orders: `{"rate", "seconds"}` begins reporting and is answered at once; `{"ended": true}` is
answered once every report is taken and offered, or nothing has moved for a minute, by what
`summary` says. Clocks: `time.monotonic`, one for the whole machine.
"""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import uvloop

from tests.bench.figures import quantile
from tests.bench.processes import say
from tests.bench.reports import reports
from tests.bench.webhooks import serve_webhooks
from tests.bench.wire import Connections, post

_CONNECTIONS = 64
_AGAIN_AFTER_S = 0.2
_PATIENCE_S = 60.0


class Residents:
    """What has become of each report, by reference."""

    def __init__(self, ports: Mapping[str, int], tokens: Mapping[str, str]) -> None:
        self._tickets = Connections(ports["tickets"], _CONNECTIONS)
        self._tokens = tokens
        self._reports = reports()
        self._opened: dict[str, float] = {}
        self._offered: dict[str, float] = {}
        self._offers: dict[str, set[str]] = {}
        self._asked_again = 0
        self._moved_at = self._ended_at = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    def receive(self, path: str, body: bytes) -> None:
        said = json.loads(body)
        if said["type"] == "job.offered":
            reference = said["data"]["job"]["reference"]
            self._moved_at = time.monotonic()
            self._offered.setdefault(reference, self._moved_at)
            self._offers.setdefault(reference, set()).add(said["data"]["offer_id"])

    def begin(self, rate: float, seconds: float) -> None:
        """Report at `rate` a second for `seconds`, beside whatever else happens."""
        self._opened.clear()
        self._offered.clear()
        self._offers.clear()
        self._asked_again = 0
        self._task = asyncio.create_task(self._report(rate, seconds))

    async def end(self) -> dict[str, Any]:
        assert self._task is not None
        await self._task
        while len(self._offered) < len(self._opened):
            if time.monotonic() - self._moved_at > _PATIENCE_S:
                break
            await asyncio.sleep(0.02)
        return self.summary()

    def summary(self) -> dict[str, Any]:
        """`webhooks` are `[when its 201 came, when it came]` of each offer's."""
        webhooks = [
            [at, self._offered[reference]]
            for reference, at in self._opened.items()
            if reference in self._offered
        ]
        waits = [at - opened_at for opened_at, at in webhooks]
        return {
            "opened": len(self._opened),
            "offered": len(webhooks),
            "offered_twice": sum(len(offers) > 1 for offers in self._offers.values()),
            "asked_again": self._asked_again,
            "p50_s": quantile(waits, 0.5),
            "p99_s": quantile(waits, 0.99),
            "drained_s": max(self._offered.values(), default=0.0) - self._ended_at,
            "webhooks": webhooks,
        }

    async def _report(self, rate: float, seconds: float) -> None:
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(round(rate * seconds)):
                await asyncio.sleep(max(began + number / rate - time.monotonic(), 0))
                group.create_task(self._open())
            self._ended_at = time.monotonic()

    async def _open(self) -> None:
        person, body = next(self._reports)
        headers = {
            "authorization": f"Bearer {self._tokens[person.id]}",
            "idempotency-key": uuid4().hex,
        }
        request = post("/v1/tickets", body, headers)
        while True:
            try:
                answer = await self._tickets.ask(request)
            except (OSError, TimeoutError):
                answer = None
            if answer is not None and answer.status == 201:
                self._moved_at = time.monotonic()
                self._opened[answer.json()["reference"]] = self._moved_at
                return
            if answer is not None and answer.status < 500 and answer.status not in (409, 429):
                raise RuntimeError(f"{answer.status} {answer.body[:300]!r}")
            self._asked_again += 1
            await asyncio.sleep(_AGAIN_AFTER_S)


async def _main() -> None:
    residents: Residents | None = None

    def receive(path: str, body: bytes) -> None:
        if residents is not None:
            residents.receive(path, body)

    say({"webhooks_port": await serve_webhooks(receive)})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        if residents is None:
            residents = Residents(order["ports"], order["tokens"])
            say({})
        elif "rate" in order:
            residents.begin(order["rate"], order["seconds"])
            say({})
        else:
            say(await residents.end())


if __name__ == "__main__":
    uvloop.run(_main())
