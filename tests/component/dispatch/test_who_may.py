"""Who may answer, work and look: tokens of offers and jobs, technicians, staff, and
everybody else.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.auth.work_tokens import WorkTokens
from shared.clock import SystemClock
from shared.contracts import OfferAnswerV1
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.notify import Decision
from shared.contracts.tickets import Priority
from shared.ids import new_id
from tests.component.dispatch.world import (
    a_ticket,
    age_offers,
    answer,
    decide,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.component import OFFER_KEYS, Component, MakeComponent

TOKENS = WorkTokens(OFFER_KEYS, SystemClock())


async def an_open_offer(dispatch: Component, **more: Any) -> tuple[Any, Any]:
    """(ticket, offer)"""
    ticket = a_ticket(**more)
    await dispatch.hears(ticket)
    await rest(dispatch)
    return ticket, (await order_of(dispatch, ticket)).jobs[0].offers[0]


async def post(
    dispatch: Component, path: str, authorization: str | None = None, **more: Any
) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    async with dispatch.http(role=None) as http:
        return await http.post(path, headers=headers, **more)


async def test_a_technicians_client_needs_nothing_but_its_tokens_and_no_bodies(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, offer = await an_open_offer(dispatch)
    offer_token = TOKENS.offer_token(offer.id, ticket.id, "li", offer.expires_at)

    accepted = await post(dispatch, f"/v1/offers/{offer.id}/accept", f"Offer {offer_token}")
    job_id, job_token = accepted.json()["job_id"], accepted.json()["job_token"]
    steps = [
        await post(dispatch, f"/v1/jobs/{job_id}/{verb}", f"Job {job_token}")
        for verb in ("travel", "arrive", "start", "complete")
    ]

    assert accepted.status_code == 200
    assert set(accepted.json()) == {"state", "job_id", "job_token"}
    assert [each.json()["state"] for each in steps] == [
        "travelling",
        "on_site",
        "working",
        "completed",
    ]


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


async def test_every_verb_said_again_gets_the_same_answer_and_says_nothing_new(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)

    twice = []
    for verb, body in [
        ("travel", {}),
        ("arrive", {}),
        ("start", {}),
        ("pause", {"reason": "no_access"}),
        ("resume", {}),
        ("complete", {}),
    ]:
        twice.append([(await work(dispatch, "li", job_id, verb, **body)) for _ in range(2)])

    assert all(
        first.status_code == again.status_code == 200 and first.json() == again.json()
        for first, again in twice
    )
    told = [
        "created",
        "offered",
        "accepted",
        "travelling",
        "arrived",
        "started",
        "paused",
        "resumed",
        "completed",
    ]
    assert await said_of(dispatch, ticket) == told


async def test_a_wrong_token_is_401_and_looking_is_405(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, offer = await an_open_offer(dispatch)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id
    foreign = TOKENS.offer_token(offer.id, ticket.id, "wang", offer.expires_at)
    good = TOKENS.offer_token(offer.id, ticket.id, "li", offer.expires_at)

    async with dispatch.http(role=None) as http:
        looked = [
            await http.get(
                f"/v1/offers/{offer.id}/{verb}", headers={"Authorization": f"Offer {good}"}
            )
            for verb in ("accept", "decline")
        ]
    wrong = [
        await post(dispatch, f"/v1/offers/{offer.id}/accept", f"Offer {foreign}"),
        await post(dispatch, f"/v1/offers/{offer.id}/accept", "Offer nonsense"),
        await post(dispatch, f"/v1/offers/{offer.id}/accept"),
        await post(dispatch, f"/v1/offers/{new_id()}/accept", f"Offer {good}"),
        await post(dispatch, f"/v1/offers/{offer.id}/accept", f"Job {good}"),
        await post(
            dispatch,
            f"/v1/jobs/{job_id}/travel",
            f"Job {TOKENS.job_token(job_id, ticket.id, 'li')}",
        ),
    ]

    assert [each.status_code for each in looked] == [405, 405]
    assert [each.status_code for each in wrong] == [401] * 6
    assert {each.headers["content-type"] for each in wrong + looked} == {"application/problem+json"}
    assert (await order_of(dispatch, ticket)).jobs[0].offers[0].state is OfferState.OPEN


async def test_a_token_for_another_path_is_refused_before_a_byte_of_the_body_is_read(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    offer_token = TOKENS.offer_token(new_id(), new_id(), "li", datetime.now(UTC))
    job_token = TOKENS.job_token(new_id(), new_id(), "li")

    read: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(b"{}")
        yield b"{}"

    refused = [
        await post(dispatch, path, authorization, content=body())
        for path in (
            f"/v1/offers/{new_id()}/accept",
            "/v1/offers/no-id/accept",
            f"/v1/jobs/{new_id()}/complete",
            "/v1/jobs/no-id/complete",
        )
        for authorization in (f"Offer {offer_token}", f"Job {job_token}")
    ]

    assert [each.status_code for each in refused] == [401] * 8
    assert read == []


async def test_a_token_whose_offer_is_over_still_learns_what_was_decided(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, offer = await an_open_offer(dispatch)
    token = TOKENS.offer_token(offer.id, ticket.id, "li", offer.expires_at)
    await age_offers(dispatch, days=30)

    late = await post(dispatch, f"/v1/offers/{offer.id}/accept", f"Offer {token}")

    assert (late.status_code, late.json()["code"], late.json()["state"]) == (
        409,
        "offer_decided",
        "expired",
    )


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


async def test_nobody_but_its_technician_works_on_a_job(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    answers = {}
    for role in ("resident", "technician", "dispatcher", "admin", "integration"):
        async with dispatch.http(role=role, id="somebody") as http:
            answers[role] = (await http.post(f"/v1/jobs/{job_id}/complete")).status_code

    assert answers == {
        "resident": 403,
        "technician": 404,
        "dispatcher": 403,
        "admin": 403,
        "integration": 403,
    }


async def test_what_one_may_not_see_is_not_there(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    async def looks(role: str, id: str, site: str) -> tuple[int, int, int, int]:
        async with dispatch.http(role=role, id=id, site=site) as http:
            one = await http.get(f"/v1/jobs/{job_id}")
            why = await http.get(f"/v1/jobs/{job_id}/explanation")
            all_ = await http.get("/v1/jobs")
            rules = await http.get("/v1/sites/demo/rules")
            return (
                one.status_code,
                why.status_code,
                len(all_.json().get("items", [])),
                rules.status_code,
            )

    assert await looks("dispatcher", "dana", "demo") == (200, 200, 1, 200)
    assert await looks("dispatcher", "dana", "other") == (404, 404, 0, 404)
    assert await looks("technician", "li", "demo") == (200, 403, 1, 403)
    assert await looks("technician", "wang", "demo") == (404, 403, 0, 403)
    assert await looks("resident", "resident-1", "demo") == (403, 403, 0, 403)


async def test_the_list_of_jobs_is_filtered_and_paged(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=2)
    tickets = [a_ticket() for _ in range(5)]
    await dispatch.hears(*tickets)
    await rest(dispatch)

    async with dispatch.http(role="dispatcher", id="dana") as http:
        first = await http.get("/v1/jobs", params={"limit": 3})
        second = await http.get(first.links["next"]["url"])
        waiting = await http.get("/v1/jobs", params={"state": "waiting"})
        at_site = await http.get("/v1/jobs", params={"site": "demo"})
        elsewhere = await http.get("/v1/jobs", params={"site": "elsewhere"})
        bad = await http.get("/v1/jobs", params={"cursor": "x"})
        of_ticket = await http.get("/v1/jobs", params={"ticket_id": str(tickets[0].id)})

    listed = [UUID(item["ticket_id"]) for item in first.json()["items"] + second.json()["items"]]
    assert listed == [ticket.id for ticket in reversed(tickets)]
    assert "next" not in second.links
    assert len(waiting.json()["items"]) == 3
    assert (len(at_site.json()["items"]), elsewhere.json()["items"]) == (5, [])
    assert bad.status_code == 400
    assert len(of_ticket.json()["items"]) == 1


async def test_a_technician_without_webhooks_sees_offers_and_jobs_with_what_they_need_to_know(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, offer = await an_open_offer(dispatch)

    async with dispatch.http(role="technician", id="li") as http:
        offers = (await http.get("/v1/me/offers")).json()["items"]
        nothing = (await http.get("/v1/me/jobs")).json()["items"]
        await http.post(f"/v1/offers/{offer.id}/accept")
        jobs = (await http.get("/v1/me/jobs")).json()["items"]
        none_left = (await http.get("/v1/me/offers")).json()["items"]

    assert [each["offer_id"] for each in offers] == [str(offer.id)]
    assert offers[0]["job"]["ticket"]["reference"] == ticket.reference
    assert (nothing, none_left) == ([], [])
    assert [(job["ticket_id"], job["state"]) for job in jobs] == [(str(ticket.id), "accepted")]
    assert jobs[0]["ticket"]["place"]["unit"] == "1202"


async def test_a_technician_sees_of_a_job_that_has_ended_what_they_needed_to_know(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    for step in ("travel", "arrive", "start", "complete"):
        await work(dispatch, "li", job_id, step)

    async with dispatch.http(role="technician", id="li") as http:
        [ended] = (await http.get("/v1/jobs?state=completed")).json()["items"]
        alone = (await http.get(f"/v1/jobs/{job_id}")).json()
    async with dispatch.http(role="technician", id="wang") as http:
        of_another = (await http.get("/v1/jobs?state=completed")).json()["items"]

    assert ended["ticket"] == alone["ticket"]
    assert (ended["ticket"]["reference"], ended["ticket"]["place"]["unit"]) == (
        ticket.reference,
        "1202",
    )
    assert of_another == []


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


async def test_no_stored_answer_holds_a_token(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    [offer] = (await order_of(dispatch, ticket)).jobs[0].offers

    async with dispatch.http(role="technician", id="li") as http:
        answers = [
            await http.post(f"/v1/offers/{offer.id}/accept", headers={"Idempotency-Key": "once"})
            for _ in range(2)
        ]

    assert answers[0].json()["job_token"]
    assert answers[0].json() == answers[1].json()
    assert await rows(dispatch, "select body from idempotency_keys") == []


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


@pytest.mark.parametrize("verb", ["travel", "pause", "complete", "return", "follow-up"])
async def test_bad_input_is_no_fault_of_ours(component: MakeComponent, verb: str) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    async with dispatch.http(role="technician", id="li") as http:
        path = f"/v1/jobs/{job_id}/{verb}"
        json_ = {"content-type": "application/json"}
        statuses = [
            (await http.post(path, json={"surprise": 1})).status_code,
            (await http.post(path, content=b'{"note": "\\ud800"}', headers=json_)).status_code,
            (await http.post(path, content=b'{"minutes": NaN}', headers=json_)).status_code,
            (await http.post(path, content=b'{"a": 1, "a": 2}', headers=json_)).status_code,
            (await http.post(path, content=b"[" * 2000, headers=json_)).status_code,
            (
                await http.post(path, content=b"x", headers={"content-type": "text/plain"})
            ).status_code,
        ]
        unknown = await http.post(f"/v1/jobs/not-an-id/{verb}")

    assert all(400 <= status < 500 for status in statuses), statuses
    assert unknown.status_code == 422
    assert await rows(dispatch, "select state from jobs") == [{"state": "accepted"}]


async def test_what_is_illegal_says_what_would_be_legal(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    paused = await work(dispatch, "li", job_id, "pause", reason="no_access")
    assigned = await decide(dispatch, job_id, "assign", technician_id="li")

    assert paused.status_code == 409
    assert paused.json()["code"] == "illegal_step"
    assert paused.json()["legal"] == [
        "travel",
        "arrive",
        "start",
        "return",
        "complete",
        "follow-up",
    ]
    assert (assigned.status_code, assigned.json()["legal"]) == (409, ["withdraw"])


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
