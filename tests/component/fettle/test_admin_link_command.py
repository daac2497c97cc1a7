"""`fettle admin-link`: the way in of the first admin."""

import asyncio
from pathlib import Path

from services.portal.settings import Settings
from tests.component.fettle.command import fettle
from tests.component.portal.signing_in import is_signed_in, make_account, rows_of
from tests.support.portal import (
    PUBLIC_URL,
    MakePortal,
    PortalUnderTest,
    make_portal,
    service_schemas,
)

__all__ = ["make_portal", "service_schemas"]


async def _link(portal: PortalUnderTest, folder: Path, *arguments: str) -> str:
    settings: Settings = portal.app.state.service.settings
    done = await asyncio.to_thread(
        fettle,
        "admin-link",
        *arguments,
        home=folder,
        cwd=folder,
        FETTLE_PORTAL_DATABASE_URL=settings.database_url,
        FETTLE_PUBLIC_URL=PUBLIC_URL,
    )
    assert done.returncode == 0, done.stderr
    (link,) = done.stdout.splitlines()
    return link.removeprefix(PUBLIC_URL)


async def test_the_first_admin_comes_in_and_invites_others(
    make_portal: MakePortal, tmp_path: Path
) -> None:
    portal = await make_portal()

    link = await _link(portal, tmp_path, "--subject", "zhou", "--name", "周敏")

    browser = portal.stranger()
    answer = await browser.submit(link, at=link)
    assert answer.headers["location"] == "/ops"
    assert (await browser.get("/ops/people/new")).status_code == 200
    (row,) = await rows_of(portal, "select * from accounts")
    assert (row["name"], row["grants"]) == ("周敏", [{"role": "admin", "site": "*"}])


async def test_an_admin_who_was_shut_out_comes_back_and_keeps_what_they_were(
    make_portal: MakePortal, tmp_path: Path
) -> None:
    portal = await make_portal()
    await make_account(portal, "zhou", ("manager", "demo"), email="z@example.com", disabled=True)

    link = await _link(portal, tmp_path, "--subject", "zhou", "--name", "another")

    browser = portal.stranger()
    await browser.submit(link, at=link)
    assert await is_signed_in(browser)
    (row,) = await rows_of(portal, "select * from accounts")
    assert (row["name"], row["email"]) == ("Li Na", "z@example.com")
    assert [each["role"] for each in row["grants"]] == ["manager", "admin"]


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    nowhere = fettle("admin-link", "--subject", "zhou", home=tmp_path, cwd=tmp_path)
    elsewhere = fettle(
        "admin-link",
        "--subject",
        "zhou",
        "--email",
        "no address",
        home=tmp_path,
        cwd=tmp_path,
        FETTLE_PORTAL_DATABASE_URL="postgresql://portal@127.0.0.1:9/portal",
        FETTLE_PUBLIC_URL=PUBLIC_URL,
    )

    assert (nowhere.returncode, elsewhere.returncode) == (2, 2)
    assert "FETTLE_PORTAL_DATABASE_URL" in nowhere.stderr
    assert "no e-mail address" in elsewhere.stderr
