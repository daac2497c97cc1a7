"""A dispatcher chooses who does a job: where a site leaves it to them, and against its rules."""

from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Priority
from tests.component.dispatch.world import (
    a_ticket,
    an_emergency,
    answer,
    begin_lower_work,
    decide,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.component import MakeComponent


async def test_in_manual_mode_a_job_is_left_to_the_desk_and_none_is_asked_until_it_chooses(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_rules(dispatch, modes={"plumbing": "manual"})
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    left = await order_of(dispatch, ticket)

    assigned = await decide(dispatch, left.jobs[0].id, "assign", technician_id="li")

    assert left.left_to_desk_at is not None
    assert assigned.status_code == 200, assigned.text
    assert assigned.json()["offers"][0]["technician_id"] == "li"
    assert await said_of(dispatch, ticket) == ["created", "left_to_desk", "offered"]
    assert (await order_of(dispatch, ticket)).left_to_desk_at is None


async def test_a_site_that_asks_for_no_consent_gives_the_job_at_once(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    await put_rules(dispatch, mode="manual", assign_without_consent=True)
    ticket, other = a_ticket(), a_ticket()
    await dispatch.hears(ticket, other)

    given = await decide(
        dispatch, (await order_of(dispatch, ticket)).jobs[0].id, "assign", technician_id="li"
    )
    full = await decide(
        dispatch, (await order_of(dispatch, other)).jobs[0].id, "assign", technician_id="li"
    )

    assert (given.json()["state"], given.json()["technician_id"]) == ("accepted", "li")
    assert [step["state"] for step in given.json()["steps"]] == ["waiting", "offered", "accepted"]
    assert await said_of(dispatch, ticket) == ["created", "accepted"]
    assert (full.status_code, full.json()["codes"]) == (409, ["at_capacity"])


async def test_a_dispatcher_overrules_every_rule_but_skill_and_site_with_a_reason(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    _, lower_job = await begin_lower_work(dispatch)
    await put_technician(dispatch, "zhou", skills=[{"code": "lock"}])
    async with dispatch.http(role="dispatcher", id="dana") as http:
        away = [{"start": "2020-01-01T00:00:00Z", "end": "2099-01-01T00:00:00Z"}]
        await http.put("/v1/technicians/li/leave", json={"leave": away})
    await rest(dispatch)
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id
    why = {"overrule": "nobody else, and he agreed on the phone"}

    refused = await decide(dispatch, job_id, "assign", technician_id="li")
    unskilled = await decide(dispatch, job_id, "assign", technician_id="zhou", **why)
    silent = await decide(dispatch, job_id, "assign", technician_id="li", overrule=" ")
    assigned = await decide(dispatch, job_id, "assign", technician_id="li", **why)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[-1]
    await put_technician(dispatch, "li", capacity=1, language="en")
    await rest(dispatch)
    accepted = await answer(dispatch, "li", offer.id)
    await put_technician(dispatch, "li", capacity=1, language="zh-CN")
    await rest(dispatch)

    assert (refused.status_code, set(refused.json()["codes"])) == (
        409,
        {"on_leave", "at_capacity"},
    )
    assert (unskilled.status_code, unskilled.json()["codes"]) == (409, ["lacks_skill"])
    assert silent.status_code == 422
    assert assigned.status_code == 200, assigned.text
    assert [(each["assigned_by"], each["overrule"]) for each in assigned.json()["offers"]] == [
        ("dana", why["overrule"])
    ]
    assert accepted.status_code == 200, accepted.text
    assert (await order_of(dispatch, ticket)).jobs[0].state is JobState.ACCEPTED
    assert await rows(
        dispatch, "select job_id, slot, capacity from assignments where ended_at is null"
    ) == [
        {"job_id": lower_job, "slot": 1, "capacity": 1},
        {"job_id": job_id, "slot": 2, "capacity": 2},
    ]


async def test_where_a_site_asks_none_by_itself_an_emergency_is_left_to_the_desk_each_time_anew(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_rules(dispatch, mode="manual", emergency_fan_out=0, assign_without_consent=True)

    emergency = await an_emergency(dispatch)
    job_id = (await order_of(dispatch, emergency)).jobs[0].id
    left = (await order_of(dispatch, emergency)).left_to_desk_at
    await put_technician(dispatch, "wang")
    await rest(dispatch)
    assert (await decide(dispatch, job_id, "assign", technician_id="li")).status_code == 200
    taken = (await order_of(dispatch, emergency)).left_to_desk_at
    assert (await work(dispatch, "li", job_id, "return", reason="ill")).status_code == 200
    await rest(dispatch)

    assert await said_of(dispatch, emergency) == [
        *("created", "left_to_desk", "accepted", "returned", "left_to_desk")
    ]
    assert left is not None
    assert taken is None
    assert (await order_of(dispatch, emergency)).left_to_desk_at is not None


async def test_what_becomes_an_emergency_at_such_a_site_is_left_to_the_desk_then(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_rules(dispatch, mode="manual", emergency_fan_out=0)
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    before = await said_of(dispatch, ticket)

    await dispatch.hears(a_ticket(id=ticket.id, version=2, priority=Priority.EMERGENCY))
    await rest(dispatch)
    then = await said_of(dispatch, ticket)
    await put_rules(dispatch, mode="plan", emergency_fan_out=0)
    await rest(dispatch)

    assert before == then == ["created", "left_to_desk"]
    assert (await said_of(dispatch, ticket))[2:] == ["offered"]
    assert (await order_of(dispatch, ticket)).left_to_desk_at is None
