"""Signing in with a password: few tries, which two instances count together."""

import asyncio
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher as Argon2

from services.portal.actions.limits import OLD_ATTEMPTS
from services.portal.main import create_app
from services.portal.store.passwords import find_password, save_password
from shared.ids import PersonId
from tests.component.portal.signing_in import (
    PASSWORD,
    is_signed_in,
    make_account,
    rows_of,
    stranger_at,
)
from tests.support.portal import Browser, PortalUnderTest


async def _enter(
    browser: Browser, user: str = "li", password: str = PASSWORD, **fields: str
) -> httpx.Response:
    return await browser.submit(
        "/login", {"user": user, "password": password, **fields}, at="/login"
    )


@pytest.mark.parametrize("user", ["li", "li@example.com", "LI@example.com ", "13800138000"])
async def test_a_password_signs_in(portal: PortalUnderTest, user: str) -> None:
    await make_account(
        portal, "li", email="li@example.com", phone="+8613800138000", password=PASSWORD
    )
    browser = portal.stranger()

    answer = await _enter(browser, user, next="/ops/people")

    assert (answer.status_code, answer.headers["location"]) == (303, "/ops/people")
    assert await is_signed_in(browser)


async def test_signing_in_begins_a_new_session_and_ends_the_one_of_before(
    portal: PortalUnderTest,
) -> None:
    await make_account(portal, "li", password=PASSWORD)
    browser = portal.stranger()
    await _enter(browser)
    before = browser.client.cookies["fettle_session"]

    # signed in already: the form of a tab that was open before
    token = await browser.csrf()
    await browser.client.post("/login", data={"_csrf": token, "user": "li", "password": PASSWORD})

    after = browser.client.cookies["fettle_session"]
    assert after != before
    portal.state.sessions.forget_all()
    assert not await portal.state.sessions.is_good(before)
    assert await portal.state.sessions.is_good(after)


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("li", "wrong horse battery"),
        ("li", ""),
        ("li", PASSWORD.upper()),
        ("li", PASSWORD * 1000),
        ("no-one", PASSWORD),
        ("without", PASSWORD),
        ("shut", PASSWORD),
        ("", ""),
        ("a\0b".replace("\0", "\u0001"), PASSWORD),
        ("👩" * 5000, PASSWORD),
    ],
)
async def test_what_is_wrong_is_not_said_but_how_many_tries_are_left(
    portal: PortalUnderTest, user: str, password: str
) -> None:
    await make_account(portal, "li", password=PASSWORD)
    await make_account(portal, "shut", password=PASSWORD, disabled=True)
    await make_account(portal, "without")
    browser = portal.stranger()

    answer = await _enter(browser, user, password)

    assert answer.status_code == 403
    assert "账号或密码不对。还可以试 4 次，或改用登录链接。" in answer.text
    assert not await is_signed_in(browser)


async def test_after_five_tries_even_the_right_one_is_refused_for_a_while(
    portal: PortalUnderTest,
) -> None:
    await make_account(portal, "li", password=PASSWORD)
    browser = portal.stranger()

    said = [(await _enter(browser, password="wrong")).text for _ in range(5)]
    refused = await _enter(browser)

    assert [f"还可以试 {n} 次" in text for n, text in zip((4, 3, 2, 1), said, strict=False)] == [
        True
    ] * 4
    assert "暂时不能再试" in said[4]
    assert refused.status_code == 429
    assert "分钟后再试" in refused.text
    portal.clock.move(minutes=16)
    assert (await _enter(browser)).status_code == 303


async def test_a_success_begins_the_count_anew(portal: PortalUnderTest) -> None:
    await make_account(portal, "li", password=PASSWORD)

    for _ in range(3):
        for _ in range(4):
            await _enter(portal.stranger(), password="wrong")
        assert (await _enter(portal.stranger())).status_code == 303


async def test_many_tries_at_once_are_counted_one_by_one(portal: PortalUnderTest) -> None:
    await make_account(portal, "li", password=PASSWORD)
    browsers = [portal.stranger() for _ in range(12)]

    answers = await asyncio.gather(*(_enter(each, password="wrong") for each in browsers))

    assert sorted(each.status_code for each in answers) == [403] * 5 + [429] * 7


async def test_two_instances_count_together(portal: PortalUnderTest) -> None:
    await make_account(portal, "li", password=PASSWORD)
    other = PortalUnderTest(portal.make, portal.trusted, portal.clock)
    other.app = create_app(portal.app.state.service.settings, portal.clock)
    try:
        for each in (portal, other, portal, other, portal):
            assert (await _enter(each.stranger(), password="wrong")).status_code == 403
        assert (await _enter(other.stranger())).status_code == 429
    finally:
        await other.close()
        await other.state.database.close()


async def test_a_stranger_elsewhere_does_not_lock_a_person_out(portal: PortalUnderTest) -> None:
    await make_account(portal, "li", password=PASSWORD)
    elsewhere = stranger_at(portal, "203.0.113.7")

    for _ in range(6):
        last = await _enter(elsewhere, password="wrong")

    assert last.status_code == 429
    assert (await _enter(portal.stranger())).status_code == 303


async def test_who_has_no_tries_left_uses_up_none_of_others(portal: PortalUnderTest) -> None:
    await make_account(portal, "li", password=PASSWORD)
    elsewhere = stranger_at(portal, "203.0.113.7")

    for _ in range(31):
        last = await _enter(elsewhere, password="wrong")

    assert last.status_code == 429
    assert (await _enter(portal.stranger())).status_code == 303


async def test_an_account_has_an_end_of_tries_from_everywhere(portal: PortalUnderTest) -> None:
    await make_account(portal, "li", password=PASSWORD)

    for n in range(30):
        await _enter(stranger_at(portal, f"203.0.{n}.7"), password="wrong")

    assert (await _enter(portal.stranger())).status_code == 429


async def test_a_hash_of_another_measure_is_made_anew(portal: PortalUnderTest) -> None:
    await make_account(portal, "li")
    async with portal.state.database.transaction(actor="test") as tx:
        weak = Argon2(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
        save_password(tx, PersonId("li"), weak)

    assert (await _enter(portal.stranger())).status_code == 303

    (row,) = await rows_of(portal, "select hash from passwords")
    assert not portal.state.ways_in.hasher.is_outdated(row["hash"])
    assert (await _enter(portal.stranger())).status_code == 303


async def test_nothing_of_a_password_is_stored_but_its_hash(
    portal: PortalUnderTest, tmp_path: Path
) -> None:
    await make_account(portal, "li", password=PASSWORD)
    await _enter(portal.stranger(), password="wrong horse battery")

    async with portal.state.database.transaction(actor="test") as tx:
        stored = await find_password(tx, PersonId("li"))
    assert stored is not None
    assert stored.hash.startswith("$argon2id$")
    tries = str(await rows_of(portal, "select * from sign_in_attempts"))
    assert "horse" not in tries
    assert "li'" not in tries


async def test_counts_that_are_over_are_deleted(portal: PortalUnderTest) -> None:
    await _enter(portal.stranger(), password="wrong")
    portal.clock.move(hours=2)
    worker = portal.app.state.service.due_workers[OLD_ATTEMPTS.name]

    assert await worker.run_due() == 3
    assert await rows_of(portal, "select * from sign_in_attempts") == []
