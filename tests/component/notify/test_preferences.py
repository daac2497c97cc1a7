"""What people want to hear: said by them, kept for them, and obeyed in the inbox and in mails."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from shared.contracts import PersonV1
from shared.contracts.tickets import TicketState
from tests.component.notify.conftest import register, send, send_mails
from tests.component.notify.mail_receiver import MailReceiver
from tests.component.notify.receiver import Receiver
from tests.component.notify.test_inbox import inbox, kinds
from tests.component.notify.test_mails import LI, put, tell
from tests.support.component import Component

PATH = "/v1/recipients/li/preferences"


async def choose(
    notify: Component, channels: Mapping[str, Any], *, version: int | None = None
) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    async with notify.http(id="li") as client:
        return await client.put(PATH, json={"channels": channels}, headers=headers)


async def test_nothing_is_switched_off_at_first(notify: Component) -> None:
    async with notify.http(id="li") as client:
        answer = await client.get(PATH)

    assert answer.json() == {"version": 0, "channels": {}}
    assert answer.headers["ETag"] == '"0"'


async def test_switches_are_put_in_the_place_of_all_and_by_version(notify: Component) -> None:
    first = await choose(notify, {"email": {"*": True, "ticket.rated": False}})
    unread = await choose(notify, {"email": {}})
    stale = await choose(notify, {"email": {}}, version=7)
    second = await choose(notify, {"inbox": {"ticket.held": False}}, version=1)
    async with notify.http(id="li") as client:
        read = await client.get(PATH)

    assert first.json() == {"version": 1, "channels": {"email": {"*": True, "ticket.rated": False}}}
    assert (unread.status_code, stale.status_code) == (428, 412)
    assert second.headers["ETag"] == '"2"'
    assert read.json() == {"version": 2, "channels": {"inbox": {"ticket.held": False}}}


async def test_a_repeat_has_to_be_well_formed_too(notify: Component) -> None:
    async with notify.http(id="li") as client:
        client.headers["Idempotency-Key"] = "once"
        first, again = [await client.put(PATH, json={"channels": {}}) for _ in range(2)]
        odd = await client.put(PATH, json={"channels": {}}, headers={"If-Match": "0.5"})

    assert [each.status_code for each in (first, again, odd)] == [200, 200, 400]


async def test_of_two_who_begin_at_the_same_time_one_is_told_so(notify: Component) -> None:
    answers = await asyncio.gather(
        *(choose(notify, {"email": {"*": bool(n % 2)}}) for n in range(6))
    )

    assert sorted(each.status_code for each in answers) == [200, *[428] * 5]


@pytest.mark.parametrize(
    "channels",
    [
        {"inbox": {"job.offered": False}},
        {"inbox": {"emergency.untaken": False}},
        {"email": {"login.link": False}},
        {"email": {"ticket.teleported": True}},
        {"email": {"ticket.rated": 0}},
        {"sms": {"*": True}},
        {"email": {"": True}},
    ],
)
async def test_what_cannot_be_switched_is_refused(
    notify: Component, channels: dict[str, Any]
) -> None:
    answer = await choose(notify, channels)

    assert answer.status_code == 422
    async with notify.http(id="li") as client:
        assert (await client.get(PATH)).json()["version"] == 0


async def test_the_staff_of_a_shared_site_may_and_others_see_nothing(notify: Component) -> None:
    await notify.hears(PersonV1(id="demo/li", version=1, site_id="demo", person_id="li"))

    seen = {}
    for role, site in (
        ("dispatcher", "demo"),
        ("dispatcher", "other"),
        ("integration", "other"),
        ("technician", "demo"),
        ("resident", "demo"),
    ):
        async with notify.http(role=role, id="spy", site=site) as client:
            body: dict[str, Any] = {"channels": {}}
            seen[role, site] = (
                (await client.get(PATH)).status_code,
                (await client.put(PATH, json=body, headers={"If-Match": '"0"'})).status_code,
            )

    assert list(seen.values()) == [(200, 200), (404, 404), (404, 404), (403, 403), (403, 403)]


async def test_a_kind_that_is_off_is_neither_in_the_inbox_nor_unread_and_still_mailed(
    mailing: Component, mail_receiver: MailReceiver, receiver: Receiver
) -> None:
    await put(mailing, "li", LI)
    await register(mailing, receiver, "li")
    await choose(mailing, {"inbox": {"ticket.received": False}})

    await tell(mailing)
    await send(mailing)
    await send_mails(mailing)

    box = await inbox(mailing, "li")
    assert (kinds(box), box["unread"]) == ([], 0)
    assert (len(mail_receiver.got), len(receiver.got)) == (1, 1)


async def test_a_kind_that_is_off_by_mail_is_in_the_inbox_alone(
    mailing: Component, mail_receiver: MailReceiver
) -> None:
    await put(mailing, "li", LI)
    await choose(mailing, {"email": {"*": False, "ticket.cancelled": True}})

    story = await tell(mailing)
    story.now = mailing.clock.move(minutes=1)
    await mailing.hears(story.ticket(TicketState.CANCELLED))
    await send_mails(mailing)

    assert kinds(await inbox(mailing, "li")) == ["ticket.cancelled", "ticket.received"]
    assert [got.mail["Subject"] for got in mail_receiver.got] == ["报修 DEMO-1042-K 已取消"]


async def test_what_is_off_in_the_inbox_still_says_that_older_messages_do_not_stand(
    notify: Component,
) -> None:
    await choose(notify, {"inbox": {"ticket.cancelled": False}})
    story = await tell(notify)
    story.now = notify.clock.move(minutes=1)

    await notify.hears(story.ticket(TicketState.CANCELLED))

    box = await inbox(notify, "li")
    assert kinds(box) == ["ticket.received"]
    assert isinstance(box["items"], list)
    assert box["items"][0]["superseded_at"] is not None


async def test_choices_are_forgotten_with_the_person(notify: Component) -> None:
    await put(notify, "li", LI)
    await choose(notify, {"email": {"*": False}})

    async with notify.http(id="li") as client:
        await client.delete("/v1/recipients/li")
        after = await client.get(PATH)

    assert after.json() == {"version": 0, "channels": {}}
