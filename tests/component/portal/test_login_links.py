"""Signing in by a link of a mail: for fifteen minutes, once, and telling no one who has an
account.
"""

import asyncio
from pathlib import Path

import pytest

from services.portal.actions.login_links import OLD_LOGIN_LINKS
from tests.component.portal.signing_in import (
    PASSWORD,
    is_signed_in,
    mailed_links,
    make_account,
    put_recipient,
    rows_of,
    with_mail,
)
from tests.support.component import Component
from tests.support.portal import Browser, PortalUnderTest, hidden_fields


@pytest.fixture
async def notify(portal: PortalUnderTest, tmp_path: Path) -> Component:
    """A person with an account, whom notify reaches by mail."""
    made = await with_mail(portal, tmp_path)
    await make_account(portal, "li", email="li@example.com", phone="+8613800138000")
    await put_recipient(made, "li", "li@example.com")
    return made


async def _ask(browser: Browser, contact: str, next: str = "") -> int:
    answer = await browser.submit("/login/link", {"contact": contact, "next": next}, at="/login")
    return answer.status_code


async def _use(browser: Browser, link: str) -> str:
    """Open the link, press its button, and return where that leads."""
    answer = await browser.submit(link, at=link)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize("contact", ["li@example.com", " LI@Example.com", "li", "138 0013 8000"])
async def test_a_link_signs_in_the_person_whose_name_was_given(
    portal: PortalUnderTest, notify: Component, contact: str
) -> None:
    browser = portal.stranger()

    assert await _ask(browser, contact) == 303
    (link,) = await mailed_links(notify)

    assert await _use(browser, link) == "/ops"
    assert await is_signed_in(browser)


async def test_a_link_leads_to_the_page_that_was_asked_for(
    portal: PortalUnderTest, notify: Component
) -> None:
    browser = portal.stranger()
    asked = await browser.get("/ops/people?q=li")

    page = await browser.get(asked.headers["location"])
    fields = hidden_fields(page.text, "/login/link")
    await browser.client.post("/login/link", data={**fields, "contact": "li"})
    (link,) = await mailed_links(notify)

    assert await _use(browser, link) == "/ops/people?q=li"


@pytest.mark.parametrize("next", ["https://evil.example", "//evil.example", "/login/link/x", "x"])
async def test_a_link_leads_nowhere_else(
    portal: PortalUnderTest, notify: Component, next: str
) -> None:
    browser = portal.stranger()
    await _ask(browser, "li", next)
    (link,) = await mailed_links(notify)

    assert await _use(browser, link) == "/ops"


async def test_a_link_works_in_another_browser(portal: PortalUnderTest, notify: Component) -> None:
    await _ask(portal.stranger(), "li")
    (link,) = await mailed_links(notify)
    phone = portal.stranger()

    await _use(phone, link)

    assert await is_signed_in(phone)


async def test_to_look_at_a_link_uses_nothing_up(
    portal: PortalUnderTest, notify: Component
) -> None:
    await _ask(portal.stranger(), "li")
    (link,) = await mailed_links(notify)
    scanner, person = portal.stranger(), portal.stranger()

    for _ in range(3):
        assert (await scanner.get(link)).status_code == 200
    await _use(person, link)

    assert not await is_signed_in(scanner)
    assert await is_signed_in(person)


async def test_a_link_works_once_also_when_two_press_at_once(
    portal: PortalUnderTest, notify: Component
) -> None:
    await _ask(portal.stranger(), "li")
    (link,) = await mailed_links(notify)
    browsers = [portal.stranger() for _ in range(4)]

    pages = [await each.get(link) for each in browsers]
    answers = await asyncio.gather(
        *(
            browser.client.post(link, data=hidden_fields(page.text, link))
            for browser, page in zip(browsers, pages, strict=True)
        )
    )

    assert sorted(each.status_code for each in answers) == [303, 404, 404, 404]
    assert "过期" in (await portal.stranger().get(link)).text


async def test_a_link_is_over_after_fifteen_minutes(
    portal: PortalUnderTest, notify: Component
) -> None:
    browser = portal.stranger()
    await _ask(browser, "li")
    (link,) = await mailed_links(notify)

    portal.clock.move(minutes=14)
    page = await browser.get(link)
    portal.clock.move(minutes=2)

    assert page.status_code == 200
    assert (await browser.get(link)).status_code == 404
    data = hidden_fields(page.text, link)
    assert (await browser.client.post(link, data=data)).status_code == 404
    assert not await is_signed_in(browser)


@pytest.mark.parametrize("code", ["x", "a" * 43, "é", "%00", "..%2f..", "a" * 3000])
async def test_what_is_no_link_says_so(portal: PortalUnderTest, code: str) -> None:
    answer = await portal.stranger().get(f"/login/link/{code}")

    assert answer.status_code in (400, 404), answer.text


async def test_a_link_for_a_person_who_was_shut_out_meanwhile_opens_nothing(
    portal: PortalUnderTest, notify: Component
) -> None:
    browser = portal.stranger()
    await _ask(browser, "li")
    (link,) = await mailed_links(notify)
    page = await browser.get(link)

    await make_account(portal, "li", email="li@example.com", disabled=True)

    answer = await browser.client.post(link, data=hidden_fields(page.text, link))
    assert answer.status_code == 404
    assert not await is_signed_in(browser)


async def test_no_one_learns_whether_there_is_an_account(
    portal: PortalUnderTest, notify: Component
) -> None:
    await make_account(portal, "shut", email="shut@example.com", disabled=True)
    pages = {}
    asked = {}

    for name in ("li@example.com", "no-one@example.com", "shut@example.com", "👩" * 100):
        portal.asked.clear()
        browser = portal.stranger()
        answer = await browser.submit("/login/link", {"contact": name}, at="/login")
        sent = await browser.follow(answer.headers["location"])
        pages[name] = sent.text.partition("<main")[2].partition("csrf")[0]
        asked[name] = list(portal.asked)

    assert len({*pages.values()}) == 1
    assert {str(each) for each in asked.values()} == {"[('POST', 'notify/v1/messages')]"}
    assert len(await mailed_links(notify)) == 1


@pytest.mark.parametrize(("by", "site"), [("dispatcher", "demo"), ("dispatcher", "*")])
async def test_who_writes_down_how_another_is_reached_does_not_become_them(
    portal: PortalUnderTest, notify: Component, by: str, site: str
) -> None:
    await make_account(portal, "boss", ("manager", "demo"), email="boss@example.com")
    await make_account(portal, "phone-only", ("manager", "demo"))
    await make_account(portal, "chen", ("resident", "demo"))
    for id in ("boss", "phone-only", "chen"):
        async with notify.http(role="admin", id="root", site="*") as http:
            heard = {"audience": [{"role": "dispatcher", "site": "demo"}]}
            await http.put(f"/v1/recipients/{id}", json=heard)
        async with notify.http(role=by, id="desk", site=site) as http:
            email = {"email": "desk@example.com"}
            answer = await http.put(f"/v1/recipients/{id}", json=email)
            assert answer.status_code == 200, answer.text

    for id in ("boss", "boss@example.com", "phone-only", "chen"):
        await _ask(portal.stranger(), id)
    given_by_others = await mailed_links(notify)
    async with notify.http(role="resident", id="chen") as http:
        await http.put("/v1/recipients/chen", json={"email": "chen@example.com"})
    await _ask(portal.stranger(), "chen")

    assert given_by_others == []
    assert len(await mailed_links(notify)) == 1


@pytest.mark.parametrize("what", ["password", "others", "address"])
async def test_a_link_under_way_is_over_with_what_it_may_have_been_asked_for_against(
    portal: PortalUnderTest, notify: Component, what: str
) -> None:
    await _ask(portal.stranger(), "li")
    (link,) = await mailed_links(notify)
    browser = portal.stranger()
    page = await browser.get(link)
    person = await portal.as_person("li", ("dispatcher", "demo"))

    answer = await {
        "password": lambda: person.submit("/me/password", {"new": PASSWORD, "again": PASSWORD}),
        "others": lambda: person.submit("/me/sessions/others/end"),
        "address": lambda: person.submit("/me/contacts", {"email": "new@example.com"}),
    }[what]()

    assert answer.status_code == 303, answer.text
    assert (await browser.client.post(link, data=hidden_fields(page.text, link))).status_code == 404
    assert not await is_signed_in(browser)


async def test_only_the_mail_has_the_code(portal: PortalUnderTest, notify: Component) -> None:
    await _ask(portal.stranger(), "li")
    (link,) = await mailed_links(notify)

    stored = str(await rows_of(portal, "select * from login_links"))

    assert link.rpartition("/")[2] not in stored


async def test_so_many_links_are_sent_to_one_person_and_the_others_are_told_to_wait(
    portal: PortalUnderTest, notify: Component
) -> None:
    known = [await _ask(portal.stranger(), "li@example.com") for _ in range(6)]
    unknown = [await _ask(portal.stranger(), "no-one@example.com") for _ in range(6)]

    assert known == unknown == [303, 303, 303, 303, 303, 429]
    portal.clock.move(minutes=16)
    assert await _ask(portal.stranger(), "li@example.com") == 303


async def test_when_notify_is_stopped_the_page_says_so_to_all_alike(
    portal: PortalUnderTest, notify: Component
) -> None:
    portal.stop("notify")

    for name in ("li", "no-one"):
        browser = portal.stranger()
        answer = await browser.submit("/login/link", {"contact": name}, at="/login")
        assert answer.status_code == 503
        assert "通知服务暂时没有回应" in answer.text


async def test_without_mail_the_page_says_so_to_all_alike(portal: PortalUnderTest) -> None:
    await portal.service("notify", portal_subject="portal")
    await make_account(portal, "li", email="li@example.com")

    for name in ("li", "no-one"):
        answer = await portal.stranger().submit("/login/link", {"contact": name}, at="/login")
        assert answer.status_code == 409
        assert "没有开通邮件" in answer.text


async def test_old_links_are_deleted(portal: PortalUnderTest, notify: Component) -> None:
    await _ask(portal.stranger(), "li")
    portal.clock.move(days=2)
    worker = portal.app.state.service.due_workers[OLD_LOGIN_LINKS.name]

    assert await worker.run_due() == 1
    assert await rows_of(portal, "select * from login_links") == []
