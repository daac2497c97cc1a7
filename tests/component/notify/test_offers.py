"""From a work order with an open offer to the technician's client, and its answer."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from shared.auth.caller import Credential, WorkScheme
from shared.auth.work_tokens import WorkTokens
from shared.clock import SystemClock
from shared.contracts.dispatch import JobState, OfferState, PoolV1
from shared.contracts.tickets import TicketState
from shared.ids import TechnicianId, TicketId
from tests.component.notify.conftest import register, send, sender_of
from tests.component.notify.receiver import Receiver
from tests.support.component import OFFER_KEYS, Component
from tests.unit.notify.stories import Story, a_technician


def proven(scheme: WorkScheme, token: str) -> Credential:
    """As dispatch proves it."""
    return WorkTokens(OFFER_KEYS, SystemClock()).prove(scheme, token)


async def test_an_open_offer_is_sent_signed_to_the_technicians_client(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver, kinds=["job.offered"])
    story = Story(notify.clock.now())

    await notify.hears(story.ticket(), a_technician(), story.offered("wang"))
    await send(notify)

    (got,) = receiver.got
    body = got.verified(endpoint["secret"])
    offer = story.offers["wang"]
    assert body["type"] == "job.offered"
    assert body["data"]["offer_id"] == str(offer.id)
    assert body["data"]["accept_url"] == f"http://127.0.0.1:8002/v1/offers/{offer.id}/accept"
    assert body["data"]["job"]["location"] == {
        "building": "3",
        "unit": "1202",
        "lat": 31.2304,
        "lon": 121.4737,
    }
    assert proven(WorkScheme.OFFER, body["data"]["token"]) == Credential(
        WorkScheme.OFFER, offer.id, TicketId(story.ticket_id), TechnicianId("wang")
    )


async def test_an_offer_heard_of_before_its_ticket_is_sent_when_the_ticket_comes(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver)
    story = Story(notify.clock.now())
    ticket = story.ticket()

    await notify.hears(story.offered("wang"))
    await send(notify)
    before = len(receiver.got)
    await notify.hears(ticket)
    await send(notify)

    assert (before, len(receiver.got)) == (0, 1)


async def test_facts_that_come_twice_and_out_of_order_send_one_webhook(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver)
    story = Story(notify.clock.now())
    ticket, first, second = story.ticket(), story.offered("wang"), story.order(JobState.OFFERED)

    await notify.hears(second, first, ticket, second, ticket, first)
    await send(notify)
    await notify.hears(ticket, second, first)
    await send(notify)

    assert [got.kind for got in receiver.got] == ["job.offered"]


async def test_a_client_that_comes_late_is_sent_the_offers_that_still_live(
    notify: Component, receiver: Receiver
) -> None:
    story = Story(notify.clock.now())

    await notify.hears(story.ticket(), story.offered("wang"))
    await register(notify, receiver)
    await send(notify)

    assert [got.kind for got in receiver.got] == ["job.offered"]


async def test_an_offer_that_is_over_when_it_is_heard_of_is_recorded_and_not_sent(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver)
    story = Story(notify.clock.now())
    ticket, order = story.ticket(), story.offered("wang", life=timedelta(seconds=60))
    notify.clock.move(seconds=61)

    await notify.hears(ticket, order)
    await send(notify)

    assert receiver.got == []
    assert [(row["kind"], row["stale"]) for row in await messages(notify, "wang")] == [
        ("job.offered", "expired")
    ]


async def test_an_offer_is_tried_again_quickly_and_dropped_with_its_reason(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver)
    receiver.answer(500)
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang", life=timedelta(seconds=20)))

    seen: list[int] = []
    for second in range(30):
        await send(notify)
        seen += [second] * (len(receiver.got) - len(seen))
        notify.clock.move(seconds=1)

    assert seen == [0, 1, 3, 7, 15]
    assert len({got.id for got in receiver.got}) == 1
    (delivery,) = await deliveries(notify)
    assert (delivery["state"], delivery["reason"]) == ("dropped", "expired: answered 500")


async def test_an_offer_that_has_its_answer_is_not_sent_any_more(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, kinds=["job.offered"])
    receiver.answer(500)
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang"))
    await send(notify)

    await notify.hears(story.decided("wang", OfferState.WITHDRAWN))
    notify.clock.move(seconds=5)
    await send(notify)

    assert len(receiver.got) == 1
    (delivery,) = await deliveries(notify)
    assert (delivery["state"], delivery["reason"]) == ("dropped", "offer_withdrawn")


async def test_an_offer_that_has_its_answer_is_neither_sent_again_nor_to_who_comes_later(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver, kinds=["job.offered"])
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang"))
    await send(notify)

    await notify.hears(story.decided("wang", OfferState.WITHDRAWN))
    await register(notify, receiver, kinds=["job.offered"])
    async with notify.http(role="technician", id="wang") as client:
        replayed = await client.post(
            f"/v1/endpoints/{endpoint['id']}:replay", json={"message_id": receiver.got[0].id}
        )
    await send(notify)

    assert replayed.json() == {"replayed": 0}
    assert len(receiver.got) == 1


async def test_an_acceptance_in_the_reply_is_passed_on_once(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, kinds=["job.offered"])
    await register(notify, receiver, kinds=["job.offered"])
    story, arrival = Story(notify.clock.now()), notify.clock.now() + timedelta(minutes=40)
    receiver.answer(200, {"decision": "accept", "planned_arrival": arrival.isoformat()})

    await notify.hears(story.ticket(), story.offered("wang"))
    await send(notify)

    assert len(receiver.got) == 2
    (fact,) = await notify.said()
    assert fact.type == "notify.offer.answered.v1"
    answer = fact.snapshot
    assert (answer.id, answer.job_id, answer.ticket_id) == (
        story.offers["wang"].id,
        story.job_id,
        story.ticket_id,
    )
    assert (answer.technician_id, answer.decision, answer.version, answer.site_id) == (
        "wang",
        "accept",
        1,
        "demo",
    )
    assert answer.planned_arrival == arrival


async def test_a_decline_in_the_reply_keeps_its_reason(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver)
    receiver.answer(200, {"decision": "decline", "reason": "在忙"})
    story = Story(notify.clock.now())

    await notify.hears(story.ticket(), story.offered("wang"))
    await send(notify)

    (fact,) = await notify.said()
    assert (fact.snapshot.decision, fact.snapshot.reason) == ("decline", "在忙")


async def test_an_answer_in_a_refusal_is_none(notify: Component, receiver: Receiver) -> None:
    await register(notify, receiver)
    receiver.answer(500, {"decision": "accept"})
    story = Story(notify.clock.now())

    await notify.hears(story.ticket(), story.offered("wang"))
    await send(notify)

    assert await notify.said() == []


async def test_who_accepted_in_the_reply_gets_the_job_with_its_token(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    receiver.answer(200, {"decision": "accept"})
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang"))
    await send(notify)

    await notify.hears(story.accepted("wang"))
    await send(notify)

    accepted = receiver.got[-1].verified(endpoint["secret"])
    assert accepted["type"] == "job.accepted"
    assert accepted["data"]["job_id"] == str(story.job_id)
    assert proven(WorkScheme.JOB, accepted["data"]["job_token"]) == Credential(
        WorkScheme.JOB, story.job_id, TicketId(story.ticket_id), TechnicianId("wang")
    )


async def test_who_accepted_in_the_reply_too_late_is_told_that_it_is_lost(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver)
    released = receiver.hang(200, {"decision": "accept"})
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang", "li"))
    sending = await start_sending(notify)
    await receiver.has_got(1)

    await notify.hears(story.accepted("li"))
    released.set()
    await sending()
    await send(notify)

    assert [got.kind for got in receiver.got] == ["job.offered", "offer.withdrawn", "offer.lost"]


async def test_no_token_is_stored_anywhere(notify: Component, receiver: Receiver) -> None:
    await register(notify, receiver)
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang"))
    await notify.hears(story.accepted("wang"))
    await send(notify)
    offer = story.offers["wang"]
    tokens = WorkTokens(OFFER_KEYS, notify.clock)
    secrets = [
        tokens.offer_token(offer.id, story.ticket_id, "wang", offer.expires_at),
        tokens.job_token(story.job_id, story.ticket_id, "wang"),
    ]

    async with notify.tx() as tx:
        tables = ["messages", "deliveries", "attempts", "outbox", "snapshots", "offer_answers"]
        stored = "".join([str(await tx.rows(text(f"select * from {table}"))) for table in tables])

    assert any(secrets[1] in got.raw.decode() for got in receiver.got)
    assert not any(secret in stored for secret in secrets)


async def test_a_change_of_the_ticket_is_told_to_who_holds_its_job(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, kinds=["job.changed"])
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang"))
    await notify.hears(story.accepted("wang"))

    story.description = "厨房水管爆裂，已关总阀"
    changed = story.ticket()
    await notify.hears(changed, story.clocks())
    await notify.hears(story.ticket())
    await send(notify)

    (got,) = receiver.got
    assert (got.body["data"]["changed"], got.body["data"]["job"]["summary"]) == (
        ["summary"],
        story.description,
    )
    assert proven(WorkScheme.JOB, got.body["data"]["job_token"]).technician_id == "wang"


async def messages(notify: Component, recipient: str) -> list[Any]:
    async with notify.tx() as tx:
        return list(
            await tx.rows(
                text("select * from messages where recipient_id = :id order by id"), id=recipient
            )
        )


async def deliveries(notify: Component) -> list[Any]:
    async with notify.tx() as tx:
        return list(await tx.rows(text("select * from deliveries order by id")))


async def start_sending(notify: Component) -> Any:
    await notify.runs_due("deliveries")
    return sender_of(notify).idle


async def test_a_job_in_the_pool_is_told_to_inbox_and_webhook_and_is_settled_once_it_is_taken(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, kinds=["job.pooled"])
    story = Story(notify.clock.now())
    english = a_technician(language="en")
    until = story.now + timedelta(minutes=10)
    pool = PoolV1(at=story.now, until=until, told=("wang", "li"))
    pooled = story.order(job={"pool": pool})

    await notify.hears(story.ticket(), english, pooled)
    await notify.hears(pooled.model_copy(update={"version": 7}))
    await send(notify)
    async with notify.http(role="technician", id="wang") as client:
        before = (await client.get("/v1/inbox")).json()["items"]
    story.now = notify.clock.move(minutes=1)
    await notify.hears(story.ticket(TicketState.ASSIGNED))
    async with notify.http(role="technician", id="wang") as client:
        after = (await client.get("/v1/inbox")).json()["items"]

    (got,) = receiver.got
    assert got.body["data"]["grab_url"].endswith(f"/v1/jobs/{story.job_id}/grab")
    assert got.body["data"]["title"] == "In the pool: DEMO-1042-K (urgent)"
    assert [(each["kind"], each["superseded_at"]) for each in before] == [("job.pooled", None)]
    assert [each["superseded_at"] is not None for each in after] == [True]


async def test_that_a_job_waits_for_the_desk_is_told_once_until_a_technician_has_it(
    notify: Component,
) -> None:
    async with notify.http(role="dispatcher", id="desk") as client:
        audience = [{"role": "dispatcher", "site": "demo"}]
        await client.put("/v1/recipients/desk", json={"language": "en", "audience": audience})
    story = Story(notify.clock.now())
    left = story.order(left_to_desk_at=story.now)

    await notify.hears(story.ticket(), left)
    await notify.hears(left.model_copy(update={"version": 7}))
    async with notify.http(role="dispatcher", id="desk") as client:
        before = (await client.get("/v1/inbox")).json()["items"]
    story.now = notify.clock.move(minutes=1)
    await notify.hears(story.ticket(TicketState.ASSIGNED))
    async with notify.http(role="dispatcher", id="desk") as client:
        after = (await client.get("/v1/inbox")).json()["items"]

    assert [(each["kind"], each["superseded_at"]) for each in before] == [("job.to_assign", None)]
    assert before[0]["title"] == "DEMO-1042-K waits for you to assign it (urgent)"
    assert [each["superseded_at"] is not None for each in after] == [True]
