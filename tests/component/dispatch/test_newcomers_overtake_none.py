"""New work that is offered at once overtakes nothing that waits, and asks none beyond what they can
hold.
"""

import asyncio
from collections import Counter

from sqlalchemy import text

from services.dispatch.actions.offer_at_once import AtOnce, claim_turns, offer_at_once
from services.dispatch.domain.following import follow
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Priority, TicketState
from tests.component.dispatch.world import (
    HAND_OUT,
    OPEN_OFFERS,
    a_promise,
    a_ticket,
    answer,
    facts_of,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    somebody_waits,
    two_instances,
    work,
)
from tests.support.component import MakeComponent
from tests.support.eventually import eventually


async def test_where_another_session_hands_out_new_work_is_left_to_the_alarm(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await rest(dispatch)
    ticket = a_ticket()

    async with dispatch.tx() as tx:
        await tx.lock("hand_out", ["demo"])
        await dispatch.hears(ticket)
        left = await facts_of(dispatch, ticket)
        looks = await rows(dispatch, "select site_id, job_id from planning_queue")
    rung = await dispatch.runs_due(HAND_OUT)

    job = (await order_of(dispatch, ticket)).jobs[0]
    assert (left, looks, rung) == ([["created"]], [{"site_id": "demo", "job_id": job.id}], 1)
    assert await facts_of(dispatch, ticket) == [["created"], ["offered"]]


async def test_a_site_released_before_the_new_work_is_committed_loses_nothing(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    known, ticket = a_ticket(), a_ticket()
    await dispatch.hears(known)
    await rest(dispatch)

    async with dispatch.tx() as elsewhere:
        await elsewhere.rows(text("select id from work_orders for update"))
        async with dispatch.tx() as handing_out:
            await handing_out.lock("hand_out", ["demo"])
            hearing = asyncio.create_task(dispatch.hears(a_ticket(id=known.id, version=2), ticket))
            await eventually(lambda: somebody_waits(dispatch))
        nothing_yet = await dispatch.runs_due(HAND_OUT)
    await hearing
    rung = await dispatch.runs_due(HAND_OUT)

    assert (nothing_yet, rung) == (0, 1)
    assert await facts_of(dispatch, ticket) == [["created"], ["offered"]]


async def test_a_newcomer_does_not_overtake_what_waits_for_the_last_hand(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())
    older, newcomer = a_ticket(), a_ticket()
    await dispatch.hears(older)
    await rest(dispatch)

    await work(dispatch, "li", job_id, "complete")
    await dispatch.hears(newcomer)
    batch_size = await facts_of(dispatch, newcomer)
    await rest(dispatch)

    assert batch_size == [["created"]]
    states = [(await order_of(dispatch, ticket)).jobs[0].state for ticket in (older, newcomer)]
    assert states == [JobState.OFFERED, JobState.WAITING]


async def test_a_site_where_something_waits_is_not_kept_from_the_alarm(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await dispatch.hears(a_ticket())

    async with dispatch.tx() as tx:
        turns = await claim_turns(tx, [a_ticket()])
        rung = await dispatch.runs_due(HAND_OUT)

    assert (turns, rung) == ({}, 1)


async def test_a_newcomer_does_not_overtake_what_waits_again_in_the_same_batch(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    held, newcomer = (
        a_ticket(TicketState.ON_HOLD, hold="staff", before=TicketState.OPEN),
        a_ticket(),
    )
    await dispatch.hears(held)
    await put_technician(dispatch, "li", capacity=1)
    await rest(dispatch)

    await dispatch.hears(newcomer, a_ticket(id=held.id, version=2))
    await rest(dispatch)

    assert await said_of(dispatch, newcomer) == ["created"]
    assert await said_of(dispatch, held) == ["created", "offered"]


async def test_a_newcomer_does_not_overtake_what_begins_to_wait_while_its_offer_is_made(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]
    newcomer = a_ticket()

    async with dispatch.tx() as tx:
        turns = await claim_turns(tx, [newcomer])
        assert (await answer(dispatch, "li", offer.id, "decline")).status_code == 200
        passed_over = await dispatch.runs_due(HAND_OUT)
        offered = await offer_at_once(tx, turns, [follow(None, newcomer)])
    rung = await dispatch.runs_due(HAND_OUT)

    assert turns.keys() == {newcomer.id}
    assert (passed_over, offered, rung) == (0, AtOnce(), 1)
    assert (await said_of(dispatch, ticket))[-2:] == ["offer_declined", "offered"]


async def test_the_last_hand_goes_to_the_most_urgent_of_a_batch_then_to_the_earliest_promise(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=2)
    low, late, due, urgent = (
        a_ticket(priority=Priority.LOW),
        a_ticket(),
        a_ticket(),
        a_ticket(priority=Priority.URGENT),
    )
    await dispatch.hears(a_promise(late, minutes=90))
    await dispatch.hears(a_promise(due, minutes=10))

    await dispatch.hears(low, late, due, urgent)

    states = [
        (await order_of(dispatch, ticket)).jobs[0].state for ticket in (urgent, due, late, low)
    ]
    assert states == [JobState.OFFERED, JobState.OFFERED, JobState.WAITING, JobState.WAITING]


async def test_a_burst_is_offered_in_its_own_transaction_and_within_what_each_can_hold(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for n in range(12):
        await put_technician(dispatch, f"t{n:02}", capacity=3)
    await rest(dispatch)
    tickets = [a_ticket() for _ in range(60)]

    await dispatch.hears(*tickets)

    asked = Counter(row["technician_id"] for row in await rows(dispatch, OPEN_OFFERS))
    facts = Counter(
        [tuple(fact) for ticket in tickets for fact in await facts_of(dispatch, ticket)]
    )
    assert asked == {f"t{n:02}": 3 for n in range(12)}
    assert facts == {("created", "offered"): 36, ("created",): 24}


async def test_of_a_batch_that_takes_too_long_to_decide_the_alarm_offers_what_is_left(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for n in range(50):
        await put_technician(dispatch, f"t{n:02}")
    await rest(dispatch)
    tickets = [a_ticket() for _ in range(104)]

    await dispatch.hears(*tickets)
    batch_size = await rows(dispatch, "select count(*) as n from offers")
    await rest(dispatch)

    assert batch_size == [{"n": 100}]
    assert await rows(dispatch, "select count(*) as n from offers where state = 'open'") == [
        {"n": 104}
    ]


async def test_a_technician_of_two_sites_is_asked_by_a_batch_about_what_they_can_hold(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    async with dispatch.http(role="dispatcher", id="dana", site="*") as http:
        body = {
            "name": "Li",
            "sites": ["demo", "other"],
            "skills": [{"code": "plumbing", "level": 2}],
            "capacity": 1,
        }
        assert (await http.put("/v1/technicians/li", json=body)).status_code == 201
    await rest(dispatch)

    await dispatch.hears(a_ticket(), a_ticket(site_id="other"))

    assert await rows(dispatch, OPEN_OFFERS) == [{"technician_id": "li"}]


async def test_two_instances_hearing_of_new_tickets_at_once_offer_within_what_each_can_hold(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    for n in range(4):
        await put_technician(first, f"t{n}", capacity=2)
    await rest(first)
    tickets = [a_ticket() for _ in range(30)]

    await asyncio.gather(
        *((first, second)[n % 2].hears(ticket) for n, ticket in enumerate(tickets)),
        first.runs_due(HAND_OUT),
    )
    await asyncio.gather(rest(first), rest(second))

    assert Counter(row["technician_id"] for row in await rows(first, OPEN_OFFERS)) == {
        f"t{n}": 2 for n in range(4)
    }
    assert {(await said_of(first, ticket))[0] for ticket in tickets} == {"created"}
