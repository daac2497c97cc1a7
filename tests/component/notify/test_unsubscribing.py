"""The link in a mail that ends such mails: without a login, and by a POST alone."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from shared.contracts.tickets import TicketState
from shared.ids import new_id
from tests.component.notify.conftest import MakeNotify, send_mails
from tests.component.notify.mail_receiver import MailReceiver
from tests.component.notify.test_mails import LI, put, tell
from tests.support.component import Component

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def reader(mailing: Component) -> AsyncIterator[httpx.AsyncClient]:
    """A mail program: it has no token, and the page is no part of the contract."""
    transport = httpx.ASGITransport(app=mailing.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport) as client:
        yield client


async def switches(notify: Component) -> Any:
    async with notify.http(id="li") as client:
        return (await client.get("/v1/recipients/li/preferences")).json()["channels"]


async def link_in_a_mail(mailing: Component, mail_receiver: MailReceiver) -> str:
    await put(mailing, "li", LI)
    await tell(mailing)
    await send_mails(mailing)
    head: str = mail_receiver.got[-1].mail["List-Unsubscribe"]
    link = head.strip("<>")
    assert link in mail_receiver.got[-1].part("plain")
    assert link in mail_receiver.got[-1].part("html")
    return link


async def test_one_click_ends_mails_of_the_kind_and_no_others(
    mailing: Component, mail_receiver: MailReceiver, reader: httpx.AsyncClient
) -> None:
    link = await link_in_a_mail(mailing, mail_receiver)

    answer = await reader.post(link, data=ONE_CLICK)
    story = await tell(mailing)
    story.now = mailing.clock.move(minutes=1)
    await mailing.hears(story.ticket(TicketState.CANCELLED))
    await send_mails(mailing)

    assert answer.status_code == 200
    assert await switches(mailing) == {"email": {"ticket.received": False}}
    assert len(mail_receiver.got) == 2
    assert "取消" in mail_receiver.got[-1].mail["Subject"]


async def test_to_look_at_the_link_changes_nothing(
    mailing: Component, mail_receiver: MailReceiver, reader: httpx.AsyncClient
) -> None:
    link = await link_in_a_mail(mailing, mail_receiver)

    page = await reader.get(link)
    head = await reader.head(link)

    assert (page.status_code, head.status_code) == (200, 200)
    assert page.text.count("<form") == 2
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert await switches(mailing) == {}


async def test_all_mails_end_where_the_person_says_so_and_a_repeat_changes_nothing(
    mailing: Component, mail_receiver: MailReceiver, reader: httpx.AsyncClient
) -> None:
    link = await link_in_a_mail(mailing, mail_receiver)

    answers = [await reader.post(link, data={"scope": "all"}) for _ in range(2)]
    answers.append(await reader.post(link, data=ONE_CLICK))

    assert [each.status_code for each in answers] == [200, 200, 200]
    assert await switches(mailing) == {"email": {"*": False}}
    async with mailing.http(id="li") as client:
        assert (await client.get("/v1/recipients/li/preferences")).headers["ETag"] == '"1"'


async def test_no_other_link_opens_anything(
    mailing: Component, mail_receiver: MailReceiver, reader: httpx.AsyncClient
) -> None:
    link = await link_in_a_mail(mailing, mail_receiver)
    base, _, token = link.rpartition("/")
    tokens = mailing.app.state.unsubscribe_tokens
    wrong = [
        f"{base}/{token[:-2]}AA",
        f"{base}/{'A' * 43}",
        f"{base}/x",
        f"{base}/{token}x",
        f"{base}/{tokens.token_for(new_id())}",
    ]

    answers = [
        await reader.request(method, url, content=b"")
        for url in wrong
        for method in ("GET", "POST")
    ]

    assert {each.status_code for each in answers} == {404}
    assert await switches(mailing) == {}


async def test_a_form_that_is_too_large_changes_nothing(
    mailing: Component, mail_receiver: MailReceiver, reader: httpx.AsyncClient
) -> None:
    link = await link_in_a_mail(mailing, mail_receiver)

    answer = await reader.post(link, content=b"x" * 5000)

    assert answer.status_code == 413
    assert await switches(mailing) == {}


async def test_a_message_that_is_forgotten_ends_nothing(
    mailing: Component, mail_receiver: MailReceiver, reader: httpx.AsyncClient
) -> None:
    link = await link_in_a_mail(mailing, mail_receiver)
    async with mailing.tx() as tx:
        await tx.execute(text("delete from deliveries"))
        await tx.execute(text("delete from messages"))

    answer = await reader.post(link, data=ONE_CLICK)

    assert answer.status_code == 404


async def test_the_link_leads_to_the_public_address(
    make_notify: MakeNotify, mail_receiver: MailReceiver
) -> None:
    public = await make_notify(**mail_receiver.settings(public_url="https://notify.example/api"))
    await put(public, "li", LI)
    await tell(public)
    await send_mails(public)

    (got,) = mail_receiver.got
    assert got.mail["List-Unsubscribe"].startswith("<https://notify.example/api/v1/unsubscribe/")
