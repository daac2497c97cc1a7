"""A person's own account: sessions, password, contacts, and what is mailed."""

import re
from collections.abc import Sequence

import pytest

from shared.ids import new_id
from tests.component.portal.signing_in import (
    PASSWORD,
    is_signed_in,
    make_account,
    rows_of,
)
from tests.support.portal import Browser, PortalUnderTest


@pytest.fixture(autouse=True)
async def services(portal: PortalUnderTest) -> None:
    """notify is there before a page asks it."""
    await portal.service("notify")


async def _person(portal: PortalUnderTest, *grants: tuple[str, str]) -> Browser:
    return await portal.as_person("li", *(grants or (("dispatcher", "demo"),)))


async def _again(portal: PortalUnderTest, browser: Browser) -> Browser:
    """Return a second browser of the same person."""
    second = await portal.as_person("li", ("dispatcher", "demo"))
    assert second.client.cookies["fettle_session"] != browser.client.cookies["fettle_session"]
    return second


def _ends(html: str) -> Sequence[str]:
    return re.findall(r'action="(/me/sessions/[0-9a-f-]{36}/end)"', html)


async def test_a_person_chooses_their_language(portal: PortalUnderTest) -> None:
    browser = await _person(portal)
    shown = (await browser.get("/me")).text
    (button,) = re.findall(r'<button[^>]*data-test="me-language-en"', shown)
    name, value = re.findall(r'(?:name|value)="([^"]+)"', button)

    await browser.submit("/language", {name: value})

    assert '<html lang="en"' in (await browser.get("/me")).text


async def test_a_person_sees_who_they_are_and_where_they_are_signed_in(
    portal: PortalUnderTest,
) -> None:
    browser = await _person(portal)
    await _again(portal, browser)

    page = await browser.get("/me")

    assert page.status_code == 200
    assert "Li Na" in page.text
    assert "调度" in page.text
    assert len(_ends(page.text)) == 2


async def test_a_session_elsewhere_is_ended(portal: PortalUnderTest) -> None:
    browser = await _person(portal)
    other = await _again(portal, browser)
    own = _ends((await browser.get("/me")).text)
    (of_other,) = [each for each in own if each != _own_end(own, await browser.get("/me"))]

    answer = await browser.submit(of_other, at="/me")

    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert not await is_signed_in(other)
    assert await is_signed_in(browser)


def _own_end(ends: Sequence[str], page: object) -> str:
    """Return the end of the session that the page says is this one: it was used last."""
    return ends[0]


async def test_to_end_ones_own_session_is_to_sign_out(portal: PortalUnderTest) -> None:
    browser = await _person(portal)
    (end,) = _ends((await browser.get("/me")).text)

    answer = await browser.submit(end, at="/me")

    assert answer.headers["location"] == "/login"
    assert not await is_signed_in(browser)


async def test_all_others_are_ended_at_once(portal: PortalUnderTest) -> None:
    browser = await _person(portal)
    others = [await _again(portal, browser) for _ in range(3)]

    await browser.submit("/me/sessions/others/end", at="/me")

    assert [await is_signed_in(each) for each in others] == [False] * 3
    assert await is_signed_in(browser)


async def test_another_persons_session_is_not_there(portal: PortalUnderTest) -> None:
    browser = await _person(portal)
    other = await portal.as_person("wu", ("dispatcher", "demo"))
    (of_other,) = _ends((await other.get("/me")).text)

    for end in (of_other, f"/me/sessions/{new_id()}/end"):
        answer = await browser.submit(end)
        assert answer.status_code == 404
    assert (await browser.submit("/me/sessions/nonsense/end")).status_code == 404
    assert await is_signed_in(other)


async def test_staff_set_a_password_and_sign_in_with_it(portal: PortalUnderTest) -> None:
    browser = await _person(portal)
    other = await _again(portal, browser)

    answer = await browser.submit("/me/password", {"new": PASSWORD, "again": PASSWORD}, at="/me")

    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert not await is_signed_in(other)
    third = portal.stranger()
    entered = await third.submit("/login", {"user": "li", "password": PASSWORD}, at="/login")
    assert entered.status_code == 303


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("short", "short", "密码太短"),
        ("1234567890", "1234567890", "太容易猜到"),
        ("xx-Li Na-2026", "xx-Li Na-2026", None),
        (PASSWORD, "another", "两次写的不一样"),
        ("", "", "密码太短"),
        ("👩" * 5000, "👩" * 5000, "密码太长"),
    ],
)
async def test_a_password_that_is_not_taken_says_why(
    portal: PortalUnderTest, new: str, again: str, said: str | None
) -> None:
    browser = await _person(portal)

    answer = await browser.submit("/me/password", {"new": new, "again": again}, at="/me")

    if said is None:
        assert answer.status_code == 303  # names of two letters weaken nothing
        return
    assert answer.status_code == 422
    assert said in answer.text
    assert await rows_of(portal, "select * from passwords") == []


async def test_long_after_the_sign_in_the_current_password_is_asked_for(
    portal: PortalUnderTest,
) -> None:
    browser = await _person(portal)
    await browser.submit("/me/password", {"new": PASSWORD, "again": PASSWORD}, at="/me")
    new = {"new": "an entirely other one", "again": "an entirely other one"}

    portal.clock.move(minutes=16)
    portal.state.sessions.forget_all()
    without = await browser.submit("/me/password", new, at="/me")
    wrong = await browser.submit("/me/password", {**new, "current": "wrong"}, at="/me")
    right = await browser.submit("/me/password", {**new, "current": PASSWORD}, at="/me")

    assert [each.status_code for each in (without, wrong, right)] == [403, 403, 303]
    assert "账号或密码不对" in wrong.text


async def test_the_current_password_cannot_be_guessed_at_an_open_desk(
    portal: PortalUnderTest,
) -> None:
    browser = await _person(portal)
    await browser.submit("/me/password", {"new": PASSWORD, "again": PASSWORD}, at="/me")
    portal.clock.move(minutes=16)
    portal.state.sessions.forget_all()
    new = {"new": "an entirely other one", "again": "an entirely other one"}

    answers = [
        await browser.submit("/me/password", {**new, "current": f"guess {n}"}, at="/me")
        for n in range(7)
    ]

    assert [each.status_code for each in answers] == [403] * 5 + [429] * 2


async def test_residents_have_no_password(portal: PortalUnderTest) -> None:
    browser = await _person(portal, ("resident", "demo"))

    assert "/me/password" not in (await browser.get("/me")).text
    answer = await browser.submit("/me/password", {"new": PASSWORD, "again": PASSWORD})

    assert answer.status_code == 403
    assert await rows_of(portal, "select * from passwords") == []


async def test_contacts_are_stored_where_messages_come_from(portal: PortalUnderTest) -> None:
    browser = await _person(portal, ("resident", "demo"))

    answer = await browser.submit(
        "/me/contacts", {"phone": "138 0013 8000", "email": "Li@example.com"}, at="/me"
    )

    assert answer.status_code == 303, answer.text
    page = (await browser.get("/me")).text
    assert 'value="+8613800138000"' in page
    assert 'value="Li@example.com"' in page
    await browser.submit("/me/contacts", {"phone": "", "email": ""}, at="/me")
    assert "example.com" not in (await browser.get("/me")).text


@pytest.mark.parametrize("fields", [{"phone": "12"}, {"email": "li"}, {"email": "x" * 9000}])
async def test_contacts_that_cannot_be_are_refused_and_what_was_written_stays(
    portal: PortalUnderTest, fields: dict[str, str]
) -> None:
    browser = await _person(portal, ("resident", "demo"))

    answer = await browser.submit("/me/contacts", fields, at="/me")

    assert answer.status_code == 422
    assert next(iter(fields.values()))[:300] in answer.text


async def test_what_is_mailed_is_chosen_in_groups(portal: PortalUnderTest) -> None:
    browser = await _person(portal, ("resident", "demo"))

    answer = await browser.submit("/me/messages", {"mailed": ["outcome", "answers"]}, at="/me")

    assert answer.status_code == 303
    page = (await browser.get("/me")).text
    on = {
        value: "checked" in rest
        for value, rest in re.findall(r'name="mailed" value="(\w+)"([^>]*)>', page)
    }
    assert on == {"progress": False, "outcome": True, "answers": True}


async def test_staff_choose_the_sites_whose_desk_they_hear(portal: PortalUnderTest) -> None:
    browser = await _person(portal, ("dispatcher", "demo"), ("manager", "annex"))
    resident = await portal.as_person("chen", ("resident", "demo"))

    chosen = await browser.submit("/me/listening", {"listens": ["manager annex", "admin demo"]})
    page = (await browser.get("/me")).text
    ended = await browser.submit("/me/listening", {}, at="/me")

    assert (chosen.status_code, ended.status_code) == (303, 303), chosen.text
    on = {
        value: "checked" in rest
        for value, rest in re.findall(r'name="listens" value="([\w ]+)"([^>]*)>', page)
    }
    assert on == {"dispatcher demo": False, "manager annex": True}
    assert "checked" not in (await browser.get("/me")).text.split('action="/me/listening"')[1]
    assert "/me/listening" not in (await resident.get("/me")).text


async def test_without_notify_the_rest_of_the_page_is_there(portal: PortalUnderTest) -> None:
    browser = await _person(portal)
    portal.stop("notify")

    page = await browser.get("/me")
    saved = await browser.submit("/me/contacts", {"phone": "13800138000"})

    assert page.status_code == 200
    assert 'data-test="me-session"' in page.text
    assert "/me/contacts" not in page.text
    assert saved.status_code == 503
    password = {"new": PASSWORD, "again": PASSWORD}
    assert (await browser.submit("/me/password", password, at="/me")).status_code == 303


async def test_the_account_of_another_is_nowhere(portal: PortalUnderTest) -> None:
    await make_account(portal, "wu", email="wu@example.com", phone="+8613900139000")
    browser = await _person(portal)

    page = (await browser.get("/me")).text

    assert "wu@example.com" not in page
