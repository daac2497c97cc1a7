"""A client's answer in the webhook's own reply: what can be read of it counts, what cannot is said
at the attempt and to the technician.
"""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from tests.component.notify.conftest import register, send
from tests.component.notify.receiver import Got, Receiver
from tests.support.component import Component
from tests.unit.notify.stories import Story, a_technician


def answer_offers(receiver: Receiver, body: bytes, **headers: str) -> None:
    """From now on, every offer is answered so; anything else with nothing."""

    async def answer(got: Got, _: web.Request) -> web.StreamResponse:
        offered = got.kind == "job.offered"
        return web.Response(body=body, headers=headers) if offered else web.Response()

    receiver.answers = answer


async def offer(notify: Component) -> Story:
    """Offer a job to wang, and have all said about it."""
    story = Story(notify.clock.now())
    await notify.hears(a_technician(), story.ticket(), story.offered("wang"))
    await send(notify)
    return story


async def attempts(notify: Component, endpoint: dict[str, Any]) -> list[dict[str, Any]]:
    async with notify.http(role="technician", id="wang") as client:
        answer = await client.get(f"/v1/endpoints/{endpoint['id']}/attempts")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def inbox(notify: Component, kind: str) -> list[dict[str, Any]]:
    async with notify.http(role="technician", id="wang") as client:
        items = (await client.get("/v1/inbox")).json()["items"]
    return [item for item in items if item["kind"] == kind]


async def test_a_decision_counts_without_a_planned_arrival_that_cannot_be_read(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    answer_offers(receiver, b'{"decision": "Accept", "planned_arrival": "in ten minutes"}')

    story = await offer(notify)

    (fact,) = await notify.said()
    assert (fact.snapshot.decision, fact.snapshot.planned_arrival) == ("accept", None)
    assert [got.kind for got in receiver.got] == ["job.offered", "reply.unreadable"]
    told = receiver.got[-1].verified(endpoint["secret"])["data"]
    by_kind = {each["kind"]: each for each in await attempts(notify, endpoint)}
    assert "planned_arrival has to be a time" in by_kind["job.offered"]["reply_fault"]
    assert by_kind["reply.unreadable"]["reply_fault"] is None
    assert (told["decision"], told["faults"]) == ("accept", ["arrival_not_a_time"])
    assert (told["offer_id"], told["attempt_id"], told["ticket_id"], told["reference"]) == (
        str(story.offers["wang"].id),
        by_kind["job.offered"]["id"],
        str(story.ticket_id),
        "DEMO-1042-K",
    )
    (item,) = await inbox(notify, "reply.unreadable")
    assert (item["title"], item["text"]) == (told["title"], told["text"])


async def test_a_reply_without_a_decision_that_can_be_read_is_told_once_and_does_not_count(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver, kinds=["job.offered"])
    answer_offers(receiver, b'{"decision": "maybe"}')

    story = await offer(notify)
    await notify.hears(story.order(), story.clocks())
    await send(notify)

    (attempt,) = await attempts(notify, endpoint)
    assert "accept" in attempt["reply_fault"]
    assert attempt["answer"] == '{"decision": "maybe"}'
    assert [item["data"]["decision"] for item in await inbox(notify, "reply.unreadable")] == [None]
    assert await notify.said() == []


async def test_a_good_answer_and_no_answer_are_told_to_no_one(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    answer_offers(receiver, b'{"decision": "accept"}')
    await offer(notify)
    answer_offers(receiver, b'{"received": true}')
    await offer(notify)

    assert [each["reply_fault"] for each in await attempts(notify, endpoint)] == [None, None]
    assert await inbox(notify, "reply.unreadable") == []
    assert len(await notify.said()) == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\xef\xbb\xbf" + b'{"decision": "accept"}', {"Content-Type": "application/json"}),
        (gzip.compress(b'{"decision": "accept"}', mtime=0), {"Content-Encoding": "gzip"}),
        (b"decision=accept", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b'[{"accept": true}]', {"Content-Type": 'application/json; charset="UTF-8"'}),
    ],
)
async def test_an_acceptance_counts_however_it_is_packed(
    notify: Component, receiver: Receiver, body: bytes, headers: dict[str, str]
) -> None:
    await register(notify, receiver)
    answer_offers(receiver, body, **headers)

    await offer(notify)

    assert [fact.snapshot.decision for fact in await notify.said()] == ["accept"]
    assert [got.kind for got in receiver.got] == ["job.offered"]


async def test_an_arrival_in_the_past_does_not_count(notify: Component, receiver: Receiver) -> None:
    await register(notify, receiver)
    past = notify.clock.now() - timedelta(hours=3)
    body = {"decision": "accept", "planned_arrival": past.isoformat()}
    answer_offers(receiver, json.dumps(body).encode())

    await offer(notify)

    (fact,) = await notify.said()
    assert fact.snapshot.planned_arrival is None
    (told,) = await inbox(notify, "reply.unreadable")
    assert told["data"]["faults"] == ["arrival_out_of_range"]
