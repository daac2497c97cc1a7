"""Tickets of a former system are taken over, and no one hears of it."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.tickets.actions.import_tickets import TELLING_IMPORTED
from tests.component.notify.conftest import sender_of
from tests.component.notify.receiver import Receiver
from tests.component.retention.road import Road
from tests.component.tickets.importing import counts, send_list
from tests.support.component import Component, MakeComponent

TICKETS = int(os.environ.get("TICKETS_OF_THE_PAST") or 2000)
"""`make long` takes over 10,000."""


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver().listening() as listening:
        yield listening


@pytest.fixture
async def road(component: MakeComponent, receiver: Receiver) -> AsyncIterator[Road]:
    made = await Road.make(component, receiver)
    yield made
    await sender_of(made.services["notify"]).close()


def a_list(road: Road) -> str:
    """Every tenth has no arrival, every seventh was late, every thirteenth was cancelled."""
    now = road.clock.now()
    lines = ["工单号,类别,描述,房号,报修时间,派单时间,到达时间,完成时间,取消时间,评分"]
    for n in range(TICKETS):
        opened = now - timedelta(days=15 + n * 0.3)
        ended = opened + (timedelta(days=14) if n % 7 == 0 else timedelta(hours=2))
        dates = [opened, opened + timedelta(minutes=9), opened + timedelta(minutes=50), ended]
        said = [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in dates]
        if n % 10 == 0:
            said[2] = ""
        end = f",{said[3]}" if n % 13 == 0 else f"{said[3]},"
        lines.append(f"WX-{n},水管,漏水{n},3-1202,{','.join(said[:3])},{end},4分")
    return "\n".join(lines)


async def number_of(component: Component, what: str) -> int:
    async with component.tx() as tx:
        (row,) = await tx.rows(text(f"select count(*) as n from {what}"))
    return int(row["n"])


async def pass_time(road: Road, **by: Any) -> None:
    road.clock.move(**by)
    for service, works in {
        "sla": ("clocks", "sweeps"),
        "dispatch": ("hand_out",),
        "notify": ("promises", "repeats", "deliveries"),
    }.items():
        for work in works:
            await road.services[service].runs_due(work)


async def test_thousands_of_tickets_of_the_past_ring_no_phone(
    road: Road, receiver: Receiver
) -> None:
    services = road.services
    told_before = {name: len(await each.said()) for name, each in services.items()}

    outcome = await send_list(road.tickets, "tickets", a_list(road))
    while await services["tickets"].runs_due(TELLING_IMPORTED):
        road.clock.move(seconds=10)
        await road.exchange()
    await pass_time(road, days=1)
    await road.exchange()

    assert counts(outcome) == (TICKETS, 0, 0, 0, True)
    facts = (await services["tickets"].said())[told_before["tickets"] :]
    assert [fact.type for fact in facts] == ["tickets.ticket.imported.v1"] * TICKETS
    for quiet in ("dispatch", "sla", "notify"):
        assert len(await services[quiet].said()) == told_before[quiet], quiet
    for listener in ("dispatch", "sla", "notify"):
        assert await number_of(services[listener], "snapshots where entity = 'tickets.ticket'") == (
            TICKETS
        )
    assert await number_of(services["sla"], "promises where imported") == TICKETS
    assert await number_of(services["sla"], "announcements") == 0
    assert await number_of(services["dispatch"], "work_orders") == 0
    assert await number_of(services["dispatch"], "jobs") == 0
    for table in ("messages", "deliveries"):
        assert await number_of(services["notify"], table) == 0
    assert receiver.got == []


async def test_history_that_is_reopened_goes_the_whole_road(road: Road, receiver: Receiver) -> None:
    opened, ended = (road.clock.now() - timedelta(days=days) for days in (3, 2))
    await send_list(
        road.tickets,
        "tickets",
        f"工单号,类别,房号,报修时间,完成时间\nWX-1,水管,3-1202,{opened:%Y-%m-%d %H:%M},"
        f"{ended:%Y-%m-%d %H:%M}\n",
    )
    await tell_all(road)
    (ticket,) = (await road.tickets.send("GET", "tickets?site=demo", as_="dispatcher"))["items"]
    assert receiver.got == []

    await road.tickets.post(
        f"tickets/{ticket['id']}/reopen", {"reason": "又漏了"}, as_="dispatcher"
    )
    await road.exchange()

    offers = await road.ask("dispatch", "GET", "me/offers", role="technician", id="wang")
    assert [offer["job"]["ticket_id"] for offer in offers["items"]] == [ticket["id"]]
    async with road.services["notify"].tx() as tx:
        said = await tx.rows(text("select kind, stale from messages order by id"))
    assert {row["kind"] for row in said} <= {"job.offered", "ticket.reopened"}
    assert "job.offered" in {row["kind"] for row in said}
    shown = await road.tickets.get(ticket["id"], as_="dispatcher")
    assert [(clock["kind"], clock["state"]) for clock in shown["clocks"]] == [
        ("response", "running"),
        ("arrival", "running"),
        ("resolution", "running"),
    ]


async def test_what_is_said_on_history_after_it_was_taken_over_is_heard(road: Road) -> None:
    ended = road.clock.now() - timedelta(days=9)
    await send_list(
        road.tickets,
        "tickets",
        f"工单号,类别,报修人编号,报修时间,完成时间,评分\nWX-1,水管,resident-1,"
        f"{ended:%Y-%m-%d %H:%M},{ended:%Y-%m-%d %H:%M},1\n",
    )
    (ticket,) = (await road.tickets.send("GET", "tickets?site=demo", as_="dispatcher"))["items"]

    road.clock.move(seconds=1)
    await road.tickets.post(
        f"tickets/{ticket['id']}/comments",
        {"text": "保修期内，可以再报", "public": True},
        status=201,
        as_="dispatcher",
    )
    await road.exchange()  # before the ticket itself was told
    await tell_all(road)

    async with road.services["notify"].tx() as tx:
        said = await tx.rows(text("select recipient_id, kind, stale from messages"))
    assert [dict(row) for row in said] == [
        {"recipient_id": "resident-1", "kind": "ticket.answered", "stale": None}
    ]


async def tell_all(road: Road) -> None:
    await road.services["tickets"].runs_due(TELLING_IMPORTED)
    await road.exchange()
