"""A process of residents who report at a steady rate, and of technicians' clients that receive
offers and work on them at once.

`python -m tests.bench.clients` says `{"webhooks_port"}`, then takes `{"ports", "nats_url"}`,
`{"tokens"}` as they are needed, and orders `{"flow", "rate", "seconds"}`: the answer to each is
what came of the tickets it opened. Clocks: `time.monotonic`, one for the whole machine.
"""

import asyncio
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import nats
import uvloop
from nats.aio.client import Client
from nats.aio.msg import Msg

from tests.bench.calm import Streams
from tests.bench.figures import quantile
from tests.bench.processes import say
from tests.bench.reports import TECHNICIANS_PER_DISTRICT, reports
from tests.bench.webhooks import serve_webhooks
from tests.bench.wire import Connections, post

STEPS: Mapping[str, tuple[str, ...]] = {
    "offer": (),
    "life": ("complete",),
    "whole": ("travel", "arrive", "start", "complete"),
}
"""What a technician does about an offer once it is accepted, by flow; in `offer` it is never
accepted, in `whole` the resident confirms.
"""
_CONNECTIONS = 32
_PATIENCE_S = 30.0
"""An order is given up when nothing moves for so long."""
_RESOLVED = "tickets.ticket.resolved.v1"
_REPORT = {"note": "Fixed", "minutes": 20}


@dataclass
class Outcome:
    """What has become of the tickets of one order, by reference; when, in seconds of the common
    clock.
    """

    opened: dict[str, float] = field(default_factory=dict)
    offered: dict[str, float] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    """Those that have gone the whole way of their flow."""
    confirmable: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By ticket id: reference and the reporter's token of each ticket that its reporter is to
    confirm.
    """
    offers_to: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    late_s: float = 0.0
    """How far a report lay behind its moment at most: the load itself could not keep up when this
    grows.
    """

    def summary(self, *, load_s: float, backlog_s: float) -> dict[str, Any]:
        waits = [
            self.offered[reference] - at
            for reference, at in self.opened.items()
            if reference in self.offered
        ]
        return {
            "opened": len(self.opened),
            "offered": len(self.offered),
            "ended": len(self.ended),
            "refused": len(self.refused),
            "refusals": self.refused[:5],
            "per_second": len(self.opened) / load_s,
            "late_ms": self.late_s * 1000,
            "p50_ms": quantile(waits, 0.5) * 1000,
            "p99_ms": quantile(waits, 0.99) * 1000,
            "backlog_s": backlog_s,
            "offers_most": max(self.offers_to.values(), default=0),
            "offers_mean": len(self.offered) / TECHNICIANS_PER_DISTRICT,
        }


class Clients:
    def __init__(self, tickets: Connections, dispatch: Connections, bus: Client) -> None:
        self._tickets, self._dispatch, self._bus = tickets, dispatch, bus
        self._streams = Streams(bus)
        self._outcome = Outcome()
        self._flow = "offer"
        self._reports = reports()
        self._tokens: dict[str, str] = {}
        self._at_work: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    @classmethod
    async def enter(cls, ports: Mapping[str, int], nats_url: str) -> "Clients":
        bus = await nats.connect(nats_url)
        return cls(
            Connections(ports["tickets"], _CONNECTIONS),
            Connections(ports["dispatch"], _CONNECTIONS),
            bus,
        )

    async def welcome(self, tokens: Mapping[str, str]) -> None:
        """Take the tokens of more residents, and wait until all services know their sites and
        technicians.
        """
        self._tokens.update(tokens)
        await self._streams.wait_until_calm()

    def receive(self, path: str, body: bytes) -> None:
        """Take a webhook; what follows is done behind its answer."""
        now = time.monotonic()
        said = json.loads(body)
        if said["type"] != "job.offered":
            return
        outcome, offer = self._outcome, said["data"]
        reference = offer["job"]["reference"]
        if reference in outcome.offered:
            return
        outcome.offered[reference] = now
        outcome.offers_to[path] += 1
        if self._flow == "offer":
            self._end(outcome, reference)
        else:
            self._begin(self._work(outcome, path, reference, offer))

    async def run(self, flow: str, rate: float, seconds: float) -> dict[str, Any]:
        """Report at `rate` a second for `seconds`; then wait until all tickets have ended and every
        fact about them is handled.
        """
        self._flow, self._outcome = flow, (outcome := Outcome())
        listening = (
            await self._bus.subscribe(_RESOLVED, cb=self._resolved) if flow == "whole" else None
        )
        began = time.monotonic()
        for number in range(round(rate * seconds)):
            moment = began + number / rate
            if (ahead := moment - time.monotonic()) > 0:
                await asyncio.sleep(ahead)
            outcome.late_s = max(outcome.late_s, time.monotonic() - moment)
            self._begin(self._open(outcome))
        until = time.monotonic()
        await self._wait_until_ended(outcome)
        calm_at = await self._streams.wait_until_calm()
        if listening is not None:
            await listening.unsubscribe()
        return outcome.summary(
            load_s=max(until - began, seconds), backlog_s=max(calm_at - until, 0.0)
        )

    async def _wait_until_ended(self, outcome: Outcome) -> None:
        while self._tasks or len(outcome.ended) < len(outcome.opened):
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), _PATIENCE_S)
            except TimeoutError:
                return

    async def _open(self, outcome: Outcome) -> None:
        person, body = next(self._reports)
        token = self._tokens[person.id]
        answer = await self._tickets.ask(
            post("/v1/tickets", body, {**_bearer(token), "idempotency-key": uuid4().hex})
        )
        at = time.monotonic()
        if answer.status != 201:
            outcome.refused.append(f"report: {answer.status} {answer.body[:200]!r}")
            return
        opened = answer.json()
        outcome.opened[opened["reference"]] = at
        if self._flow == "whole":
            outcome.confirmable[opened["id"]] = opened["reference"], token

    async def _work(
        self, outcome: Outcome, technician: str, reference: str, offer: Mapping[str, Any]
    ) -> None:
        accept = offer["accept_url"].split("/", 3)[3]
        accepted = await self._dispatch.ask(
            post(f"/{accept}", {}, {"authorization": f"Offer {offer['token']}"})
        )
        if accepted.status != 200:
            outcome.refused.append(f"accept: {accepted.status} {accepted.body[:200]!r}")
            return
        job = accepted.json()
        headers = {"authorization": f"Job {job['job_token']}"}
        # who travels, works or is done does so for one job at a time
        async with self._at_work[technician]:
            for step in STEPS[self._flow]:
                body = _REPORT if step == "complete" else {}
                done = await self._dispatch.ask(
                    post(f"/v1/jobs/{job['job_id']}/{step}", body, headers)
                )
                if done.status != 200:
                    outcome.refused.append(f"{step}: {done.status} {done.body[:200]!r}")
                    return
        if self._flow != "whole":
            self._end(outcome, reference)

    async def _resolved(self, message: Msg) -> None:
        """Stands for the resident's app, which learns on its own way that the work is done."""
        ticket_id = (message.headers or {}).get("ce-subject", "")
        found = self._outcome.confirmable.pop(ticket_id, None)
        if found is not None:
            self._begin(self._confirm(self._outcome, ticket_id, *found))

    async def _confirm(self, outcome: Outcome, ticket_id: str, reference: str, token: str) -> None:
        answer = await self._tickets.ask(
            post(f"/v1/tickets/{ticket_id}/confirm", {}, _bearer(token))
        )
        if answer.status == 200:
            self._end(outcome, reference)
        else:
            outcome.refused.append(f"confirm: {answer.status} {answer.body[:200]!r}")

    def _end(self, outcome: Outcome, reference: str) -> None:
        outcome.ended.add(reference)
        self._changed.set()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._outcome.refused.append(repr(error))
        self._changed.set()


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def _main() -> None:
    clients: Clients | None = None

    def receive(path: str, body: bytes) -> None:
        if clients is not None:
            clients.receive(path, body)

    say({"webhooks_port": await serve_webhooks(receive)})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        if clients is None:
            clients = await Clients.enter(order["ports"], order["nats_url"])
            say({})
        elif "tokens" in order:
            await clients.welcome(order["tokens"])
            say({})
        else:
            say(await clients.run(order["flow"], order["rate"], order["seconds"]))


if __name__ == "__main__":
    uvloop.run(_main())
