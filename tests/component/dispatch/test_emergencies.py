"""An emergency finds a technician though all are busy; a dispatcher may overrule what bars them."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from shared.contracts import TicketV1
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Priority, TicketState
from tests.component.dispatch.test_races import DOUBLE_BOOKED, two_instances
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
    work,
)
from tests.support.component import Component, MakeComponent


async def begin_lower_work(
    dispatch: Component, verb: str = "start", *, technician: str = "li"
) -> tuple[TicketV1, UUID]:
    """A technician who can hold one job, at a job that is no emergency."""
    await put_technician(dispatch, technician, capacity=1)
    lower = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, lower)
    assert (await work(dispatch, technician, job_id, verb)).status_code == 200
    return lower, job_id


async def an_emergency(dispatch: Component, **more: Any) -> TicketV1:
    ticket = a_ticket(priority=Priority.EMERGENCY, **more)
    await dispatch.hears(ticket)
    await rest(dispatch)
    return ticket


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


async def test_those_with_room_are_asked_first_and_the_busy_when_these_say_no(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await begin_lower_work(dispatch)
    await put_technician(dispatch, "wang", home={"lat": 31.30, "lon": 121.4737})

    emergency = await an_emergency(dispatch)
    first = (await order_of(dispatch, emergency)).jobs[0].offers
    await answer(dispatch, "wang", first[0].id, "decline")
    await rest(dispatch)
    then = (await order_of(dispatch, emergency)).jobs[0].offers

    assert [offer.technician_id for offer in first] == ["wang"]
    assert [(offer.technician_id, offer.state) for offer in then] == [
        ("wang", OfferState.DECLINED),
        ("li", OfferState.OPEN),
    ]


async def test_that_all_are_at_emergencies_is_said_at_once(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    await offered_and_accepted(dispatch, a_ticket(priority=Priority.EMERGENCY))

    second = await an_emergency(dispatch)

    assert await said_of(dispatch, second) == ["created", "unassignable"]
    [barred] = (await order_of(dispatch, second)).unassignable
    assert barred.codes == ("at_capacity",)


async def test_an_emergency_that_waits_is_offered_to_one_whose_hands_are_full_and_who_can_now(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await begin_lower_work(dispatch)
    emergency = await an_emergency(dispatch, category="lift")
    before = await said_of(dispatch, emergency)

    await put_technician(
        dispatch, "li", capacity=1, skills=[{"code": "plumbing"}, {"code": "lift"}]
    )
    await rest(dispatch)

    assert before == ["created", "unassignable"]
    assert (await order_of(dispatch, emergency)).jobs[0].offers[0].technician_id == "li"


async def test_a_technician_with_full_hands_takes_one_of_two_emergencies_at_once(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=1)
    await offered_and_accepted(first, a_ticket())
    offers = []
    for _ in range(2):
        emergency = await an_emergency(first)
        offers.append((await order_of(first, emergency)).jobs[0].offers[0].id)

    answers = await asyncio.gather(
        *(answer((first, second)[n % 2], "li", offer) for n, offer in enumerate(offers))
    )

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 1}
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"at_capacity"}
    assert await rows(first, DOUBLE_BOOKED) == []


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


async def test_a_job_that_becomes_an_emergency_is_offered_anew_to_the_nearest_three(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for n in range(4):
        await put_technician(dispatch, f"t{n}", home={"lat": 31.2304 + n / 1000, "lon": 121.4737})
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    await dispatch.hears(a_ticket(id=ticket.id, version=2, priority=Priority.EMERGENCY))
    await rest(dispatch)

    offers = (await order_of(dispatch, ticket)).jobs[0].offers
    assert [(offer.technician_id, offer.state, offer.reason) for offer in offers] == [
        ("t0", OfferState.WITHDRAWN, "now_an_emergency"),
        *((f"t{n}", OfferState.OPEN, None) for n in range(3)),
    ]


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
