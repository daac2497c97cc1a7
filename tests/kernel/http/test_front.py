"""What every request meets and every answer bears: one host, one caller, safe header fields, and
the address of the client behind trusted proxies.
"""

import re
from ipaddress import ip_network
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from shared.http.front import SAFE_FIELDS, Front
from tests.kernel.http.toy_app import ToyApp, make_app
from tests.support.issuer import token

HOST = (b"host", b"fettle.example")
BEARER = (b"authorization", b"Bearer x")
DOUBTFUL = {
    "no host": [],
    "two hosts": [HOST, (b"host", b"another.example")],
    "twice the same host": [HOST, HOST],
    "two hosts in one": [(b"host", b"a.example, b.example")],
    "a host with a blank": [(b"host", b"a b")],
    "a host with a path": [(b"host", b"a.example/x")],
    "a host with a user": [(b"host", b"a@b.example")],
    "two authorizations": [HOST, BEARER, (b"authorization", b"Offer y")],
    "twice the same authorization": [HOST, BEARER, BEARER],
    "two types": [HOST, (b"content-type", b"text/plain"), (b"content-type", b"text/html")],
    "two keys": [HOST, (b"idempotency-key", b"a"), (b"idempotency-key", b"b")],
}


async def _asked(
    app: Any, *headers: tuple[bytes, bytes], path: str = "/livez", **more: Any
) -> tuple[int, dict[str, str]]:
    """The status and the header fields of an answer."""
    sent: list[Message] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [*headers],
        "client": ("192.0.2.1", 1),
        "server": ("127.0.0.1", 8001),
        **more,
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize("headers", DOUBTFUL.values(), ids=DOUBTFUL.keys())
async def test_a_head_that_can_be_read_in_two_ways_is_400(
    one_toy: ToyApp, headers: list[tuple[bytes, bytes]]
) -> None:
    status, fields = await _asked(one_toy.app, *headers)

    assert (status, fields["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "host", ["localhost", "a.example:8001", "127.0.0.1:80", "[::1]:8001", "xn--fiq.example", ""]
)
async def test_a_host_with_or_without_a_port_is_answered(one_toy: ToyApp, host: str) -> None:
    status, _ = await _asked(one_toy.app, (b"host", host.encode()))

    assert status == 200


async def test_a_health_check_by_http_1_0_needs_no_host(one_toy: ToyApp) -> None:
    status, _ = await _asked(one_toy.app, http_version="1.0")

    assert status == 200


@pytest.mark.parametrize(
    "path", ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/v1/notes", "/v1/no"]
)
async def test_every_answer_bears_the_fields_that_keep_browsers_safe(
    one_toy: ToyApp, path: str
) -> None:
    answers = [await one_toy.http(each).get(path) for each in ("", "bad", None)]

    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in answer.headers["content-security-policy"]
        if path.startswith("/v1"):
            assert answer.headers["cache-control"] == "no-store"


async def test_what_a_route_says_itself_stands() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"Cache-Control", b"private")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    _, fields = await _asked(Front(app), HOST)

    assert fields["Cache-Control"] == "private"
    assert "cache-control" not in fields
    assert len(fields) == len(SAFE_FIELDS)


async def test_the_docs_page_loads_nothing_and_names_every_operation(one_toy: ToyApp) -> None:
    page, document = await one_toy.http().get("/docs"), await one_toy.http().get("/openapi.json")

    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(r"<script|\bsrc=|<link|@import|url\(|https?://", page.text)
    for path in document.json()["paths"]:
        assert f"<code>{path}</code>" in page.text


async def test_in_production_docs_are_off_and_metrics_at_the_instances_own_port(
    tmp_path: Any,
) -> None:
    toy = await make_app("postgresql://none", tmp_path, env="production", instance_port=9001)

    seen = {
        (path, port): (await _asked(toy.app, HOST, path=path, server=("127.0.0.1", port)))[0]
        for path in ("/docs", "/openapi.json", "/metrics")
        for port in (1, 9001)
    }

    assert {each for each, status in seen.items() if status == 200} == {("/metrics", 9001)}
    assert set(seen.values()) == {200, 404}
    await toy.close()


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({"docs": True, "metrics": "open", "env": "production"}, {"/docs", "/metrics"}),
        ({"docs": False, "metrics": "off"}, set()),
        ({}, {"/docs", "/metrics"}),
    ],
)
async def test_docs_and_metrics_are_a_matter_of_settings(
    tmp_path: Any, settings: dict[str, Any], shown: set[str]
) -> None:
    toy = await make_app("postgresql://none", tmp_path, **settings)

    answered = {
        path for path in ("/docs", "/metrics") if (await _asked(toy.app, HOST, path=path))[0] == 200
    }

    assert answered == shown
    await toy.close()


async def test_the_public_address_is_named_and_holds_browsers_to_https(tmp_path: Any) -> None:
    toy = await make_app("postgresql://none", tmp_path, public_url="https://t.example/fettle")

    document = await toy.http().get("/openapi.json")

    assert document.json()["servers"] == [{"url": "https://t.example/fettle"}]
    assert document.headers["strict-transport-security"] == "max-age=31536000"
    await toy.close()


PROXY, NEAR = "10.0.0.1", "10.0.0.2"
FORWARDED: list[tuple[str, dict[str, str], str]] = [
    (PROXY, {}, PROXY),
    (PROXY, {"x-forwarded-for": "203.0.113.7"}, "203.0.113.7"),
    ("192.0.2.9", {"x-forwarded-for": "203.0.113.7"}, "192.0.2.9"),
    (PROXY, {"x-forwarded-for": "1.1.1.1, 203.0.113.7"}, "203.0.113.7"),
    (PROXY, {"x-forwarded-for": f"1.1.1.1, 203.0.113.7, {NEAR}"}, "203.0.113.7"),
    (PROXY, {"x-forwarded-for": NEAR}, NEAR),
    (PROXY, {"x-forwarded-for": "203.0.113.7:4711"}, "203.0.113.7"),
    (PROXY, {"x-forwarded-for": "2001:db8::7"}, "2001:db8::7"),
    (PROXY, {"x-forwarded-for": "unknown"}, PROXY),
    (PROXY, {"x-forwarded-for": "203.0.113.7, nonsense"}, PROXY),
    (PROXY, {"x-forwarded-for": ""}, PROXY),
    (PROXY, {"forwarded": "for=203.0.113.7;proto=https"}, "203.0.113.7"),
    (PROXY, {"forwarded": 'for=1.1.1.1, proto=https;For="[2001:db8::7]:4711"'}, "2001:db8::7"),
    (PROXY, {"forwarded": "for=_hidden"}, PROXY),
    (PROXY, {"forwarded": "for=1.1.1.1", "x-forwarded-for": "203.0.113.7"}, PROXY),
    (PROXY, {"forwarded": "for=203.0.113.7", "x-forwarded-for": "203.0.113.7"}, "203.0.113.7"),
    ("::ffff:10.0.0.1", {"x-forwarded-for": "203.0.113.7"}, "203.0.113.7"),
]


@pytest.mark.parametrize(("peer", "headers", "expected"), FORWARDED)
async def test_a_trusted_proxy_alone_says_whose_request_it_forwards(
    peer: str, headers: dict[str, str], expected: str
) -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"][0])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    front = Front(app, proxies=[ip_network("10.0.0.0/8")])
    await _asked(front, HOST, *sent, client=(peer, 1))

    assert seen == [expected]


async def test_a_good_token_is_no_reason_for_a_cache(one_toy: ToyApp) -> None:
    answer = await one_toy.http(token("dora", [("dispatcher", "demo")])).get("/v1/notes")

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
