"""The whole road through the four real processes: opened, offered, accepted, completed, announced."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
import uvloop

from fettle.home import SERVICES
from fettle.up.instance import Instance
from tests.bench.instances import hire_crew, instance_with_sites, tokens
from tests.bench.processes import Worker, cpu_s, resident_mb

_ANNOUNCED = "select count(*) from messages where kind = 'ticket.resolved'"
_BACKLOG_S = 1.0
"""A rate is sustained when, at its end, no more is under way than came in within so many seconds."""
_SHARES = (0.85, 0.7, 0.55, 0.4)


@dataclass(frozen=True)
class Pace:
    """How long each part lasts, in seconds; `burst` in tickets."""

    idle_s: float
    steady_s: float
    step_s: float
    burst: int


def measure_flow(pace: Pace) -> dict[str, Any]:
    """`{"idle", "at_50", "burst", "steps", "sustained", "cpu_ms", "memory_mb"}`"""
    with Worker("tests.bench.players") as players, instance_with_sites() as instance:
        hire_crew(instance, players.hear()["webhooks_port"])
        players.ask({"ports": instance.ports, "tokens": tokens(instance)})
        flow = _Flow(instance, players)
        flow.play(rate=10, seconds=2)  # not counted: pools fill, statements are prepared
        before = flow.memory_mb()
        idle = flow.play(rate=5, seconds=pace.idle_s)
        steady = flow.play(rate=50, seconds=pace.steady_s)
        burst = flow.play(rate=5000, seconds=pace.burst / 5000)
        capacity = pace.burst / (burst["seconds"] or 1)
        steps = []
        for share in _SHARES:
            steps.append(flow.play(rate=round(capacity * share), seconds=pace.step_s))
            if steps[-1]["sustained"]:
                break
        return {
            "idle": idle,
            "at_50": steady,
            "burst": {**burst, "per_second": capacity},
            "steps": steps,
            "sustained": steps[-1]["rate"] if steps[-1]["sustained"] else 0,
            "cpu_ms": steps[-1]["cpu_ms"],
            "memory_mb": {"before": before, "after": flow.memory_mb(), "tickets": flow.tickets},
        }


class _Flow:
    def __init__(self, instance: Instance, players: Worker) -> None:
        self.tickets = 0
        self._instance, self._players = instance, players

    def play(self, *, rate: float, seconds: float) -> dict[str, Any]:
        """One order to the players, until everything it opened has been announced to its residents."""
        cpu, began = self._cpu_s(), time.monotonic()
        outcome = self._players.ask({"rate": rate, "seconds": seconds})
        self.tickets += outcome["opened"]
        announced = self._wait_until_announced()
        took = time.monotonic() - began
        lost = self.tickets - announced
        self.tickets = announced
        drained = took - seconds
        return {
            **outcome,
            "rate": rate,
            "seconds": took,
            "unannounced": lost,
            "sustained": not lost and not outcome["refused"] and drained <= _BACKLOG_S and outcome["per_second"] >= 0.98 * rate,
            "cpu_ms": {name: (used - cpu[name]) * 1000 / max(outcome["opened"], 1) for name, used in self._cpu_s().items()},
        }

    def memory_mb(self) -> dict[str, float]:
        return {name: resident_mb(self._instance.children[name].pid) for name in SERVICES}

    def _wait_until_announced(self) -> int:
        """How many have been, once it is all of them or has been the same for ten seconds."""
        return uvloop.run(_announced(self._instance.database_urls["notify"], self.tickets))

    def _cpu_s(self) -> Mapping[str, float]:
        engines = {"postgres": self._instance.postgres, "nats": self._instance.nats}
        pids = {name: self._instance.children[name].pid for name in SERVICES}
        pids |= {name: engine.pid for name, engine in engines.items() if engine is not None}
        return {name: cpu_s([pid]) for name, pid in {**pids, "players": self._players.pid}.items()}


async def _announced(url: str, expected: int) -> int:
    connection = await asyncpg.connect(url)
    try:
        seen, since = -1, time.monotonic()
        while seen < expected and time.monotonic() - since < 10:
            now = int(await connection.fetchval(_ANNOUNCED))
            if now != seen:
                seen, since = now, time.monotonic()
            if seen < expected:
                await asyncio.sleep(0.05)
        return seen
    finally:
        await connection.close()
