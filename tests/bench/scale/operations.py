"""What grows beside the questions: starts, creating and offering, a storm of expiring offers,
restating.
"""

import asyncio
import time
import urllib.request
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any
from uuid import uuid4

import asyncpg
import nats
import uvloop
from nats.aio.msg import Msg

from fettle.home import SERVICES
from tests.bench.flow import Flow
from tests.bench.instances import Instance
from tests.bench.progress import Progress
from tests.bench.scale.asking import Answer, Ask
from tests.bench.scale.figures import Measured, compared, told

_OFFER_RATE, _OFFER_S = 5.0, 2.0
_OFFER_ROUNDS = 5
OFFERS = 200
"""How many expire at once."""
_FALLS_DUE_IN_S = 4
_GRACE_S = 2
"""Dispatch looks at least every five seconds when the next offer may be swept, which is so long
after its end.
"""
_TIMEOUT_S = 60.0
_RESTATED = {
    "tickets": ("/v1/sites:republish", "tickets.site.restated.v1"),
    "dispatch": ("/v1/technicians:republish", "dispatch.technician.restated.v1"),
}
_RESTATINGS = 3

_NEWEST_OFFERS = "select id, job_id from offers where state = 'open' order by id desc limit $1"
_LET_EXPIRE = "update offers set expires_at = $2 where id = any($1) and state = 'open'"
_STANDING = """
    select count(*) filter (where id = any($1) and state = 'open') as old,
        count(*) filter (where not id = any($1) and state = 'open') as anew
    from offers where job_id = any($2)"""


def measure_starts(empty: Flow, full: Flow, progress: Progress) -> Measured:
    """From the start of a service's process until it is ready."""
    measured: Measured = {}
    for name in SERVICES:
        measured[f"{name} start"] = compared(
            *(_start_ms(flow.instance, name) for flow in (empty, full))
        )
        progress.say(f"{name} start: {told(measured[f'{name} start'])}")
    return measured


def _start_ms(instance: Instance, name: str) -> float:
    instance.end_service(name)
    began = time.perf_counter()
    instance.start_ended(name)
    wait_until_ready(instance, name)
    return (time.perf_counter() - began) * 1000


def wait_until_ready(instance: Instance, name: str) -> None:
    """Raise RuntimeError after a minute."""
    deadline = time.monotonic() + _TIMEOUT_S
    while not _is_ready(f"{instance.state['urls'][name]}/readyz"):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{name} was not ready within {_TIMEOUT_S:g} s")
        time.sleep(0.02)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def creates(instance: Instance) -> Ask:
    """Return what reports one ticket after another, each about another fault."""
    numbers = iter(range(1_000_000))

    def create() -> Answer:
        report: Mapping[str, Any] = {
            "site_id": "scale-0001",
            "category": "crane",
            "description": f"The crane stands still since {uuid4().hex}",
            "reporter_id": f"resident-{next(numbers)}",
        }
        began = time.perf_counter()
        instance.send("POST", "tickets", "/v1/tickets", report)
        return Answer((time.perf_counter() - began) * 1000, 0)

    return create


def measure_offers(empty: Flow, full: Flow) -> Measured:
    """From the 201 of a report to its offer at the technician's door: the middle one of medians,
    turn and turn about.
    """
    rounds = [
        [flow.run("offer", rate=_OFFER_RATE, seconds=_OFFER_S)["p50_ms"] for flow in (empty, full)]
        for _ in range(_OFFER_ROUNDS)
    ]
    return {"201 to the offer's webhook": compared(*map(median, zip(*rounds, strict=True)))}


def measure_expiry(empty: Flow, full: Flow) -> Measured:
    """Offers that fall due at once: until none of them is open, until their jobs are offered to
    others, and what that costs in CPU.
    """
    swept = [uvloop.run(_sweep(flow)) for flow in (empty, full)]
    return {
        f"dispatch {OFFERS} offers expire: {name}": compared(*(each[name] for each in swept))
        for name in swept[0]
    }


async def _sweep(flow: Flow) -> dict[str, float]:
    await asyncio.to_thread(flow.burst, "offer", OFFERS)
    connection = await asyncpg.connect(flow.instance.state["database_urls"]["dispatch"])
    try:
        offers = await connection.fetch(_NEWEST_OFFERS, OFFERS)
        ids, jobs = [row["id"] for row in offers], [row["job_id"] for row in offers]
        ends_at = await connection.fetchval(
            "select clock_timestamp() + make_interval(secs => $1)", float(_FALLS_DUE_IN_S)
        )
        await connection.execute(_LET_EXPIRE, ids, ends_at)
        left_s = await connection.fetchval(
            "select extract(epoch from $1 - clock_timestamp())::float8", ends_at
        )
        before = await _cpu_shortly_before(flow.instance, left_s + _GRACE_S)
        began = time.perf_counter()
        gone_ms = await _ms_until(connection, ids, jobs, lambda row: row["old"] == 0, began)
        anew_ms = await _ms_until(
            connection, ids, jobs, lambda row: row["anew"] >= len(jobs), began
        )
        after = flow.instance.cpu_s()
    finally:
        await connection.close()
    cpu_ms = {name: (after[name] - before[name]) * 1000 for name in ("dispatch", "postgres")}
    return {
        "all gone": gone_ms,
        "all offered anew": anew_ms,
        "CPU of dispatch": cpu_ms["dispatch"],
        "CPU of PostgreSQL": cpu_ms["postgres"],
    }


async def _cpu_shortly_before(instance: Instance, left_s: float) -> dict[str, float]:
    """Return what the processes have used, and when `left_s` seconds are over."""
    began = time.perf_counter()
    await asyncio.sleep(max(left_s - 0.2, 0))
    used = instance.cpu_s()
    await asyncio.sleep(max(began + left_s - time.perf_counter(), 0))
    return used


async def _ms_until(
    connection: "asyncpg.Connection[asyncpg.Record]",
    ids: list[Any],
    jobs: list[Any],
    true: Callable[[asyncpg.Record], bool],
    began: float,
) -> float:
    while True:
        (standing,) = await connection.fetch(_STANDING, ids, jobs)
        if true(standing):
            return (time.perf_counter() - began) * 1000
        if time.perf_counter() - began > _TIMEOUT_S:
            raise RuntimeError(
                f"{_TIMEOUT_S:g} s after {len(ids)} offers fell due: {dict(standing)}"
            )
        await asyncio.sleep(0.02)


def measure_restating(empty: Flow, full: Flow) -> Measured:
    """From asking until the last fact is in the stream."""
    measured: Measured = {}
    for service, (path, subject) in _RESTATED.items():
        turns = [
            [
                uvloop.run(_republish(flow.instance, service, path, subject))
                for flow in (empty, full)
            ]
            for _ in range(_RESTATINGS)
        ]
        measured[f"{service} republish {path.partition(':')[0].removeprefix('/v1')}"] = compared(
            median(turn[0] for turn in turns), median(turn[1] for turn in turns)
        )
    return measured


async def _republish(instance: Instance, service: str, path: str, subject: str) -> float:
    heard = 0
    more = asyncio.Event()

    async def hear(_: Msg) -> None:
        nonlocal heard
        heard += 1
        more.set()

    connection = await nats.connect(instance.state["nats_url"])
    try:
        await connection.subscribe(subject, cb=hear)
        await connection.flush()
        began = time.perf_counter()
        restated = (await asyncio.to_thread(instance.send, "POST", service, path, {}))[
            "republished"
        ]
        async with asyncio.timeout(_TIMEOUT_S):
            while heard < restated:
                more.clear()
                await more.wait()
        return (time.perf_counter() - began) * 1000
    finally:
        await connection.close()
