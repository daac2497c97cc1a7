"""A technician who takes an emergency leaves lower work, and goes on with it afterwards."""

import asyncio
from collections import Counter

import pytest

from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Priority, TicketState
from tests.component.dispatch.world import (
    DOUBLE_BOOKED,
    a_ticket,
    an_emergency,
    answer,
    begin_lower_work,
    decide,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rows,
    said_of,
    two_instances,
    work,
)
from tests.support.component import MakeComponent


async def test_the_only_one_who_can_is_asked_at_once_and_leaves_lower_work(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    lower, lower_job = await begin_lower_work(dispatch)

    emergency = await an_emergency(dispatch)
    job = (await order_of(dispatch, emergency)).jobs[0]
    accepted = await answer(dispatch, "li", job.offers[0].id)
    left = (await order_of(dispatch, lower)).jobs[0]
    steps = [await work(dispatch, "li", job.id, verb) for verb in ("travel", "arrive", "start")]
    too_soon = await work(dispatch, "li", lower_job, "resume")
    done = await work(dispatch, "li", job.id, "complete", note="out")
    resumed = await work(dispatch, "li", lower_job, "resume")

    assert await said_of(dispatch, emergency) == [
        *("created", "offered", "accepted", "travelling", "arrived", "started", "completed")
    ]
    assert accepted.status_code == 200, accepted.text
    assert (left.state, left.reason, left.technician_id) == (JobState.PAUSED, "interrupted", "li")
    assert [each.status_code for each in steps] == [200, 200, 200]
    assert (too_soon.status_code, too_soon.json()["code"]) == (409, "already_doing")
    assert (done.status_code, resumed.status_code) == (200, 200)
    assert await rows(dispatch, DOUBLE_BOOKED) == []


async def test_a_job_that_its_technician_was_only_on_the_way_to_is_accepted_again(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    lower, lower_job = await begin_lower_work(dispatch, "travel")

    emergency = await an_emergency(dispatch)
    offer = (await order_of(dispatch, emergency)).jobs[0].offers[0]
    assert (await answer(dispatch, "li", offer.id)).status_code == 200

    left = (await order_of(dispatch, lower)).jobs[0]
    assert (left.state, left.reason, left.planned_arrival) == (
        JobState.ACCEPTED,
        "interrupted",
        None,
    )
    assert (await said_of(dispatch, lower))[-1] == "paused"
    assert (await work(dispatch, "li", lower_job, "travel")).status_code == 200


async def test_where_a_site_forbids_it_lower_work_goes_on_first(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_rules(dispatch, emergencies_interrupt=False)
    lower, lower_job = await begin_lower_work(dispatch)

    emergency = await an_emergency(dispatch)
    job = (await order_of(dispatch, emergency)).jobs[0]
    accepted = await answer(dispatch, "li", job.offers[0].id)
    barred = await work(dispatch, "li", job.id, "travel")
    finished = await work(dispatch, "li", lower_job, "complete")
    free = await work(dispatch, "li", job.id, "travel")

    assert accepted.status_code == 200
    assert (barred.status_code, barred.json()["code"]) == (409, "already_doing")
    assert (finished.status_code, free.status_code) == (200, 200)
    assert "paused" not in await said_of(dispatch, lower)


async def test_work_begun_after_an_emergency_was_taken_is_left_when_they_set_out(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=2)
    lower = a_ticket()
    lower_job, _ = await offered_and_accepted(dispatch, lower)
    emergency = a_ticket(priority=Priority.EMERGENCY)
    job_id, _ = await offered_and_accepted(dispatch, emergency)
    await work(dispatch, "li", lower_job, "start")

    out = await work(dispatch, "li", job_id, "travel")

    assert out.status_code == 200, out.text
    assert (await order_of(dispatch, lower)).jobs[0].state is JobState.PAUSED
    assert await rows(dispatch, DOUBLE_BOOKED) == []


@pytest.mark.parametrize("consent", [True, False])
async def test_a_dispatcher_gives_an_emergency_to_one_at_lower_work(
    component: MakeComponent, consent: bool
) -> None:
    dispatch = await component("dispatch")
    await put_rules(dispatch, assign_without_consent=not consent)
    lower, _ = await begin_lower_work(dispatch)
    emergency = await an_emergency(dispatch)
    job_id = (await order_of(dispatch, emergency)).jobs[0].id

    assigned = await decide(dispatch, job_id, "assign", technician_id="li")
    if consent:
        offer = (await order_of(dispatch, emergency)).jobs[0].offers[-1]
        await answer(dispatch, "li", offer.id)

    assert assigned.status_code == 200, assigned.text
    assert (await order_of(dispatch, emergency)).jobs[0].state is JobState.ACCEPTED
    assert (await order_of(dispatch, lower)).jobs[0].state is JobState.PAUSED


async def test_lower_work_that_is_completed_while_an_emergency_is_taken_is_one_or_the_other(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=1)
    ends: Counter[str] = Counter()
    for _ in range(15):
        lower = a_ticket()
        lower_job, _ = await offered_and_accepted(first, lower)
        await work(first, "li", lower_job, "start")
        emergency = await an_emergency(first)
        job = (await order_of(first, emergency)).jobs[0]

        accepted, completed = await asyncio.gather(
            answer(first, "li", job.offers[0].id), work(second, "li", lower_job, "complete")
        )

        state = (await rows(first, "select state from jobs where id = :id", id=lower_job))[0]
        ends[state["state"]] += 1
        assert accepted.status_code == 200, accepted.text
        assert (state["state"], completed.status_code) in {
            ("completed", 200),
            ("paused", 409),
            ("working", 409),
        }
        assert (await work(first, "li", job.id, "complete")).status_code == 200
        for ended in (lower, emergency):
            await first.hears(a_ticket(TicketState.CANCELLED, id=ended.id, version=9))
    assert await rows(first, DOUBLE_BOOKED) == []
    assert set(ends) <= {"completed", "paused"}
