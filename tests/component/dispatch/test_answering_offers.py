"""Answers to offers: with an arrival, too late, by a fact, and twice under one key."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.contracts import OfferAnswerV1
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.notify import Decision
from shared.contracts.tickets import Priority
from shared.ids import new_id
from tests.component.dispatch.with_tokens import an_open_offer
from tests.component.dispatch.world import (
    a_ticket,
    age_offers,
    answer,
    offered_and_accepted,
    order_of,
    put_technician,
    said_of,
    work,
)
from tests.support.component import MakeComponent


async def test_an_offer_may_be_answered_with_a_planned_arrival(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, offer = await an_open_offer(dispatch)
    arrival = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=20)

    await answer(dispatch, "li", offer.id, planned_arrival=arrival.isoformat())

    assert (await order_of(dispatch, ticket)).jobs[0].planned_arrival == arrival


@pytest.mark.parametrize("days", [-1, 91])
async def test_an_arrival_in_the_past_or_absurdly_far_is_refused_and_nothing_is_taken(
    component: MakeComponent, days: int
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, offer = await an_open_offer(dispatch)
    never = (datetime.now(UTC) + timedelta(days=days)).isoformat()

    refused = await answer(dispatch, "li", offer.id, planned_arrival=never)
    taken = await answer(dispatch, "li", offer.id)
    job_id = taken.json()["job_id"]
    travel = await work(dispatch, "li", job_id, "travel", planned_arrival=never)
    moved = await work(dispatch, "li", job_id, "planned-arrival", planned_arrival=never)

    assert [each.status_code for each in (refused, taken, travel, moved)] == [422, 200, 422, 422]
    assert refused.json()["field"] == "/planned_arrival"
    assert (await order_of(dispatch, ticket)).jobs[0].planned_arrival is None


async def test_a_technician_on_the_way_says_that_they_come_later(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=50)

    await work(dispatch, "li", job_id, "travel")
    moved = await work(dispatch, "li", job_id, "planned-arrival", planned_arrival=str(later))
    again = await work(dispatch, "li", job_id, "planned-arrival", planned_arrival=str(later))

    assert moved.status_code == again.status_code == 200, moved.text
    job = (await order_of(dispatch, ticket)).jobs[0]
    assert (job.planned_arrival, job.planned_at is not None) == (later, True)
    assert (await said_of(dispatch, ticket))[-2:] == ["travelling", "rescheduled"]


async def test_a_late_answer_is_told_what_was_decided(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "wang")
    _, offer = await an_open_offer(dispatch)
    other = "wang" if offer.technician_id == "li" else "li"
    await age_offers(dispatch, minutes=15, seconds=3)

    before_the_sweep = await answer(dispatch, offer.technician_id, offer.id)
    await dispatch.runs_due("offers")
    after_the_sweep = await answer(dispatch, offer.technician_id, offer.id)
    foreign = await answer(dispatch, other, offer.id)

    assert [
        (each.status_code, each.json()["code"], each.json()["state"])
        for each in (before_the_sweep, after_the_sweep)
    ] == [(409, "offer_decided", "expired")] * 2
    assert foreign.status_code == 404


async def test_the_losers_of_an_emergency_learn_when_it_was_taken(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    for id in ("li", "wang"):
        await put_technician(dispatch, id)
    ticket, _ = await an_open_offer(dispatch, priority=Priority.EMERGENCY)
    by_technician = {
        offer.technician_id: offer for offer in (await order_of(dispatch, ticket)).jobs[0].offers
    }

    won = await answer(dispatch, "wang", by_technician["wang"].id)
    lost = await answer(dispatch, "li", by_technician["li"].id)

    assert (won.status_code, lost.status_code) == (200, 409)
    assert lost.json()["state"] == "withdrawn"
    assert lost.json()["accepted_at"] is not None


async def test_an_answer_in_a_webhooks_reply_is_the_same_and_a_lost_race_is_no_error(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for id in ("li", "wang"):
        await put_technician(dispatch, id)
    ticket, _ = await an_open_offer(dispatch, priority=Priority.EMERGENCY)
    offers = {
        offer.technician_id: offer.id for offer in (await order_of(dispatch, ticket)).jobs[0].offers
    }
    answers = [_answer(ticket.id, offers[id], id, Decision.ACCEPT) for id in ("li", "wang")]

    await dispatch.hears(*answers, _answer(ticket.id, new_id(), "li", Decision.ACCEPT))
    await dispatch.hears(*answers)

    job = (await order_of(dispatch, ticket)).jobs[0]
    assert job.state is JobState.ACCEPTED
    assert sorted(offer.state for offer in job.offers) == [
        OfferState.ACCEPTED,
        OfferState.WITHDRAWN,
    ]
    assert await said_of(dispatch, ticket) == ["created", "offered", "accepted"]
    again = await answer(dispatch, str(job.technician_id), offers[str(job.technician_id)])
    assert again.status_code == 200


async def test_an_answer_by_fact_can_decline_with_a_reason(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, offer = await an_open_offer(dispatch)

    await dispatch.hears(_answer(ticket.id, offer.id, "li", Decision.DECLINE, reason="day off"))

    job = (await order_of(dispatch, ticket)).jobs[0]
    assert (job.offers[0].state, job.offers[0].reason) == (OfferState.DECLINED, "day off")


def _answer(
    ticket_id: UUID,
    offer_id: UUID,
    technician_id: str,
    decision: Decision,
    reason: str | None = None,
) -> OfferAnswerV1:
    return OfferAnswerV1(
        id=offer_id,
        version=1,
        site_id="demo",
        job_id=new_id(),
        ticket_id=ticket_id,
        technician_id=technician_id,
        decision=decision,
        reason=reason,
        answered_at=datetime.now(UTC),
    )


async def test_a_request_under_a_key_has_its_effect_once(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, _ = await an_open_offer(dispatch)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id

    async with dispatch.http(role="dispatcher", id="dana") as http:
        answers = [
            await http.post(f"/v1/jobs/{job_id}/withdraw", headers={"Idempotency-Key": "k1"})
            for _ in range(2)
        ]
        other = await http.post(
            f"/v1/jobs/{job_id}/withdraw", json={}, headers={"Idempotency-Key": "k1"}
        )

    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert other.status_code == 422
