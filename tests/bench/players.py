"""A process of residents who report at a steady rate, and technicians whose clients accept and complete at once.

`python -m tests.bench.players` says `{"webhooks_port"}`, then takes `{"ports", "tokens"}`, then orders `{"rate", "seconds"}`: the
report of each is what came of the tickets it opened. Clocks: `time.monotonic`, the same for every process of a machine.
"""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import uvloop

from tests.bench.figures import quantile
from tests.bench.processes import say
from tests.bench.reports import reports
from tests.bench.webhooks import serve_webhooks
from tests.bench.wire import Connections, post

_CONNECTIONS = 32
_CALM_AFTER_S = 30.0


@dataclass
class Course:
    """What has become of the tickets of one order, by reference; when, in seconds of the common clock."""

    opened: dict[str, float] = field(default_factory=dict)
    offered: dict[str, float] = field(default_factory=dict)
    completed: dict[str, float] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    late_s: float = 0.0
    """How far the last report lay behind its moment: the load itself could not keep up when this grows."""

    def report(self, seconds: float, calm_s: float) -> dict[str, Any]:
        waits = [self.offered[reference] - at for reference, at in self.opened.items() if reference in self.offered]
        return {
            "opened": len(self.opened),
            "offered": len(self.offered),
            "completed": len(self.completed),
            "refused": self.refused[:5],
            "per_second": len(self.opened) / seconds,
            "late_ms": self.late_s * 1000,
            "p50_ms": quantile(waits, 0.5) * 1000,
            "p99_ms": quantile(waits, 0.99) * 1000,
            "calm_s": calm_s,
        }


class Players:
    def __init__(self) -> None:
        self.course = Course()
        self._reports = reports()
        self._run = uuid4().hex
        self._tokens: Mapping[str, str] = {}
        self._tickets: Connections | None = None
        self._dispatch: Connections | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    def enter(self, ports: Mapping[str, int], tokens: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._tickets = Connections(ports["tickets"], _CONNECTIONS)
        self._dispatch = Connections(ports["dispatch"], _CONNECTIONS)

    def receive(self, body: bytes) -> None:
        """A webhook has come in; what follows is done behind its answer."""
        now = time.monotonic()
        said = json.loads(body)
        if said["type"] == "job.offered" and said["data"]["job"]["reference"] not in self.course.offered:
            self.course.offered[said["data"]["job"]["reference"]] = now
            self._later(self._work(said["data"]))

    async def play(self, rate: float, seconds: float) -> dict[str, Any]:
        """Reports at `rate` a second for `seconds`, then waits until all that was opened is completed, or nothing moves any more."""
        course = self.course = Course()
        began = time.monotonic()
        for number in range(int(rate * seconds)):
            moment = began + number / rate
            if (ahead := moment - time.monotonic()) > 0:
                await asyncio.sleep(ahead)
            course.late_s = max(time.monotonic() - moment, 0.0)
            self._later(self._report())
        took = time.monotonic() - began
        ended = time.monotonic()
        while self._tasks or len(course.completed) < len(course.opened):
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), _CALM_AFTER_S)
            except TimeoutError:
                break
        return course.report(took, time.monotonic() - ended)

    async def _report(self) -> None:
        assert self._tickets is not None
        course = self.course
        person, body = next(self._reports)
        headers = {"authorization": f"Bearer {self._tokens[person.id]}", "idempotency-key": uuid4().hex}
        answer = await self._tickets.ask(post("/v1/tickets", body, headers))
        at = time.monotonic()
        if answer.status == 201:
            course.opened[answer.json()["reference"]] = at
        else:
            course.refused.append(f"report: {answer.status} {answer.body[:200]!r}")

    async def _work(self, offer: Mapping[str, Any]) -> None:
        assert self._dispatch is not None
        course = self.course
        accept = offer["accept_url"].split("/", 3)[3]
        accepted = await self._dispatch.ask(post(f"/{accept}", {}, {"authorization": f"Offer {offer['token']}"}))
        if accepted.status != 200:
            course.refused.append(f"accept: {accepted.status} {accepted.body[:200]!r}")
            return
        job = accepted.json()
        report = {"note": "Fixed", "minutes": 20}
        path = f"/v1/jobs/{job['job_id']}/complete"
        done = await self._dispatch.ask(post(path, report, {"authorization": f"Job {job['job_token']}"}))
        if done.status == 200:
            course.completed[offer["job"]["reference"]] = time.monotonic()
        else:
            course.refused.append(f"complete: {done.status} {done.body[:200]!r}")

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.course.refused.append(repr(error))
        self._changed.set()


async def _main() -> None:
    players = Players()
    port = await serve_webhooks(players.receive)
    say({"webhooks_port": port})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        if "ports" in order:
            players.enter(order["ports"], order["tokens"])
            said: dict[str, Any] = {}
        else:
            said = await players.play(order["rate"], order["seconds"])
        say(said)


if __name__ == "__main__":
    uvloop.run(_main())
