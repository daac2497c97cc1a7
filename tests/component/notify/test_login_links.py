"""Links to log in by: for the portal alone, over e-mail alone, and gone once they are sent."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.notify.domain.addresses import Reach, UrlRefused, checked_link
from shared.contracts import PersonV1
from tests.component.notify.conftest import MakeNotify, register, send, send_mails
from tests.component.notify.mail_receiver import MailReceiver, says
from tests.component.notify.receiver import Receiver
from tests.component.notify.test_inbox import inbox
from tests.component.notify.test_mails import LI, put, states
from tests.support.component import Component

URL = "https://portal.example/login?code=7c1e5f"


@pytest.fixture
async def portal(make_notify: MakeNotify, mail_receiver: MailReceiver) -> Component:
    """notify that knows its portal."""
    return await make_notify(**mail_receiver.settings(portal_subject="portal"))


async def ask(
    notify: Component,
    recipient: str = "li",
    url: str = URL,
    *,
    id: str = "portal",
    role: str = "integration",
    site: str = "*",
    sites: Sequence[str] | None = None,
    email: str | None = None,
    **headers: str,
) -> httpx.Response:
    body: dict[str, Any] = {"recipient_id": recipient, "kind": "login.link", "url": url}
    if sites is not None:
        body["sites"] = sites
    if email is not None:
        body["email"] = email
    async with notify.http(role=role, id=id, site=site) as client:
        return await client.post("/v1/messages", json=body, headers=headers)


async def everything(notify: Component) -> str:
    """All that lies in the database."""
    found = []
    async with notify.tx() as tx:
        tables = await tx.rows(
            text("select table_name from information_schema.tables where table_schema = 'public'")
        )
        for table in tables:
            found += [
                dict(row) for row in await tx.rows(text(f"select * from {table['table_name']}"))
            ]
    return str(found)


async def links(notify: Component) -> int:
    async with notify.tx() as tx:
        (row,) = await tx.rows(text("select count(*) as count from login_links"))
    return int(row["count"])


async def test_the_link_is_mailed_and_nowhere_else_and_gone_then(
    portal: Component, mail_receiver: MailReceiver, receiver: Receiver
) -> None:
    await put(portal, "li", LI)
    await register(portal, receiver, "li")

    answer = await ask(portal)
    before = await everything(portal)
    await send_mails(portal)
    await send(portal)

    (got,) = mail_receiver.got
    assert answer.status_code == 202
    assert URL in got.part("plain")
    assert f'href="{URL}"' in got.part("html")
    assert got.mail["Subject"] == "您的登录链接"
    assert got.mail["List-Unsubscribe"] is None
    assert "7c1e5f" not in before + await everything(portal)
    assert await links(portal) == 0
    assert receiver.got == []
    box = await inbox(portal, "li")
    assert (box["items"], box["unread"]) == ([], 0)


async def test_an_unknown_person_is_answered_like_a_known_one(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    await put(portal, "li", LI)
    await put(portal, "wu", {"phone": "13800138000"})

    answers = [await ask(portal, each) for each in ("li", "wu", "stranger")]
    await send_mails(portal)

    assert {each.status_code for each in answers} == {202}
    assert len({each.text for each in answers}) == 1
    assert len({str(sorted(each.headers)) for each in answers}) == 1
    assert len(mail_receiver.got) == 1


@pytest.mark.parametrize(
    "caller",
    [
        {"id": "another"},
        {"role": "admin"},
        {"role": "resident", "id": "portal"},
        {"role": "technician"},
    ],
)
async def test_the_portal_alone_may(portal: Component, caller: dict[str, Any]) -> None:
    await put(portal, "li", LI)

    answer = await ask(portal, **caller)

    assert answer.status_code == 403
    assert await links(portal) == 0


async def test_without_a_portal_or_a_mail_server_it_is_refused(
    mailing: Component, make_notify: MakeNotify
) -> None:
    without_mail = await make_notify(portal_subject="portal")

    no_portal, no_mail = await ask(mailing), await ask(without_mail)

    assert no_portal.status_code == 403
    assert (no_mail.status_code, no_mail.json()["code"]) == (409, "mail_off")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "https://",
        "https://portal.example/\r\nBcc: x",
        "/login",
        "https://p/ü",
    ],
)
async def test_what_is_no_link_is_refused(portal: Component, url: str) -> None:
    assert (await ask(portal, url=url)).status_code == 422


def test_in_production_a_link_is_https() -> None:
    with pytest.raises(UrlRefused):
        checked_link("http://portal.example/login", Reach(anywhere=False), below=None)

    assert checked_link(URL, Reach(anywhere=False), below=None) == URL


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.example.evil.example/login",
        "https://portal.example:8443/login",
        "https://portal.example@evil.example/login",
        "http://portal.example/login",
        "https://PORTAL.example/login",
    ],
)
async def test_a_link_leads_nowhere_but_to_the_portal(
    make_notify: MakeNotify, mail_receiver: MailReceiver, url: str
) -> None:
    settings = mail_receiver.settings(portal_subject="portal", portal_url="https://portal.example")
    notify = await make_notify(**settings)

    elsewhere, there = await ask(notify, url=url), await ask(notify)

    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "url_refused")
    assert there.status_code == 202


async def test_after_a_quarter_of_an_hour_it_is_tried_no_more_and_gone(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    await put(portal, "li", LI)
    mail_receiver.on_recipient = says("450 4.2.0 greylisted")
    await ask(portal)
    for _ in range(6):
        await send_mails(portal)
        portal.clock.move(seconds=61)
    tried = len(mail_receiver.asked)
    mail_receiver.on_recipient = None
    portal.clock.move(minutes=15)

    await send_mails(portal)
    await portal.runs_due("login_links")

    assert tried == 6
    assert mail_receiver.got == []
    assert [state for _, state, _, _ in await states(portal)] == ["dropped"]
    assert await links(portal) == 0


async def test_a_server_that_repeats_the_mail_in_its_answer_puts_the_link_in_no_record(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    await put(portal, "li", LI)
    mail_receiver.on_content = says(f"554 5.7.1 spam: {URL}")

    await ask(portal)
    await send_mails(portal)

    assert "7c1e5f" not in await everything(portal)
    assert [state for _, state, _, _ in await states(portal)] == ["failed"]
    assert await links(portal) == 0


async def test_mails_that_are_switched_off_do_not_keep_a_person_from_logging_in(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    await put(portal, "li", LI)
    async with portal.http(id="li") as client:
        body = {"channels": {"email": {"*": False}}}
        await client.put("/v1/recipients/li/preferences", json=body)

    await ask(portal)
    await send_mails(portal)

    assert len(mail_receiver.got) == 1


async def test_no_link_goes_to_an_address_that_one_of_several_sites_gave(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    await portal.hears(
        *(
            PersonV1(id=f"{site}/li", version=1, site_id=site, person_id="li")
            for site in ("demo", "other")
        )
    )
    await put(portal, "li", {"email": "spy@example.com"}, by="desk", site="other")
    await ask(portal)
    await send_mails(portal)
    by_one = len(mail_receiver.got)

    await put(portal, "li", {"email": "spy@example.com"}, by="desk", site="demo")
    await ask(portal)
    await send_mails(portal)

    assert (by_one, len(mail_receiver.got)) == (0, 1)


async def test_no_link_goes_to_an_address_that_staff_gave_for_whom_they_do_not_know(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    given = "工号,姓名,邮箱\nboss,Boss,spy@example.com\n".encode()
    async with portal.http(role="dispatcher", id="desk", site="other") as client:
        answer = await client.post("/v1/recipients:import?site=other", content=given)
    assert answer.json()["taken"] is True

    await ask(portal, "boss")
    await send_mails(portal)
    unknown = len(mail_receiver.got)
    listening = {"audience": [{"role": "dispatcher", "site": "other"}]}
    await put(portal, "boss", listening, by="desk", site="other")
    for opened in (["demo"], ["demo", "other"], ["*"]):
        await ask(portal, "boss", sites=opened)
    await send_mails(portal)
    elsewhere = len(mail_receiver.got)
    await ask(portal, "boss", sites=["other"])
    await send_mails(portal)

    assert (unknown, elsewhere, len(mail_receiver.got)) == (0, 0, 1)


async def test_a_link_goes_to_no_address_but_the_one_that_the_portal_knows_or_they_gave_themself(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    await portal.hears(PersonV1(id="demo/boss", version=1, site_id="demo", person_id="boss"))

    async def reached_at(email: str, *, by: str | None, known: str, site: str = "demo") -> bool:
        before = len(mail_receiver.got)
        await put(portal, "boss", {"email": email}, by=by, site=site)
        await ask(portal, "boss", sites=["demo"], email=known)
        await send_mails(portal)
        return len(mail_receiver.got) > before

    assert not await reached_at("desk@example.com", by="desk", known="boss@example.com")
    assert not await reached_at("desk@example.com", by="desk", known="")
    assert await reached_at("boss@example.com", by="desk", known="Boss@example.com")
    assert not await reached_at("desk@example.com", by="desk", known="", site="*")
    assert not await reached_at("desk@example.com", by="desk", known="boss@example.com", site="*")
    assert await reached_at("boss@example.com", by="desk", known="boss@example.com", site="*")
    assert await reached_at("own@example.com", by=None, known="boss@example.com")
    assert await reached_at("own@example.com", by="desk", known="")
    assert not await reached_at("desk@example.com", by="desk", known="")
    assert await reached_at("desk@example.com", by=None, known="")


async def test_a_link_under_way_does_not_follow_to_another_address(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    await portal.hears(PersonV1(id="demo/boss", version=1, site_id="demo", person_id="boss"))
    await put(portal, "boss", {"email": "boss@example.com"}, by="desk")
    await ask(portal, "boss", sites=["demo"], email="boss@example.com")

    await put(portal, "boss", {"email": "desk@example.com"}, by="desk")
    await send_mails(portal)

    assert mail_receiver.got == []
    assert await links(portal) == 0


async def test_a_portal_of_one_site_reaches_its_people_alone(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    await portal.hears(PersonV1(id="demo/li", version=1, site_id="demo", person_id="li"))
    await put(portal, "li", LI)

    foreign = await ask(portal, site="other")
    await send_mails(portal)
    from_there = len(mail_receiver.got)
    await ask(portal, site="demo")
    await send_mails(portal)

    assert foreign.status_code == 202
    assert (from_there, len(mail_receiver.got)) == (0, 1)


async def test_a_flood_of_links_is_cut_off_in_silence(
    portal: Component, mail_receiver: MailReceiver
) -> None:
    await put(portal, "li", LI)

    answers = await asyncio.gather(*(ask(portal) for _ in range(12)))
    await send_mails(portal)

    assert {each.status_code for each in answers} == {202}
    assert len(mail_receiver.got) == 5


async def test_the_same_key_sends_one_link(portal: Component, mail_receiver: MailReceiver) -> None:
    await put(portal, "li", LI)

    answers = [await ask(portal, **{"Idempotency-Key": "one"}) for _ in range(2)]
    other = await ask(portal, url=f"{URL}2", **{"Idempotency-Key": "one"})
    await send_mails(portal)

    assert [each.status_code for each in (*answers, other)] == [202, 202, 422]
    assert len(mail_receiver.got) == 1


async def test_a_link_that_cannot_be_opened_is_not_sent(
    make_notify: MakeNotify, portal: Component, mail_receiver: MailReceiver
) -> None:
    await put(portal, "li", LI)
    await ask(portal)
    url = portal.service.settings.database_url
    keyless = await make_notify(
        database_url=url,
        clock=portal.clock,
        secrets_keys=(("k2", b"2" * 32),),
        **mail_receiver.settings(),
    )
    await send_mails(keyless)
    before = list(mail_receiver.got)
    portal.clock.move(seconds=31)

    await send_mails(portal)

    assert before == []
    assert len(mail_receiver.got) == 1
