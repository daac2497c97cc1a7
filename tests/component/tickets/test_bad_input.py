"""No input gets a 5xx: the same hostile bodies for every route that changes something."""

from fastapi import FastAPI

from tests.component.tickets.arranging import Tickets

HOSTILE: dict[str, tuple[bytes, set[int]]] = {
    "lone surrogate": (
        b'{"text": "\\ud800", "title": "\\ud800", "reason": "\\ud800", "note": "\\ud800"}',
        {422},
    ),
    "NUL": (
        b'{"text": "a\\u0000b", "title": "a\\u0000b", "reason": "a\\u0000b", "note": "a\\u0000b"}',
        {422},
    ),
    "NaN": (b'{"speed": NaN, "lat": NaN}', {400, 422}),
    "1e999": (b'{"speed": 1e999, "lat": 1e999}', {422}),
    "an integer beyond 64 bits": (
        b'{"speed": 99999999999999999999999999, "lat": 99999999999999999999999999}',
        {422},
    ),
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
    """Method and path of every route of ours that takes JSON."""
    spec = app.openapi()["paths"]
    return [
        (method.upper(), path)
        for path, methods in spec.items()
        if path.startswith(("/v1/tickets", "/v1/sites"))
        for method, operation in methods.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]


async def test_a_hostile_body_is_refused_everywhere_with_a_problem(tickets: Tickets) -> None:
    opened = await tickets.open()
    routes = changing_routes(tickets.component.app)
    headers = {"Content-Type": "application/json", "If-Match": '"1"'}

    async with tickets.component.http(role="admin", id="admin-1") as client:
        for name, (body, statuses) in HOSTILE.items():
            for method, path in routes:
                answer = await client.request(
                    method,
                    path.format(ticket_id=opened["id"], site_id="demo", person_id="resident-1"),
                    content=body,
                    headers=headers,
                )

                assert answer.status_code in statuses, (
                    name,
                    method,
                    path,
                    answer.status_code,
                    answer.text[:300],
                )
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["code"]

    assert len(routes) == 18
    assert await tickets.said() == ["opened"]


async def test_another_type_of_content_is_refused(tickets: Tickets) -> None:
    async with tickets.component.http() as client:
        for kind in (
            {"Content-Type": "text/plain"},
            {},
            {"Content-Type": "application/json; charset=utf-16"},
        ):
            answer = await client.post(
                "/v1/tickets", content=b'{"site_id": "demo", "category": "plumbing"}', headers=kind
            )

            assert answer.status_code == 415, kind


async def test_an_id_or_a_version_that_is_none_is_refused(tickets: Tickets) -> None:
    opened = await tickets.open()

    for ticket_id in ("nonsense", "0", "%00", "01900000-0000-7000-8000-00000000000g"):
        assert (await tickets.send("GET", f"tickets/{ticket_id}", status=422))[
            "code"
        ] == "invalid_input"
    for if_match in ("abc", '"-1"', '"99999999999999999999"', "*"):
        refused = await tickets.send(
            "PATCH",
            f"tickets/{opened['id']}",
            {"title": "x"},
            status=400,
            headers={"If-Match": if_match},
        )
        assert refused["code"] == "bad_request"
