"""A token for one ticket (`only`), at every route of every service, among things that are there:
whatever it asks for, there is nothing but its ticket.
"""

import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from fettle.home import SERVICES
from shared.auth.caller import Role
from shared.ids import new_id
from tests.architecture.test_every_route import CHANGING, OPEN, doors
from tests.support.component import Component
from tests.support.issuer import token
from tests.support.portal import SITE, PortalUnderTest

_ROLES = [(role.value, "*") for role in Role]
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def _narrowed(service: Component, ticket_id: str) -> httpx.AsyncClient:
    """Return a client with a token of one who is everything everywhere, but for one ticket."""
    http = service.http(role=None)
    http.headers["Authorization"] = f"Bearer {token('li', _ROLES, only=f'ticket:{ticket_id}')}"
    return http


async def _get(http: httpx.AsyncClient, path: str) -> Any:
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _things_of(portal: PortalUnderTest, ticket_id: str) -> Mapping[str, str]:
    """Return ids of what is there, by the names that routes have for them."""
    found = {"ticket_id": ticket_id, "site_id": SITE, "person_id": "li", "recipient_id": "li"}
    dispatch, notify, sla = [await portal.service(name) for name in ("dispatch", "notify", "sla")]
    async with dispatch.http(role="admin", id="root", site="*") as http:
        (job,) = (await _get(http, f"/v1/jobs?ticket_id={ticket_id}"))["items"]
        found |= {"job_id": job["id"], "technician_id": "zhao", "offer_id": str(new_id())}
    async with notify.http(role="admin", id="root", site="*") as http:
        said = (await _get(http, f"/v1/messages?ticket_id={ticket_id}"))["items"]
        found["message_id"] = said[0]["id"]
        body = {"url": "https://example.com/hook", "owner": "root"}
        answer = await http.post("/v1/endpoints", json=body)
        assert answer.status_code == 201, answer.text
        found["endpoint_id"] = answer.json()["id"]
    async with sla.http(role="admin", id="root", site="*") as http:
        for kind in ("calendar", "policy"):
            listed = (await _get(http, f"/v1/{_plural(kind)}"))["items"]
            found[f"{kind}_id"] = listed[0]["id"] if listed else "none"
    tickets = await portal.service("tickets")
    async with tickets.http(role="admin", id="root", site="*") as http:
        places = await _get(http, f"/v1/sites/{SITE}/places?limit=1")
        found["place_code"] = places["items"][0]["code"]
    return found


def _plural(kind: str) -> str:
    return {"calendar": "calendars", "policy": "policies"}[kind]


async def _make_technician(portal: PortalUnderTest) -> None:
    dispatch = await portal.service("dispatch")
    async with dispatch.http(role="admin", id="root", site="*") as http:
        answer = await http.put("/v1/technicians/zhao", json={"name": "Zhao", "sites": [SITE]})
        assert answer.status_code in (200, 201), answer.text


@pytest.fixture
async def two_tickets(portal: PortalUnderTest) -> tuple[str, str]:
    """Two tickets that all services have heard of."""
    await portal.settle(*SERVICES)
    await portal.make_site()
    await _make_technician(portal)
    made = [(await portal.open_ticket())["id"] for _ in range(2)]
    await portal.settle()
    return made[0], made[1]


async def test_all_that_is_anothers_is_not_there(
    portal: PortalUnderTest, two_tickets: tuple[str, str]
) -> None:
    this, other = two_tickets
    things, shown = await _things_of(portal, other), []

    for name in SERVICES:
        service = await portal.service(name)
        async with _narrowed(service, this) as http:
            for door in doors(service):
                if door.path in OPEN:
                    continue
                path = _PARAMETER.sub(lambda found: things.get(found[1], str(new_id())), door.path)
                body: dict[str, object] | None = {} if door.method in CHANGING else None
                urls = [path]
                if "{attachment_id}" not in door.path:  # which takes no such parameter
                    urls.append(f"{path}?ticket_id={other}")
                for url in urls:
                    answer = await http.request(door.method, url, json=body)
                    if answer.status_code != 404:
                        shown.append(f"{door.method} {name}{url}: {answer.status_code}")

    assert shown == []


async def test_its_own_ticket_is_there(
    portal: PortalUnderTest, two_tickets: tuple[str, str]
) -> None:
    this, other = two_tickets

    for name, path in (
        ("tickets", f"/v1/tickets/{this}"),
        ("tickets", f"/v1/tickets/{this}/timeline"),
        ("dispatch", f"/v1/jobs?ticket_id={this}"),
        ("sla", f"/v1/clocks?ticket_id={this}"),
        ("notify", f"/v1/messages?ticket_id={this}"),
    ):
        service = await portal.service(name)
        async with _narrowed(service, this) as http:
            answer = await http.get(path)
        assert answer.status_code == 200, f"{name}{path}: {answer.text}"
        assert other not in answer.text


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("dispatch", "/v1/jobs"),
        ("sla", "/v1/clocks"),
        ("sla", "/v1/clocks:batch"),
        ("sla", "/v1/ledgers"),
        ("notify", "/v1/messages"),
    ],
)
async def test_a_ticket_that_is_named_twice_does_not_let_another_through(
    portal: PortalUnderTest, two_tickets: tuple[str, str], name: str, path: str
) -> None:
    this, other = two_tickets
    service = await portal.service(name)

    async with _narrowed(service, this) as http:
        answers = [
            await http.get(f"{path}?ticket_id={first}&ticket_id={second}")
            for first, second in ((this, other), (other, this))
        ]

    for answer in answers:
        assert answer.status_code in (200, 404)
        if answer.status_code == 200:
            assert other not in answer.text
