"""What browsers, Excel and careless scripts send: a byte-order mark, `HEAD`, preflights, parameters
that no route has.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kernel.conftest import MakeDatabase
from tests.kernel.http.toy_app import ToyApp, make_app
from tests.support.streams import MAX_STREAMS

PAGE = "https://app.example"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
async def open_to_pages(database: MakeDatabase, tmp_path: Path) -> AsyncIterator[ToyApp]:
    toy = await make_app(await database("toy"), tmp_path, cors_origins=(PAGE,))
    yield toy
    await toy.close()


async def test_json_may_begin_with_a_byte_order_mark(one_toy: ToyApp) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"words": "从记事本来"}).encode()

    answer = await one_toy.http().post(
        "/v1/notes", content=body, headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["words"]) == (201, "从记事本来")


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf\xef\xbb\xbf{}", b"{\xef\xbb\xbf}", b"\xef\xbb{}"])
async def test_a_mark_elsewhere_or_twice_or_halved_is_no_json(one_toy: ToyApp, body: bytes) -> None:
    answer = await one_toy.http().post(
        "/v1/notes", content=body, headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "path",
    ["/v1/notes?limit=1", "/v1/notes/broken", "/livez", "/metrics", "/openapi.json", "/v1/no"],
)
async def test_head_answers_as_get_without_its_body(one_toy: ToyApp, path: str) -> None:
    for words in ("one", "two"):
        await one_toy.http().post("/v1/notes", json={"words": words})
    client = one_toy.http()

    got, head = await client.get(path), await client.head(path)

    assert head.content == b""
    assert head.status_code == got.status_code
    assert _told(head.headers) == _told(got.headers)


def _told(headers: object) -> dict[str, str]:
    """The headers but for what differs from answer to answer: the length of what is counted."""
    given = dict(headers)  # type: ignore[call-overload]
    return {name: value for name, value in given.items() if name != "content-length"}


async def test_head_needs_the_token_that_get_needs(one_toy: ToyApp) -> None:
    assert (await one_toy.http("").head("/v1/notes")).status_code == 401


async def test_head_of_a_live_stream_ends_and_takes_no_seat(one_toy: ToyApp) -> None:
    client = one_toy.http()

    for _ in range(MAX_STREAMS + 1):
        head = await client.head("/v1/notes/events")

        assert head.status_code == 200
        assert head.headers["content-type"].startswith("text/event-stream")
    assert not one_toy.app.state.seats


async def test_a_page_of_a_configured_origin_may_ask_and_read_what_it_needs(
    open_to_pages: ToyApp,
) -> None:
    client = open_to_pages.http()

    asked = await open_to_pages.http("").options("/v1/notes", headers={"Origin": PAGE, **ASKS})
    written = await client.post("/v1/notes", json={"words": "a"}, headers={"Origin": PAGE})
    refused = await open_to_pages.http("").post("/v1/notes", headers={"Origin": PAGE})

    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == PAGE
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "Idempotency-Key" in asked.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in asked.headers
    for answer, status in ((written, 201), (refused, 401)):  # a problem can be read too
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "ETag" in answer.headers["access-control-expose-headers"]


async def test_a_page_of_another_origin_may_not(open_to_pages: ToyApp) -> None:
    headers = {"Origin": "https://elsewhere.example"}

    asked = await open_to_pages.http("").options("/v1/notes", headers={**headers, **ASKS})
    got = await open_to_pages.http().get("/v1/notes", headers=headers)

    assert asked.status_code == 400
    assert "access-control-allow-origin" not in asked.headers
    assert "access-control-allow-origin" not in got.headers


async def test_without_origins_no_page_may_ask(one_toy: ToyApp) -> None:
    asked = await one_toy.http("").options("/v1/notes", headers={"Origin": PAGE, **ASKS})

    assert asked.status_code == 405
    assert "access-control-allow-origin" not in asked.headers


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("knd=urgent", ["knd"]),
        ("kind=urgent&Limit=3&site_id=demo", ["Limit", "site_id"]),
        ("%00=1&a%5B%5D=2", ["\0", "a[]"]),
        ("x", ["x"]),
    ],
)
async def test_parameters_that_a_route_does_not_have_are_refused_with_those_it_has(
    one_toy: ToyApp, query: str, named: list[str]
) -> None:
    answer = await one_toy.http().get(f"/v1/notes?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert [fault["parameter"] for fault in answer.json()["errors"]] == named
    assert "`cursor`, `kind`, `limit`" in answer.json()["errors"][0]["detail"]


async def test_a_route_that_writes_refuses_them_too_and_nothing_is_written(toy: ToyApp) -> None:
    answer = await toy.http().post("/v1/notes?dry_run=true", json={"words": "a"})

    assert (answer.status_code, await toy.count("notes")) == (422, 0)
    assert "it has `more`" in answer.json()["errors"][0]["detail"]


async def test_who_may_not_ask_hears_that_first(one_toy: ToyApp) -> None:
    assert (await one_toy.http("").get("/v1/notes?knd=urgent")).status_code == 401
