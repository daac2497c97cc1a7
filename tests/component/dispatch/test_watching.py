"""A job's live events: server-sent, resumed from `Last-Event-ID`, for those who may see the job."""

from contextlib import AbstractAsyncContextManager
from uuid import UUID

from tests.component.dispatch.world import (
    a_ticket,
    answer,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    work,
)
from tests.support.component import Component, MakeComponent
from tests.support.eventually import eventually
from tests.support.streams import Stream, watching


def watched(
    dispatch: Component,
    job_id: UUID,
    *,
    role: str = "technician",
    id: str = "li",
    after: str | None = None,
) -> AbstractAsyncContextManager[Stream]:
    return watching(
        dispatch, f"/v1/jobs/{job_id}/events", role=role, id=id, site="demo", after=after
    )


async def test_a_job_is_shown_as_it_is_and_then_as_it_changes(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    job = (await order_of(dispatch, ticket)).jobs[0]

    async with (
        watched(dispatch, job.id) as technician,
        watched(dispatch, job.id, role="dispatcher", id="dana", after="1") as staff,
    ):
        await technician.has(1)
        await answer(dispatch, "li", job.offers[0].id)
        await technician.has(2)
        await staff.has(1)
        await work(dispatch, "li", job.id, "return", reason="too heavy")
        await staff.has(2)

    assert [
        (event["id"], event["event"], event["data"]["state"]) for event in technician.events
    ] == [
        ("1", "job", "offered"),
        ("2", "job", "accepted"),
    ]
    assert [(event["id"], event["data"]["state"]) for event in staff.events] == [
        ("2", "accepted"),
        ("3", "waiting"),
    ]


async def test_a_job_of_others_is_not_shown_and_a_strange_place_to_go_on_from_is_refused(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    async with (
        watched(dispatch, job_id, id="wang") as foreign,
        watched(dispatch, job_id, after="yesterday") as strange,
    ):
        await eventually(lambda: _answered(foreign))
        await eventually(lambda: _answered(strange))

    assert (foreign.status, strange.status) == (404, 400)


async def _answered(stream: Stream) -> bool:
    return stream.status != 0
