"""What becomes of a job in the pool, and of one that comes back to it."""

from services.dispatch.store.pool import find_pooled
from services.dispatch.store.technicians import find_technicians
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Priority, TicketState
from shared.ids import SiteId, TechnicianId
from tests.component.dispatch.pooling import pooled, shown, with_a_pool
from tests.component.dispatch.world import (
    a_ticket,
    grab,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.component import MakeComponent


async def test_what_is_not_grabbed_in_time_is_offered_and_stays_out_of_the_pool(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li", "wang", pool_minutes=5)
    ticket = a_ticket()
    [job_id] = await pooled(dispatch, ticket)

    dispatch.clock.move(minutes=4, seconds=59)
    await rest(dispatch)
    before = (await order_of(dispatch, ticket)).jobs[0].state
    dispatch.clock.move(seconds=1)
    over = await grab(dispatch, "li", job_id)
    listed = await shown(dispatch, "li")
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]
    offered = await grab(dispatch, "wang", job_id)
    async with dispatch.http(role="technician", id=offer.technician_id) as http:
        await http.post(f"/v1/offers/{offer.id}/decline", json={})
    await rest(dispatch)

    assert before is JobState.WAITING
    assert (over.status_code, over.json()["code"], over.json()["state"]) == (
        *(409, "not_in_pool", "waiting"),
    )
    assert listed == []
    assert (offered.status_code, offered.json()["state"]) == (409, "offered")
    assert offered.json()["accepted_at"] is None
    assert await said_of(dispatch, ticket) == [
        *("created", "pooled", "offered", "offer_declined", "offered")
    ]


async def test_jobs_whose_time_is_over_keep_no_others_out_of_the_list(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li", pool_minutes=5)
    [over] = await pooled(dispatch, a_ticket())
    dispatch.clock.move(minutes=4)
    [open_] = await pooled(dispatch, a_ticket())
    dispatch.clock.move(minutes=2)

    async with dispatch.tx() as tx:
        [li] = (await find_technicians(tx, [TechnicianId("li")], for_update=False)).values()
        found = await find_pooled(tx, [SiteId("demo")], li, since=tx.now, limit=1)

    assert [each.id for each in found] == [open_]
    assert (await grab(dispatch, "li", over)).json()["code"] == "not_in_pool"


async def test_what_was_grabbed_and_given_back_is_put_into_the_pool_again(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li", "wang")
    ticket = a_ticket()
    [job_id] = await pooled(dispatch, ticket)
    await grab(dispatch, "li", job_id)

    await work(dispatch, "li", job_id, "return", reason="ill")
    dispatch.clock.move(minutes=30)
    await rest(dispatch)
    own = await grab(dispatch, "li", job_id)
    other = await grab(dispatch, "wang", job_id)

    assert (await said_of(dispatch, ticket))[-3:] == ["returned", "pooled", "accepted"]
    assert (own.status_code, own.json()["code"]) == (409, "not_eligible"), own.text
    assert own.json()["codes"] == ["cooling_down"]
    assert other.status_code == 200, other.text


async def test_a_change_of_the_mode_takes_effect_at_once_on_what_waits(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li", "wang")
    ticket = a_ticket()
    [job_id] = await pooled(dispatch, ticket)

    await put_rules(dispatch, mode="manual")
    before_the_turn = await grab(dispatch, "li", job_id)
    await rest(dispatch)
    by_hand = await order_of(dispatch, ticket)
    await put_rules(dispatch, mode="pool")
    await rest(dispatch)
    again = await order_of(dispatch, ticket)
    await put_rules(dispatch, mode="plan")
    await rest(dispatch)

    assert (before_the_turn.status_code, before_the_turn.json()["code"]) == (409, "not_in_pool")
    assert (by_hand.left_to_desk_at is not None, by_hand.jobs[0].pool) == (True, None)
    assert (again.left_to_desk_at, again.jobs[0].pool is not None) == (None, True)
    assert await said_of(dispatch, ticket) == [
        *("created", "pooled", "left_to_desk", "pooled", "offered")
    ]


async def test_a_mode_of_a_category_counts_for_its_tickets_alone(component: MakeComponent) -> None:
    dispatch = await with_a_pool(component, "li", mode="plan", modes={"plumbing": "pool"})
    await put_technician(dispatch, "keys", skills=[{"code": "lock"}])
    pooled_one, planned = a_ticket(), a_ticket(category="lock")

    await dispatch.hears(pooled_one, planned)
    await rest(dispatch)

    assert await said_of(dispatch, pooled_one) == ["created", "pooled"]
    assert await said_of(dispatch, planned) == ["created", "offered"]


async def test_what_becomes_an_emergency_in_the_pool_is_offered_at_once(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li", "wang", emergency_fan_out=0)
    ticket = a_ticket()
    [job_id] = await pooled(dispatch, ticket)

    await dispatch.hears(a_ticket(id=ticket.id, version=2, priority=Priority.EMERGENCY))
    refused = await grab(dispatch, "li", job_id)
    await rest(dispatch)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_in_pool")
    assert await said_of(dispatch, ticket) == ["created", "pooled", "offered"]


async def test_what_staff_hold_is_in_no_pool_until_they_release_it(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li")
    ticket = a_ticket()
    [job_id] = await pooled(dispatch, ticket)

    await dispatch.hears(a_ticket(TicketState.ON_HOLD, id=ticket.id, version=2, hold="staff"))
    await rest(dispatch)
    held = await grab(dispatch, "li", job_id)
    hidden = await shown(dispatch, "li")
    await dispatch.hears(a_ticket(id=ticket.id, version=3))
    await rest(dispatch)
    released = await shown(dispatch, "li")

    assert (held.status_code, hidden, released) == (409, [], [str(job_id)])


async def test_a_job_that_none_can_take_yet_is_pooled_when_one_can(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component)
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    alone = await said_of(dispatch, ticket)

    await put_technician(dispatch, "li")
    await rest(dispatch)

    assert alone == ["created", "unassignable"]
    assert await said_of(dispatch, ticket) == ["created", "unassignable", "pooled"]
    assert (await order_of(dispatch, ticket)).unassignable_at is None


async def test_while_all_are_busy_a_job_waits_and_the_first_who_is_free_may_grab_it(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())
    await put_rules(dispatch, mode="pool")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    busy = await said_of(dispatch, ticket)

    await work(dispatch, "li", job_id, "complete")
    await rest(dispatch)

    assert (busy, await said_of(dispatch, ticket)) == (["created"], ["created", "pooled"])


async def test_a_follow_up_is_pooled_by_itself(component: MakeComponent) -> None:
    dispatch = await with_a_pool(component, "li", "wang")
    ticket = a_ticket()
    [job_id] = await pooled(dispatch, ticket)
    await grab(dispatch, "li", job_id)

    await work(dispatch, "li", job_id, "follow-up", reason="parts")
    await rest(dispatch)

    second = (await order_of(dispatch, ticket)).jobs[-1]
    assert second.id != job_id
    assert await shown(dispatch, "wang") == [str(second.id)]


async def test_what_is_in_the_pool_is_looked_at_once_when_its_time_there_is_over(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li")
    ticket = a_ticket()
    await pooled(dispatch, ticket)

    looks = await rows(dispatch, "select at, job_id is not null as of_job from planning_queue")

    pool = (await order_of(dispatch, ticket)).jobs[0].pool
    assert pool is not None
    assert looks == [{"at": pool.until, "of_job": True}]
