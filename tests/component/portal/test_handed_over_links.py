"""Links to log in by that one person hands to another, and what ends with the other's own way."""

import re
from pathlib import Path

import pytest

from services.portal.actions.come_into_own import come_into_own
from services.portal.actions.login_links import make_login_link
from services.portal.actions.sign_in_by_identity import sign_in_by_identity
from services.portal.actions.sign_in_by_password import WrongPassword, sign_in_by_password
from services.portal.domain.oidc import Identity
from shared.ids import PersonId
from tests.component.portal.signing_in import (
    PASSWORD,
    is_signed_in,
    mailed_links,
    make_account,
    rows_of,
    with_mail,
)
from tests.support.portal import Browser, PortalUnderTest

_NEW = {
    "name": "李娜",
    "email": "lina@example.com",
    "phone": "",
    "language": "zh-CN",
    "role": "dispatcher",
    "site": "demo",
    "unit": "",
}


async def _use(portal: PortalUnderTest, link: str) -> Browser:
    """Return a browser that was signed in by the link."""
    browser = portal.stranger()
    answer = await browser.submit(link, at=link)
    assert answer.status_code == 303, answer.text
    assert await is_signed_in(browser)
    return browser


async def _link_for(portal: PortalUnderTest, *, handed_over: bool = False) -> str:
    async with portal.state.database.transaction(actor="test") as tx:
        return f"/login/link/{make_login_link(tx, PersonId('li'), handed_over=handed_over)}"


async def _knows_password(portal: PortalUnderTest, name: str = "li") -> bool:
    """Return whether the password is good that was set before."""
    hasher = portal.state.ways_in.hasher
    try:
        await sign_in_by_password(
            portal.state.database,
            hasher,
            name=name,
            password=PASSWORD,
            address="192.0.2.0/24",
        )
    except WrongPassword:
        return False
    return True


async def test_what_a_handed_over_link_began_ends_with_its_persons_first_own_sign_in(
    portal: PortalUnderTest, tmp_path: Path
) -> None:
    notify = await with_mail(portal, tmp_path)
    await portal.make_site()
    boss = await portal.as_person("boss", ("admin", "*"))
    invited = await boss.submit("/ops/people/new", _NEW, at="/ops/people/new")
    account = invited.headers["location"]
    pages = [await boss.submit(f"{account}/hand-over") for _ in range(2)]
    used, unused = (re.findall(r"(/login/link/[\w-]+)<", page.text)[0] for page in pages)
    other = await _use(portal, used)
    await other.submit("/me/password", {"new": PASSWORD, "again": PASSWORD}, at="/me")
    assert await _knows_password(portal, _NEW["email"])

    asking = await portal.stranger().submit("/login/link", {"contact": _NEW["email"]}, at="/login")
    assert asking.status_code == 303
    person = await _use(portal, (await mailed_links(notify))[-1])

    assert not await is_signed_in(other)
    assert not await _knows_password(portal, _NEW["email"])
    assert (await portal.stranger().get(unused)).status_code == 404
    assert "转交的链接" in (await person.get("/ops")).text
    assert await is_signed_in(person)


@pytest.mark.parametrize("way", ["link", "issuer"])
async def test_the_first_own_way_in_ends_it_and_the_next_ones_end_nothing(
    portal: PortalUnderTest, way: str
) -> None:
    account = await make_account(portal, "li", email="lina@example.com", password=PASSWORD)
    other = await _use(portal, await _link_for(portal, handed_over=True))
    identity = Identity(issuer="https://id.example", subject="li", email="lina@example.com")

    async def come() -> Browser:
        if way == "link":
            return await _use(portal, await _link_for(portal))
        async with portal.state.database.transaction(actor="test") as tx:
            await sign_in_by_identity(tx, identity)
            await come_into_own(tx, account)
        portal.state.sessions.forget_all()
        return await portal.as_person("li", ("dispatcher", "demo"))

    person = await come()
    assert not await is_signed_in(other)
    assert not await _knows_password(portal)
    await person.submit("/me/password", {"new": PASSWORD, "again": PASSWORD}, at="/me")
    again = await come()

    assert await is_signed_in(person)
    assert await is_signed_in(again)
    assert "转交的链接" not in (await again.get("/ops")).text


async def test_a_password_is_no_way_of_ones_own(portal: PortalUnderTest) -> None:
    await make_account(portal, "li", email="lina@example.com", password=PASSWORD)
    other = await _use(portal, await _link_for(portal, handed_over=True))

    entered = await portal.stranger().submit(
        "/login", {"user": "li", "password": PASSWORD}, at="/login"
    )

    assert entered.status_code == 303
    assert await is_signed_in(other)
    assert await rows_of(portal, "select * from own_sign_ins") == []
