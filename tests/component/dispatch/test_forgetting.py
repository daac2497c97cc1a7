"""The work of tickets that ended long ago is forgotten, and what is heard of it later begins
nothing.
"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from shared.contracts import ClocksV1, OfferAnswerV1
from shared.contracts.notify import Decision
from shared.contracts.tickets import TicketState
from shared.messaging.dead_letters import store_dead_letter
from tests.component.dispatch.world import (
    a_ticket,
    offered_and_accepted,
    put_technician,
    rows,
    work,
)
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent, received

_TABLES = (
    "work_orders",
    "jobs",
    "offers",
    "assignments",
    "promises",
    "planning_queue",
    "ended_tickets",
    "snapshots",
    "shrunk_snapshots",
)


@pytest.fixture
async def dispatch(component: MakeComponent) -> Component:
    made = await component(
        "dispatch", ticket_retention_days=90, clock=SettableClock(datetime.now(UTC))
    )
    await put_technician(made, "li")
    return made


async def rows_left(dispatch: Component) -> dict[str, int]:
    """Of every table; news of technicians is left to the due worker that hands out."""
    of_jobs = {"planning_queue": "where job_id is not null"}
    return {
        table: (
            await rows(dispatch, f"select count(*) as n from {table} {of_jobs.get(table, '')}")
        )[0]["n"]
        for table in _TABLES
    }


async def forget(dispatch: Component) -> None:
    while await dispatch.runs_due("retention"):
        pass


async def test_a_job_that_was_done_is_shown_without_its_ticket_after_a_month_and_gone_after_three(
    dispatch: Component,
) -> None:
    ticket = a_ticket()
    job, technician = await offered_and_accepted(dispatch, ticket)
    for step in ("travel", "arrive", "start"):
        await work(dispatch, technician, job, step)
    done = await work(dispatch, technician, job, "complete", note="Fixed", minutes=20)
    await dispatch.hears(a_ticket(TicketState.CLOSED, id=ticket.id, version=5))

    dispatch.clock.move(days=30)
    await forget(dispatch)
    async with dispatch.http(role="technician", id=technician) as http:
        [listed] = (await http.get("/v1/jobs?state=completed")).json()["items"]
    async with dispatch.http(role="dispatcher", id="dana") as http:
        shown = await http.get(f"/v1/jobs/{job}")
        dispatch.clock.move(days=67)
        await forget(dispatch)
        gone = await http.get(f"/v1/jobs/{job}")

    assert done.status_code == 200
    assert (shown.status_code, shown.json()["state"], gone.status_code) == (200, "completed", 404)
    assert (listed["id"], listed["ticket"], shown.json()["ticket"]) == (str(job), None, None)
    assert set((await rows_left(dispatch)).values()) == {0}


async def test_a_late_word_on_a_ticket_whose_work_is_deleted_begins_no_work(
    dispatch: Component,
) -> None:
    long_ago = dispatch.clock.now() - timedelta(days=91)

    await dispatch.hears(a_ticket(TicketState.CLOSED, version=9, at=long_ago))

    assert [
        fact for fact in await dispatch.said() if fact.type.startswith("dispatch.work_order")
    ] == []
    left = await rows_left(dispatch)
    assert {table: n for table, n in left.items() if n} == {"ended_tickets": 1, "snapshots": 1}
    dispatch.clock.move(days=97)
    await forget(dispatch)
    assert set((await rows_left(dispatch)).values()) == {0}


async def test_a_dead_letter_that_is_retried_when_its_ticket_is_deleted_begins_no_work(
    dispatch: Component,
) -> None:
    consumer = dispatch.service.consumers["dispatch-tickets"]
    ended = a_ticket(TicketState.CLOSED, version=5)
    for opened in (a_ticket(id=ended.id), a_ticket(id=ended.id, version=2)):
        fact = received(opened)
        fact = fact._replace(headers={**fact.headers, "ce-subject": str(ended.id)})
        async with dispatch.tx() as tx:
            await store_dead_letter(tx, consumer.durable, fact, ValueError("not today"))
    await dispatch.hears(ended)

    async with dispatch.http(role="admin", site="*") as http:
        first, second = (await http.get("/v1/dead-letters")).json()["items"]
        dispatch.clock.move(days=89)
        in_time = await http.post(f"/v1/dead-letters/{first['id']}/retry")
        dispatch.clock.move(days=8)
        await forget(dispatch)
        too_late = await http.post(f"/v1/dead-letters/{second['id']}/retry")

    assert (in_time.status_code, too_late.status_code, too_late.json()["code"]) == (
        204,
        409,
        "too_old",
    )
    assert set((await rows_left(dispatch)).values()) == {0}


async def test_an_old_dead_letter_is_retried_while_the_version_of_what_it_is_about_is_known(
    dispatch: Component,
) -> None:
    consumer = dispatch.service.consumers["dispatch-tickets"]
    ended = a_ticket(TicketState.CLOSED, version=5)
    fact = received(a_ticket(id=ended.id))
    fact = fact._replace(headers={**fact.headers, "ce-subject": str(ended.id)})
    async with dispatch.tx() as tx:
        await store_dead_letter(tx, consumer.durable, fact, ValueError("not today"))
    dispatch.clock.move(days=40)
    await dispatch.hears(ended)
    dispatch.clock.move(days=51)
    await forget(dispatch)

    async with dispatch.http(role="admin", site="*") as http:
        [letter] = (await http.get("/v1/dead-letters")).json()["items"]
        retried = await http.post(f"/v1/dead-letters/{letter['id']}/retry")

    left = await rows_left(dispatch)
    assert retried.status_code == 204
    assert (left["snapshots"], left["shrunk_snapshots"]) == (0, 1)


async def test_a_ticket_that_has_just_ended_before_it_was_heard_of_has_a_work_order_all_the_same(
    dispatch: Component,
) -> None:
    await dispatch.hears(
        a_ticket(TicketState.CLOSED, version=9, at=dispatch.clock.now() - timedelta(days=89))
    )

    assert (await rows_left(dispatch))["work_orders"] == 1


async def test_answers_to_offers_and_promises_go_with_the_snapshots(dispatch: Component) -> None:
    ticket = a_ticket()
    job, technician = await offered_and_accepted(dispatch, ticket)
    (offer,) = await rows(dispatch, "select id from offers")
    answer = OfferAnswerV1(
        id=offer["id"],
        version=1,
        site_id="demo",
        job_id=job,
        ticket_id=ticket.id,
        technician_id=technician,
        decision=Decision.ACCEPT,
        answered_at=dispatch.clock.now(),
    )
    await dispatch.hears(answer)
    await dispatch.hears(a_ticket(TicketState.CANCELLED, id=ticket.id, version=5))
    held = await rows(dispatch, "select entity from snapshots order by 1")
    async with dispatch.tx() as tx:
        await tx.execute(
            text("insert into promises (id, due_at) values (:id, :at) on conflict do nothing"),
            id=ticket.id,
            at=tx.now,
        )

    dispatch.clock.move(days=30)
    await forget(dispatch)

    assert [row["entity"] for row in held] == ["notify.offer", "tickets.ticket"]
    assert await rows(dispatch, "select entity from snapshots") == []
    assert [row["versions"] for row in await rows(dispatch, "select * from shrunk_snapshots")] == [
        {"tickets.ticket": 5}
    ]
    assert await rows(dispatch, "select id from promises") == []
    await dispatch.hears(answer)
    assert (await rows(dispatch, "select state from jobs"))[0]["state"] == "cancelled"


async def test_what_is_shrunk_again_keeps_the_versions_of_what_was_not_heard_of_meanwhile(
    dispatch: Component,
) -> None:
    ended = a_ticket(TicketState.CLOSED, version=5)
    clocks = ClocksV1(
        id=ended.id, version=2, site_id="demo", policy_id="any", policy_version=1, clocks=()
    )
    await dispatch.hears(ended, clocks)
    dispatch.clock.move(days=30)
    await forget(dispatch)

    await dispatch.hears(ended.model_copy(update={"version": 6}))
    dispatch.clock.move(days=30)
    await forget(dispatch)
    await dispatch.hears(clocks)

    [shrunk] = await rows(dispatch, "select versions from shrunk_snapshots")
    assert shrunk["versions"] == {"tickets.ticket": 6, "sla.clocks": 2}
    assert await rows(dispatch, "select entity from snapshots") == []


async def test_deleting_work_deletes_the_looks_at_its_jobs(dispatch: Component) -> None:
    ticket, other = a_ticket(), a_ticket()
    await dispatch.hears(ticket, other)
    await dispatch.hears(a_ticket(TicketState.CANCELLED, id=ticket.id, version=5))
    async with dispatch.tx() as tx:
        await tx.execute(
            text("""insert into planning_queue (id, site_id, at, job_id)
                    select gen_random_uuid(), 'demo', now(), id from jobs
                      where work_order_id = :id"""),
            id=ticket.id,
        )

    dispatch.clock.move(days=97)
    await forget(dispatch)

    assert (
        await rows(
            dispatch,
            "select from planning_queue w where job_id is not null "
            "and not exists (select from jobs where id = w.job_id)",
        )
        == []
    )
    assert [row["id"] for row in await rows(dispatch, "select id from work_orders")] == [other.id]
