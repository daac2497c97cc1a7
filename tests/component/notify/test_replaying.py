"""What was said while an endpoint was disabled can be sent to it once it takes again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from shared.auth.caller import Credential, WorkScheme
from shared.auth.work_tokens import WorkTokens
from shared.contracts import PersonV1
from shared.contracts.dispatch import JobState, OfferState
from shared.ids import TechnicianId, TicketId
from tests.component.notify.conftest import register, send
from tests.component.notify.receiver import Receiver
from tests.support.component import OFFER_KEYS, Component
from tests.unit.notify.stories import Story, a_technician


async def enable(notify: Component, endpoint: dict[str, Any], enabled: bool) -> None:
    async with notify.http(role="technician", id="wang") as client:
        url = f"/v1/endpoints/{endpoint['id']}"
        version = (await client.get(url)).headers["ETag"]
        answer = await client.patch(url, json={"enabled": enabled}, headers={"If-Match": version})
    assert answer.status_code == 200


async def replay(notify: Component, endpoint: dict[str, Any], **what: Any) -> Any:
    async with notify.http(role="technician", id="wang") as client:
        answer = await client.post(f"/v1/endpoints/{endpoint['id']}:replay", json=what)
    await send(notify)
    return answer


async def missed(notify: Component, receiver: Receiver, **kinds: Any) -> tuple[Any, Story]:
    """An endpoint of wang that was disabled while a job was offered to wang and accepted."""
    endpoint = await register(notify, receiver, **kinds)
    await enable(notify, endpoint, False)
    story = Story(notify.clock.now())
    await notify.hears(a_technician(), story.ticket(), story.offered("wang"))
    await notify.hears(story.accepted("wang"))
    await send(notify)
    return endpoint, story


async def test_what_was_said_while_it_was_disabled_is_replayed_by_time_with_fresh_tokens(
    notify: Component, receiver: Receiver
) -> None:
    began = notify.clock.now()
    endpoint, story = await missed(notify, receiver)
    notify.clock.move(hours=1)
    await enable(notify, endpoint, True)

    answer = await replay(notify, endpoint, since=began.isoformat())

    assert answer.json() == {"replayed": 1}  # the offer is over
    (got,) = receiver.got
    data = got.body["data"]
    assert got.kind == "job.accepted"
    proven = WorkTokens(OFFER_KEYS, notify.clock).prove(WorkScheme.JOB, data["job_token"])
    assert proven == Credential(
        WorkScheme.JOB, story.job_id, TicketId(story.ticket_id), TechnicianId("wang")
    )


async def test_what_was_given_up_when_it_was_disabled_is_replayed(
    notify: Component, receiver: Receiver
) -> None:
    began = notify.clock.now()
    endpoint = await register(notify, receiver, kinds=["job.accepted"])
    receiver.answer(503)
    story = Story(notify.clock.now())
    await notify.hears(a_technician(), story.ticket(), story.offered("wang"))
    await notify.hears(story.accepted("wang"))
    await send(notify)
    await enable(notify, endpoint, False)
    await enable(notify, endpoint, True)
    receiver.answer(200)
    notify.clock.move(hours=1)

    answer = await replay(notify, endpoint, since=began.isoformat())

    assert answer.json() == {"replayed": 1}
    assert len({got.id for got in receiver.got}) == 1
    assert len(receiver.got) == 2


async def test_an_offer_that_still_lives_is_replayed_by_its_id(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    await enable(notify, endpoint, False)
    story = Story(notify.clock.now())
    await notify.hears(a_technician(), story.ticket(), story.offered("wang"))
    await enable(notify, endpoint, True)
    async with notify.http(role="technician", id="wang") as client:
        (message,) = (await client.get("/v1/inbox")).json()["items"]

    first = await replay(notify, endpoint, message_id=message["id"])
    await notify.hears(story.decided("wang", OfferState.WITHDRAWN))
    second = await replay(notify, endpoint, message_id=message["id"])

    assert (first.json(), second.json()) == ({"replayed": 1}, {"replayed": 0})
    offered = [got for got in receiver.got if got.kind == "job.offered"]
    assert [got.id for got in offered] == [message["id"]]
    assert offered[0].body["data"]["token"]


async def test_what_was_told_of_a_job_that_was_lost_since_is_not_replayed(
    notify: Component, receiver: Receiver
) -> None:
    began = notify.clock.now()
    endpoint, story = await missed(notify, receiver)
    story.now = notify.clock.move(minutes=5)
    await notify.hears(story.order(JobState.WAITING, reason="withdrawn_by_staff"))
    await enable(notify, endpoint, True)

    answer = await replay(notify, endpoint, since=began.isoformat())

    assert answer.json() == {"replayed": 1}
    assert [got.kind for got in receiver.got] == ["job.cancelled"]


async def test_that_a_job_was_accepted_is_not_tried_again_once_it_is_lost(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, kinds=["job.accepted", "job.cancelled"])
    receiver.answer(503)
    story = Story(notify.clock.now())
    await notify.hears(a_technician(), story.ticket(), story.offered("wang"))
    await notify.hears(story.accepted("wang"))
    await send(notify)
    story.now = notify.clock.move(minutes=5)
    receiver.answer(200)
    tried = len(receiver.got)
    await notify.hears(story.order(JobState.WAITING, reason="withdrawn_by_staff"))
    notify.clock.move(hours=1)
    await send(notify)

    assert [got.kind for got in receiver.got][tried:] == ["job.cancelled"]
    async with notify.tx() as tx:
        rows = await tx.rows(text("select state, reason from deliveries order by id"))
    assert rows[0] == {"state": "dropped", "reason": "no_longer_held"}


async def test_what_a_record_leaves_its_owner_no_part_in_is_not_replayed(
    notify: Component, receiver: Receiver
) -> None:
    began = notify.clock.now()
    endpoint, _ = await missed(notify, receiver)
    await notify.hears(
        PersonV1(id="demo/wang", version=1, site_id="demo", person_id="wang", roles=(), units=())
    )
    await enable(notify, endpoint, True)

    answer = await replay(notify, endpoint, since=began.isoformat())

    assert (answer.json(), receiver.got) == ({"replayed": 0}, [])


async def test_a_replay_repeated_sends_the_same_ids_again_and_waits_for_nothing_twice(
    notify: Component, receiver: Receiver
) -> None:
    began = notify.clock.now().isoformat()
    endpoint, _ = await missed(notify, receiver)
    await enable(notify, endpoint, True)
    async with notify.http(role="technician", id="wang") as client:
        for _ in range(2):
            await client.post(f"/v1/endpoints/{endpoint['id']}:replay", json={"since": began})
    await send(notify)
    once = [got.id for got in receiver.got]

    await replay(notify, endpoint, since=began)

    assert len(once) == 1
    assert [got.id for got in receiver.got] == once * 2


async def test_what_the_endpoint_does_not_take_is_not_replayed(
    notify: Component, receiver: Receiver
) -> None:
    began = notify.clock.now()
    endpoint, _ = await missed(notify, receiver, kinds=["job.cancelled"])
    other = await register(notify, receiver)
    async with notify.http(role="technician", id="wang") as client:
        await client.post(f"/v1/endpoints/{other['id']}:test")
    await enable(notify, endpoint, True)

    answer = await replay(notify, endpoint, since=began.isoformat())

    assert answer.json() == {"replayed": 0}


async def test_a_replay_between_two_times_leaves_out_what_came_later(
    notify: Component, receiver: Receiver
) -> None:
    began = notify.clock.now()
    endpoint, story = await missed(notify, receiver)
    later = notify.clock.move(minutes=5)
    story.description = "厨房水管爆裂，已关总阀"
    await notify.hears(story.ticket())
    await enable(notify, endpoint, True)

    answer = await replay(notify, endpoint, since=began.isoformat(), until=later.isoformat())

    assert answer.json() == {"replayed": 1}
    assert [got.kind for got in receiver.got] == ["job.accepted"]


async def test_until_goes_with_an_earlier_since(notify: Component, receiver: Receiver) -> None:
    endpoint = await register(notify, receiver)
    now = notify.clock.now()
    earlier = (now - timedelta(hours=1)).isoformat()

    answers = [
        await replay(notify, endpoint, message_id=endpoint["id"], until=now.isoformat()),
        await replay(notify, endpoint, since=now.isoformat(), until=earlier),
        await replay(notify, endpoint, until=now.isoformat()),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]


_MANY = text("""
    insert into messages (id, recipient_id, kind, cause, at, created_at, language, title, text,
      data)
    select gen_random_uuid(), 'wang', 'endpoint.disabled', n, at, at, 'en', 't', 't', '{}'
    from generate_series(1, 10001) n cross join lateral (
      select cast(:began as timestamptz) + n * interval '1 ms' as at) moment""")


async def test_too_many_messages_are_replayed_in_parts(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    began = notify.clock.now()
    async with notify.tx() as tx:
        await tx.execute(_MANY, began=began)

    async with notify.http(role="technician", id="wang") as client:
        url = f"/v1/endpoints/{endpoint['id']}:replay"
        refused = await client.post(url, json={"since": began.isoformat()})
        until = refused.json()["until"]
        parts = [
            await client.post(url, json={"since": began.isoformat(), "until": until}),
            await client.post(url, json={"since": until}),
        ]

    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_to_replay")
    assert sum(part.json()["replayed"] for part in parts) == 10_001
