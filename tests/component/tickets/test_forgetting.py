"""Tickets that ended long ago are forgotten, first what others said of them, then all of it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.tickets.actions.converse import add_comment
from shared.auth.caller import Caller, Grant, Role
from shared.contracts import ClocksV1
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.ids import PersonId, SiteId
from tests.component.tickets.arranging import DEMO, Tickets, a_technician, an_order
from tests.support.component import MakeComponent

DISPATCHER = Caller(id=PersonId("dispatcher-1"), roles=(Grant(Role.DISPATCHER, SiteId("demo")),))


@pytest.fixture
async def tickets(component: MakeComponent) -> Tickets:
    made = Tickets(await component("tickets", ticket_retention_days=90))
    await made.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
    return made


async def a_closed_ticket(tickets: Tickets) -> Any:
    """Opened, answered, worked on, resolved and confirmed."""
    ticket, now = await tickets.open(unit="3-1202"), tickets.component.clock.now()
    await tickets.post(
        f"tickets/{ticket['id']}/comments",
        {"text": "马上到", "public": True},
        status=201,
        as_="dispatcher",
    )
    clock = ClockV1(
        kind=ClockKind.ARRIVAL,
        state=ClockState.MET,
        started_at=now,
        due_at=now + timedelta(hours=1),
        stopped_at=now,
    )
    clocks = ClocksV1(
        id=ticket["id"],
        version=2,
        site_id="demo",
        policy_id="default",
        policy_version=1,
        clocks=(clock,),
    )
    steps = (JobState.ACCEPTED, JobState.ON_SITE, JobState.WORKING, JobState.COMPLETED)
    await tickets.component.hears(
        a_technician(), an_order(ticket["id"], WorkOrderState.DONE, *steps, at=now), clocks
    )
    await tickets.post(f"tickets/{ticket['id']}/confirm")
    return ticket


async def rows_left(tickets: Tickets) -> dict[str, int]:
    async with tickets.component.tx() as tx:
        (row,) = await tx.rows(
            text("""select (select count(*) from tickets) as tickets,
              (select count(*) from entries) as entries,
                    (select count(*) from comments) as comments,
                      (select count(*) from ticket_words) as ticket_words,
                    (select count(*) from ended_tickets) as ended_tickets,
                    (select count(*) from snapshots
                      where entity <> 'dispatch.technician') as snapshots""")
        )
    return dict(row)


async def test_after_a_month_a_ticket_is_shown_without_its_job_and_its_clocks(
    tickets: Tickets,
) -> None:
    ticket = await a_closed_ticket(tickets)
    before = await tickets.get(ticket["id"])

    tickets.component.clock.move(days=30)
    await tickets.component.runs_due("retention")
    after = await tickets.get(ticket["id"])

    assert (before["work"]["job_state"], len(before["clocks"])) == ("completed", 1)
    assert (after["work"], after["clocks"], after["state"]) == (None, [], "closed")
    assert {**before, "work": None, "clocks": []} == after


async def test_a_deleted_ticket_leaves_nothing_behind_and_its_number_is_not_given_again(
    tickets: Tickets,
) -> None:
    ticket = await a_closed_ticket(tickets)
    tickets.component.clock.move(days=90)
    while await tickets.component.runs_due("retention"):
        pass

    another = await tickets.open()

    await tickets.get(ticket["id"], status=404)
    await tickets.post(
        f"tickets/{ticket['id']}/comments", {"text": "x", "public": True}, status=404
    )
    assert another["reference"] != ticket["reference"]
    assert await rows_left(tickets) == {
        "tickets": 1,
        "entries": 1,
        "comments": 0,
        "ticket_words": 1,
        "ended_tickets": 0,
        "snapshots": 0,
    }


async def test_what_is_said_of_an_ended_ticket_lets_it_live_on(tickets: Tickets) -> None:
    ticket = await a_closed_ticket(tickets)
    tickets.component.clock.move(days=89)
    await tickets.component.runs_due("retention")
    await tickets.post(
        f"tickets/{ticket['id']}/comments", {"text": "Still dripping", "public": True}, status=201
    )

    tickets.component.clock.move(days=89)
    await tickets.component.runs_due("retention")
    held = await tickets.get(ticket["id"])
    tickets.component.clock.move(days=1)
    await tickets.component.runs_due("retention")

    assert held["state"] == "closed"
    await tickets.get(ticket["id"], status=404)


async def test_a_ticket_that_is_being_commented_on_when_it_is_due_is_kept_with_its_comment(
    tickets: Tickets,
) -> None:
    ticket, another = await a_closed_ticket(tickets), await a_closed_ticket(tickets)
    tickets.component.clock.move(days=89)
    await tickets.component.runs_due("retention")
    tickets.component.clock.move(days=1)

    async with tickets.component.tx() as tx:
        await add_comment(tx, ticket["id"], by=DISPATCHER, text="Still dripping", public=True)
        await tx.flush()
        taken = await asyncio.wait_for(tickets.component.runs_due("retention"), timeout=5)
    await tickets.component.runs_due("retention")

    assert taken == 1
    await tickets.get(another["id"], status=404)
    lines = (await tickets.get(f"{ticket['id']}/timeline"))["items"]
    assert [line["text"] for line in lines][-1] == "Still dripping"
    assert (await rows_left(tickets))["ended_tickets"] == 1


async def test_open_and_reopened_tickets_are_kept_however_old_they_are(tickets: Tickets) -> None:
    living, reopened = await tickets.open(), await a_closed_ticket(tickets)
    tickets.component.clock.move(days=2)
    await tickets.post(f"tickets/{reopened['id']}/reopen", {"reason": "It drips again"})

    tickets.component.clock.move(days=1000)
    assert await tickets.component.runs_due("retention") == 0

    assert [(await tickets.get(each["id"]))["state"] for each in (living, reopened)] == [
        "open",
        "open",
    ]


async def test_a_duplicate_may_outlive_the_ticket_that_it_was_merged_into(tickets: Tickets) -> None:
    target = await a_closed_ticket(tickets)
    duplicate = await tickets.open()
    tickets.component.clock.move(days=10)
    await tickets.post(f"tickets/{duplicate['id']}/cancel", {})
    async with tickets.component.tx() as tx:
        await tx.execute(
            text("update tickets set duplicate_of = :target where id = :id"),
            target=target["id"],
            id=duplicate["id"],
        )

    tickets.component.clock.move(days=80)
    while await tickets.component.runs_due("retention"):
        pass

    await tickets.get(target["id"], status=404)
    assert (await tickets.get(duplicate["id"]))["duplicate_of"] == target["id"]


async def test_tickets_that_ended_before_the_migration_are_found_and_deleted(
    tickets: Tickets,
) -> None:
    ended, _ = await a_closed_ticket(tickets), await tickets.open()
    async with tickets.component.tx() as tx:
        await tx.execute(text("delete from ended_tickets"))
        await tx.execute(text("insert into ended_unchecked values ('', :now)"), now=tx.now)

    await tickets.component.runs_due("ended_unchecked")
    tickets.component.clock.move(days=90)
    while await tickets.component.runs_due("retention"):
        pass

    await tickets.get(ended["id"], status=404)
    assert await rows_left(tickets) == {
        "tickets": 1,
        "entries": 1,
        "comments": 0,
        "ticket_words": 1,
        "ended_tickets": 0,
        "snapshots": 0,
    }
