"""`make bench-nights`: how long people wait when the broker freezes, and when processes die.

Writes `.fettle/bench-nights.json`. Nothing is asserted: what is compared with a goal is printed
beside it.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from fettle.home import CHECKOUT, SERVICES
from shared.telemetry import configure_logs
from tests.bench.folders import clear_leftovers
from tests.bench.instances import Instance, running
from tests.bench.processes import Worker, cpu_s
from tests.bench.progress import Progress
from tests.bench.reports import (
    UNHURRIED_POLICY,
    UNHURRIED_RULES,
    crew_of,
    residents_of,
    site_body,
    sites_of,
)
from tests.bench.trees import this_tree

_RATE = 15.0
_WARM_S, _BEFORE_S, _FROZEN_S, _AFTER_S = 5.0, 5.0, 20.0, 10.0
_KILLS_S, _KILL_EVERY_S = 60.0, 2.0


def main() -> None:
    configure_logs("bench", "error")
    console = Console(width=140 if not os.isatty(1) else None)
    progress = Progress(console)
    clear_leftovers()
    try:
        with running(this_tree()) as instance, Worker("tests.bench.nights.clients") as clients:
            _hire(instance, clients)
            _load(clients, _WARM_S, lambda: None)
            frozen = _load(clients, _BEFORE_S + _FROZEN_S + _AFTER_S, _Frozen(instance))
            progress.say(f"broker frozen for {_FROZEN_S:g} s: {_told(frozen)}")
            killed = _load(clients, _KILLS_S, _Kills(instance))
            progress.say(f"a process killed every {_KILL_EVERY_S:g} s: {_told(killed)}")
            for name in SERVICES:
                instance.wait_for(name)
            starts = _starts(instance)
            progress.say(", ".join(f"{name} starts with {s:.2f} s" for name, s in starts.items()))
    except KeyboardInterrupt:
        sys.exit("bench-nights: ended before it was done; all that it started is gone")
    measured = {"frozen": frozen, "killed": killed, "start_cpu_s": starts}
    path = CHECKOUT / ".fettle" / "bench-nights.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=1))
    _print(measured, console)
    console.print(f"JSON: {path}", markup=False)


def _load(clients: Worker, seconds: float, happens: Callable[[], Any]) -> dict[str, Any]:
    """Report for so long while that happens; return what came of it all."""
    clients.ask({"rate": _RATE, "seconds": seconds})
    happened = happens()
    ended = clients.ask({"ended": True})
    webhooks = ended.pop("webhooks")
    if isinstance(happened, float):
        del ended["drained_s"]  # of reports that came long after it
        ended["first_s"] = min(at - happened for _, at in webhooks if at > happened)
        ended["caught_up_s"] = max(at - happened for opened, at in webhooks if opened < happened)
    return ended


class _Frozen:
    """The broker stands still for a while; returns when it goes on, in seconds of the clock."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def __call__(self) -> float:
        time.sleep(_BEFORE_S)
        self._instance.pause("nats")
        time.sleep(_FROZEN_S)
        os.kill(self._instance.pids["nats"], signal.SIGCONT)
        return time.monotonic()


class _Kills:
    """One process after another is killed, engines too, in an order by chance."""

    def __init__(self, instance: Instance) -> None:
        self._instance, self._chance = instance, random.Random("nights")

    def __call__(self) -> None:
        until = time.monotonic() + _KILLS_S - _KILL_EVERY_S
        while time.monotonic() < until:
            time.sleep(_KILL_EVERY_S)
            pids = self._instance.pids
            if pids:
                os.kill(pids[self._chance.choice(sorted(pids))], signal.SIGKILL)


def _hire(instance: Instance, clients: Worker) -> None:
    port = clients.hear()["webhooks_port"]
    instance.send("PUT", "sla", "/v1/policies/bench", UNHURRIED_POLICY)
    for site in sites_of(0):
        instance.send("PUT", "tickets", f"/v1/sites/{site}", site_body(site))
        instance.send("PUT", "dispatch", f"/v1/sites/{site}/rules", UNHURRIED_RULES)
        for id, body in crew_of(site).items():
            instance.send("PUT", "dispatch", f"/v1/technicians/{id}", body)
            endpoint = {
                "owner": id,
                "url": f"http://127.0.0.1:{port}/{id}",
                "kinds": ["job.offered"],
            }
            instance.send("POST", "notify", "/v1/endpoints", endpoint)
    tokens = {each.id: instance.token("resident", each.id, each.site) for each in residents_of(0)}
    clients.ask({"ports": instance.ports, "tokens": tokens})


def _starts(instance: Instance) -> dict[str, float]:
    """CPU that each service takes from its beginning until it is ready, on a quiet machine."""
    used = {}
    for name in SERVICES:
        instance.end_service(name)
        pid = instance.start_ended(name)
        instance.wait_for(name)
        used[name] = cpu_s([pid])
    return used


def _told(ran: Mapping[str, Any]) -> str:
    return (
        f"{ran['offered']} of {ran['opened']} offered, 201 → webhook p50 {ran['p50_s']:.1f}, "
        f"p99 {ran['p99_s']:.1f} s"
    )


def _print(measured: Mapping[str, Any], console: Console) -> None:
    table = Table(title=f"Bad nights, at {_RATE:g} tickets a second", title_justify="left")
    for column in ("", "measured", "goal"):
        table.add_column(column)
    frozen, killed = measured["frozen"], measured["killed"]
    for what, s, goal in (
        ("broker frozen for 20 s: first webhook after it", frozen["first_s"], 3),
        ("broker frozen for 20 s: caught up after it", frozen["caught_up_s"], 8),
        ("a kill every 2 s: 201 → webhook, p99", killed["p99_s"], 12),
        ("a kill every 2 s: drained after the last report", killed["drained_s"], 10),
        ("a service's start, CPU", max(measured["start_cpu_s"].values()), 1.2),
    ):
        table.add_row(what, "never" if s is None else f"{s:.1f} s", f"{goal} s")
    for what, ran in (("frozen", frozen), ("killed", killed)):
        lost = ran["opened"] - ran["offered"]
        table.add_row(
            f"{what}: never offered, offered twice", f"{lost}, {ran['offered_twice']}", "0, 0"
        )
    console.print(table)


if __name__ == "__main__":
    main()
