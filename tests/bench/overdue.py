"""sla after a time in which it was down: how soon it says what fell due meanwhile, from the start
of its process.
"""

import asyncio
import time
from uuid import UUID

import asyncpg
import nats
import uvloop
from nats.aio.msg import Msg

from tests.bench.flow import Flow
from tests.bench.processes import began_s
from tests.bench.reports import site_body
from tests.support.eventually import eventually

_SITE, _POLICY = "bench-99-01", "bench-overdue"
_TARGET_S = 4
_TIMEOUT_S = 90.0
_BREACHED = "sla.clocks.breached.v1"

# Whatever columns the tables have: a copy differs from the ticket's row in its id alone.
_COPY_PROMISES = """
    insert into promises
    select copy.* from promises p, (select gen_random_uuid() as id
      from generate_series(1, $2)) as other,
        lateral jsonb_populate_record(p, jsonb_build_object('ticket_id', other.id)) as copy
    where p.ticket_id = $1"""
_COPY_CLOCKS = """
    insert into clocks
    select copy.* from clocks c, promises p, lateral jsonb_populate_record(c,
      jsonb_build_object('ticket_id', p.ticket_id)) as copy
    where c.ticket_id = $1 and p.site_id = c.site_id and p.ticket_id <> $1"""


def measure_overdue(flow: Flow, promises: int) -> dict[str, float]:
    """`{"promises", "first_s", "all_s"}`: of each ticket's one promise the breach, once it has
    reached the stream.
    """
    instance = flow.instance
    normal = {
        "counted_in": "wall",
        "response": f"PT{_TARGET_S}S",
        "arrival": None,
        "resolution": None,
    }
    instance.send("PUT", "tickets", f"/v1/sites/{_SITE}", site_body(_SITE))
    instance.send(
        "PUT",
        "sla",
        f"/v1/policies/{_POLICY}",
        {"site_id": _SITE, "targets": {"normal": normal}, "warn_at": []},
    )
    report = {
        "site_id": _SITE,
        "category": "plumbing",
        "description": "The tap drips",
        "reporter_id": "resident-overdue",
    }
    opened = instance.send("POST", "tickets", "/v1/tickets", report)
    due_at = time.monotonic() + _TARGET_S
    sla_url = instance.state["database_urls"]["sla"]
    uvloop.run(_wait_for_clock(sla_url, UUID(opened["id"])))
    instance.end_service("sla")
    uvloop.run(_copy(sla_url, UUID(opened["id"]), promises - 1))
    time.sleep(max(due_at - time.monotonic(), 0) + 0.5)
    return uvloop.run(_announced(flow, promises))


async def _wait_for_clock(url: str, ticket_id: UUID) -> None:
    connection = await asyncpg.connect(url)

    async def runs() -> bool:
        return bool(
            await connection.fetchval(
                "select 1 from clocks where ticket_id = $1 and state = 'running'", ticket_id
            )
        )

    try:
        await eventually(runs)
    finally:
        await connection.close()


async def _copy(url: str, ticket_id: UUID, copies: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(_COPY_PROMISES, ticket_id, copies)
            await connection.execute(_COPY_CLOCKS, ticket_id)
    finally:
        await connection.close()


async def _announced(flow: Flow, promises: int) -> dict[str, float]:
    heard: list[float] = []
    everything = asyncio.Event()

    async def hear(message: Msg) -> None:
        heard.append(time.clock_gettime(time.CLOCK_BOOTTIME))
        if len(heard) >= promises:
            everything.set()

    connection = await nats.connect(flow.instance.state["nats_url"])
    try:
        await connection.subscribe(_BREACHED, cb=hear)
        await connection.flush()
        began = began_s(await asyncio.to_thread(flow.instance.start_ended, "sla"))
        try:
            await asyncio.wait_for(everything.wait(), _TIMEOUT_S)
        except TimeoutError:
            raise RuntimeError(
                f"sla said only {len(heard)} of {promises} breaches within {_TIMEOUT_S:g} s"
            ) from None
        return {"promises": promises, "first_s": heard[0] - began, "all_s": heard[-1] - began}
    finally:
        await connection.close()
