"""Which promise of its ticket a job is due by: the response, and once that is given the arrival."""

from datetime import datetime

from tests.component.dispatch.world import (
    a_promise,
    a_ticket,
    offered_and_accepted,
    put_technician,
    rest,
    work,
)
from tests.support.component import Component, MakeComponent


async def due_at(dispatch: Component) -> datetime | None:
    async with dispatch.http(role="dispatcher", id="dana") as http:
        [job] = (await http.get("/v1/jobs")).json()["items"]
    return None if job["due_at"] is None else datetime.fromisoformat(job["due_at"])


async def test_a_promise_heard_of_before_its_ticket_counts_too(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    promise = a_promise(ticket, minutes=10)

    await dispatch.hears(promise)
    await dispatch.hears(ticket)

    async with dispatch.http(role="dispatcher", id="dana") as http:
        [job] = (await http.get("/v1/jobs")).json()["items"]
    assert datetime.fromisoformat(job["due_at"]) == promise.clocks[0].due_at


async def test_the_response_is_no_promise_any_more_once_a_job_was_accepted_though_it_was_given_back(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    promise = a_promise(ticket, minutes=90, response=10)
    response, arrival = (clock.due_at for clock in promise.clocks)
    await dispatch.hears(ticket, promise)
    before = await due_at(dispatch)
    await rest(dispatch)
    job_id, technician = await offered_and_accepted(dispatch, ticket)

    await work(dispatch, technician, job_id, "return", reason="too far")

    assert (before, await due_at(dispatch)) == (response, arrival)


async def test_the_response_is_no_promise_any_more_once_staff_have_answered(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    promise = a_promise(ticket, minutes=90, response=10)
    await dispatch.hears(ticket, promise)

    await dispatch.hears(ticket.model_copy(update={"version": 2, "answered_at": ticket.opened_at}))

    assert await due_at(dispatch) == promise.clocks[1].due_at


async def test_a_promise_heard_of_after_the_job_was_taken_on_is_that_of_the_arrival(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    await offered_and_accepted(dispatch, ticket)

    promise = a_promise(ticket, minutes=90, response=10)
    await dispatch.hears(promise)

    assert await due_at(dispatch) == promise.clocks[1].due_at


async def test_who_holds_a_job_sees_which_promise_still_runs_though_sla_has_not_said_so(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    promise = a_promise(ticket, minutes=90, response=10)
    await dispatch.hears(ticket, promise)
    job_id, technician = await offered_and_accepted(dispatch, ticket)

    async with dispatch.http(role="technician", id=technician) as http:
        [held] = (await http.get("/v1/me/jobs")).json()["items"]
        shown = (await http.get(f"/v1/jobs/{job_id}")).json()
        await work(dispatch, technician, job_id, "arrive")
        after = (await http.get(f"/v1/jobs/{job_id}")).json()

    assert promise.clocks[1].due_at is not None
    assert {held["due_at"], shown["due_at"]} == {
        promise.clocks[1].due_at.isoformat().replace("+00:00", "Z")
    }
    assert after["due_at"] is None
