"""The tokens of offers and jobs: what a technician's client does with them, and what it learns."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from shared.contracts.dispatch import OfferState
from shared.ids import new_id
from tests.component.dispatch.with_tokens import TOKENS, an_open_offer, post
from tests.component.dispatch.world import (
    a_ticket,
    age_offers,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.component import MakeComponent


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
