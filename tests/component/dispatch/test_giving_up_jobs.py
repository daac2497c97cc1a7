"""Jobs that are paused, given back, taken away, or not done in one visit."""

from datetime import UTC, datetime

from shared.contracts.dispatch import JobState, WorkOrderState
from tests.component.dispatch.world import (
    HAND_OUT,
    a_ticket,
    decide,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    said_of,
    work,
)
from tests.support.component import MakeComponent


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


async def test_what_a_dispatcher_takes_away_goes_to_somebody_else(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", home={"lat": 31.2304, "lon": 121.4737})
    await put_technician(dispatch, "wang", home={"lat": 31.24, "lon": 121.4737})
    ticket = a_ticket()
    job_id, holder = await offered_and_accepted(dispatch, ticket)

    taken = await decide(dispatch, job_id, "withdraw")
    await rest(dispatch)

    assert holder == "li"
    assert taken.status_code == 200, taken.text
    job = (await order_of(dispatch, ticket)).jobs[0]
    assert job.offers[-1].technician_id == "wang"
    assert await said_of(dispatch, ticket) == [
        "created",
        "offered",
        "accepted",
        "returned",
        "offered",
    ]
    nothing = await decide(dispatch, job_id, "assign", technician_id="nobody")
    assert nothing.status_code == 404


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


async def test_a_job_given_back_is_not_held_out_to_the_same_technician_until_they_cooled_down(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    returned, taken_off, withdrawn = a_ticket(), a_ticket(), a_ticket()
    for ticket, verb in ((returned, "return"), (taken_off, "withdraw")):
        job_id, _ = await offered_and_accepted(dispatch, ticket)
        if verb == "return":
            await work(dispatch, "li", job_id, "return", reason="my car broke down")
        else:
            await decide(dispatch, job_id, "withdraw")
        await rest(dispatch)
    await dispatch.hears(withdrawn)
    await rest(dispatch)
    await decide(dispatch, (await order_of(dispatch, withdrawn)).jobs[0].id, "withdraw")
    await rest(dispatch)

    said = [(await said_of(dispatch, each))[-1] for each in (returned, taken_off, withdrawn)]
    dispatch.clock.move(hours=2, seconds=1)
    await dispatch.runs_due(HAND_OUT)

    assert said == ["unassignable"] * 3
    assert datetime.now(UTC) < dispatch.clock.now()
    assert [(await said_of(dispatch, each))[-1] for each in (returned, taken_off, withdrawn)] == [
        "offered"
    ] * 3
