"""What a ticket's news does to its work order: rows in the race table, seen from dispatch."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from shared.contracts import SkillNeed
from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.contracts.tickets import Priority, TicketState
from shared.ids import new_id
from tests.component.dispatch.world import (
    a_ticket,
    answer,
    decide,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    somebody_waits,
    work,
)
from tests.support.component import MakeComponent
from tests.support.eventually import eventually


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


async def test_offers_to_those_who_are_no_longer_able_are_withdrawn_and_accepted_work_stays(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "zhou", skills=[{"code": "lock", "level": 1}])
    offered, accepted = a_ticket(), a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, accepted)
    await dispatch.hears(offered)
    await rest(dispatch)

    lock = [SkillNeed(code="lock")]
    await dispatch.hears(a_ticket(id=offered.id, version=2, category="lock", skills=lock))
    await dispatch.hears(a_ticket(id=accepted.id, version=2, category="lock", skills=lock))
    await rest(dispatch)

    offers = (await order_of(dispatch, offered)).jobs[0].offers
    assert [(offer.technician_id, offer.state) for offer in offers] == [
        ("li", OfferState.WITHDRAWN),
        ("zhou", OfferState.OPEN),
    ]
    assert (await order_of(dispatch, accepted)).jobs[0].technician_id == "li"
    assert (await work(dispatch, "li", job_id, "travel")).status_code == 200


async def test_an_offer_survives_a_change_that_its_technician_can_do_as_well(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    await dispatch.hears(a_ticket(id=ticket.id, version=2, priority=Priority.URGENT))
    await rest(dispatch)

    assert await said_of(dispatch, ticket) == ["created", "offered"]


async def test_a_visit_agreed_for_an_hour_that_is_taken_goes_to_somebody_else(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    first, second = a_ticket(), a_ticket()
    await offered_and_accepted(dispatch, first)
    await offered_and_accepted(dispatch, second)
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)

    await dispatch.hears(
        a_ticket(
            TicketState.ASSIGNED, id=first.id, version=2, visit=(hour, hour + timedelta(hours=1))
        )
    )
    await dispatch.hears(
        a_ticket(
            TicketState.ASSIGNED, id=second.id, version=2, visit=(hour, hour + timedelta(hours=2))
        )
    )

    kept, lost = await order_of(dispatch, first), await order_of(dispatch, second)
    assert kept.jobs[0].technician_id == "li"
    assert (lost.jobs[0].state, lost.jobs[0].reason) == (JobState.WAITING, "windows_overlap")


async def test_a_batch_of_moved_visits_locks_its_technicians_in_the_order_of_their_ids(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    tickets = [a_ticket(), a_ticket()]
    for ticket, technician in zip(tickets, ("wang", "li"), strict=True):
        await put_technician(dispatch, technician, capacity=1)
        assert (await offered_and_accepted(dispatch, ticket))[1] == technician
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    moved = [
        a_ticket(TicketState.ASSIGNED, id=t.id, version=2, visit=(hour, hour + timedelta(hours=1)))
        for t in tickets
    ]

    async with dispatch.tx() as tx:
        await tx.rows(text("select id from technicians where id = 'li' for update"))
        hearing = asyncio.create_task(dispatch.hears(*moved))
        await eventually(lambda: somebody_waits(dispatch))
        await tx.rows(text("select id from technicians where id = 'wang' for update"))
    await hearing

    assert await rows(dispatch, "select distinct visit_start from assignments") == [
        {"visit_start": hour}
    ]


async def test_a_follow_up_visit_is_a_job_of_its_own_with_other_skills(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "electra", skills=[{"code": "electrical", "level": 3}])
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    await work(dispatch, "li", job_id, "start")

    asked = await work(
        dispatch,
        "li",
        job_id,
        "follow-up",
        reason="the pump is burnt out",
        skills=[{"code": "electrical"}],
        minutes=20,
    )
    again = await work(dispatch, "li", job_id, "follow-up", reason="the pump is burnt out")
    await rest(dispatch)

    assert asked.status_code == again.status_code == 200
    order = await order_of(dispatch, ticket)
    assert [job.state for job in order.jobs] == [JobState.FOLLOW_UP, JobState.OFFERED]
    assert order.jobs[1].offers[0].technician_id == "electra"
    assert order.state is WorkOrderState.WAITING
    assert (await said_of(dispatch, ticket))[-2:] == ["follow_up", "offered"]


async def test_a_returned_job_goes_to_somebody_else_first(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", home={"lat": 31.2304, "lon": 121.4737})
    await put_technician(dispatch, "wang", home={"lat": 31.24, "lon": 121.4737})
    ticket = a_ticket()
    job_id, holder = await offered_and_accepted(dispatch, ticket)

    back = await work(dispatch, holder, job_id, "return", reason="my scooter broke down")
    await rest(dispatch)
    late = await work(dispatch, holder, job_id, "travel")

    assert (holder, back.status_code) == ("li", 200)
    assert (await order_of(dispatch, ticket)).jobs[0].offers[-1].technician_id == "wang"
    assert (late.status_code, late.json()["code"]) == (409, "not_yours")


async def test_a_ticket_that_is_over_when_it_is_first_heard_of_gets_no_job(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket(TicketState.CANCELLED, version=3)

    await dispatch.hears(ticket)

    assert await said_of(dispatch, ticket) == ["cancelled"]
    assert (await order_of(dispatch, ticket)).jobs == ()


async def test_a_pause_ends_when_hands_are_free_again(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    paused, other = [(await offered_and_accepted(dispatch, a_ticket()))[0] for _ in range(2)]
    await work(dispatch, "li", paused, "start")
    await work(dispatch, "li", paused, "pause", reason="no_access")
    await work(dispatch, "li", other, "start")

    busy = await work(dispatch, "li", paused, "resume")
    await work(dispatch, "li", other, "complete")
    free = await work(dispatch, "li", paused, "resume")

    assert (busy.status_code, busy.json()["code"], busy.json()["job_id"]) == (
        409,
        "already_doing",
        str(other),
    )
    assert (free.status_code, free.json()["state"]) == (200, "working")


async def test_hundreds_of_rounds_that_come_to_nothing_still_make_a_fact_that_fits(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_rules(dispatch, cooling_down_s=0)
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    for _ in range(110):
        await rest(dispatch)
        offer = (await rows(dispatch, "select id from offers where state = 'open'"))[0]["id"]
        assert (
            await answer(dispatch, "li", offer, "decline", reason="不去" * 240)
        ).status_code == 200

    order = await order_of(dispatch, ticket)
    assert order.version == 220
    assert len(order.jobs[0].offers) <= 100
    assert len(order.jobs[0].steps) <= 61
    assert await rows(dispatch, "select count(*) as n from offers") == [{"n": 110}]


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
