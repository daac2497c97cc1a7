"""People whom nothing but their inbox reaches, as the desk lists them."""

import asyncio
from typing import Any

from services.notify.actions.put_contacts import put_contacts
from services.notify.domain.contacts import Contact, read_contacts
from shared.auth.caller import Caller, Grant, Role
from shared.contracts import PersonV1
from shared.ids import PersonId, SiteId
from tests.component.notify.conftest import register, send, send_mails
from tests.component.notify.mail_receiver import MailReceiver, says
from tests.component.notify.receiver import Receiver
from tests.component.notify.test_mails import LI, put, tell
from tests.support.component import Component


async def unreachable(notify: Component, *, site: str = "demo", **asked: Any) -> list[str]:
    async with notify.http(role="dispatcher", id="desk", site=site) as client:
        answer = await client.get("/v1/recipients", params={"unreachable": True, **asked})
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


async def test_a_person_is_listed_until_a_channel_reaches_them(
    mailing: Component, mail_receiver: MailReceiver, receiver: Receiver
) -> None:
    await tell(mailing)
    at_first = await unreachable(mailing)
    await put(mailing, "li", LI)
    with_mail = await unreachable(mailing)
    mail_receiver.on_recipient = says("550 5.1.1 no such user")
    await tell(mailing)
    await send_mails(mailing)
    undeliverable = await unreachable(mailing)
    endpoint = await register(mailing, receiver, "li")
    with_webhook = await unreachable(mailing)
    receiver.answer(410)
    await tell(mailing)
    await send(mailing)
    gone = await unreachable(mailing)
    async with mailing.http(role="technician", id="li") as client:
        path = f"/v1/endpoints/{endpoint['id']}"
        version = (await client.get(path)).headers["ETag"]
        await client.patch(path, json={"enabled": True}, headers={"If-Match": version})
        enabled = await unreachable(mailing)
        await client.delete(path)
    removed = await unreachable(mailing)

    assert [at_first, undeliverable, gone, removed] == [["li"]] * 4
    assert [with_mail, with_webhook, enabled] == [[]] * 3


async def test_an_address_reaches_no_one_while_mail_is_off(notify: Component) -> None:
    await put(notify, "li", LI)

    await tell(notify)

    assert await unreachable(notify) == ["li"]


async def test_each_site_lists_its_own_in_pages(mailing: Component) -> None:
    for person in ("an", "bo", "cy"):
        await tell(mailing, person)
    await tell(mailing, "di", site="other")
    await tell(mailing, "an", site="other")

    async with mailing.http(role="dispatcher", id="desk", site="*") as client:
        page = await client.get("/v1/recipients?unreachable=true&limit=2")
        rest = await client.get(page.headers["Link"].partition("<")[2].partition(">")[0])
        one = await client.get("/v1/recipients?unreachable=true&site=other")
        both = await client.get("/v1/recipients?unreachable=true&phone=13800138000")
    async with mailing.http(role="dispatcher", id="desk") as client:
        foreign = await client.get("/v1/recipients?unreachable=true&site=other")
    assert [each["id"] for each in page.json()["items"]] == ["an", "bo"]
    assert [each["id"] for each in rest.json()["items"]] == ["cy", "di"]
    assert [each["id"] for each in one.json()["items"]] == ["an", "di"]
    assert (both.status_code, foreign.status_code) == (422, 404)
    assert await unreachable(mailing) == ["an", "bo", "cy"]
    assert await unreachable(mailing, limit="1") == ["an"]


async def test_who_has_left_or_is_forgotten_is_not_listed(mailing: Component) -> None:
    await tell(mailing, "an")
    await tell(mailing, "bo")

    await mailing.hears(
        PersonV1(id="demo/an", version=1, site_id="demo", person_id="an", roles=(), units=())
    )
    async with mailing.http(id="bo") as client:
        await client.delete("/v1/recipients/bo")

    assert await unreachable(mailing) == []


async def test_contacts_without_an_address_that_many_are_given_list_them(
    mailing: Component,
) -> None:
    people = ("an", "bo", "cy")
    await mailing.hears(
        *(PersonV1(id=f"demo/{each}", version=1, site_id="demo", person_id=each) for each in people)
    )
    given = {
        PersonId("an"): read_contacts({Contact.PHONE: "13800138000"}, country="+86"),
        PersonId("bo"): read_contacts({Contact.EMAIL: "bo@example.com"}, country="+86"),
        PersonId("cy"): read_contacts({Contact.EMAIL: None}, country="+86"),
    }
    by = Caller(id=PersonId("desk"), roles=(Grant(Role.DISPATCHER, SiteId("demo")),))

    async with mailing.tx() as tx:
        await put_contacts(tx, given, by=by)

    assert await unreachable(mailing) == ["an", "cy"]


async def test_what_is_said_while_a_channel_comes_and_goes_leaves_no_one_out(
    mailing: Component,
) -> None:
    await tell(mailing, "li")

    await asyncio.gather(
        *(put(mailing, "li", {"email": f"li{n}@example.com"}) for n in range(4)),
        *(tell(mailing, "li") for _ in range(4)),
    )
    with_mail = await unreachable(mailing)
    await put(mailing, "li", {"email": None})

    assert (with_mail, await unreachable(mailing)) == ([], ["li"])
