"""How many tickets one worker takes, against its own empty endpoint and what a textbook shows; in rounds, so that noise hits all alike."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from fettle.engines.processes import free_port
from fettle.up.instance import Instance
from tests.bench.figures import spread
from tests.bench.instances import instance_with_sites, send, tokens
from tests.bench.processes import Worker, cpu_s
from tests.bench.reports import reports

CONNECTIONS = (1, 16, 64)
WHAT = ("empty", "create", "textbook", "read")


@dataclass
class Runs:
    """The same load, again and again."""

    per_second: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    failed: int = 0

    def add(self, outcome: dict[str, Any]) -> None:
        self.per_second.append(outcome["answers"] / outcome["seconds"])
        self.p50_ms.append(outcome["p50_ms"])
        self.p99_ms.append(outcome["p99_ms"])
        self.failed += int(outcome["failed"])

    def summary(self) -> dict[str, float]:
        return {
            "per_second": median(self.per_second),
            "p50_ms": median(self.p50_ms),
            "p99_ms": median(self.p99_ms),
            "spread": spread(self.per_second),
            "failed": self.failed,
        }


@dataclass
class _Spent:
    """CPU of each process, in seconds, and for how many answers."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    answers: int = 0

    def add(self, before: Mapping[str, float], after: Mapping[str, float], answers: int) -> None:
        self.answers += answers
        for name, used in after.items():
            self.seconds[name] += used - before[name]

    def each_ms(self) -> dict[str, float]:
        return {name: used * 1000 / max(self.answers, 1) for name, used in self.seconds.items()}


def measure_creating(*, rounds: int, seconds: float) -> dict[str, Any]:
    """`{"16": {"empty": {per_second, p50_ms, p99_ms, spread, failed}, …}, …, "cpu_ms": {"create": {process: …}, …}}`

    CPU is of each request at 16 connections, over all rounds: what other programs do to the machine touches it least.
    Only tickets runs beside the engines, its relay included: what the other services do with a ticket is another figure.
    """
    with instance_with_sites() as instance, _textbook(instance) as (textbook_port, textbook), Worker("tests.bench.loader") as loader:
        for name in instance.children.keys() - {"tickets"}:
            instance.children[name].stop(within_s=4)
        orders = _orders(instance, textbook_port)
        runs = {(connections, what): Runs() for connections in CONNECTIONS for what in WHAT}
        for what in WHAT:  # a first, short one of each is not counted: pools fill, statements are prepared
            loader.ask({**orders[what], "connections": 16, "seconds": 0.5})
        spent = {what: _Spent() for what in WHAT}
        for _ in range(rounds):
            for connections in CONNECTIONS:
                for what in WHAT:
                    before = _cpu(instance, textbook)
                    outcome = loader.ask({**orders[what], "connections": connections, "seconds": seconds})
                    runs[connections, what].add(outcome)
                    if connections == 16:
                        spent[what].add(before, _cpu(instance, textbook), outcome["answers"])
        figures: dict[str, Any] = {
            str(connections): {what: runs[connections, what].summary() for what in WHAT} for connections in CONNECTIONS
        }
        return {**figures, "cpu_ms": {what: spent[what].each_ms() for what in WHAT}}


def _orders(instance: Instance, textbook_port: int) -> dict[str, dict[str, Any]]:
    person, report = next(reports())
    opened = send(instance, "POST", "tickets", "/v1/tickets", {**report, "reporter_id": person.id})
    port, given = instance.ports["tickets"], tokens(instance)
    return {
        "empty": {"what": "empty", "port": port, "path": "/livez"},
        "create": {"what": "create", "port": port, "path": "/v1/tickets", "tokens": given},
        "textbook": {"what": "textbook", "port": textbook_port, "path": "/tickets"},
        "read": {"what": "read", "port": port, "path": f"/v1/tickets/{opened['id']}", "token": given[person.id]},
    }


def _cpu(instance: Instance, textbook_pid: int) -> dict[str, float]:
    engines = {"postgres": instance.postgres, "nats": instance.nats}
    pids = {name: engine.pid for name, engine in engines.items() if engine is not None}
    return {name: cpu_s([pid]) for name, pid in {"tickets": instance.children["tickets"].pid, "textbook": textbook_pid, **pids}.items()}


@contextmanager
def _textbook(instance: Instance) -> Iterator[tuple[int, int]]:
    """The textbook's endpoint on the same PostgreSQL; its port, and its process."""
    assert instance.postgres is not None
    instance.postgres.create_database("textbook", role="textbook", password="textbook")
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.textbook", str(port), instance.postgres.url("textbook", "textbook", "textbook")]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        until = time.monotonic() + 20
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the textbook's endpoint does not start")
            time.sleep(0.05)
        yield port, process.pid
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False
