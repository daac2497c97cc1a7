"""How many tickets one worker takes, against its own empty endpoint and what a textbook shows; in
rounds, so that noise hits all alike.
"""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from fettle.engines.postgres import PostgresServer
from fettle.engines.processes import free_port
from tests.bench.figures import spread
from tests.bench.folders import temporary_folder
from tests.bench.instances import Instance, running
from tests.bench.processes import Worker, cpu_s
from tests.bench.progress import Progress
from tests.bench.reports import reports, residents_of, site_body, sites_of
from tests.bench.trees import Tree

CONNECTIONS = (1, 16, 64)
WHAT = ("empty", "create", "textbook", "read")
_ONLY_AT_16 = ("read",)


@dataclass
class _Runs:
    """The same load, again and again. `cpu_s` is what each process spent on all of it."""

    per_second: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    answers: int = 0
    failed: int = 0
    cpu_s: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(
        self, outcome: Mapping[str, Any], before: Mapping[str, float], after: Mapping[str, float]
    ) -> None:
        self.per_second.append(outcome["answers"] / outcome["seconds"])
        self.p50_ms.append(outcome["p50_ms"])
        self.p99_ms.append(outcome["p99_ms"])
        self.answers += outcome["answers"]
        self.failed += int(outcome["failed"])
        for name, used in after.items():
            self.cpu_s[name] += used - before[name]

    def summary(self) -> dict[str, Any]:
        return {
            "per_second": median(self.per_second),
            "p50_ms": median(self.p50_ms),
            "p99_ms": median(self.p99_ms),
            "spread": spread(self.per_second),
            "failed": self.failed,
            "cpu_ms": {
                name: used * 1000 / max(self.answers, 1) for name, used in self.cpu_s.items()
            },
        }


class _Side:
    """One tree's tickets, alone beside its engines, and the textbook's endpoint."""

    def __init__(self, instance: Instance, textbook: "_Textbook") -> None:
        self.name = instance.tree.name
        self._instance, self._textbook = instance, textbook
        for site in sites_of(0):
            instance.send("PUT", "tickets", f"/v1/sites/{site}", site_body(site))
        # Its relay runs: a create is not done before its fact is. What the other services make of
        # it is another figure.
        instance.pause("dispatch", "sla", "notify")
        person, report = next(reports())
        opened = instance.send(
            "POST", "tickets", "/v1/tickets", {**report, "reporter_id": person.id}
        )
        tokens = {
            each.id: instance.token("resident", each.id, each.site) for each in residents_of(0)
        }
        port = instance.ports["tickets"]
        self.orders: dict[str, dict[str, Any]] = {
            "empty": {"what": "empty", "port": port, "path": "/livez"},
            "create": {"what": "create", "port": port, "path": "/v1/tickets", "tokens": tokens},
            "textbook": {"what": "textbook", "port": textbook.port, "path": "/tickets"},
            "read": {
                "what": "read",
                "port": port,
                "path": f"/v1/tickets/{opened['id']}",
                "token": tokens[person.id],
            },
        }

    def cpu_s(self, loader: Worker) -> dict[str, float]:
        used = self._instance.cpu_s()
        mine = {name: used[name] for name in ("tickets", "postgres", "nats")}
        return {**mine, **self._textbook.cpu_s(), "loader": cpu_s([loader.pid])}


def measure_creating(
    trees: Sequence[Tree], *, rounds: int, seconds: float, progress: Progress
) -> dict[str, Any]:
    """By tree: `{"1": {"empty": {"per_second", "p50_ms", "p99_ms", "spread", "failed", "cpu_ms":
    {process: …}}, "create": …}, "16": …}`
    """
    with ExitStack() as stack:
        textbook = stack.enter_context(_textbook())
        loader = stack.enter_context(Worker("tests.bench.loader"))
        sides = [_Side(stack.enter_context(running(tree)), textbook) for tree in trees]
        for side in sides:
            # a first, short one of each is not counted: pools fill, statements are prepared
            for what in WHAT:
                loader.ask({**side.orders[what], "connections": 16, "seconds": 0.5})
        runs: defaultdict[tuple[str, int, str], _Runs] = defaultdict(_Runs)
        for number in range(rounds):
            for connections, what in _loads():
                for side in sides:
                    before = side.cpu_s(loader)
                    outcome = loader.ask(
                        {**side.orders[what], "connections": connections, "seconds": seconds}
                    )
                    runs[side.name, connections, what].add(outcome, before, side.cpu_s(loader))
            rates = ", ".join(
                f"{side.name} {runs[side.name, 16, 'create'].per_second[-1]:.0f}/s"
                for side in sides
            )
            progress.say(f"create, round {number + 1} of {rounds}, at 16 connections: {rates}")
    figures: dict[str, Any] = {
        tree.name: {str(connections): {} for connections in CONNECTIONS} for tree in trees
    }
    for (name, connections, what), ran in runs.items():
        figures[name][str(connections)][what] = ran.summary()
    return figures


def _loads() -> Iterator[tuple[int, str]]:
    for connections in CONNECTIONS:
        for what in WHAT:
            if connections == 16 or what not in _ONLY_AT_16:
                yield connections, what


@dataclass(frozen=True)
class _Textbook:
    port: int
    pid: int
    postgres_pid: int

    def cpu_s(self) -> dict[str, float]:
        return {"textbook": cpu_s([self.pid]), "textbook_postgres": cpu_s([self.postgres_pid])}


@contextmanager
def _textbook() -> Iterator[_Textbook]:
    """The textbook's endpoint, on a PostgreSQL of its own with the same settings."""
    with temporary_folder() as folder, PostgresServer.start(folder / "postgres") as postgres:
        postgres.create_database("textbook", role="textbook", password="textbook")
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "tests.bench.textbook",
            str(port),
            postgres.url("textbook", "textbook", "textbook"),
        ]
        process = subprocess.Popen(command, start_new_session=True)
        try:
            until = time.monotonic() + 20
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("the textbook's endpoint does not start")
                time.sleep(0.05)
            yield _Textbook(port, process.pid, postgres.pid)
        finally:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False
