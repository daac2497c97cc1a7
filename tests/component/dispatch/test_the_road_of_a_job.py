"""From a ticket that is heard of to work that is done."""

from datetime import UTC, datetime

from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.tickets import TicketState
from shared.ids import new_id
from tests.component.dispatch.world import (
    a_ticket,
    answer,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.clocks import SettableClock
from tests.support.component import MakeComponent


async def test_a_ticket_becomes_a_work_order_an_offer_a_job_and_is_completed(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    before, after = str(new_id()), str(new_id())

    job_id, technician = await offered_and_accepted(dispatch, ticket)
    for verb in ("travel", "arrive", "start"):
        assert (await work(dispatch, technician, job_id, verb)).status_code == 200
    done = await work(
        dispatch,
        technician,
        job_id,
        "complete",
        note="New washer",
        minutes=25,
        parts=[{"name": "washer"}],
        photos=[after, {"id": before, "before": True}, {"id": after}],
        checklist=[{"code": "water"}, {"code": "valve", "done": False}],
    )

    assert done.status_code == 200, done.text
    assert done.json()["report"] == {
        "note": "New washer",
        "minutes": 25,
        "parts": [{"name": "washer", "quantity": 1}],
        "photos": [after],
        "photos_before": [before],
        "signature": None,
        "checklist": [{"code": "water", "done": True}, {"code": "valve", "done": False}],
    }
    [job] = (await order_of(dispatch, ticket)).jobs
    assert [(str(photo.id), photo.before) for photo in job.photos] == [
        (before, True),
        (after, False),
    ]
    assert await said_of(dispatch, ticket) == [
        "created",
        "offered",
        "accepted",
        "travelling",
        "arrived",
        "started",
        "completed",
    ]
    assert (await order_of(dispatch, ticket)).state is WorkOrderState.DONE
    assert await rows(dispatch, "select 1 from assignments where ended_at is null") == []


async def test_completing_an_accepted_job_fills_in_what_was_skipped(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, technician = await offered_and_accepted(dispatch, ticket)

    done = await work(dispatch, technician, job_id, "complete")

    assert done.status_code == 200, done.text
    states = [step.state for step in (await order_of(dispatch, ticket)).jobs[0].steps]
    assert states == [
        JobState.WAITING,
        JobState.OFFERED,
        JobState.ACCEPTED,
        JobState.TRAVELLING,
        JobState.ON_SITE,
        JobState.WORKING,
        JobState.COMPLETED,
    ]


async def test_a_cancelled_ticket_ends_its_work_order_however_often_it_is_heard(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    opened = a_ticket()
    cancelled = a_ticket(TicketState.CANCELLED, id=opened.id, version=2)

    await dispatch.hears(opened)
    await dispatch.hears(cancelled)
    await dispatch.hears(opened, cancelled)

    assert await said_of(dispatch, opened) == ["created", "cancelled"]


async def test_an_accepted_offer_gives_the_same_answer_again_and_refuses_a_decline(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    first, again = [await answer(dispatch, "li", offer.id) for _ in range(2)]
    declined = await answer(dispatch, "li", offer.id, "decline", reason="too late")

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["state"] == "accepted"
    assert declined.status_code == 409
    assert declined.json()["code"] == "offer_decided"
    assert declined.json()["state"] == "accepted"
    assert declined.json()["accepted_at"] is not None
    assert await said_of(dispatch, ticket) == ["created", "offered", "accepted"]


async def test_an_acceptance_repeated_after_the_job_was_given_back_says_what_became_of_it(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]
    once = {"Idempotency-Key": "once"}
    async with dispatch.http(role="technician", id="li") as http:
        held = await http.post(f"/v1/offers/{offer.id}/accept", json={}, headers=once)
        await http.post(f"/v1/jobs/{job_id}/return", json={"reason": "wrong parts"})

        lost = await http.post(f"/v1/offers/{offer.id}/accept", json={}, headers=once)

    assert held.status_code == 200, held.text
    assert (lost.status_code, lost.json()["code"]) == (409, "offer_decided")
    assert "job_token" not in lost.json()
    assert (lost.json()["state"], lost.json()["job_state"]) == ("accepted", "waiting")
    assert lost.json()["reason"] == "wrong parts"
    assert lost.json()["ended_at"] is not None


async def test_an_acceptance_repeated_after_another_has_the_job_or_it_ended_is_refused(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    first = (await order_of(dispatch, ticket)).jobs[0].offers[0]
    await work(dispatch, "li", job_id, "return", reason="wrong parts")
    await put_technician(dispatch, "wang")
    await rest(dispatch)
    second = (await order_of(dispatch, ticket)).jobs[0].offers[-1]
    await answer(dispatch, "wang", second.id)

    lost = await answer(dispatch, "li", first.id)
    still = await answer(dispatch, "wang", second.id)
    await work(dispatch, "wang", job_id, "complete")
    over = await answer(dispatch, "wang", second.id)

    assert (lost.status_code, lost.json()["job_state"]) == (409, "accepted")
    assert still.status_code == 200
    assert (over.status_code, over.json()["job_state"]) == (409, "completed")


async def test_a_step_on_a_job_that_another_has_now_is_refused_with_who_that_is(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    await work(dispatch, "li", job_id, "return", reason="wrong parts")
    waiting = await work(dispatch, "li", job_id, "arrive")
    await put_technician(dispatch, "wang")
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[-1]
    await answer(dispatch, "wang", offer.id)

    lost = await work(dispatch, "li", job_id, "arrive")

    assert (waiting.status_code, waiting.json()["code"]) == (409, "not_yours")
    assert (waiting.json()["state"], waiting.json()["held_by"]) == ("waiting", None)
    assert (lost.json()["state"], lost.json()["held_by"]) == ("accepted", "Wang")
    assert lost.json()["reason"] == "wrong parts"
    assert lost.json()["ended_at"] is not None


async def test_a_repeated_acceptance_shows_a_token_made_anew(component: MakeComponent) -> None:
    clock = SettableClock(datetime.now(UTC).replace(hour=12))
    dispatch = await component("dispatch", clock=clock)
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await offered_and_accepted(dispatch, ticket)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    today = await answer(dispatch, "li", offer.id)
    clock.move(hours=13)
    async with dispatch.http(role="technician", id="li", exp=4_000_000_000) as http:
        tomorrow = await http.post(f"/v1/offers/{offer.id}/accept", json={})

    assert today.headers["cache-control"] == tomorrow.headers["cache-control"] == "no-store"
    assert tomorrow.status_code == 200
    assert today.json()["job_token"] != tomorrow.json()["job_token"]
