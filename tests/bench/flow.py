"""One instance under load: its sites and technicians, the process of clients that drives it, and
what every run costs.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.instances import Instance, running
from tests.bench.processes import Worker, cpu_s
from tests.bench.reports import (
    TICKETS_PER_DISTRICT,
    UNHURRIED_POLICY,
    UNHURRIED_RULES,
    crew_of,
    residents_of,
    site_body,
    sites_of,
)
from tests.bench.trees import Tree

MAX_BACKLOG_S = 1.0
MAX_P99_MS = 1500.0
SWIFT_P99_MS = 500.0
"""A rate is held when its last ticket has gone the whole way `MAX_BACKLOG_S` after the load ended
and 99 of 100 offers came within `MAX_P99_MS`; it is held swiftly when they came within
`SWIFT_P99_MS`.
"""
_SETTLES_S = 1.2
"""Marks and other housekeeping follow within a second of the last fact; their CPU belongs to the
run.
"""


class Flow:
    """What runs one after another on the same instance.

    `tickets` is how many have been opened on it.
    """

    def __init__(self, instance: Instance, clients: Worker) -> None:
        self.tree, self.instance = instance.tree, instance
        self.tickets = 0
        self._clients = clients
        self._webhooks_port = clients.hear()["webhooks_port"]
        self._districts = 0
        clients.ask({"ports": instance.ports, "nats_url": instance.state["nats_url"]})
        instance.send("PUT", "sla", "/v1/policies/bench", UNHURRIED_POLICY)
        self._make_room_for(0)

    def run(self, flow: str, *, rate: float, seconds: float) -> dict[str, Any]:
        """Open tickets at `rate` a second for `seconds` and wait until all have gone their way.

        `flow` is a key of `clients.STEPS`. Adds to what the clients say `rate`, `held`, `swift`,
        `all_s`, and `cpu_ms` of a ticket by process.
        """
        self._make_room_for(round(rate * seconds))
        before, began = self._cpu_s(), time.monotonic()
        outcome = self._clients.ask({"flow": flow, "rate": rate, "seconds": seconds})
        all_s = time.monotonic() - began
        time.sleep(_SETTLES_S)
        after = self._cpu_s()
        self.tickets += outcome["opened"]
        held = is_held(outcome, rate)
        return {
            **outcome,
            "rate": rate,
            "held": held,
            "swift": held and outcome["p99_ms"] < SWIFT_P99_MS,
            "all_s": all_s,
            "cpu_ms": {
                name: (after[name] - used) * 1000 / max(outcome["opened"], 1)
                for name, used in before.items()
            },
        }

    def burst(self, flow: str, tickets: int) -> dict[str, Any]:
        """Open so many at once.

        Adds how many a second went the whole way, and what the services, PostgreSQL and NATS spent
        on each.
        """
        ran = self.run(flow, rate=5000, seconds=tickets / 5000)
        served = sum(ms for name, ms in ran["cpu_ms"].items() if name != "loader")
        return {**ran, "tickets_per_s": ran["ended"] / (ran["all_s"] or 1), "served_cpu_ms": served}

    def _make_room_for(self, tickets: int) -> None:
        while self._districts * TICKETS_PER_DISTRICT <= self.tickets + tickets:
            self._hire(self._districts)
            self._districts += 1

    def _hire(self, district: int) -> None:
        """Sites with residents and technicians, each technician with an endpoint of their own at
        the clients' port.
        """
        send = self.instance.send
        for site in sites_of(district):
            send("PUT", "tickets", f"/v1/sites/{site}", site_body(site))
            send("PUT", "dispatch", f"/v1/sites/{site}/rules", UNHURRIED_RULES)
            for id, body in crew_of(site).items():
                send("PUT", "dispatch", f"/v1/technicians/{id}", body)
                endpoint = {
                    "owner": id,
                    "url": f"http://127.0.0.1:{self._webhooks_port}/{id}",
                    "kinds": ["job.offered"],
                }
                send("POST", "notify", "/v1/endpoints", endpoint)
        self._clients.ask(
            {
                "tokens": {
                    each.id: self.instance.token("resident", each.id, each.site)
                    for each in residents_of(district)
                }
            }
        )

    def _cpu_s(self) -> dict[str, float]:
        return {**self.instance.cpu_s(), "loader": cpu_s([self._clients.pid])}


def is_held(outcome: dict[str, Any], rate: float) -> bool:
    """Whether the rate was kept up, for all tickets, without a queue that grows."""
    whole = outcome["opened"] == outcome["ended"] == outcome["offered"] and not outcome["refused"]
    in_time = outcome["backlog_s"] <= MAX_BACKLOG_S and outcome["p99_ms"] < MAX_P99_MS
    return whole and in_time and outcome["per_second"] >= 0.98 * rate


@contextmanager
def flow_through(tree: Tree) -> Iterator[Flow]:
    """A fresh instance of the tree, warmed up: pools are full, statements are prepared."""
    with running(tree) as instance, Worker("tests.bench.clients") as clients:
        flow = Flow(instance, clients)
        for which in ("life", "whole", "offer"):
            flow.run(which, rate=10, seconds=2)
        yield flow
