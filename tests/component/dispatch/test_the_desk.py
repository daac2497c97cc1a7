"""Tickets that the desk sees to, and those that are turned to it or to technicians."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from shared.contracts import TicketV1
from shared.contracts.categories import Nature, Road
from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.contracts.tickets import Classing, Priority, TicketState
from tests.component.dispatch.world import (
    GAPS,
    a_ticket,
    answer,
    facts_of,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    two_instances,
    work,
)
from tests.support.component import Component, MakeComponent


def turned(ticket: TicketV1, road: Road, **more: Any) -> TicketV1:
    """The ticket in its next version, on that road."""
    desk = road is Road.DESK
    changes: dict[str, Any] = {
        "category": "complaint" if desk else "plumbing",
        "nature": Nature.COMPLAINT if desk else Nature.FAULT,
        "skills": () if desk else a_ticket().skills,
        "road": road,
        **more,
    }
    classing = Classing(
        at=ticket.classes[-1].at,
        category=changes["category"],
        priority=changes.get("priority", ticket.priority),
        nature=changes["nature"],
        road=road,
    )
    classes = (*ticket.classes, classing)
    return ticket.model_copy(update={**changes, "version": ticket.version + 1, "classes": classes})


def a_complaint() -> TicketV1:
    ticket = turned(a_ticket(), Road.DESK)
    return ticket.model_copy(update={"version": 1, "classes": ticket.classes[1:]})


async def jobs_of(dispatch: Component, ticket: TicketV1) -> list[tuple[JobState, int]]:
    """The jobs, each with how many of its offers are open."""
    return [
        (job.state, sum(offer.state is OfferState.OPEN for offer in job.offers))
        for job in (await order_of(dispatch, ticket)).jobs
    ]


async def test_a_complaint_has_a_work_order_and_never_a_job(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    complaint = a_complaint()

    await dispatch.hears(complaint)
    await dispatch.hears(complaint.model_copy(update={"version": 2, "title": "louder"}))
    await rest(dispatch)

    order = await order_of(dispatch, complaint)
    assert (order.state, order.jobs) == (WorkOrderState.CANCELLED, ())
    assert await said_of(dispatch, complaint) == ["cancelled"]
    assert await rows(dispatch, "select 1 from jobs") == []
    async with dispatch.http(role="dispatcher", id="dana") as http:
        listed = await http.get("/v1/jobs", params={"ticket_id": str(complaint.id)})
    assert listed.json()["items"] == []


async def test_danger_on_a_complaint_is_offered_at_once(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    complaint = a_complaint()
    await dispatch.hears(complaint)
    danger = turned(
        complaint, Road.DISPATCH, priority=Priority.EMERGENCY, category="complaint", skills=()
    )

    await dispatch.hears(danger)

    assert await jobs_of(dispatch, complaint) == [(JobState.OFFERED, 1)]
    assert await facts_of(dispatch, complaint) == [["cancelled"], ["created", "offered"]]


async def test_a_ticket_that_is_turned_to_the_desk_is_offered_to_no_one_until_it_is_turned_back(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    await dispatch.hears(turned(ticket, Road.DESK))
    await rest(dispatch)
    late = await answer(dispatch, "li", offer.id)
    at_desk = await jobs_of(dispatch, ticket)
    await dispatch.hears(turned(turned(ticket, Road.DESK), Road.DISPATCH))
    await rest(dispatch)

    assert (late.status_code, late.json()["state"]) == (409, "withdrawn")
    assert at_desk == [(JobState.CANCELLED, 0)]
    assert await jobs_of(dispatch, ticket) == [(JobState.CANCELLED, 0), (JobState.OFFERED, 1)]


async def test_accepted_work_goes_on_and_the_desk_is_told_that_its_holder_is_barred(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)

    await dispatch.hears(turned(ticket, Road.DESK))
    barred = (await order_of(dispatch, ticket)).jobs[0]
    await dispatch.hears(turned(turned(ticket, Road.DESK), Road.DISPATCH))
    back = (await order_of(dispatch, ticket)).jobs[0]
    done = await work(dispatch, "li", job_id, "complete")

    assert (barred.state, barred.holder_bars) == (JobState.ACCEPTED, ("at_desk",))
    assert (back.state, back.holder_bars, done.status_code) == (JobState.ACCEPTED, (), 200)
    assert (await said_of(dispatch, ticket)).count("holder_barred") == 2


@pytest.mark.parametrize("verb", ["return", "follow-up"])
async def test_what_its_technician_gives_up_at_the_desk_looks_for_no_other(
    component: MakeComponent, verb: str
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "wang")
    ticket = a_ticket()
    job_id, technician = await offered_and_accepted(dispatch, ticket)
    await dispatch.hears(turned(ticket, Road.DESK))

    given_up = await work(dispatch, technician, job_id, verb, reason="not mine")
    await rest(dispatch)

    order = await order_of(dispatch, ticket)
    assert given_up.status_code == 200
    assert order.state is WorkOrderState.CANCELLED
    assert order.jobs[-1].state is JobState.CANCELLED
    assert await rows(dispatch, "select 1 from jobs where state = 'waiting'") == []
    assert await rows(dispatch, "select 1 from assignments where ended_at is null") == []


async def test_turning_to_the_desk_against_accepting_leaves_no_job_that_waits(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=50)
    ends: Counter[int] = Counter()
    for _ in range(12):
        tickets = [a_ticket() for _ in range(25)]
        await first.hears(*tickets)
        await rest(first)
        offers = await rows(first, "select id from offers where state = 'open' order by random()")

        answers, *_ = await asyncio.gather(
            asyncio.gather(*(answer(first, "li", offer["id"]) for offer in offers)),
            *(second.hears(turned(ticket, Road.DESK)) for ticket in tickets),
        )

        ends.update(each.status_code for each in answers)
        assert {each.status_code for each in answers} <= {200, 409}
        states = await rows(
            first, "select state, count(*) as n from jobs where cycle = 1 group by state"
        )
        assert {row["state"] for row in states} <= {"accepted", "cancelled"}
        assert await rows(first, "select 1 from offers where state = 'open'") == []
        over = [
            ticket.model_copy(update={"version": 9, "state": TicketState.CANCELLED})
            for ticket in tickets
        ]
        await first.hears(*over)
    assert await rows(first, GAPS) == []
    assert ends[200] > 0
    assert ends[409] > 0
