"""What a ticket's news does to its work order: rows in the race table, seen from dispatch."""

import itertools

import pytest

from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.contracts.tickets import Priority, TicketState
from shared.ids import new_id
from tests.component.dispatch.world import (
    a_ticket,
    decide,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.component import MakeComponent


async def test_a_short_history_ends_in_the_same_rows_in_whatever_order_it_is_heard(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    history = [
        a_ticket(version=1),
        a_ticket(version=2, priority=Priority.URGENT),
        a_ticket(TicketState.ON_HOLD, version=3, hold="staff", before=TicketState.OPEN),
        a_ticket(version=4, priority=Priority.URGENT),
    ]
    ends = []
    for order in itertools.permutations(history):
        ticket = a_ticket()
        for heard in order:
            await dispatch.hears(heard.model_copy(update={"id": ticket.id}))
        ends.append(
            await rows(
                dispatch,
                "select version, observed, state, rank, held from work_orders where id = :id",
                id=ticket.id,
            )
        )

    assert all(
        end == [{"version": 1, "observed": 4, "state": "waiting", "rank": 1, "held": False}]
        for end in ends
    )


@pytest.mark.parametrize("state", [TicketState.CANCELLED, TicketState.RESOLVED, TicketState.CLOSED])
async def test_a_ticket_that_ends_takes_its_job_out_of_everybodys_hands(
    component: MakeComponent, state: TicketState
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    await work(dispatch, "li", job_id, "start")

    await dispatch.hears(a_ticket(state, id=ticket.id, version=2))
    late = await work(dispatch, "li", job_id, "complete")
    assigned = await decide(dispatch, job_id, "assign", technician_id="li")

    order = await order_of(dispatch, ticket)
    assert (order.state, order.jobs[0].state, order.reason) == (
        WorkOrderState.CANCELLED,
        JobState.CANCELLED,
        f"ticket_{state}",
    )
    assert (late.status_code, late.json()["code"], late.json()["legal"]) == (
        409,
        "illegal_step",
        [],
    )
    assert (assigned.status_code, assigned.json()["code"], assigned.json()["legal"]) == (
        409,
        "illegal_step",
        [],
    )
    assert await rows(dispatch, "select 1 from assignments where ended_at is null") == []


async def test_a_ticket_that_is_over_when_it_is_first_heard_of_gets_no_job(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket(TicketState.CANCELLED, version=3)

    await dispatch.hears(ticket)

    assert await said_of(dispatch, ticket) == ["cancelled"]
    assert (await order_of(dispatch, ticket)).jobs == ()


async def test_a_reopened_ticket_gets_one_new_job_and_the_old_cycle_stays(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    await work(dispatch, "li", job_id, "complete")
    again = a_ticket(id=ticket.id, version=5, cycle=2)

    await dispatch.hears(again)
    await dispatch.hears(again, ticket)

    order = await order_of(dispatch, ticket)
    assert [(job.cycle, job.state) for job in order.jobs] == [
        (1, JobState.COMPLETED),
        (2, JobState.OFFERED),
    ]
    assert (order.cycle, order.state) == (2, WorkOrderState.WAITING)
    assert (await said_of(dispatch, ticket))[-2:] == ["created", "offered"]


async def test_a_merge_that_is_undone_gets_one_new_job_and_the_old_one_stays_cancelled(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await offered_and_accepted(dispatch, ticket)
    merged = a_ticket(TicketState.CANCELLED, id=ticket.id, version=5, duplicate_of=new_id())
    alone = a_ticket(id=ticket.id, version=6, cycle=2)

    await dispatch.hears(merged)
    await dispatch.hears(alone)
    await dispatch.hears(alone, merged)

    order = await order_of(dispatch, ticket)
    assert [(job.cycle, job.state) for job in order.jobs] == [
        (1, JobState.CANCELLED),
        (2, JobState.OFFERED),
    ]
    assert (await said_of(dispatch, ticket))[-3:] == ["cancelled", "created", "offered"]


async def test_a_hold_by_staff_takes_offers_back_and_none_are_made_until_it_is_released(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    await dispatch.hears(
        a_ticket(
            TicketState.ON_HOLD, id=ticket.id, version=2, hold="staff", before=TicketState.OPEN
        )
    )
    await rest(dispatch)
    held = (await order_of(dispatch, ticket)).jobs[0]
    refused = await decide(dispatch, held.id, "assign", technician_id="li")
    await dispatch.hears(a_ticket(id=ticket.id, version=3))
    await rest(dispatch)

    assert (held.state, held.offers[0].state, held.offers[0].reason) == (
        JobState.WAITING,
        OfferState.WITHDRAWN,
        "ticket_held",
    )
    assert (refused.status_code, refused.json()["state"]) == (409, "held")
    assert await said_of(dispatch, ticket) == ["created", "offered", "offer_withdrawn", "offered"]


async def test_accepted_work_goes_on_while_staff_hold_the_ticket(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)

    await dispatch.hears(
        a_ticket(
            TicketState.ON_HOLD, id=ticket.id, version=2, hold="staff", before=TicketState.ASSIGNED
        )
    )
    going = await work(dispatch, "li", job_id, "travel")

    assert going.status_code == 200


async def test_a_release_ends_a_pause_that_it_knew_of_and_no_other(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    await work(dispatch, "li", job_id, "start")
    paused = await work(dispatch, "li", job_id, "pause", reason="waiting_parts")
    version = paused.json()["version"]

    await dispatch.hears(
        a_ticket(TicketState.IN_PROGRESS, id=ticket.id, version=5, observed=version - 1)
    )
    unaware = (await order_of(dispatch, ticket)).state
    await dispatch.hears(a_ticket(TicketState.ASSIGNED, id=ticket.id, version=7, observed=version))
    aware = await order_of(dispatch, ticket)

    assert paused.status_code == 200
    assert unaware is WorkOrderState.PAUSED
    assert (aware.state, aware.jobs[0].state) == (WorkOrderState.ACCEPTED, JobState.ACCEPTED)
    assert (await said_of(dispatch, ticket))[-1] == "resumed"
    assert await rows(dispatch, "select doing from assignments where ended_at is null") == [
        {"doing": False}
    ]
