"""The portal's application on a real database, in front of the real services, each of which is made
when it is first asked; and people who look at its pages with a browser's manners, cookies included.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from fettle.home import FOLLOWS, SERVICES
from services.portal.actions.sessions import begin_session
from services.portal.adapters.cookies import SESSION_COOKIE
from services.portal.api.state import PortalState
from services.portal.domain.account import Account
from services.portal.domain.session import SessionKind, kind_for
from services.portal.domain.visitor import Language
from services.portal.main import create_app
from services.portal.settings import Settings
from services.portal.store.accounts import save_account
from shared.auth.caller import Grant, Role
from shared.db.transaction import Kind
from shared.ids import PersonId, SiteId, TicketId
from tests.support.asgi_transport import StreamingTransport
from tests.support.clocks import SettableClock
from tests.support.component import UNHURRIED, Component, MakeComponent, as_stored
from tests.support.earlier_answers import EarlierService
from tests.support.engines import Databases
from tests.support.issuer import ISSUER, write_jwks

PUBLIC_URL = "http://127.0.0.1:8000"
SIGNING_KEYS = (("tests", b"tests-only-portal-seed-32-bytes!"),)
PATIENCE = 10
"""Tests share a machine with others, and a page is not to be without a part for that."""
DEMO_SITE = Path(__file__).parents[2] / "fettle" / "up" / "demo_site.json"
SITE = "demo"
_STREAM_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
Sent = Sequence[tuple[str, tuple[str, bytes, str]]]
"""Files of a form: field and (name, content, media type)."""


class _Hidden(HTMLParser):
    """The hidden fields of each form of a page, by where the form goes."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._action: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action = said.get("action", "")
            self.forms.setdefault(self._action, {})
        elif tag == "input" and self._action is not None and said.get("type") == "hidden":
            self.forms[self._action].setdefault(said.get("name", ""), said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._action = None


def hidden_fields(html: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the page's form that goes there."""
    parser = _Hidden()
    parser.feed(html)
    return parser.forms[action]


@dataclass
class Browser:
    """One browser: its cookies are its own."""

    client: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page; nothing is followed."""
        return await self.client.get(path, headers=_named(headers))

    async def follow(self, path: str) -> httpx.Response:
        """Ask for a page, and go where it leads."""
        return await self.client.get(path, follow_redirects=True)

    async def csrf(self) -> str:
        """Return a token for this browser's forms, as any page has one: here that of a 404."""
        page = await self.client.get("/no-such-page")
        return hidden_fields(page.text, "/language")["_csrf"]

    async def submit(
        self,
        path: str,
        fields: Mapping[str, Any] | None = None,
        files: Sent = (),
        *,
        at: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a form; `at` is the page it stands on, whose hidden fields go with it. Nothing is
        followed.
        """
        if at is None:
            hidden = {"_csrf": await self.csrf()}
        else:
            page = await self.client.get(at)
            hidden = hidden_fields(page.text, path)
        data = {**hidden, **(fields or {})}
        return await self.client.post(path, data=data, files=list(files), headers=headers)

    @asynccontextmanager
    async def hears(self, *topics: str, **headers: str) -> AsyncIterator[httpx.Response]:
        """Listen to the live stream inside the block."""
        query = httpx.QueryParams([("topic", each) for each in topics])
        async with self.client.stream("GET", f"/live?{query}", headers=_named(headers)) as answer:
            yield answer


class _ToServices(httpx.AsyncBaseTransport):
    """The way to the services, each at a host of its name."""

    def __init__(self, portal: "PortalUnderTest") -> None:
        self._portal = portal

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.host
        self._portal.asked.append((request.method, f"{name}{request.url.path}"))
        if name in self._portal.stopped:
            raise httpx.ConnectError("stopped", request=request)
        if name in self._portal.silent:
            await asyncio.Event().wait()
        # a portal that waits no longer leaves it half made
        service = await asyncio.shield(self._portal.service(name))
        answer = await StreamingTransport(service.app).handle_async_request(request)
        earlier = self._portal.earlier.get(name)
        return answer if earlier is None else await earlier.answer(request, answer)


@dataclass
class PortalUnderTest:
    """Made by the fixture `portal`."""

    make: MakeComponent
    trusted: Mapping[str, str]
    clock: SettableClock
    app: FastAPI = field(init=False)
    stopped: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    """Services that take requests and do not answer."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Every request that the portal made: method, and service with path."""
    earlier: Mapping[str, EarlierService] = field(default_factory=dict)
    """Services that answer as the release before does."""
    services: dict[str, Component] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SERVICES, 0))
    """How many facts of each service have been passed on."""
    _browsers: list[Browser] = field(default_factory=list)
    _made: dict[str, asyncio.Future[Component]] = field(default_factory=dict)

    @property
    def state(self) -> PortalState:
        state: PortalState = self.app.state  # type: ignore[assignment] # Starlette has no type
        return state

    async def service(self, name: str, **settings: Any) -> Component:
        """Return the service, made the first time: with these settings."""
        if name not in self._made:
            made = self.make(name, clock=self.clock, **self.trusted, **settings)
            self._made[name] = asyncio.ensure_future(made)
        # a page that does not wait for it any more leaves it to the next one
        service = self.services[name] = await asyncio.shield(self._made[name])
        return service

    def stop(self, service: str) -> None:
        """Let nothing answer at the service's address from now on."""
        self.stopped.add(service)

    def start(self, service: str) -> None:
        """Let the service answer again."""
        self.stopped.discard(service)
        self.silent.discard(service)

    def hang(self, service: str) -> None:
        """Let the service take requests and not answer."""
        self.silent.add(service)

    def stranger(self, *, base_url: str = PUBLIC_URL, **headers: str) -> Browser:
        """Return a browser that no one has signed in with."""
        usual = {"accept": "text/html", "accept-language": "zh-CN"}
        browser = Browser(
            httpx.AsyncClient(
                transport=StreamingTransport(self.app),
                base_url=base_url,
                headers={**usual, **_named(headers)},
                timeout=30,
            )
        )
        self._browsers.append(browser)
        return browser

    async def as_(self, role: str) -> Browser:
        """Return a browser in which that person of the demo is signed in."""
        browser = self.stranger()
        if role == "technician" and "dispatch" not in self.stopped:
            await self.service("dispatch")  # where their shift begins
        answer = await browser.get(f"/login/demo?as={role}")
        assert answer.status_code == 303, answer.text
        return browser

    async def as_person(
        self,
        id: str,
        *grants: tuple[str, str],
        name: str = "Li Na",
        units: Sequence[str] = (),
        language: Language = "zh-CN",
        kind: SessionKind | None = None,
        only: TicketId | None = None,
    ) -> Browser:
        """Return a browser with a session of that person, whose account is made for it; `grants`
        are (role, site).
        """
        given = tuple(Grant(Role(role), SiteId(site)) for role, site in grants)
        async with self.state.database.transaction(actor="test") as tx:
            account = Account(
                person_id=PersonId(id),
                name=name,
                email=None,
                phone=None,
                language=language,
                grants=given,
                units=frozenset(units),
                created_at=tx.now,
                disabled_at=None,
                version=1,
            )
            save_account(tx, account)
            _, token = begin_session(
                tx, person_id=PersonId(id), kind=kind or kind_for(given), only_ticket=only
            )
        browser = self.stranger()
        browser.client.cookies.set(SESSION_COOKIE, token, domain="127.0.0.1", path="/")
        return browser

    async def make_site(self, site: str = SITE) -> None:
        """Make the demo's site at tickets, and let the others hear of it."""
        tickets = await self.service("tickets")
        async with tickets.http(role="admin", id="admin", site=site) as http:
            body = json.loads(DEMO_SITE.read_text())
            answer = await http.put(f"/v1/sites/{site}", json=body)
            assert answer.status_code in (200, 201), answer.text
        await self.settle()

    async def open_ticket(
        self, *, by: str = "demo-resident", unit: str = "3-1202", **fields: Any
    ) -> dict[str, Any]:
        """Report something at the demo's site, which is made with `make_site`; return the
        ticket.
        """
        tickets = await self.service("tickets")
        body = {"site_id": SITE, "category": "plumbing", "unit": unit, **fields}
        async with tickets.http(id=by, units=[unit]) as http:
            answer = await http.post("/v1/tickets", json=body)
        assert answer.status_code == 201, answer.text
        await self.settle()
        ticket: dict[str, Any] = answer.json()
        return ticket

    async def settle(self, *services: str) -> None:
        """Pass on what has been published, as the broker would, until no service that is there has
        anything to say; those that are named are made first.
        """
        for name in services:
            await self.service(name)
        to_ask = list(self.services)
        while to_ask:
            told = await self._pass_on(to_ask.pop(0))
            to_ask += [name for name in told if name not in to_ask]

    async def _pass_on(self, owner: str) -> list[str]:
        """Pass on what the service has published; return those that it was told to, which may have
        something to say now.
        """
        known = self.passed[owner]
        database = self.services[owner].database
        async with database.transaction(actor="test", kind=Kind.READING) as tx:
            rows = await tx.rows(
                text("select id, type, body from outbox order by id offset :known"), known=known
            )
        fresh = [
            as_stored(
                seq=number,
                type=row["type"],
                headers={"ce-id": str(row["id"])},
                body=row["body"].encode(),
            )
            for number, row in enumerate(rows, known + 1)
        ]
        self.passed[owner] = known + len(rows)
        told = [name for name in self.services if owner in FOLLOWS[name]] if fresh else []
        for name in told:
            consumer = self.services[name].service.consumers[f"{name}-{owner}"]
            await consumer.apply(fresh, created=_STREAM_CREATED)
        return told

    async def close(self) -> None:
        await self.state.hub.close()
        await asyncio.gather(*self._made.values(), return_exceptions=True)
        for browser in self._browsers:
            await browser.client.aclose()


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers that were given as keywords: `accept_language` is `accept-language`."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


MakePortal = Callable[..., Awaitable[PortalUnderTest]]


@pytest.fixture(scope="session")
async def service_schemas(databases: Databases) -> None:
    """Make the schemas of all services once, so that one is made faster than a page waits."""
    for name in SERVICES:
        await databases.give_back(name, await databases.fresh(name))


@pytest.fixture
async def make_portal(
    component: MakeComponent, databases: Databases, service_schemas: None, tmp_path: Path
) -> AsyncIterator[MakePortal]:
    """`await make_portal(public_url=…)`: a portal with these settings."""
    made: list[tuple[PortalUnderTest, str]] = []

    async def make(
        clock: SettableClock | None = None, patience: float = PATIENCE, **settings: Any
    ) -> PortalUnderTest:
        url = await databases.fresh("portal")
        given = {
            "env": "development",
            "database_url": url,
            "port": 8000,
            "public_url": PUBLIC_URL,
            "portal_signing_keys": SIGNING_KEYS,
            **{f"{name}_url": f"http://{name}" for name in SERVICES},
            **UNHURRIED,
            **settings,
        }
        clock = clock or SettableClock()
        keys = tmp_path / "portal-jwks.json"
        trusted = {
            "jwks": f"{write_jwks(tmp_path / 'jwks.json')},{keys}",
            "issuer": f"{ISSUER},{given['public_url']}",
        }
        portal = PortalUnderTest(component, trusted, clock)
        with databases.engines.lending():
            portal.app = create_app(
                Settings.of(**given), clock, transport=_ToServices(portal), patience=patience
            )
        keys.write_text(json.dumps(portal.state.signer.jwks()))
        made.append((portal, url))
        return portal

    yield make
    for portal, url in made:
        await portal.close()
        await databases.give_back("portal", url)


@pytest.fixture
async def portal(make_portal: MakePortal) -> PortalUnderTest:
    """The portal, with services that are made when they are asked."""
    return await make_portal()
