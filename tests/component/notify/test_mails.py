"""Messages that go out as mails: from a fact to a server that takes, refuses or loses them."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import text

from services.notify.actions.deliver import read_channels
from shared.contracts import PersonV1
from shared.contracts.tickets import TicketState
from tests.component.notify.conftest import (
    MakeNotify,
    mail_sender_of,
    register,
    send,
    send_mails,
)
from tests.component.notify.mail_receiver import MailReceiver, closes, hangs, says
from tests.component.notify.receiver import Receiver
from tests.component.notify.test_inbox import inbox, kinds
from tests.support.component import Component
from tests.unit.notify.stories import Story

LI = {"name": "李明", "email": "li@example.com"}


async def put(
    notify: Component, id: str, body: Any, *, by: str | None = None, site: str = "demo"
) -> None:
    role = "resident" if by is None else "dispatcher"
    async with notify.http(role=role, id=by or id, site=site) as client:
        answer = await client.put(f"/v1/recipients/{id}", json=body)
    assert answer.status_code == 200, answer.text


async def tell(notify: Component, reporter: str = "li", **more: Any) -> Story:
    story = Story(notify.clock.now(), reporter=reporter, **more)
    await notify.hears(*story.begun())
    return story


async def states(notify: Component) -> list[tuple[str, str, int, str | None]]:
    """(channel, state, attempts, reason) of every delivery, oldest first."""
    async with notify.tx() as tx:
        rows = await tx.rows(text("select * from deliveries order by id"))
    return [(row["channel"], row["state"], row["attempts"], row["reason"]) for row in rows]


async def mailbox(notify: Component, id: str = "li") -> Any:
    async with notify.http(role="admin", id="root", site="*") as client:
        return (await client.get(f"/v1/recipients/{id}")).json()


async def test_a_message_is_a_mail_in_the_words_of_the_inbox(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)

    story = await tell(mailing)
    await send_mails(mailing)

    box: Any = await inbox(mailing, "li")
    (item,) = box["items"]
    (got,) = mail_receiver.got
    assert got.recipients == ["li@example.com"]
    assert got.mail["Subject"] == item["title"] == "已收到您的报修 DEMO-1042-K"
    assert got.mail["Message-ID"] == f"<{item['id']}@fettle.example>"
    assert got.mail["To"] == "李明 <li@example.com>"
    assert all(line in got.part("plain") for line in item["text"].splitlines())
    assert await states(mailing) == [("email", "delivered", 1, None)]
    async with mailing.http(role="dispatcher", id="desk") as client:
        told = await client.get(f"/v1/messages?ticket_id={story.ticket_id}")
    (delivery,) = told.json()["items"][0]["deliveries"]
    assert (delivery["channel"], delivery["state"]) == ("email", "delivered")


async def test_a_mail_goes_at_once_where_the_sender_is_at_hand(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    sender = mail_sender_of(mailing)
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0)

    await tell(mailing)
    await sender.idle()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(mail_receiver.got) == 1


async def test_nothing_is_mailed_to_a_person_without_an_address_or_without_a_mail_server(
    notify: Component, mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(notify, "li", LI)
    await tell(notify)
    await tell(mailing, "wu")
    await send_mails(mailing)

    assert mail_receiver.got == []
    assert await states(notify) == await states(mailing) == []
    assert "mails" not in notify.service.due_workers


async def test_offers_are_not_mailed(mailing: Component, mail_receiver: MailReceiver) -> None:
    await put(mailing, "wang", {"email": "wang@example.com"})
    story = Story(mailing.clock.now())

    await mailing.hears(story.ticket(), story.clocks(), story.offered("wang"))
    await mailing.hears(story.accepted("wang"))
    await send_mails(mailing)

    assert kinds(await inbox(mailing, "wang", role="technician")) == ["job.accepted", "job.offered"]
    assert len(mail_receiver.got) == 1


async def test_a_greylisted_mail_is_tried_on_the_schedule_under_the_same_message_id(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    mail_receiver.on_recipient = says("450 4.2.0 greylisted, come again")
    await tell(mailing)
    await send_mails(mailing)
    first = await states(mailing)
    mailing.clock.move(seconds=7)
    await send_mails(mailing)
    mail_receiver.on_recipient = None
    mailing.clock.move(minutes=4)
    await send_mails(mailing)
    early = len(mail_receiver.got)

    mailing.clock.move(minutes=3)
    await send_mails(mailing)

    assert first == [("email", "pending", 1, "answered 450 4.2.0 greylisted, come again")]
    assert (early, len(mail_receiver.got)) == (0, 1)
    assert await states(mailing) == [("email", "delivered", 3, None)]


async def test_an_address_that_does_not_exist_is_marked_and_tried_anew_when_it_is_named_again(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    mail_receiver.on_recipient = says("550 5.1.1 <li@example.com>: no such user")
    await tell(mailing)
    await send_mails(mailing)
    marked = await mailbox(mailing)
    await tell(mailing)
    await send_mails(mailing)
    mail_receiver.on_recipient = None

    await put(mailing, "li", {"language": "en"})
    still = await mailbox(mailing)
    await put(mailing, "li", {"email": "li@example.com"})
    after = await mailbox(mailing)
    await tell(mailing)
    await send_mails(mailing)

    assert marked["email_undeliverable_since"] == still["email_undeliverable_since"] is not None
    assert after["email_undeliverable_since"] is None
    assert [each[:3] for each in await states(mailing)] == [
        ("email", "failed", 1),
        ("email", "delivered", 1),
    ]
    assert (await states(mailing))[0][3] == "undeliverable: answered 550 5.1.1 <…>: no such user"
    assert len(mail_receiver.asked) == 2


async def test_another_address_begins_anew_and_gets_what_waits(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    mail_receiver.on_recipient = says("450 4.2.0 later")
    await tell(mailing)
    await send_mails(mailing)
    mail_receiver.on_recipient = None

    await put(mailing, "li", {"email": "ming@example.com"})
    mailing.clock.move(seconds=7)
    await send_mails(mailing)

    assert [got.recipients for got in mail_receiver.got] == [["ming@example.com"]]


async def test_what_is_said_of_an_address_that_was_changed_meanwhile_is_no_fault_of_the_new_one(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    released = asyncio.Event()

    async def refuse_late(_: SMTP) -> str:
        await released.wait()
        return "550 5.1.1 no such user"

    mail_receiver.on_recipient = refuse_late
    await tell(mailing)
    await mailing.runs_due("mails")
    await mail_receiver.has_been_asked(1)

    await put(mailing, "li", {"email": "ming@example.com"})
    released.set()
    await mail_sender_of(mailing).idle()
    mail_receiver.on_recipient = None
    mailing.clock.move(seconds=7)
    await send_mails(mailing)

    assert (await mailbox(mailing))["email_undeliverable_since"] is None
    assert [got.recipients for got in mail_receiver.got] == [["ming@example.com"]]


async def test_what_waits_for_an_address_that_is_cleared_is_given_up(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    await tell(mailing)

    await put(mailing, "li", {"email": None})
    await send_mails(mailing)

    assert mail_receiver.got == []
    assert await states(mailing) == [("email", "failed", 0, "address_removed")]


async def test_a_person_who_is_forgotten_is_written_to_no_more(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    mail_receiver.on_recipient = says("450 4.2.0 li@example.com is greylisted")
    await tell(mailing)
    await send_mails(mailing)
    async with mailing.http(id="li") as client:
        gone = await client.delete("/v1/recipients/li")

    mailing.clock.move(days=1)
    await send_mails(mailing)

    left = []
    async with mailing.tx() as tx:
        for table in ("recipients", "endpoints", "deliveries", "attempts", "messages"):
            left += [str(row) for row in await tx.rows(text(f"select * from {table}"))]
    assert gone.status_code == 204
    assert len(mail_receiver.asked) == 1
    assert [row for row in left if "li@example.com" in row or "李明" in row] == []


async def test_a_server_that_vanishes_behind_the_mail_gets_it_again_under_the_same_message_id(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    mail_receiver.on_content = closes()
    await tell(mailing)
    await send_mails(mailing)
    mail_receiver.on_content = None
    mailing.clock.move(seconds=7)

    await send_mails(mailing)

    ids = {got.mail["Message-ID"] for got in mail_receiver.got}
    assert (len(mail_receiver.got), len(ids)) == (2, 1)
    assert await states(mailing) == [("email", "delivered", 2, None)]


async def test_while_the_server_is_down_no_address_is_blamed_and_little_is_tried(
    make_notify: MakeNotify, mail_receiver: MailReceiver
) -> None:
    notify = await make_notify(**mail_receiver.settings(smtp_connections=1))
    for number in range(10):
        await put(notify, f"p{number}", {"email": f"p{number}@example.com"})
        await tell(notify, f"p{number}")
    mail_receiver.on_sender = says("451 4.3.0 the disk is full")

    await send_mails(notify)
    at_first = [attempts for _, _, attempts, _ in await states(notify)]
    for _ in range(3):
        notify.clock.move(days=2)
        await send_mails(notify)
    mail_receiver.on_sender = None
    notify.clock.move(minutes=2)
    await send_mails(notify)
    for _ in range(10):
        notify.clock.move(days=1)
        await send_mails(notify)

    assert sum(at_first) == 3
    assert {state for _, state, _, _ in await states(notify)} == {"delivered"}
    assert len(mail_receiver.got) == 10
    assert {(await mailbox(notify, f"p{n}"))["email_undeliverable_since"] for n in range(10)} == {
        None
    }


async def test_a_message_that_is_refused_ends_alone(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    mail_receiver.on_content = says("554 5.7.1 looks like spam")
    await tell(mailing)
    await send_mails(mailing)
    mail_receiver.on_content = None

    await tell(mailing)
    await send_mails(mailing)

    assert [state for _, state, _, _ in await states(mailing)] == ["failed", "delivered"]
    assert (await mailbox(mailing))["email_undeliverable_since"] is None


async def test_a_slow_mail_server_holds_up_no_webhook(
    mailing: Component, mail_receiver: MailReceiver, receiver: Receiver
) -> None:
    mail_receiver.on_recipient, released = hangs()
    for number in range(6):
        await put(mailing, f"p{number}", {"email": f"p{number}@example.com"})
        await tell(mailing, f"p{number}")
    await mailing.runs_due("mails")
    await mail_receiver.has_been_asked(4)

    await register(mailing, receiver, "resident-1")
    await tell(mailing, "resident-1")
    await send(mailing)
    under_way = len(mail_receiver.asked)
    released.set()
    await mail_sender_of(mailing).idle()
    await send_mails(mailing)

    assert (len(receiver.got), under_way) == (1, 4)
    assert len(mail_receiver.got) == 6


async def test_a_mail_whose_sender_died_is_sent_by_another_under_the_same_message_id(
    make_notify: MakeNotify, mail_receiver: MailReceiver
) -> None:
    settings = mail_receiver.settings()
    dying = await make_notify(**settings)
    heir = await make_notify(
        database_url=dying.service.settings.database_url, clock=dying.clock, **settings
    )
    await put(dying, "li", LI)
    mail_receiver.on_content, released = hangs()
    await tell(dying)
    await dying.runs_due("mails")
    await mail_receiver.has_been_asked(1)
    await send_mails(heir)
    while_claimed = len(mail_receiver.asked)
    await mail_sender_of(dying).close()
    released.set()
    mail_receiver.on_content = None

    heir.clock.move(seconds=11)
    await send_mails(heir)

    assert while_claimed == 1
    assert len({got.mail["Message-ID"] for got in mail_receiver.got}) == 1
    assert await states(heir) == [("email", "delivered", 1, None)]


async def test_two_instances_send_each_mail_once(
    make_notify: MakeNotify, mail_receiver: MailReceiver
) -> None:
    settings = mail_receiver.settings()
    one = await make_notify(**settings)
    url = one.service.settings.database_url
    two = await make_notify(database_url=url, clock=one.clock, **settings)
    for number in range(12):
        await put(one, f"p{number}", {"email": f"p{number}@example.com"})
        await tell(one, f"p{number}")

    await asyncio.gather(send_mails(one), send_mails(two))
    await send_mails(one)

    ids = [got.mail["Message-ID"] for got in mail_receiver.got]
    assert (len(ids), len(set(ids))) == (12, 12)


async def test_a_site_sees_nothing_of_others_at_an_address_that_it_gave(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    records = [
        PersonV1(id=f"{site}/li", version=1, site_id=site, person_id="li")
        for site in ("demo", "other")
    ]
    await mailing.hears(*records)
    await put(mailing, "li", {"email": "spy@example.com"}, by="desk", site="other")
    await tell(mailing)
    await tell(mailing, site="other")
    await send_mails(mailing)
    by_other = len(mail_receiver.got)

    await put(mailing, "li", {"email": "spy@example.com"}, by="desk", site="demo")
    await tell(mailing)
    await send_mails(mailing)
    by_both = len(mail_receiver.got)
    await put(mailing, "li", {"email": "li@example.com"})
    await tell(mailing, site="third")
    await send_mails(mailing)

    assert (by_other, by_both, len(mail_receiver.got)) == (1, 2, 3)
    assert mail_receiver.got[-1].recipients == ["li@example.com"]


async def test_who_has_left_is_mailed_nothing_more_of_the_site(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    await tell(mailing)

    await mailing.hears(
        PersonV1(id="demo/li", version=1, site_id="demo", person_id="li", roles=(), units=())
    )
    await send_mails(mailing)

    assert mail_receiver.got == []
    assert await states(mailing) == [("email", "dropped", 0, "no_longer_there")]


async def test_a_mailbox_is_no_endpoint_that_anyone_sees_or_changes(
    mailing: Component, receiver: Receiver
) -> None:
    await put(mailing, "li", LI)
    await register(mailing, receiver, "li")
    async with mailing.tx() as tx:
        (row,) = await tx.rows(text("select id from endpoints where channel = 'email'"))
    path = f"/v1/endpoints/{row['id']}"

    async with mailing.http(role="technician", id="li") as client:
        listed = (await client.get("/v1/endpoints")).json()["items"]
        answers = [
            await client.get(path),
            await client.get(f"{path}/attempts"),
            await client.patch(path, json={"enabled": False}, headers={"If-Match": '"1"'}),
            await client.post(f"{path}/secret:rotate"),
            await client.post(f"{path}:test"),
            await client.post(f"{path}:replay", json={"since": "2026-01-01T00:00:00Z"}),
            await client.delete(path),
        ]

    assert [each["url"] for each in listed] == [receiver.url]
    assert {each.status_code for each in answers} == {404}


async def test_repeats_are_mailed_as_one(mailing: Component, mail_receiver: MailReceiver) -> None:
    await put(mailing, "li", LI)
    story = await tell(mailing)
    await send_mails(mailing)
    for _ in range(3):
        story.now = mailing.clock.move(seconds=1)
        await mailing.hears(story.comment("We will come at four."))
    mailing.clock.move(minutes=2)
    await mailing.runs_due("repeats")

    await send_mails(mailing)

    assert len(mail_receiver.got) == 3


async def test_in_development_mails_are_files(make_notify: MakeNotify, tmp_path: Path) -> None:
    notify = await make_notify(
        smtp_url=f"file:{tmp_path / 'mail'}", mail_from="repairs@fettle.example"
    )
    await put(notify, "li", LI)

    story = await tell(notify)
    await send_mails(notify)
    story.now = notify.clock.move(minutes=1)
    await notify.hears(story.ticket(TicketState.CANCELLED))
    await send_mails(notify)

    files = sorted((tmp_path / "mail").iterdir())
    assert [each.suffix for each in files] == [".eml", ".eml"]
    assert b"li@example.com" in files[0].read_bytes()
    assert {state for _, state, _, _ in await states(notify)} == {"delivered"}


async def test_being_ready_says_that_mail_is_off_and_metrics_count_attempts(
    notify: Component, mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    await tell(mailing)
    await send_mails(mailing)
    async with mailing.http(role=None) as prometheus:
        page = (await prometheus.get("/metrics")).text

    off, on = (read_channels(each.app.state.couriers) for each in (notify, mailing))
    assert (off, on) == ({"mail": "off: FETTLE_SMTP_URL is not set"}, {})
    assert 'fettle_mail_attempts_total{outcome="arrived"} 1.0' in page


@pytest.mark.parametrize("pause", [timedelta(days=5, hours=1)])
async def test_an_address_that_fails_for_five_days_is_given_up(
    mailing: Component, mail_receiver: MailReceiver, pause: timedelta
) -> None:
    await put(mailing, "li", LI)
    mail_receiver.on_recipient = says("450 4.2.2 mailbox full")
    await tell(mailing)
    await send_mails(mailing)

    mailing.clock.set(mailing.clock.now() + pause)
    await send_mails(mailing)

    assert (await mailbox(mailing))["email_undeliverable_since"] is not None
