"""Signing in at a company's own issuer: npm's oidc-provider, where it is."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import text

from services.portal.actions.sign_in_by_identity import sign_in_by_identity
from services.portal.adapters.oidc_issuer import OidcIssuer
from services.portal.domain.oidc import Identity
from tests.component.portal.signing_in import is_signed_in, make_account, rows_of, stranger_at
from tests.support.portal import PUBLIC_URL, Browser, MakePortal, PortalUnderTest
from tests.support.real_issuer import PORTAL_CLIENT, PORTAL_SECRET, RealIssuer, real_issuer


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[RealIssuer]:
    async with real_issuer() as made:
        yield made


def _settings(url: str) -> dict[str, Any]:
    return {
        "oidc_issuer": url,
        "oidc_client_id": PORTAL_CLIENT,
        "oidc_client_secret": PORTAL_SECRET,
        "oidc_name": "Acme ID",
    }


@pytest.fixture
async def asking(issuer: RealIssuer, make_portal: MakePortal) -> PortalUnderTest:
    """A portal whose staff sign in at the issuer."""
    return await make_portal(**_settings(issuer.url))


async def _go(browser: Browser, next: str = "") -> str:
    answer = await browser.get(f"/login/oidc?next={next}")
    assert answer.status_code == 303, answer.text
    address: str = answer.headers["location"]
    return address


async def _come(browser: Browser, back: str) -> httpx.Response:
    assert back.startswith(f"{PUBLIC_URL}/login/oidc/back?")
    return await browser.get(back.removeprefix(PUBLIC_URL))


async def _sign_in(browser: Browser, issuer: RealIssuer, login: str) -> httpx.Response:
    return await _come(browser, await issuer.sign_in(await _go(browser), login))


async def test_a_person_signs_in_whose_account_has_the_address_that_the_issuer_verified(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    await make_account(asking, "p-dora", email="dora@example.com")
    browser = asking.stranger()
    page = await browser.get("/login?next=/ops/people")
    assert "Acme ID" in page.text

    back = await issuer.sign_in(await _go(browser, "/ops/people"), "dora")
    answer = await _come(browser, back)

    assert (answer.status_code, answer.headers["location"]) == (303, "/ops/people")
    assert await is_signed_in(browser)
    (linked,) = await rows_of(asking, "select * from identities")
    assert (linked["issuer"], linked["subject"], linked["person_id"]) == (
        issuer.url,
        "dora",
        "p-dora",
    )


async def test_who_used_the_account_before_its_person_came_from_the_issuer_is_out(
    portal: PortalUnderTest,
) -> None:
    identity = Identity(issuer="https://id.example", subject="dora", email="dora@example.com")
    before = await portal.as_person("p-dora", ("dispatcher", "demo"))
    await make_account(portal, "p-dora", email="dora@example.com")

    async def come() -> None:
        async with portal.state.database.transaction(actor="test") as tx:
            await sign_in_by_identity(tx, identity)
        portal.state.sessions.forget_all()

    await come()
    own = await portal.as_person("p-dora", ("dispatcher", "demo"))
    await come()

    assert not await is_signed_in(before)
    assert await is_signed_in(own)


async def test_a_person_who_was_linked_signs_in_whatever_their_address_is_now(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    await make_account(asking, "p-dora", email="dora@example.com")
    await _sign_in(asking.stranger(), issuer, "dora")
    await make_account(asking, "p-dora", email="married@example.com")
    browser = asking.stranger()

    await _sign_in(browser, issuer, "dora")

    assert await is_signed_in(browser)


async def test_an_address_that_another_person_has_now_opens_nothing(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    await make_account(asking, "p-dora", email="dora@example.com")
    await _sign_in(asking.stranger(), issuer, "dora")
    async with asking.state.database.transaction(actor="test") as tx:
        await tx.execute(text("update identities set subject = 'dora-of-before'"))
    browser = asking.stranger()

    answer = await _sign_in(browser, issuer, "dora")

    assert answer.status_code == 403
    assert not await is_signed_in(browser)


@pytest.mark.parametrize("login", ["no-one", "unverified-dora", "shut"])
async def test_the_issuers_people_without_an_account_do_not_come_in(
    asking: PortalUnderTest, issuer: RealIssuer, login: str
) -> None:
    await make_account(asking, "p-unverified", email="unverified-dora@example.com")
    await make_account(asking, "p-shut", email="shut@example.com", disabled=True)
    browser = asking.stranger()

    answer = await _sign_in(browser, issuer, login)

    assert answer.status_code == 403
    assert "这里还没有您的账号" in answer.text
    assert not await is_signed_in(browser)
    assert await rows_of(asking, "select * from identities") == []


async def test_an_answer_is_good_in_the_browser_that_asked_and_once(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    await make_account(asking, "p-dora", email="dora@example.com")
    browser, thief = asking.stranger(), asking.stranger()
    await _go(thief)
    back = await issuer.sign_in(await _go(browser), "dora")

    stolen = await _come(thief, back)
    first = await _come(browser, back)
    again = await _come(browser, back)

    assert (stolen.status_code, first.status_code, again.status_code) == (403, 303, 403)
    assert not await is_signed_in(thief)


async def test_an_answer_that_comes_too_late_is_not_believed(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    await make_account(asking, "p-dora", email="dora@example.com")
    browser = asking.stranger()
    back = await issuer.sign_in(await _go(browser), "dora")

    asking.clock.move(minutes=16)

    assert (await _come(browser, back)).status_code == 403


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x&code=x", "?error=access_denied&state=x", "?code=%00&state=é"]
)
async def test_an_answer_that_no_one_asked_for_is_not_believed(
    asking: PortalUnderTest, query: str
) -> None:
    browser = asking.stranger()
    await _go(browser)

    answer = await browser.get(f"/login/oidc/back{query}")

    assert answer.status_code == 403
    assert "没能从公司账号确认您是谁" in answer.text


async def test_a_code_that_the_issuer_does_not_know_is_refused(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    browser = asking.stranger()
    state = parse_qs(urlsplit(await _go(browser)).query)["state"][0]

    answer = await browser.get(f"/login/oidc/back?state={state}&code=made-up&iss={issuer.url}")

    assert answer.status_code == 403


async def test_who_says_no_at_the_issuer_is_back_at_the_sign_in(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    browser = asking.stranger()
    state = parse_qs(urlsplit(await _go(browser)).query)["state"][0]

    answer = await browser.get(
        f"/login/oidc/back?error=access_denied&state={state}&iss={issuer.url}"
    )

    assert answer.status_code == 403
    assert "再试一次" in answer.text


async def test_a_new_key_of_the_issuer_is_learned_and_asked_for_now_and_then(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    await make_account(asking, "p-dora", email="dora@example.com")
    ways, seconds = asking.state.ways_in, 0.0
    assert ways.issuer is not None
    patient = OidcIssuer(ways.issuer.client, allows_http=True, now=lambda: seconds)
    asking.state.ways_in = replace(ways, issuer=patient)
    assert (await _sign_in(asking.stranger(), issuer, "dora")).status_code == 303
    await issuer.add_key()
    await issuer.drop_old_keys()

    seconds = 4.0
    assert (await _sign_in(asking.stranger(), issuer, "dora")).status_code == 403
    seconds = 6.0
    assert (await _sign_in(asking.stranger(), issuer, "dora")).status_code == 303


async def test_the_browser_leads_nowhere_else_afterwards(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    await make_account(asking, "p-dora", email="dora@example.com")
    browser = asking.stranger()

    back = await issuer.sign_in(await _go(browser, "https://evil.example"), "dora")

    assert (await _come(browser, back)).headers["location"] == "/ops"


async def test_an_issuer_that_is_away_is_said_and_the_other_ways_in_stay(
    make_portal: MakePortal,
) -> None:
    portal = await make_portal(**_settings("http://127.0.0.1:9"))

    answer = await portal.stranger().get("/login/oidc")

    assert answer.status_code == 503
    assert "公司账号登录暂时没有回应" in answer.text
    assert 'action="/login/link"' in answer.text


async def test_without_an_issuer_there_is_no_such_way_in(portal: PortalUnderTest) -> None:
    browser = portal.stranger()

    assert "/login/oidc" not in (await browser.get("/login")).text
    assert (await browser.get("/login/oidc")).status_code == 404
    assert (await browser.get("/login/oidc/back")).status_code == 404


async def test_two_of_one_person_at_once_are_linked_once(
    asking: PortalUnderTest, issuer: RealIssuer
) -> None:
    await make_account(asking, "p-dora", email="dora@example.com")
    browsers = [asking.stranger() for _ in range(3)]
    backs = [await issuer.sign_in(await _go(each), "dora") for each in browsers]

    answers = await asyncio.gather(
        *(_come(browser, back) for browser, back in zip(browsers, backs, strict=True))
    )

    assert [each.status_code for each in answers] == [303, 303, 303]
    assert len(await rows_of(asking, "select * from identities")) == 1


async def test_answers_that_no_one_asked_for_are_counted_by_the_network_they_come_from(
    make_portal: MakePortal,
) -> None:
    portal = await make_portal(**_settings("http://127.0.0.1:9"))
    browser, elsewhere = portal.stranger(), stranger_at(portal, "203.0.113.9")
    back = "/login/oidc/back?state=x&code=y"

    tried = [(await browser.get(back)).status_code for _ in range(61)]

    assert tried == [403] * 60 + [429]
    assert (await elsewhere.get(back)).status_code == 403
    portal.clock.move(minutes=16)
    assert (await browser.get(back)).status_code == 403
