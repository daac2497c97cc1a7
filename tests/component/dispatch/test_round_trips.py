"""What a technician's requests cost the database: they read, decide, and write once."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.component.dispatch.world import (
    a_ticket,
    answer,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    somebody_waits,
    work,
)
from tests.support.component import MakeComponent
from tests.support.eventually import eventually
from tests.support.statements import statements_of

AT_MOST = 3


async def test_an_offer_is_accepted_in_three_round_trips(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    # a new connection has to learn the types of arrays, once
    await offered_and_accepted(dispatch, a_ticket())
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    with statements_of(dispatch.database) as sent:
        accepted = await answer(dispatch, "li", offer.id)

    assert accepted.status_code == 200, accepted.text
    assert 1 < len(sent) <= AT_MOST, sent


async def test_each_step_of_a_job_takes_three_round_trips_at_most(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job, by = await offered_and_accepted(dispatch, a_ticket())

    for verb, body in (
        ("travel", {}),
        ("arrive", {}),
        ("start", {}),
        ("pause", {"reason": "waiting_parts"}),
        ("resume", {}),
        ("complete", {"note": "Fixed", "minutes": 20}),
    ):
        with statements_of(dispatch.database) as sent:
            answered = await work(dispatch, by, job, verb, **body)

        assert answered.status_code == 200, answered.text
        assert 1 < len(sent) <= AT_MOST, (verb, sent)


async def test_technicians_who_work_at_once_share_their_round_trips(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    names = [f"t{n}" for n in range(12)]
    for name in names:
        await put_technician(dispatch, name, capacity=1)
    jobs = [await offered_and_accepted(dispatch, a_ticket()) for _ in names]

    with statements_of(dispatch.database) as sent:
        answered = await asyncio.gather(*(work(dispatch, by, job, "travel") for job, by in jobs))

    assert [each.status_code for each in answered] == [200] * len(jobs)
    assert len(sent) < len(jobs)


async def test_time_that_runs_out_between_reading_and_writing_is_seen_by_the_statement_that_writes(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    async with AsyncEngine(dispatch.database.engine).connect() as other:
        await other.execute(text("select from technicians for update"))
        answering = asyncio.create_task(answer(dispatch, "li", offer.id))
        # it has read the offer, and is on its way to the technician
        await eventually(lambda: somebody_waits(dispatch))
        await other.execute(
            text("update offers set expires_at = clock_timestamp() - interval '3 seconds'")
        )
        await other.commit()
    answered = await answering

    assert (answered.status_code, answered.json()["code"]) == (409, "offer_decided"), answered.text
    assert await rows(dispatch, "select 1 from assignments") == []
    assert [row["state"] for row in await rows(dispatch, "select state from offers")] == ["open"]
