"""No input gets a 5xx: the same hostile bodies for every route that changes something."""

import pytest
from fastapi import FastAPI

from tests.component.tickets.arranging import Tickets
from tests.support.component import MakeComponent

HOSTILE: dict[str, tuple[bytes, set[int]]] = {
    "lone surrogate": (b'{"text": "\\ud800", "title": "\\ud800", "reason": "\\ud800", "note": "\\ud800"}', {422}),
    "NUL": (b'{"text": "a\\u0000b", "title": "a\\u0000b", "reason": "a\\u0000b", "note": "a\\u0000b"}', {422}),
    "NaN": (b'{"speed": NaN, "lat": NaN}', {400, 422}),
    "1e999": (b'{"speed": 1e999, "lat": 1e999}', {422}),
    "an integer beyond 64 bits": (b'{"speed": 99999999999999999999999999, "lat": 99999999999999999999999999}', {422}),
    "unknown field": (b'{"unheard_of": 1}', {422}),
    "duplicate keys": (b'{"reason": "a", "reason": "b"}', {400}),
    "UTF-16": ('{"reason": "a"}'.encode("utf-16"), {400}),
    "bad UTF-8": (b'{"reason": "\xff\xfe"}', {400}),
    "truncated": (b'{"reason": "a', {400}),
    "nested a thousand deep": (b'{"reason": ' + b"[" * 1000 + b"]" * 1000 + b"}", {400}),
    "a list": (b"[]", {422}),
    "a number": (b"7", {422}),
    "too large": (b'{"reason": "' + b"x" * 300_000 + b'"}', {413}),
}


def changing_routes(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every route of ours that takes a body."""
    spec = app.openapi()["paths"]
    return [
        (method.upper(), path)
        for path, methods in spec.items()
        if path.startswith(("/v1/tickets", "/v1/sites"))
        for method, operation in methods.items()
        if "requestBody" in operation
    ]


async def test_every_route_that_takes_a_body_is_known_here(component: MakeComponent) -> None:
    app = (await component("tickets")).app

    routes = changing_routes(app)

    assert len(routes) == 14


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_hostile_body_is_refused_everywhere_with_a_problem(tickets: Tickets, hostile: str) -> None:
    body, statuses = HOSTILE[hostile]
    opened = await tickets.open()

    async with tickets.component.http(role="admin", id="admin-1") as client:
        for method, path in changing_routes(tickets.component.app):
            url = path.format(ticket_id=opened["id"], site_id="demo")
            headers = {"Content-Type": "application/json", "If-Match": '"1"'}
            answer = await client.request(method, url, content=body, headers=headers)

            assert answer.status_code in statuses, (method, path, answer.status_code, answer.text[:300])
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"]

    assert await tickets.said() == ["opened"]


@pytest.mark.parametrize(("kind", "status"), [("text/plain", 415), (None, 415), ("application/json; charset=utf-16", 415)])
async def test_another_type_of_content_is_refused(tickets: Tickets, kind: str | None, status: int) -> None:
    headers = {"Content-Type": kind} if kind else {}

    async with tickets.component.http() as client:
        answer = await client.post("/v1/tickets", content=b'{"site_id": "demo", "category": "plumbing"}', headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize("ticket_id", ["nonsense", "0", "%00", "01900000-0000-7000-8000-00000000000g"])
async def test_an_id_that_is_none_is_refused(tickets: Tickets, ticket_id: str) -> None:
    answer = await tickets.send("GET", f"tickets/{ticket_id}", status=422)

    assert answer["code"] == "invalid_input"


@pytest.mark.parametrize("if_match", ["abc", '"-1"', '"99999999999999999999"', "*"])
async def test_a_version_that_is_none_is_refused(tickets: Tickets, if_match: str) -> None:
    opened = await tickets.open()

    answer = await tickets.send("PATCH", f"tickets/{opened['id']}", {"title": "x"}, status=400, headers={"If-Match": if_match})

    assert answer["code"] == "bad_request"
