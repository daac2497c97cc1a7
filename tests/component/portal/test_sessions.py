"""Sessions: begun, found, and dead everywhere once they end."""

from http.cookies import SimpleCookie

import httpx
import pytest
from sqlalchemy import text

from services.portal.actions.sessions import OLD_SESSIONS, Sessions, end_sessions_of
from services.portal.domain.session import SessionKind
from services.portal.store.sessions import list_sessions
from shared.service.composition import Service
from tests.component.portal.signing_in import PASSWORD, is_signed_in, make_account
from tests.support.portal import MakePortal, PortalUnderTest

_SESSION = "fettle_session"


def _cookie(answer: httpx.Response, name: str) -> "SimpleCookie":
    for header in answer.headers.get_list("set-cookie"):
        cookie = SimpleCookie(header)
        if name in cookie:
            return cookie
    raise AssertionError(f"no cookie {name}: {answer.headers}")


async def _forget(portal: PortalUnderTest) -> None:
    """Let the two seconds pass for which a session is remembered."""
    portal.state.sessions.forget_all()


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("resident", "/r"),
        ("technician", "/w"),
        ("dispatcher", "/ops"),
        ("manager", "/m"),
        ("admin", "/ops"),
    ],
)
async def test_a_demo_login_leads_to_the_first_page_of_its_role(
    portal: PortalUnderTest, role: str, page: str
) -> None:
    portal.stop("dispatch")

    answer = await portal.stranger().get(f"/login/demo?as={role}")

    assert (answer.status_code, answer.headers["location"]) == (303, page)
    cookie = _cookie(answer, _SESSION)[_SESSION]
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "lax"
    assert not cookie["secure"]
    assert cookie["path"] == "/"


async def test_there_is_no_demo_login_for_another_role_nor_in_production(
    portal: PortalUnderTest, make_portal: MakePortal
) -> None:
    production = await make_portal(
        env="production", public_url="https://portal.example", metrics="off"
    )
    at_home = production.stranger(base_url="https://portal.example")

    assert (await portal.stranger().get("/login/demo?as=integration")).status_code == 404
    assert (await at_home.get("/login/demo?as=admin")).status_code == 404


async def test_by_https_the_cookie_is_sent_by_https_alone(make_portal: MakePortal) -> None:
    portal = await make_portal(public_url="https://portal.example")

    answer = await portal.stranger(base_url="https://portal.example").get("/?lang=en")

    assert _cookie(answer, "__Host-fettle_language")["__Host-fettle_language"]["secure"]


async def test_by_https_no_other_host_puts_a_cookie_in_the_place_of_ours(
    make_portal: MakePortal,
) -> None:
    address = "https://portal.example"
    portal = await make_portal(public_url=address)
    await make_account(portal, "li", password=PASSWORD)
    browser, tossed = portal.stranger(base_url=address), portal.stranger(base_url=address)

    fields = {"user": "li", "password": PASSWORD}
    entered = await browser.submit("/login", fields, at="/login")

    assert entered.status_code == 303, entered.text
    kept = [each for each in entered.headers.get_list("set-cookie") if "Max-Age=0" not in each]
    assert [each.partition("=")[0] for each in kept] == ["__Host-fettle_session"]
    for each in (*browser.client.cookies.jar,):
        assert each.name.startswith("__Host-")
        assert (each.path, each.secure, each.domain_specified) == ("/", True, False)
    assert await is_signed_in(browser)
    token = browser.client.cookies["__Host-fettle_session"]
    tossed.client.cookies.set(_SESSION, token, domain="portal.example", path="/")
    assert not await is_signed_in(tossed)


async def test_only_the_hash_of_a_token_is_stored(portal: PortalUnderTest) -> None:
    browser = await portal.as_("resident")
    token = browser.client.cookies[_SESSION]

    async with portal.state.database.transaction() as tx:
        rows = await tx.rows(text("select * from sessions"))

    assert len(rows) == 1
    assert token not in str(rows)
    assert rows[0]["person_id"] == "demo-resident"


async def test_a_session_that_is_ended_is_dead_for_every_instance(portal: PortalUnderTest) -> None:
    browser = await portal.as_("resident")
    elsewhere = Sessions(portal.state.database)
    token = browser.client.cookies[_SESSION]
    assert await elsewhere.is_good(token)

    async with portal.state.database.transaction() as tx:
        assert await end_sessions_of(tx, "demo-resident") == 1
    await _forget(portal)
    elsewhere.forget_all()

    assert not await elsewhere.is_good(token)
    assert (await browser.get("/")).headers["location"] == "/login"


async def test_what_is_known_of_a_session_is_two_seconds_old_at_most(
    portal: PortalUnderTest,
) -> None:
    at = [100.0]
    sessions = Sessions(portal.state.database, now=lambda: at[0])
    token = (await portal.as_("resident")).client.cookies[_SESSION]
    assert await sessions.is_good(token)
    async with portal.state.database.transaction() as tx:
        await end_sessions_of(tx, "demo-resident")

    at[0] += 2.0

    assert not await sessions.is_good(token)


async def test_a_person_may_end_all_sessions_but_their_own(portal: PortalUnderTest) -> None:
    here, there = await portal.as_("resident"), await portal.as_("resident")
    async with portal.state.database.transaction() as tx:
        found = await list_sessions(tx, "demo-resident")
        kept = await portal.state.sessions.find(here.client.cookies[_SESSION])
        assert kept is not None
        assert len(found) == 2
        await end_sessions_of(tx, "demo-resident", excluding=kept.session.id)
    await _forget(portal)

    assert (await here.get("/")).headers["location"] == "/r"
    assert (await there.get("/")).headers["location"] == "/login"


async def test_a_disabled_account_is_signed_out(portal: PortalUnderTest) -> None:
    browser = await portal.as_("resident")

    async with portal.state.database.transaction() as tx:
        await tx.execute(text("update accounts set disabled_at = now()"))
    await _forget(portal)

    assert (await browser.get("/")).headers["location"] == "/login"


async def test_a_resident_who_becomes_staff_signs_in_anew(portal: PortalUnderTest) -> None:
    resident = await portal.as_person("li", ("resident", "demo"))
    staff = await portal.as_person("li", ("resident", "demo"), ("dispatcher", "demo"))
    await _forget(portal)

    assert (await resident.get("/")).headers["location"] == "/login"
    assert (await staff.get("/")).headers["location"] == "/ops"


@pytest.mark.parametrize(
    ("role", "idle_hours"), [("dispatcher", 12), ("technician", 12), ("resident", 90 * 24)]
)
async def test_a_session_ends_when_it_is_not_used(
    portal: PortalUnderTest, role: str, idle_hours: float
) -> None:
    portal.stop("dispatch")
    browser = await portal.as_(role)
    first = (await browser.get("/")).headers["location"]

    portal.clock.move(hours=idle_hours - 0.1)
    await _forget(portal)
    assert (await browser.get("/")).headers["location"] == first
    portal.clock.move(hours=idle_hours - 0.1)
    await _forget(portal)
    assert (await browser.get("/")).headers["location"] == first
    portal.clock.move(hours=idle_hours + 0.1)
    await _forget(portal)

    assert (await browser.get("/")).headers["location"] == "/login"


async def test_use_is_noted_once_a_minute(portal: PortalUnderTest) -> None:
    browser = await portal.as_("resident")

    async def seen() -> object:
        async with portal.state.database.transaction() as tx:
            row = await tx.row(text("select seen_at from sessions"))
        return row and row["seen_at"]

    first = await seen()
    portal.clock.move(seconds=50)
    await _forget(portal)
    await browser.get("/")
    assert await seen() == first
    portal.clock.move(seconds=20)
    await _forget(portal)
    await browser.get("/")

    assert await seen() == portal.clock.now()


async def test_sessions_that_are_long_over_are_deleted(portal: PortalUnderTest) -> None:
    await portal.as_("resident")
    service: Service = portal.app.state.service
    worker = service.due_workers[OLD_SESSIONS.name]

    portal.clock.move(days=90)
    assert await worker.run_due() == 0
    portal.clock.move(days=8)
    assert await worker.run_due() == 1

    async with portal.state.database.transaction() as tx:
        assert await tx.rows(text("select id from sessions")) == []


async def test_signing_out_ends_the_session_and_takes_its_cookie(portal: PortalUnderTest) -> None:
    browser = await portal.as_("resident")
    token = browser.client.cookies[_SESSION]

    answer = await browser.submit("/logout")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "clear-site-data" in answer.headers
    assert _SESSION not in browser.client.cookies
    assert not await portal.state.sessions.is_good(token)
    assert (await browser.submit("/logout")).status_code == 303


async def test_nothing_but_a_form_signs_out(portal: PortalUnderTest) -> None:
    browser = await portal.as_("resident")

    assert (await browser.get("/logout")).status_code == 405
    assert (await browser.client.post("/logout")).status_code in (403, 415)
    assert (await browser.get("/")).headers["location"] == "/r"


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, b"\xe9", "a; b", "'; drop table sessions"])
async def test_a_cookie_that_no_one_was_given_is_a_strangers(
    portal: PortalUnderTest, token: str | bytes
) -> None:
    browser = portal.stranger()
    value = token if isinstance(token, bytes) else token.encode()

    answer = await browser.client.get("/", headers=[(b"cookie", b"fettle_session=" + value)])

    assert answer.headers["location"] == "/login"


async def test_a_link_gives_no_page_that_needs_a_sign_in(portal: PortalUnderTest) -> None:
    browser = await portal.as_person(
        "li",
        ("resident", "demo"),
        kind=SessionKind.LINK,
        only="01980000-0000-7000-8000-000000000000",  # type: ignore[arg-type]
    )

    assert (await browser.get("/")).headers["location"] == "/login"
