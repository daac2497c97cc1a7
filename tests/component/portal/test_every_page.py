"""A walk over every page, as every role, as a stranger, and with the ids of others: what is not
theirs is not shown, nothing is changed without a form of theirs, and nothing fails.

Pages are found by their routes, so that each new one is walked as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.portal.pages.every_page import ROUTERS
from shared.auth.caller import Role
from tests.support.portal import Browser, PortalUnderTest

_ROLES = ("resident", "technician", "dispatcher", "manager", "admin")
_INLINE = re.compile(r"""<script(?![^>]*\bsrc=)|\sstyle=|<style|\son[a-z]+=|javascript:""", re.I)
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class _Walked:
    method: str
    path: str
    roles: tuple[Role, ...]
    strangers: bool
    links: bool
    ids: frozenset[str]
    """Its parameters that are UUIDs."""

    def url(self) -> str:
        """Return an address of the page with ids that no one has."""
        return _PARAMETER.sub(
            lambda found: str(uuid4()) if found[1] in self.ids else "no-one-has-this", self.path
        )

    def may(self, role: str) -> bool:
        return self.strangers or not self.roles or role in self.roles


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
            (guard,) = _guards(route.dependant)
            ids = frozenset(
                field.name
                for field in route.dependant.path_params
                if "UUID" in str(field.field_info.annotation)
            )
            found += [
                _Walked(
                    method,
                    route.path,
                    guard.page_roles,  # type: ignore[attr-defined]
                    guard.strangers,  # type: ignore[attr-defined]
                    guard.links,  # type: ignore[attr-defined]
                    ids,
                )
                for method in sorted(route.methods)
            ]
    return tuple(found)


_ALL = pytest.mark.parametrize("page", _pages(), ids=lambda page: f"{page.method} {page.path}")


async def _asked(browser: Browser, page: _Walked) -> httpx.Response:
    """Ask for the page as a browser does; a form is sent without a token."""
    if page.method == "GET":
        return await browser.get(page.url())
    return await browser.client.request(page.method, page.url(), data={"text": "x"})


def _check_page(answer: httpx.Response) -> None:
    """Assert what every answer has to be."""
    assert answer.status_code < 500, answer.text
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert not _INLINE.search(answer.text), _INLINE.search(answer.text)
    assert "<h1" in answer.text
    assert "<title>" in answer.text


def test_there_are_pages_and_each_says_who_may_see_it() -> None:
    assert {"GET /", "GET /login/demo", "POST /logout"} <= {
        f"{page.method} {page.path}" for page in _pages()
    }


def test_no_page_is_there_twice() -> None:
    all_of_them = [(page.method, page.path) for page in _pages()]

    assert len({*all_of_them}) == len(all_of_them)


@_ALL
async def test_a_stranger_sees_only_what_is_for_all(portal: PortalUnderTest, page: _Walked) -> None:
    answer = await _asked(portal.stranger(), page)

    if page.strangers:
        _check_page(answer)
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")


@_ALL
async def test_each_role_sees_its_own_pages_and_none_of_the_others(
    portal: PortalUnderTest, page: _Walked
) -> None:
    portal.stop("dispatch")  # which a technician's demo login would ask
    people = {role: await portal.as_(role) for role in _ROLES}
    portal.start("dispatch")

    for role, browser in people.items():
        answer = await _asked(browser, page)
        if not page.may(role) or page.method != "GET":
            assert answer.status_code == 403, (role, answer.text)
        else:
            assert answer.status_code in (200, 303, 403, 404, 422), (role, answer.text)
        _check_page(answer)


@_ALL
async def test_a_form_that_is_empty_is_answered_in_words(
    portal: PortalUnderTest, page: _Walked
) -> None:
    if page.method == "GET":
        return
    role = next(each for each in _ROLES if page.may(each))
    browser = await portal.as_(role)
    token = await browser.csrf()

    answer = await browser.client.request(page.method, page.url(), data={"_csrf": token})

    _check_page(answer)


@_ALL
async def test_a_page_whose_services_are_all_stopped_is_shown_or_says_so(
    portal: PortalUnderTest, page: _Walked
) -> None:
    for service in ("tickets", "dispatch", "sla", "notify"):
        portal.stop(service)
    role = next(each for each in _ROLES if page.may(each))

    answer = await _asked(await portal.as_(role), page)

    assert answer.status_code in (200, 303, 403, 404, 422, 503), answer.text
    if answer.status_code == 503:
        assert "<h1" in answer.text


@_ALL
async def test_both_languages_are_spoken(portal: PortalUnderTest, page: _Walked) -> None:
    if page.method != "GET":
        return
    role = next(each for each in _ROLES if page.may(each))
    browser = await portal.as_(role)

    for language in ("zh-CN", "en"):
        answer = await browser.get(f"{page.url()}?lang={language}")
        _check_page(answer)
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert f'lang="{language}"' in answer.text
