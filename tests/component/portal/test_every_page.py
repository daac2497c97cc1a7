"""A walk over every page, as every role, as a stranger, and with the ids of others: what is not
theirs is not shown, nothing is changed without a form of theirs, and nothing fails.

Pages are found by their routes, so that each new one is walked as well.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from services.portal.domain.session import SessionKind
from services.portal.pages.every_page import ROUTERS
from shared.auth.caller import Role
from shared.ids import TicketId
from tests.support.earlier_answers import earlier_services
from tests.support.portal import SITE, Browser, PortalUnderTest

_ROLES = ("resident", "technician", "dispatcher", "manager", "admin")
_SERVICES = ("tickets", "dispatch", "sla", "notify")
_SECRET = "水漫金山寺"  # what a neighbour wrote
_INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)[^>]*>|<[^>]*\sstyle=[^>]*>|<style|<[^>]*\son[a-z]+=[^>]*>"""
    r"""|javascript:""",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_WRITTEN = ("text", "reason", "words", "note", "description", "name", "category", "technician_id")
_ONE_TICKET = TicketId(UUID("01980000-0000-7000-8000-000000000000"))
_LOGGING_OUT = ("/logout", "/login/demo")
_NO_PAGES = {
    *("/livez", "/readyz", "/metrics", "/docs", "/openapi.json"),
    *("/.well-known/jwks.json", "/.well-known/openid-configuration", "/token", "/live"),
    *("/static/{name:path}", "/sw.js", "/manifest.webmanifest"),
}
"""What is answered beside pages, to all who ask; `/live` sees to itself that they are signed in."""


@dataclass(frozen=True)
class _Walked:
    method: str
    path: str
    roles: tuple[Role, ...]
    strangers: bool
    links: bool
    ids: frozenset[str]
    """Its parameters that are UUIDs."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        return _PARAMETER.findall(self.path)

    def url(self, known: Mapping[str, str] | None = None) -> str:
        """Return an address of the page; what is not known is an id that no one has."""
        given = known or {}
        return _PARAMETER.sub(
            lambda found: given.get(
                found[1], str(uuid4()) if found[1] in self.ids else "no-one-has-this"
            ),
            self.path,
        )

    def may(self, role: str) -> bool:
        return self.strangers or not self.roles or role in self.roles

    @property
    def a_role(self) -> str:
        """A role that may see it."""
        return next(each for each in _ROLES if self.may(each))


def _guards(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        if inner.call is not None and hasattr(inner.call, "page_roles"):
            yield inner.call
        yield from _guards(inner)


@cache
def _pages() -> tuple[_Walked, ...]:
    found = []
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            guard = next(_guards(route.dependant))
            ids = frozenset(
                field.name
                for field in route.dependant.path_params
                if "UUID" in str(field.field_info.annotation)
            )
            roles: tuple[Role, ...] = guard.page_roles  # type: ignore[attr-defined]
            strangers: bool = guard.strangers  # type: ignore[attr-defined]
            links: bool = guard.links  # type: ignore[attr-defined]
            found += [
                _Walked(method, route.path, roles, strangers, links, ids)
                for method in sorted(route.methods or ())
            ]
    return tuple(found)


def _shown() -> Iterator[_Walked]:
    return (page for page in _pages() if page.method == "GET" and page.path not in _LOGGING_OUT)


def _forms() -> Iterator[_Walked]:
    return (page for page in _pages() if page.method != "GET" and page.path not in _LOGGING_OUT)


async def _asked(browser: Browser, page: _Walked, url: str | None = None) -> httpx.Response:
    """Ask for the page as a browser does; a form is sent without a token."""
    if page.method == "GET":
        return await browser.get(url or page.url())
    return await browser.client.request(page.method, url or page.url(), data={"text": "x"})


def _faults(answer: httpx.Response, *statuses: int) -> Iterator[str]:
    """Yield what is wrong with an answer that is to have one of the statuses."""
    if answer.status_code not in statuses:
        yield f"{answer.status_code}: {answer.text[:300]}"
    if answer.headers.get("content-type", "").startswith("text/html"):
        if "script-src 'self'" not in answer.headers["content-security-policy"]:
            yield "no policy"
        if inline := _INLINE.search(answer.text):
            yield f"inline: {inline[0][:100]}"
        if "<h1" not in answer.text:
            yield "no heading"
        if not re.search(r"<title>[^<]+</title>", answer.text):
            yield "no title"


class _Walk:
    """What was found on the way."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def note(self, page: _Walked, found: Iterator[str]) -> None:
        self.faults += [f"{page}: {each}" for each in found]

    def end(self) -> None:
        assert not self.faults, "\n".join(self.faults)


async def _people(portal: PortalUnderTest) -> dict[str, Browser]:
    """Return a browser for each role; all services are there."""
    await portal.settle(*_SERVICES)
    portal.stop("dispatch")  # which a technician's sign-in would ask
    people = {role: await portal.as_(role) for role in _ROLES}
    portal.start("dispatch")
    return people


def test_there_are_pages_and_none_is_there_twice() -> None:
    all_of_them = [str(page) for page in _pages()]

    assert {"GET /", "GET /login/demo", "POST /logout"} <= {*all_of_them}
    assert len({*all_of_them}) == len(all_of_them)


async def test_what_is_no_page_is_listed(portal: PortalUnderTest) -> None:
    answered = {str(each.path) for each in iter_route_contexts(portal.app.routes)}

    no_pages = answered - {page.path for page in _pages()}

    assert {path for path in no_pages if not path.startswith("/probe/")} == _NO_PAGES


@pytest.mark.parametrize("has_link", [False, True], ids=["nothing", "a link to one ticket"])
async def test_who_is_not_signed_in_sees_only_what_is_for_all(
    portal: PortalUnderTest, has_link: bool
) -> None:
    walk, browser = _Walk(), portal.stranger()
    if has_link:
        grants = [(role, SITE) for role in _ROLES]
        browser = await portal.as_person("li", *grants, kind=SessionKind.LINK, only=_ONE_TICKET)

    for page in _pages():
        if has_link and page.path in _LOGGING_OUT:
            continue
        answer = await _asked(browser if has_link else portal.stranger(), page)
        if page.strangers and page.method == "GET":
            walk.note(page, _faults(answer, 200, 303, 404, 422))
        elif page.strangers:
            walk.note(page, _faults(answer, 403))
        elif page.links and has_link:
            walk.note(page, _faults(answer, 404))
        elif answer.status_code != 303 or not answer.headers["location"].startswith("/login"):
            walk.note(page, iter([f"{answer.status_code} {answer.headers.get('location')}"]))

    walk.end()


@pytest.mark.parametrize("role", _ROLES)
async def test_a_role_sees_its_own_pages_and_no_form_is_taken_without_its_token(
    portal: PortalUnderTest, role: str
) -> None:
    await portal.make_site()
    browser, walk = (await _people(portal))[role], _Walk()

    for page in _pages():
        if page.path in _LOGGING_OUT:
            continue
        answer = await _asked(browser, page)
        if page.may(role) and page.method == "GET":
            walk.note(page, _faults(answer, 200, 303, 403, 404, 422))
        else:
            walk.note(page, _faults(answer, 403))

    walk.end()


async def test_a_form_that_is_empty_is_answered_in_words(portal: PortalUnderTest) -> None:
    await portal.make_site()
    people, walk = await _people(portal), _Walk()

    for page in _forms():
        browser = people[page.a_role]
        data = {"_csrf": await browser.csrf()}
        answer = await browser.client.request(page.method, page.url(), data=data)
        walk.note(page, _faults(answer, 200, 303, 400, 403, 404, 409, 410, 412, 422, 428, 429))

    walk.end()


async def test_pages_are_shown_or_say_so_when_all_services_are_stopped(
    portal: PortalUnderTest,
) -> None:
    people, walk = await _people(portal), _Walk()
    for service in _SERVICES:
        portal.stop(service)

    for page in _shown():
        answer = await _asked(people[page.a_role], page)
        walk.note(page, _faults(answer, 200, 303, 403, 404, 422, 503))

    walk.end()


async def test_forms_are_there_to_be_sent_again_when_all_services_are_stopped(
    portal: PortalUnderTest,
) -> None:
    people, walk = await _people(portal), _Walk()
    for service in _SERVICES:
        portal.stop(service)
    written = dict.fromkeys(_WRITTEN, "写了很久")

    away = []
    for page in _forms():
        browser, url = people[page.a_role], page.url()
        data = {
            "_csrf": await browser.csrf(),
            "_key": "k" * 20,
            "site": SITE,
            "meant": "1",
            **written,
        }
        answer = await browser.client.request(page.method, url, data=data)
        if answer.status_code != 503:
            continue
        away.append(page.path)
        if "写了很久" not in answer.text:
            walk.note(page, iter(["lost"]))

    walk.end()
    assert {"/ops/new", "/r/report", "/ops/tickets/{ticket_id}/comments"} <= {*away}


@pytest.mark.parametrize("service", _SERVICES)
async def test_pages_are_shown_or_say_so_when_one_service_is_stopped(
    portal: PortalUnderTest, service: str
) -> None:
    await portal.make_site()
    ticket = await portal.open_ticket()
    people, walk = await _people(portal), _Walk()
    portal.stop(service)

    for page in _shown():
        known = {"ticket_id": ticket["id"], "site": SITE, "site_id": SITE}
        answer = await _asked(people[page.a_role], page, page.url(known))
        walk.note(page, _faults(answer, 200, 303, 403, 404, 422, 503))

    walk.end()


async def test_pages_are_shown_beside_services_of_the_release_before(
    portal: PortalUnderTest,
) -> None:
    earlier = earlier_services()
    if isinstance(earlier, str):
        pytest.skip(earlier)
    await portal.make_site()
    ticket = await portal.open_ticket()
    people, walk = await _people(portal), _Walk()
    portal.earlier = earlier
    known = {"ticket_id": ticket["id"], "site": SITE, "site_id": SITE, "code": "plumbing"}

    for page in _shown():
        role = next(each for each in reversed(_ROLES) if page.may(each))
        answer = await _asked(people[role], page, page.url(known))
        walk.note(page, _faults(answer, 200, 303, 403, 404, 422))

    walk.end()


async def test_both_languages_are_spoken(portal: PortalUnderTest) -> None:
    await portal.make_site()
    ticket = await portal.open_ticket()
    people, walk = await _people(portal), _Walk()

    for page in _shown():
        for language in ("zh-CN", "en"):
            known = {"ticket_id": ticket["id"], "site": SITE, "site_id": SITE}
            url = f"{page.url(known)}?lang={language}"
            answer = await _asked(people[page.a_role], page, url)
            walk.note(page, _faults(answer, 200, 303, 403, 404, 422))
            is_page = answer.headers.get("content-type", "").startswith("text/html")
            if is_page and f'lang="{language}"' not in answer.text:
                walk.note(page, iter([f"not in {language}"]))

    walk.end()


@pytest.mark.parametrize(
    ("id", "role", "site", "units"),
    [
        ("zhang", "resident", SITE, ["1-101"]),
        ("zhou", "technician", "east", []),
        ("qian", "dispatcher", "east", []),
        ("sun", "manager", "east", []),
        ("wu", "admin", "east", []),
    ],
)
async def test_what_is_anothers_is_not_shown(
    portal: PortalUnderTest, id: str, role: str, site: str, units: list[str]
) -> None:
    await portal.make_site()
    await portal.settle(*_SERVICES)
    ticket = await portal.open_ticket(description=_SECRET)
    outsider, walk = await portal.as_person(id, (role, site), units=units), _Walk()
    known = {"ticket_id": ticket["id"], "site": SITE, "site_id": SITE}

    for page in _pages():
        if page.path in _LOGGING_OUT or not page.may(role):
            continue
        answer = await _asked(outsider, page, page.url(known))
        if "ticket_id" in page.parameters:
            walk.note(page, _faults(answer, 403, 404))
        if _SECRET in answer.text:
            walk.note(page, iter(["shows what is another's"]))

    walk.end()
