"""`make bench-crowded`: one site of 500 technicians with a full trade and a long backlog, and what
it costs all the others.

`BASE=REV` measures another revision after this tree. Writes `.fettle/bench-crowded.json`. Nothing
is asserted: what is compared with a goal is printed beside it.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Mapping
from typing import Any

import asyncpg
import uvloop
from rich.console import Console
from rich.table import Table

from fettle.home import CHECKOUT
from shared.telemetry import configure_logs
from tests.bench.flow import Flow, flow_through
from tests.bench.folders import clear_leftovers
from tests.bench.processes import Worker
from tests.bench.progress import Progress
from tests.bench.reports import UNHURRIED_RULES, site_body
from tests.bench.trees import NoBase, Tree, base_tree, this_tree

SITE = "bench-crowd"
_TECHNICIANS, _CAPACITY, _BACKLOG = 500, 3, 3521
_OFFERS = _TECHNICIANS * _CAPACITY
_RESIDENTS = 8
_FILL_RATE = 120.0
_CALM_RATE, _CALM_S = 5.0, 30.0
_STORM_RATE = 10.0
_COUNTED = 100
"""Tickets of the full trade over which their CPU is taken."""
_EXPIRE_IN_S, _SWEPT_AFTER_S = 8, 2
"""dispatch looks when offers end every five seconds at the latest, and sweeps them two seconds
later.
"""
_TIMEOUT_S = 90.0
_SETTLES_S = 1.5

_EXPIRE = """
    update offers set expires_at = clock_timestamp() + $2 * interval '1 second' where state = 'open'
    and work_order_id in (select id from work_orders where site_id = $1)
      returning extract(epoch from expires_at)::float8 as at"""
_OFFERED_SINCE = """
    select count(*) as n, extract(epoch from max(o.offered_at))::float8 as last_at
    from offers o join work_orders w on w.id = o.work_order_id
    where o.state = 'open' and w.site_id = $1 and o.offered_at > to_timestamp($2)"""
_OPEN = (
    "select count(*) from offers o join work_orders w on w.id = o.work_order_id "
    "where o.state = 'open' and w.site_id = $1"
)


def main() -> None:
    configure_logs("bench", "error")
    console = Console(width=140 if not os.isatty(1) else None)
    try:
        measured = _measure_trees(os.environ.get("BASE", ""), Progress(console))
    except NoBase as error:
        sys.exit(f"bench-crowded: {error}")
    except KeyboardInterrupt:
        sys.exit("bench-crowded: ended before it was done; all that it started is gone")
    path = CHECKOUT / ".fettle" / "bench-crowded.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=1))
    for name, figures in measured.items():
        _print(name, figures, console)
    console.print(f"JSON: {path}", markup=False)


def _measure_trees(base: str, progress: Progress) -> dict[str, dict[str, Any]]:
    """Return what was measured by tree, `now` first. Raises NoBase."""
    clear_leftovers()
    measured = {"now": _measure(this_tree(), progress)}
    if base:
        progress.say(f"checking out and setting up {base}")
        with base_tree(base) as tree:
            measured["base"] = _measure(tree, progress)
    return measured


def _measure(tree: Tree, progress: Progress) -> dict[str, Any]:
    measured: dict[str, Any] = {}
    with flow_through(tree) as flow, Worker("tests.bench.crowded.clients") as crowd:
        _hire(flow, crowd.hear()["webhooks_port"])
        tokens = [
            flow.instance.token("resident", f"resident-crowd-{number}", SITE)
            for number in range(_RESIDENTS)
        ]
        crowd.ask(
            {
                "ports": flow.instance.ports,
                "nats_url": flow.instance.state["nats_url"],
                "site": SITE,
                "tokens": tokens,
            }
        )
        crowd.ask({"calm": True})
        progress.say(f"{_TECHNICIANS} technicians are at {SITE}")
        filled = crowd.ask({"reports": _OFFERS + _BACKLOG, "rate": _FILL_RATE})
        crowd.ask({"offers": _OFFERS, "within_s": _TIMEOUT_S})
        crowd.ask({"calm": True})
        progress.say(
            f"{filled['opened']} tickets are open there, {uvloop.run(_open_offers(flow))} of them "
            "offered"
        )
        measured["idle"] = _others(flow)
        progress.say(f"others at idle: {_told(measured['idle'])}")
        measured["ticket"] = _cost_of_a_ticket(flow, crowd)
        progress.say(f"a ticket of the full trade: {_costs(measured['ticket'])}")
        crowd.order({"reports": round(_STORM_RATE * _CALM_S), "rate": _STORM_RATE})
        measured["storm"] = _others(flow)
        crowd.hear()
        progress.say(f"others beside {_STORM_RATE:g} tickets/s there: {_told(measured['storm'])}")
        crowd.ask({"calm": True})
        measured["expiry"] = _expire(flow, crowd)
        progress.say(f"all offers expired: {_ended(measured['expiry'])}")
        measured["beside_expiry"] = _others_beside_expiry(flow, crowd)
        progress.say(f"others beside another expiry: {_told(measured['beside_expiry'])}")
    return measured


def _hire(flow: Flow, webhooks_port: int) -> None:
    """The site and its technicians, at homes all over its town, with an endpoint each."""
    chance, send = random.Random(SITE), flow.instance.send
    send("PUT", "tickets", f"/v1/sites/{SITE}", site_body(SITE))
    send("PUT", "dispatch", f"/v1/sites/{SITE}/rules", UNHURRIED_RULES)
    for number in range(_TECHNICIANS):
        id = f"technician-crowd-{number:03}"
        body = {
            "name": f"Technician {number} of the crowd",
            "sites": [SITE],
            "skills": [{"code": "plumbing", "level": 1 + number % 3}],
            "home": {"lat": 31.18 + chance.random() / 10, "lon": 121.42 + chance.random() / 10},
            "capacity": _CAPACITY,
            "shifts": [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)],
            "language": "en",
        }
        send("PUT", "dispatch", f"/v1/technicians/{id}", body)
        endpoint = {
            "owner": id,
            "url": f"http://127.0.0.1:{webhooks_port}/{id}",
            "kinds": ["job.offered"],
        }
        send("POST", "notify", "/v1/endpoints", endpoint)


def _others(flow: Flow) -> dict[str, Any]:
    """201 to the offer's webhook at all other sites."""
    return flow.run("offer", rate=_CALM_RATE, seconds=_CALM_S)


def _cost_of_a_ticket(flow: Flow, crowd: Worker) -> dict[str, float]:
    """CPU in milliseconds by process, of a ticket that no technician has room for."""
    before = flow.instance.cpu_s()
    crowd.ask({"reports": _COUNTED, "rate": _CALM_RATE})
    crowd.ask({"calm": True})
    time.sleep(_SETTLES_S)
    return {
        name: (used - before[name]) * 1000 / _COUNTED
        for name, used in flow.instance.cpu_s().items()
    }


def _others_beside_expiry(flow: Flow, crowd: Worker) -> dict[str, Any]:
    uvloop.run(_let_expire(flow))
    others = _others(flow)
    crowd.ask({"calm": True})
    return others


def _expire(flow: Flow, crowd: Worker) -> dict[str, Any]:
    """Seconds from the moment at which offers that ended all at once may be swept, and the CPU that
    it took by process.
    """
    crowd.ask({"forget": True})
    ended_at, offers = uvloop.run(_let_expire(flow))
    swept_at = ended_at + _SWEPT_AFTER_S
    time.sleep(max(swept_at - 1 - time.time(), 0))
    before = flow.instance.cpu_s()
    reoffered, last_at = uvloop.run(_reoffered(flow, offers, since=ended_at))
    webhooks = crowd.ask({"offers": offers, "within_s": _TIMEOUT_S})
    crowd.ask({"calm": True})
    time.sleep(_SETTLES_S)
    return {
        "expired": offers,
        "reoffered": reoffered,
        "reoffered_s": last_at - swept_at,
        "webhooks": webhooks["offers"],
        "webhooks_s": webhooks["last_at"] - swept_at,
        "cpu_s": {name: used - before[name] for name, used in flow.instance.cpu_s().items()},
    }


async def _let_expire(flow: Flow) -> tuple[float, int]:
    """Return when all open offers of the site end, in seconds since 1970, and how many they are."""
    connection = await asyncpg.connect(flow.instance.state["database_urls"]["dispatch"])
    try:
        rows = await connection.fetch(_EXPIRE, SITE, _EXPIRE_IN_S)
        return max(row["at"] for row in rows), len(rows)
    finally:
        await connection.close()


async def _reoffered(flow: Flow, offers: int, *, since: float) -> tuple[int, float]:
    connection = await asyncpg.connect(flow.instance.state["database_urls"]["dispatch"])
    try:
        until = time.monotonic() + _TIMEOUT_S
        while True:
            [row] = await connection.fetch(_OFFERED_SINCE, SITE, since)
            if row["n"] >= offers or time.monotonic() > until:
                return row["n"], row["last_at"] or 0.0
            await asyncio.sleep(0.2)
    finally:
        await connection.close()


async def _open_offers(flow: Flow) -> int:
    connection = await asyncpg.connect(flow.instance.state["database_urls"]["dispatch"])
    try:
        return int(await connection.fetchval(_OPEN, SITE))
    finally:
        await connection.close()


def _told(run: Mapping[str, Any]) -> str:
    return f"p50 {run['p50_ms']:.1f}, p99 {run['p99_ms']:.0f} ms"


def _costs(costs: Mapping[str, float]) -> str:
    return (
        ", ".join(f"{name} {ms:.1f}" for name, ms in costs.items())
        + f": {sum(costs.values()):.0f} ms of CPU"
    )


def _ended(expiry: Mapping[str, Any]) -> str:
    cpu = ", ".join(f"{name} {used:.1f}" for name, used in expiry["cpu_s"].items())
    return (
        f"{expiry['reoffered']} of {expiry['expired']} offered anew within "
        f"{expiry['reoffered_s']:.1f} s,"
        f" {expiry['webhooks']} webhooks within {expiry['webhooks_s']:.1f} s; CPU {cpu} s"
    )


def _print(name: str, measured: Mapping[str, Any], console: Console) -> None:
    table = Table(
        title=(
            f"{name}: a site of {_TECHNICIANS} technicians whose trade is full, {_BACKLOG} jobs "
            "waiting"
        ),
        title_justify="left",
    )
    for column in ("", "measured", "goal"):
        table.add_column(column)
    idle, expiry = measured["idle"]["p99_ms"], measured["expiry"]
    dispatched = measured["ticket"]["dispatch"] + measured["ticket"]["postgres"]
    table.add_row("a ticket there, CPU of dispatch and PostgreSQL", f"{dispatched:.0f} ms", "50 ms")
    table.add_row("all offers expired: offered anew", f"{expiry['reoffered_s']:.1f} s", "5 s")
    table.add_row("all offers expired: last webhook", f"{expiry['webhooks_s']:.1f} s", "10 s")
    for name, said in (
        ("storm", f"{_STORM_RATE:g} tickets/s there"),
        ("beside_expiry", "all offers there expiring"),
    ):
        p99 = measured[name]["p99_ms"]
        table.add_row(
            f"others' 201 → offer, p99, beside {said}",
            f"{p99:.0f} ms, {p99 / idle:.2f} × idle",
            "1.5 × idle",
        )
    console.print(table)


if __name__ == "__main__":
    main()
