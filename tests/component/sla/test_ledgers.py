"""`GET /v1/ledgers`: how the time of many tickets' promises was spent."""

from typing import Any
from uuid import uuid4

from shared.contracts import TicketV1
from tests.support.component import Component
from tests.unit.sla.tickets import a_step, a_ticket, after


async def ledgers(sla: Component, *tickets: TicketV1, site: str = "demo") -> Any:
    async with sla.http(role="dispatcher", site=site) as client:
        asked = {"ticket_id": [str(ticket.id) for ticket in tickets]}
        answer = await client.get("/v1/ledgers", params=asked)
    assert answer.status_code == 200
    return answer.json()["items"]


async def test_each_ticket_comes_with_how_its_promises_were_spent_until_now(
    sla: Component,
) -> None:
    held = a_ticket(a_step("on_hold", after(hours=1), reason="no_access", cause="desk"))
    calm = a_ticket()
    await sla.hears(held, calm)
    sla.clock.set(after(hours=2))

    found = {ledger["ticket_id"]: ledger["items"] for ledger in await ledgers(sla, held, calm)}

    assert found.keys() == {str(held.id), str(calm.id)}
    resolution = found[str(held.id)][2]
    assert resolution == {
        "kind": "resolution",
        "state": "paused",
        "started_at": "2026-11-23T01:00:00Z",
        "due_at": None,
        "stopped_at": None,
        "breached_at": None,
        "target_s": 8 * 3600,
        "counted_s": 3600,
        "spans": [
            {
                "since": "2026-11-23T01:00:00Z",
                "until": "2026-11-23T02:00:00Z",
                "spent": "counted",
                "reason": None,
            },
            {
                "since": "2026-11-23T02:00:00Z",
                "until": "2026-11-23T03:00:00Z",
                "spent": "paused",
                "reason": "no_access",
            },
        ],
    }


async def test_tickets_of_other_sites_and_unknown_ones_are_left_out(sla: Component) -> None:
    here, there = a_ticket(), a_ticket(site_id="elsewhere")
    await sla.hears(here, there)

    found = await ledgers(sla, here, there, a_ticket())

    assert [ledger["ticket_id"] for ledger in found] == [str(here.id)]
    assert await ledgers(sla, there) == []


async def test_ledgers_are_for_staff_and_for_a_hundred_tickets_at_most(sla: Component) -> None:
    one = {"ticket_id": str(uuid4())}
    statuses = []
    for role in ("resident", "technician", "integration"):
        async with sla.http(role=role) as client:
            statuses.append((await client.get("/v1/ledgers", params=one)).status_code)
    async with sla.http(role="dispatcher") as client:
        many = {"ticket_id": [str(uuid4()) for _ in range(101)]}
        statuses += [
            (await client.get("/v1/ledgers", params=many)).status_code,
            (await client.get("/v1/ledgers")).status_code,
            (await client.get("/v1/ledgers", params={"ticket_id": "x"})).status_code,
        ]

    assert statuses == [403, 403, 403, 422, 422, 422]
