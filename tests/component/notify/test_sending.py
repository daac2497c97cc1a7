"""Deliveries to endpoints that fail, hang, drip, lie or vanish."""

import asyncio
import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from sqlalchemy import text

from services.notify.domain.delivery import Delivery
from services.notify.domain.envelope import Said
from services.notify.domain.kinds import Kind
from services.notify.sender import EACH_AT_ONCE, MAX_AT_ONCE, Sender
from services.notify.store.claims import Claimed
from shared.contracts.tickets import TicketState
from shared.ids import new_id
from tests.component.notify.conftest import MakeNotify, at_hand, register, send, sender_of
from tests.component.notify.receiver import Got, Receiver
from tests.component.notify.test_offers import deliveries
from tests.support.component import Component
from tests.support.eventually import eventually
from tests.unit.notify.stories import Story


async def tell_resident(notify: Component, times: int = 1, reporter: str = "resident-1") -> Story:
    for _ in range(times):
        story = Story(notify.clock.now(), reporter=reporter)
        await notify.hears(*story.begun())
    return story


async def test_a_resident_app_gets_words_and_data(notify: Component, receiver: Receiver) -> None:
    endpoint = await register(notify, receiver, "resident-1")

    story = await tell_resident(notify)
    await send(notify)

    body = receiver.got[0].verified(endpoint["secret"])
    assert body["type"] == "ticket.received"
    assert body["data"]["ticket_id"] == str(story.ticket_id)
    assert body["data"]["title"] == "已收到您的报修 DEMO-1042-K"


async def test_a_failing_endpoint_is_tried_on_the_schedule_under_the_same_id(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver, "resident-1")
    receiver.answer(500, {"error": "broken"})
    await tell_resident(notify)
    await send(notify)
    for pause in (timedelta(seconds=6), timedelta(minutes=6), timedelta(minutes=36)):
        notify.clock.set(notify.clock.now() + pause)
        await send(notify)
    receiver.answer(204)
    notify.clock.move(hours=3)

    await send(notify)

    assert len(receiver.got) == 5
    assert len({got.id for got in receiver.got}) == 1
    assert [row["state"] for row in await deliveries(notify)] == ["delivered"]
    async with notify.http(id="resident-1") as client:
        attempts = (await client.get(f"/v1/endpoints/{endpoint['id']}/attempts")).json()["items"]
    assert [attempt["status"] for attempt in attempts] == [204, 500, 500, 500, 500]
    assert attempts[1]["answer"] == '{"error": "broken"}'


async def test_every_signature_is_fresh(notify: Component, receiver: Receiver) -> None:
    await register(notify, receiver, "resident-1")
    receiver.answer(500)
    await tell_resident(notify)
    await send(notify)
    notify.clock.move(seconds=6)
    await send(notify)

    first, second = (got.headers["webhook-timestamp"] for got in receiver.got)

    assert int(second) - int(first) == 6


async def test_retry_after_is_obeyed(notify: Component, receiver: Receiver) -> None:
    await register(notify, receiver, "resident-1")
    receiver.answer(429, headers={"Retry-After": "120"})
    await tell_resident(notify)
    await send(notify)
    receiver.answer(200)

    notify.clock.move(seconds=119)
    await send(notify)
    early = len(receiver.got)
    notify.clock.move(seconds=2)
    await send(notify)

    assert (early, len(receiver.got)) == (1, 2)


async def test_a_receiver_that_asks_for_a_pause_gets_nothing_else_meanwhile(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, "resident-1")
    receiver.answer(429, headers={"Retry-After": "120"})
    await tell_resident(notify)
    await send(notify)
    receiver.answer(200)

    await tell_resident(notify)
    await send(notify)
    notify.clock.move(seconds=119)
    await send(notify)
    early = len(receiver.got)
    notify.clock.move(seconds=2)
    await send(notify)

    assert (early, len(receiver.got)) == (1, 3)


async def test_a_delivery_that_cannot_be_read_keeps_no_other_from_being_sent(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, "resident-1")
    await tell_resident(notify, times=2)
    async with notify.tx() as tx:
        await tx.execute(
            text(
                "update deliveries set kind = 'ticket.teleported' "
                "where id = (select id from deliveries order by id limit 1)"
            )
        )

    await notify.service.due_workers["deliveries"].run_due()
    await sender_of(notify).idle()

    assert notify.service.due_workers["deliveries"].quarantined == 1
    assert sorted(row["state"] for row in await deliveries(notify)) == ["delivered", "pending"]


async def test_gone_disables_the_endpoint_and_its_owner_is_told(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver, "resident-1")
    receiver.answer(410)
    await tell_resident(notify, 2)

    await send(notify)

    assert {(row["state"], row["reason"]) for row in await deliveries(notify)} <= {
        ("failed", "endpoint_gone"),
        ("failed", "endpoint_disabled: gone"),
    }
    async with notify.http(id="resident-1") as client:
        assert (await client.get(f"/v1/endpoints/{endpoint['id']}")).json()[
            "disabled_reason"
        ] == "gone"
        assert "endpoint.disabled" in [
            item["kind"] for item in (await client.get("/v1/inbox")).json()["items"]
        ]


async def test_five_days_of_failing_disable_it(notify: Component, receiver: Receiver) -> None:
    endpoint = await register(notify, receiver, "resident-1")
    receiver.answer(500)
    await tell_resident(notify)
    for _ in range(11):
        await send(notify)
        notify.clock.move(hours=13)
    await tell_resident(notify)

    await send(notify)

    async with notify.http(id="resident-1") as client:
        assert (await client.get(f"/v1/endpoints/{endpoint['id']}")).json()[
            "disabled_reason"
        ] == "failing_for_five_days"
    assert all(row["state"] == "failed" and row["reason"] for row in await deliveries(notify))


async def test_one_success_makes_all_well_again(notify: Component, receiver: Receiver) -> None:
    endpoint = await register(notify, receiver, "resident-1")
    url = f"/v1/endpoints/{endpoint['id']}"
    receiver.answer(500)
    await tell_resident(notify, 4)
    await send(notify)
    async with notify.http(id="resident-1") as client:
        failing = (await client.get(url)).json()["failing_since"]
        receiver.answer(200)
        await tell_resident(notify)
        await send(notify)
        well = (await client.get(url)).json()["failing_since"]
    receiver.answer(500)

    await tell_resident(notify, 4)
    await send(notify)
    await tell_resident(notify)
    await send(notify)

    assert (failing is None, well) == (False, None)
    assert len(receiver.got) == 10  # no breaker: nothing was held back


async def test_what_waits_behind_a_breaker_is_not_tried_until_it_ends(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, "resident-1")
    receiver.answer(500)
    await tell_resident(notify, 5)
    await send(notify)
    assert len(receiver.got) == 5

    await tell_resident(notify)
    await send(notify)
    behind = len(receiver.got)
    receiver.answer(200)
    notify.clock.move(seconds=7)
    await send(notify)

    assert behind == 5
    assert {row["state"] for row in await deliveries(notify)} == {"delivered"}


async def test_a_slow_endpoint_delays_itself_alone(notify: Component) -> None:
    async with Receiver().listening() as slow, Receiver().listening() as quick:
        await register(notify, slow, "resident-1")
        await register(notify, quick, "resident-2")
        released = slow.hang()
        await tell_resident(notify, 3 * EACH_AT_ONCE)
        await tell_resident(notify, 3 * EACH_AT_ONCE, "resident-2")

        async def quick_has_all() -> bool:
            await notify.runs_due("deliveries")
            return len(quick.got) == 3 * EACH_AT_ONCE

        await eventually(quick_has_all)
        batch_size = len(slow.got)
        released.set()
        await sender_of(notify).idle()
        await send(notify)

        assert batch_size <= 2 * EACH_AT_ONCE
        assert len(slow.got) == 3 * EACH_AT_ONCE


async def test_what_is_due_at_once_is_sent_without_anybody_looking_for_it(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, "resident-1")

    async with at_hand(notify) as sender:
        await tell_resident(notify)
        await sender.idle()

        assert [row["state"] for row in await deliveries(notify)] == ["delivered"]
        assert (await notify.runs_due("deliveries"), len(receiver.got)) == (0, 1)


async def test_what_finds_no_room_at_once_is_sent_when_there_is(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, "resident-1")
    released = receiver.hang()
    stories = [Story(notify.clock.now()) for _ in range(3 * EACH_AT_ONCE)]

    async with at_hand(notify) as sender:
        await notify.hears(*(story.clocks() for story in stories))
        await notify.hears(*(story.ticket() for story in stories))
        await receiver.has_got(EACH_AT_ONCE)
        await notify.runs_due("deliveries")
        batch_size = len(receiver.got)
        released.set()
        await sender.idle()
        await send(notify)

    assert batch_size == EACH_AT_ONCE
    assert len(receiver.got) == len({got.id for got in receiver.got}) == 3 * EACH_AT_ONCE
    assert {row["state"] for row in await deliveries(notify)} == {"delivered"}


async def test_what_was_put_off_is_looked_for_though_its_endpoint_may_have_more_by_then(
    notify: Component, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(notify, receiver, "resident-1")
    looks: list[Sender] = []
    monkeypatch.setattr(Sender, "_look_again", lambda self: looks.append(self))
    receiver_answers = receiver.hang()

    async with Receiver().listening() as slow, at_hand(notify) as sender:
        slow_answers = slow.hang()
        await tell_resident(notify)
        await receiver.has_got(1)
        sender.send_now([a_claim(slow.url) for _ in range(MAX_AT_ONCE // 2)])
        await tell_resident(notify)  # while each endpoint has one at a time
        slow_answers.set()

        async def receiver_alone_is_slow() -> bool:
            return sender.attempts.under_way == 1

        await eventually(receiver_alone_is_slow)
        before = len(looks)
        receiver_answers.set()
        await sender.idle()

    assert len(looks) == before + 1


async def test_nobody_looks_for_more_while_there_is_more_than_enough_to_send(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, "resident-1")
    await tell_resident(notify)
    released = receiver.hang()

    async with at_hand(notify) as sender:
        sender.send_now([a_claim(receiver.url) for _ in range(MAX_AT_ONCE + 3)])
        room = sender.have_room(new_id(), there=0, in_all=0)
        taken = await notify.runs_due("deliveries")
        released.set()
        await sender.idle()
        again = sender.have_room(new_id(), there=EACH_AT_ONCE - 1, in_all=MAX_AT_ONCE - 1)

    assert (room, taken, again) == (False, 0, True)


async def test_many_slow_endpoints_together_leave_room_for_the_others(
    notify: Component, receiver: Receiver
) -> None:
    released = receiver.hang()

    async with at_hand(notify) as sender:
        for _ in range(75):
            slow = new_id()
            while sender.have_room(slow, there=0, in_all=0):
                claim = a_claim(receiver.url)
                delivery = replace(claim.delivery, endpoint_id=slow)
                sender.send_now([replace(claim, delivery=delivery)])
        room = sender.have_room(new_id(), there=0, in_all=0)
        released.set()
        await sender.idle()

    assert room


async def test_what_was_handed_over_and_not_sent_is_sent_by_another_when_its_claim_has_run_out(
    make_notify: MakeNotify, receiver: Receiver
) -> None:
    dying = await make_notify()
    heir = await make_notify(database_url=dying.service.settings.database_url, clock=dying.clock)
    await register(dying, receiver, "resident-1")
    receiver.hang()

    async with at_hand(dying):
        await tell_resident(dying)
        await receiver.has_got(1)
        await send(heir)
        while_claimed = len(receiver.got)
    receiver.answer(200)
    heir.clock.move(seconds=11)
    await send(heir)

    assert (while_claimed, len(receiver.got)) == (1, 2)
    assert len({got.id for got in receiver.got}) == 1


async def test_a_sender_that_dies_after_sending_leaves_it_to_another_under_the_same_id(
    make_notify: MakeNotify, receiver: Receiver
) -> None:
    dying = await make_notify()
    heir = await make_notify(database_url=dying.service.settings.database_url, clock=dying.clock)
    await register(dying, receiver, "resident-1")
    await tell_resident(dying)
    receiver.hang()
    await dying.runs_due("deliveries")
    await receiver.has_got(1)

    await sender_of(dying).close()
    receiver.answer(200)
    await send(heir)
    while_claimed = len(receiver.got)
    heir.clock.move(seconds=11)
    await send(heir)

    assert (while_claimed, len(receiver.got)) == (1, 2)
    assert len({got.id for got in receiver.got}) == 1
    assert [row["state"] for row in await deliveries(heir)] == ["delivered"]


async def test_an_attempt_that_takes_long_stays_with_its_sender_while_it_renews_its_lease(
    make_notify: MakeNotify, receiver: Receiver
) -> None:
    slow = await make_notify()
    other = await make_notify(database_url=slow.service.settings.database_url, clock=slow.clock)
    await register(slow, receiver, "resident-1")
    released = receiver.hang()

    async with at_hand(slow) as sender:
        await tell_resident(slow)
        await receiver.has_got(1)
        slow.clock.move(seconds=9)
        await sender.renew_leases()
        slow.clock.move(seconds=9)
        of_the_other = await other.runs_due("deliveries")
        released.set()
        await sender.idle()

    assert (of_the_other, len(receiver.got)) == (0, 1)
    assert [row["state"] for row in await deliveries(slow)] == ["delivered"]


async def test_a_sender_does_not_begin_anew_what_it_has_in_hand(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, "resident-1")
    released = receiver.hang()

    async with at_hand(notify) as sender:
        await tell_resident(notify)
        await receiver.has_got(1)
        notify.clock.move(seconds=11)
        begun_anew = await notify.runs_due("deliveries")
        released.set()
        await sender.idle()

    assert (begun_anew, len(receiver.got)) == (0, 1)


async def test_two_instances_never_send_the_same_attempt(
    make_notify: MakeNotify, receiver: Receiver
) -> None:
    one = await make_notify()
    other = await make_notify(database_url=one.service.settings.database_url, clock=one.clock)
    await register(one, receiver, "resident-1")
    await tell_resident(one, 40)

    await asyncio.gather(*(send(instance) for instance in (one, other, one, other)))
    await send(one)

    assert len(receiver.got) == len({got.id for got in receiver.got}) == 40
    assert {row["attempts"] for row in await deliveries(one)} == {1}


async def test_a_redirect_is_not_followed(notify: Component) -> None:
    async with Receiver().listening() as inside, Receiver().listening() as door:
        await register(notify, door, "resident-1")
        door.answer(307, headers={"Location": inside.url})
        await tell_resident(notify)

        await send(notify)

        assert (len(door.got), len(inside.got)) == (1, 0)
        assert [row["reason"] for row in await deliveries(notify)] == ["answered 307"]


async def test_a_bomb_in_the_answer_is_not_unpacked_and_not_read_to_its_end(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    bomb = gzip.compress(b"0" * 200_000_000, compresslevel=1)

    async def answer(_: Got, request: web.Request) -> web.StreamResponse:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    receiver.answers = answer
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang"))

    await send(notify)

    assert {row["state"] for row in await deliveries(notify)} == {"delivered"}
    async with notify.http(role="technician", id="wang") as client:
        listed = (await client.get(f"/v1/endpoints/{endpoint['id']}/attempts")).json()["items"]
    assert [each["kind"] for each in listed] == ["reply.unreadable", "job.offered"]
    assert [len(each["answer"]) <= 1000 for each in listed] == [True, True]
    assert "longer than 64 KB" in listed[1]["reply_fault"]


async def test_nobody_listening_is_an_error_in_words(notify: Component, receiver: Receiver) -> None:
    endpoint = await register(notify, receiver, "resident-1")
    async with notify.http(id="resident-1") as client:
        headers = {"If-Match": '"1"'}
        moved = await client.patch(
            f"/v1/endpoints/{endpoint['id']}", json={"url": "http://127.0.0.1:1/"}, headers=headers
        )
        assert moved.status_code == 200
    await tell_resident(notify)

    await send(notify)

    (delivery,) = await deliveries(notify)
    assert delivery["state"] == "pending"
    assert "127.0.0.1:1" in delivery["reason"]


async def test_an_answer_that_is_cut_off_is_tried_again(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, "resident-1")

    async def cut(_: Got, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    receiver.answers = cut
    await tell_resident(notify)
    await send(notify)
    receiver.answer(200)
    notify.clock.move(seconds=7)
    await send(notify)

    assert len({got.id for got in receiver.got}) == 1
    assert [row["state"] for row in await deliveries(notify)] == ["delivered"]


async def test_a_removed_endpoint_gets_nothing_more(notify: Component, receiver: Receiver) -> None:
    endpoint = await register(notify, receiver, "resident-1")
    story = await tell_resident(notify)

    async with notify.http(id="resident-1") as client:
        assert (await client.delete(f"/v1/endpoints/{endpoint['id']}")).status_code == 204
    await notify.hears(story.ticket(TicketState.CANCELLED))
    await send(notify)

    assert receiver.got == []
    assert [(row["state"], row["reason"]) for row in await deliveries(notify)] == [
        ("failed", "endpoint_removed")
    ]


def a_claim(url: str) -> Claimed:
    """Of a delivery that nobody has put down."""
    now, id = datetime.now(UTC), new_id()
    said = Said(id=id, kind=Kind.ENDPOINT_TEST, at=now, data={}, title="", text="", language="en")
    return Claimed(
        delivery=Delivery.begun(
            id=new_id(), message_id=id, endpoint_id=new_id(), kind=said.kind, until=None, at=now
        ),
        claim=new_id(),
        said=said,
        ticket_id=None,
        site_id=None,
        recipient_id="resident-1",
        url=url,
        secrets=(),
        open=True,
    )
