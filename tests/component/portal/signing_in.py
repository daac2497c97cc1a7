"""Arranging for tests of the ways in: accounts, mails, and what is in them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from services.notify.domain.sealing import Sealer
from services.portal.domain.account import Account
from services.portal.store.accounts import save_account
from services.portal.store.passwords import save_password
from shared.auth.caller import Grant, Role
from shared.ids import PersonId, SiteId
from tests.support.asgi_transport import StreamingTransport
from tests.support.component import SECRETS_KEYS, Component
from tests.support.portal import PUBLIC_URL, Browser, PortalUnderTest

PASSWORD = "correct horse battery"


async def make_account(
    portal: PortalUnderTest,
    id: str = "li",
    *grants: tuple[str, str],
    email: str | None = None,
    phone: str | None = None,
    password: str | None = None,
    disabled: bool = False,
) -> Account:
    """Store an account; `grants` are (role, site), a dispatcher of demo without any."""
    given = grants or (("dispatcher", "demo"),)
    account = Account(
        person_id=PersonId(id),
        name="Li Na",
        email=email,
        phone=phone,
        language="zh-CN",
        grants=tuple(Grant(Role(role), SiteId(site)) for role, site in given),
        units=frozenset(),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        disabled_at=datetime(2026, 1, 2, tzinfo=UTC) if disabled else None,
        version=1,
    )
    hash = None if password is None else await portal.state.ways_in.hasher.hash(password)
    async with portal.state.database.transaction(actor="test") as tx:
        save_account(tx, account)
        if hash is not None:
            save_password(tx, account.person_id, hash)
    return account


async def with_mail(portal: PortalUnderTest, tmp_path: Path) -> Component:
    """Make a notify that writes mails into a folder, and knows the portal."""
    folder = tmp_path / "mail"
    folder.mkdir()
    return await portal.service(
        "notify",
        smtp_url=f"file:{folder}",
        mail_from="Fettle <repairs@example.com>",
        portal_subject="portal",
    )


async def put_recipient(notify: Component, id: str, email: str) -> None:
    """Let notify know how the person is reached."""
    async with notify.http(role="admin", id="root", site="*") as http:
        answer = await http.put(f"/v1/recipients/{id}", json={"name": "Li Na", "email": email})
        assert answer.status_code == 200, answer.text


async def mailed_links(notify: Component) -> list[str]:
    """Return the paths of the login links that notify is about to mail, in order."""
    sealer = Sealer(SECRETS_KEYS)
    async with notify.tx() as tx:
        rows = await tx.rows(text("select message_id, sealed from login_links order by message_id"))
    links = [sealer.open(row["sealed"], row["message_id"]) for row in rows]
    assert all(link.startswith(PUBLIC_URL) for link in links)
    return [link.removeprefix(PUBLIC_URL) for link in links]


def stranger_at(portal: PortalUnderTest, address: str) -> Browser:
    """Return a browser elsewhere in the world."""
    client = httpx.AsyncClient(
        transport=StreamingTransport(portal.app, address=address),
        base_url=PUBLIC_URL,
        headers={"accept": "text/html", "accept-language": "zh-CN"},
    )
    return Browser(client)


async def is_signed_in(browser: Browser) -> bool:
    """Return whether the sign-in leads on to a page of theirs."""
    return (await browser.get("/login")).status_code == 303


async def rows_of(portal: PortalUnderTest, statement: str) -> Sequence[Any]:
    async with portal.state.database.transaction(actor="test") as tx:
        return await tx.rows(text(statement))
