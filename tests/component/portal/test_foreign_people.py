"""Who has an account is that person at every service: so no one is let in as a person of whom the
one who lets them in does not look after all that they are.
"""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from services.portal.domain.account import Account
from services.portal.pages.every_page import ROUTERS
from services.portal.store.accounts import save_account
from shared.contracts import PersonV1
from shared.contracts.people import Residency
from tests.component.portal.signing_in import (
    is_signed_in,
    mailed_links,
    make_account,
    rows_of,
    with_mail,
)
from tests.support.component import Component
from tests.support.portal import Browser, PortalUnderTest
from tests.unit.notify.stories import Story, a_technician

BOB = "bob"
_AT = f"/ops/people/account/{BOB}"
_FORM = {
    "name": "Robert",
    "email": "spy@example.com",
    "phone": "",
    "language": "en",
    "role": "resident",
    "site": "demo",
    "unit": "3-1202",
    "person_id": BOB,
}


@pytest.fixture(autouse=True)
async def notify(portal: PortalUnderTest, tmp_path: Any) -> Component:
    """A site, and notify with mail."""
    made = await with_mail(portal, tmp_path)
    await portal.make_site()
    return made


async def _know(notify: Component, how: str, site: str) -> None:
    """Let notify know Bob at the site, in that way."""
    match how:
        case "record":
            lives = Residency(unit="1-1", since=notify.clock.now(), until=None)
            units = (lives,)
            await notify.hears(
                PersonV1(id=f"{site}/{BOB}", version=1, site_id=site, person_id=BOB, units=units)
            )
        case "technician":
            await notify.hears(a_technician(BOB).model_copy(update={"sites": (site,)}))
        case "listener":
            async with notify.http(role="manager", id="chief", site=site) as http:
                body = {"audience": [{"role": "manager", "site": site}]}
                answer = await http.put(f"/v1/recipients/{BOB}", json=body)
            assert answer.status_code == 200, answer.text
        case _:
            story = Story(notify.clock.now(), site=site, reporter=BOB)
            await notify.hears(*story.begun())


_WAYS = ["record", "technician", "listener", "message"]


async def _own_address(notify: Component, email: str) -> None:
    async with notify.http(role="resident", id=BOB, site="elsewhere") as http:
        answer = await http.put(f"/v1/recipients/{BOB}", json={"email": email})
    assert answer.status_code == 200, answer.text


async def _email_of_bob(notify: Component) -> Any:
    async with notify.http(role="admin", id="root", site="*") as http:
        return (await http.get(f"/v1/recipients/{BOB}")).json()["email"]


async def _invite(browser: Browser, **fields: str) -> httpx.Response:
    return await browser.submit("/ops/people/new", {**_FORM, **fields}, at="/ops/people/new")


@pytest.mark.parametrize("how", _WAYS)
@pytest.mark.parametrize("role", ["dispatcher", "manager", "admin"])
async def test_a_site_lets_no_one_in_as_a_person_of_another(
    portal: PortalUnderTest, notify: Component, how: str, role: str
) -> None:
    await _know(notify, how, "elsewhere")
    await _own_address(notify, "bob@example.com")
    boss = await portal.as_person("boss", (role, "demo"))

    answer = await _invite(boss)

    assert answer.status_code == 409, answer.text
    assert "这个人在别的项目还有记录" in answer.text
    assert "elsewhere" not in answer.text
    assert "bob@example.com" not in answer.text
    assert await rows_of(portal, "select * from accounts where person_id = 'bob'") == []
    assert await mailed_links(notify) == []
    assert await _email_of_bob(notify) == "bob@example.com"
    tickets = await portal.service("tickets")
    async with tickets.http(role="admin", id="root", site="*") as http:
        assert (await http.get(f"/v1/sites/demo/people/{BOB}")).status_code == 404


@pytest.mark.parametrize("how", _WAYS)
@pytest.mark.parametrize(
    "grants",
    [[("admin", "*")], [("manager", "demo"), ("manager", "elsewhere")], [("manager", "*")]],
)
async def test_who_looks_after_all_that_a_person_is_lets_them_in(
    portal: PortalUnderTest, notify: Component, how: str, grants: list[tuple[str, str]]
) -> None:
    await _know(notify, how, "elsewhere")
    boss = await portal.as_person("boss", *grants)

    assert (await _invite(boss)).status_code == 303

    (row,) = await rows_of(portal, "select email from accounts where person_id = 'bob'")
    assert row["email"] == "spy@example.com"


@pytest.mark.parametrize(
    ("how", "by", "status"),
    [
        ("record", "dispatcher", 303),
        ("message", "dispatcher", 303),
        ("technician", "dispatcher", 409),
        ("listener", "dispatcher", 409),
        ("technician", "manager", 303),
        ("listener", "manager", 303),
    ],
)
async def test_no_one_lets_in_as_a_resident_who_is_more_than_they_may_give(
    portal: PortalUnderTest, notify: Component, how: str, by: str, status: int
) -> None:
    await _know(notify, how, "demo")
    boss = await portal.as_person("boss", (by, "demo"))

    assert (await _invite(boss)).status_code == status


async def test_a_person_with_an_address_of_their_own_gets_the_link_there_alone(
    portal: PortalUnderTest, notify: Component
) -> None:
    await _know(notify, "record", "demo")
    await _own_address(notify, "bob@example.com")
    boss = await portal.as_person("boss", ("dispatcher", "demo"))

    invited = await _invite(boss)
    handed = await boss.submit(f"{_AT}/hand-over", at=_AT)

    assert (invited.status_code, handed.status_code) == (303, 409)
    assert "/login/link/" not in handed.text
    (row,) = await rows_of(portal, "select email from accounts where person_id = 'bob'")
    assert (row["email"], await _email_of_bob(notify)) == ("bob@example.com", "bob@example.com")
    (link,) = await mailed_links(notify)
    bob = portal.stranger()
    assert (await bob.submit(link, at=link)).status_code == 303
    assert await is_signed_in(bob)


async def test_while_notify_is_stopped_no_one_is_let_in_as_a_person_who_may_be_known(
    portal: PortalUnderTest,
) -> None:
    boss = await portal.as_person("boss", ("manager", "demo"))
    await _new_account(portal, "demo")
    portal.stop("notify")

    answers = [
        await _invite(boss, person_id="wu"),
        await boss.submit(f"{_AT}/hand-over", at=_AT),
        await boss.submit(f"{_AT}/contacts", _FORM, at=_AT),
    ]

    assert [each.status_code for each in answers] == [503, 503, 503]
    assert all("暂时查不到" in each.text for each in answers)
    assert await rows_of(portal, "select * from accounts where person_id = 'wu'") == []
    (bob,) = await rows_of(portal, "select email from accounts where person_id = 'bob'")
    assert bob["email"] == "bob@example.com"


async def test_no_one_invites_themself_to_more(portal: PortalUnderTest) -> None:
    boss = await portal.as_person("boss", ("manager", "demo"))

    answer = await _invite(boss, person_id="boss", role="dispatcher")

    assert answer.status_code == 403
    (row,) = await rows_of(portal, "select grants from accounts where person_id = 'boss'")
    assert row["grants"] == [{"role": "manager", "site": "demo"}]


def _doors() -> list[tuple[str, str]]:
    """Return the method and the end of the path of every page about one account."""
    found = [
        (method, route.path.partition(":path}")[2])
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.path.startswith("/ops/people/account/")
        for method in route.methods or ()
    ]
    assert len(found) > 8
    return found


async def _new_account(portal: PortalUnderTest, site: str) -> Account:
    """Store an account of Bob's that was just made and never used."""
    account = await make_account(portal, BOB, ("resident", site), email="bob@example.com")
    async with portal.state.database.transaction(actor="test") as tx:
        made = replace(account, created_at=tx.now)
        save_account(tx, made)
    return made


async def _walk(portal: PortalUnderTest, boss: Browser, account: Account) -> dict[str, int]:
    """Return what each page about the account answers the visitor; before each it is as it was."""
    told = {}
    for method, end in _doors():
        async with portal.state.database.transaction(actor="test") as tx:
            save_account(tx, account)
        answer = (
            await boss.get(f"{_AT}{end}")
            if method == "GET"
            else await boss.submit(f"{_AT}{end}", _FORM)
        )
        told[f"{method} {end}"] = answer.status_code
        assert "/login/link/" not in answer.text
    return told


async def test_an_account_of_another_site_is_not_there_at_any_page(
    portal: PortalUnderTest, notify: Component
) -> None:
    account = await _new_account(portal, "elsewhere")
    before = await rows_of(portal, "select * from accounts where person_id = 'bob'")
    boss = await portal.as_person("boss", ("admin", "demo"))

    told = await _walk(portal, boss, account)

    assert {*told.values()} == {404}
    assert await rows_of(portal, "select * from accounts where person_id = 'bob'") == before
    assert await mailed_links(notify) == []


async def test_an_account_of_a_person_who_belongs_elsewhere_too_gives_no_way_to_become_them(
    portal: PortalUnderTest, notify: Component
) -> None:
    account = await _new_account(portal, "demo")
    await _know(notify, "technician", "elsewhere")
    await _own_address(notify, "bob@example.com")
    boss = await portal.as_person("boss", ("admin", "demo"))

    told = await _walk(portal, boss, account)

    assert told == {
        "GET ": 200,
        "GET /remove": 200,
        "POST /contacts": 409,
        "POST /disable": 303,
        "POST /enable": 303,
        "POST /grants": 303,
        "POST /grants/remove": 303,
        "POST /hand-over": 409,
        "POST /link": 303,
        "POST /remove": 303,
    }
    assert await _email_of_bob(notify) == "bob@example.com"


async def test_who_is_renamed_is_still_reached_where_they_said_themself(
    portal: PortalUnderTest, notify: Component
) -> None:
    await _new_account(portal, "demo")
    await _know(notify, "record", "demo")
    await _own_address(notify, "bobby@example.com")
    boss = await portal.as_person("boss", ("dispatcher", "demo"))

    fields = {**_FORM, "name": "Robert Li", "email": "bob@example.com"}
    answer = await boss.submit(f"{_AT}/contacts", fields, at=_AT)

    assert answer.status_code == 303
    assert await _email_of_bob(notify) == "bobby@example.com"
    (row,) = await rows_of(portal, "select name from accounts where person_id = 'bob'")
    assert row["name"] == "Robert Li"
