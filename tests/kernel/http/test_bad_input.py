"""The table of bad input, row by row: what is wrong is said with its place, and
nothing is written.
"""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.types import Message

from shared.http.problems import TooSlow
from shared.http.strict_json import read_body
from shared.ids import new_id
from tests.kernel.http.toy_app import ToyApp

JSON = {"Content-Type": "application/json"}

# what → (body, status, pointer of the first error)
BODIES: dict[str, tuple[bytes, int, str | None]] = {
    "lone surrogate": (rb'{"words": "a\ud800"}', 422, "/words"),
    "lone surrogate as a name": (rb'{"words": "a", "\udc00": 1}', 422, "/?"),
    "NUL": (rb'{"words": "a\u0000b"}', 422, "/words"),
    "NUL deep inside": (rb'{"words": "a", "tags": ["x", "\u0000"]}', 422, "/tags/1"),
    "NaN": (b'{"words": "a", "share": NaN}', 422, "/share"),
    "Infinity": (b'{"words": "a", "share": -Infinity}', 422, "/share"),
    "1e999": (b'{"words": "a", "share": 1e999}', 422, "/share"),
    "integer beyond 64 bits": (b'{"words": "a", "count": 9223372036854775808}', 422, "/count"),
    "a million digits": (b'{"words": "a", "count": ' + b"9" * 100_000 + b"}", 422, "/count"),
    "true for a number": (b'{"words": "a", "count": true}', 422, "/count"),
    "text for a number": (b'{"words": "a", "count": "7"}', 422, "/count"),
    "text for a share": (b'{"words": "a", "share": "7"}', 422, "/share"),
    "fraction for a whole": (b'{"words": "a", "count": 1.0}', 422, "/count"),
    "number for a flag": (b'{"words": "a", "flag": 1}', 422, "/flag"),
    "number for a text": (b'{"words": 7}', 422, "/words"),
    "unknown field": (b'{"words": "a", "wrods": 1}', 422, "/wrods"),
    "wrong enum": (b'{"words": "a", "kind": "PLAIN"}', 422, "/kind"),
    "missing field": (b"{}", 422, "/words"),
    "bad member of a union": (b'{"words": "a", "parts": ["x", {}]}', 422, "/parts/1/name"),
    "no member of a union": (b'{"words": "a", "parts": [7]}', 422, "/parts/0"),
    "NUL in a member of a union": (rb'{"words": "a", "parts": ["\u0000"]}', 422, "/parts/0"),
    "no body at all": (b"", 422, "/words"),
    "naive time": (b'{"words": "a", "at": "2026-03-02T12:00:00"}', 422, "/at"),
    "absurd time": (b'{"words": "a", "at": "0001-01-01T00:00:00Z"}', 422, "/at"),
    "time as a number": (b'{"words": "a", "at": 1700000000}', 422, "/at"),
    "too long a text": (json.dumps({"words": "x" * 4001}).encode(), 422, "/words"),
    "too many tags": (json.dumps({"words": "a", "tags": ["x"] * 6}).encode(), 422, "/tags"),
    "a list": (b"[]", 422, ""),
    "null": (b"null", 422, ""),
    "duplicate keys": (b'{"words": "a", "words": "b"}', 400, None),
    "UTF-16": ('{"words": "a"}'.encode("utf-16"), 400, None),
    "two byte order marks": (b'\xef\xbb\xbf\xef\xbb\xbf{"words": "a"}', 400, None),
    "bad UTF-8": (b'{"words": "\xff"}', 400, None),
    "truncated": (b'{"words": "a', 400, None),
    "two values": (b'{"words": "a"} {}', 400, None),
    "nested a thousand deep": (b'{"words": ' + b"[" * 1000 + b"]" * 1000 + b"}", 400, None),
    "nested a hundred thousand deep": (b"[" * 100_000, 400, None),
}


@pytest.mark.parametrize(("body", "status", "pointer"), BODIES.values(), ids=BODIES.keys())
async def test_a_bad_body_is_refused_with_its_place(
    toy: ToyApp, body: bytes, status: int, pointer: str | None
) -> None:
    answer = await toy.http().post("/v1/notes", content=body, headers=JSON)

    said = answer.json()
    assert answer.status_code == status, said
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["code"]
    assert len(said["trace_id"]) == 32
    if pointer is not None:
        assert said["errors"][0]["pointer"] == pointer
    assert await toy.count("notes") == 0


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"words"'])
async def test_a_body_that_is_no_object_is_called_so(toy: ToyApp, body: bytes) -> None:
    answer = await toy.http().post("/v1/notes", content=body, headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["detail"] == "the body: has to be an object"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{}", "/words: is missing"),
        (b'{"words": "a", "wrods": 1}', "/wrods: is no field of this request"),
        (b'{"words": "a", "tags": 7}', "/tags: has to be a list"),
    ],
)
async def test_a_field_is_said_to_be_missing_unknown_or_no_list(
    toy: ToyApp, body: bytes, detail: str
) -> None:
    answer = await toy.http().post("/v1/notes", content=body, headers=JSON)

    assert answer.json()["detail"] == detail


async def test_of_many_faults_the_first_of_a_list_and_at_most_fifty_in_all_are_named(
    toy: ToyApp,
) -> None:
    body = {"words": "a", "tags": [7] * 5, **{f"unknown_{number}": 1 for number in range(500)}}

    answer = await toy.http().post("/v1/notes", json=body)

    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert answer.status_code == 422
    assert len(pointers) == 50
    assert [pointer for pointer in pointers if pointer.startswith("/tags")] == ["/tags/0"]


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "application/jsonp", "application/json; charset=utf-16", "é"],
)
async def test_a_wrong_or_no_content_type_is_415(toy: ToyApp, content_type: str | None) -> None:
    headers = {} if content_type is None else {b"content-type": content_type.encode("latin-1")}

    answer = await toy.http().post("/v1/notes", content=b'{"words": "a"}', headers=headers)

    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=UTF-8", "APPLICATION/JSON", "application/merge-patch+json"],
)
async def test_json_by_its_other_names_is_taken(toy: ToyApp, content_type: str) -> None:
    answer = await toy.http().post(
        "/v1/notes", content=b'{"words": "a"}', headers={"Content-Type": content_type}
    )

    assert answer.status_code == 201


async def test_a_body_over_the_limit_is_413(toy: ToyApp) -> None:
    answer = await toy.http().post("/v1/notes", content=b"x" * 300_000, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_chunked_body_over_the_limit_is_413_as_soon_as_it_is_seen(toy: ToyApp) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100_000_000:
            sent += 65_536
            yield b"x" * 65_536

    answer = await toy.http().post("/v1/notes", content=endless(), headers=JSON)

    assert answer.status_code == 413
    assert sent < 1_000_000


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%00", "é", "=" * 50, "A" * 32, "A" * 500, " "])
async def test_a_bad_cursor_is_400(toy: ToyApp, cursor: str) -> None:
    answer = await toy.http().get("/v1/notes", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("limit", ["1000000000", "0", "-1", "x", "1e3", "٣٣٣٣"])
async def test_a_bad_limit_is_422(toy: ToyApp, limit: str) -> None:
    answer = await toy.http().get("/v1/notes", params={"limit": limit})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [
        (None, 428, "if_match_required"),
        ('"7"', 412, "stale_version"),
        ('W/"7"', 412, "stale_version"),
    ]
    + [(bad, 400, "bad_request") for bad in ("*", "x", '""', "-1", '"²"', '"' + "9" * 30 + '"')],
)
async def test_a_change_needs_the_version_that_was_read(
    toy: ToyApp, if_match: str | None, status: int, code: str
) -> None:
    made = (await toy.http().post("/v1/notes", json={"words": "a"})).json()
    headers = {} if if_match is None else {b"if-match": if_match.encode("latin-1")}

    answer = await toy.http().patch(f"/v1/notes/{made['id']}", json={}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_change_with_the_version_that_was_read_is_made_and_gives_the_next(
    toy: ToyApp,
) -> None:
    made = await toy.http().post("/v1/notes", json={"words": "a"})

    answer = await toy.http().patch(
        made.headers["location"], json={}, headers={"If-Match": made.headers["etag"]}
    )

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert answer.json()["version"] == 2


@pytest.mark.parametrize("method", ["PATCH", "POST", "GET"])
@pytest.mark.parametrize("id", ["x", "%00", "7", "é", "../x"])
async def test_a_bad_id_in_the_path_is_no_fault_of_ours(toy: ToyApp, method: str, id: str) -> None:
    answer = await toy.http().request(
        method, f"/v1/notes/{id}", json={} if method != "GET" else None, headers={"If-Match": '"1"'}
    )

    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_id_that_is_taken_is_409_and_not_500(toy: ToyApp) -> None:
    id = str(new_id())
    await toy.http().post("/v1/notes", json={"words": "a", "id": id})

    answer = await toy.http().post("/v1/notes", json={"words": "b", "id": id})

    assert (answer.status_code, answer.json()["code"]) == (409, "somebody_was_faster")


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def silence() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes this")

    request = Request({"type": "http", "method": "POST", "headers": []}, silence)

    with pytest.raises(TooSlow):
        await read_body(request, 1000, timeout_s=0.01)
