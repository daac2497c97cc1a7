"""Paths and queries to the other services: what is put into them stays where it is."""

from datetime import UTC, datetime

import httpx
import pytest
from pydantic_core import to_json

from services.portal.adapters.apis import Apis, Refusal, path_of
from services.portal.adapters.service_links import ServiceLinks
from shared.auth.caller import Role


class _Service(httpx.AsyncBaseTransport):
    """A service that answers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        body = httpx.ByteStream(to_json({"path": request.url.raw_path.decode()}))
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=body)


async def _path(path: str, **query: object) -> str:
    apis = Apis(ServiceLinks({"tickets": "http://tickets"}, _Service()), lambda: None)
    answer = await apis.tickets.get(path, **query)
    return str(answer["path"])


async def test_an_id_is_one_part_of_its_path_whatever_is_in_it() -> None:
    path = path_of("/v1/sites/{}/people/{}", "demo", "a/../b?c#d 王")

    assert await _path(path) == "/v1/sites/demo/people/a%2F..%2Fb%3Fc%23d%20%E7%8E%8B"


@pytest.mark.parametrize(
    "path", ["/v1/sites/..", "/v1/./sites", "/v1/sites/a?b=c", "/v1/a#b", "v1", "/v1/a b", "/v1/é"]
)
async def test_what_would_lead_elsewhere_is_no_path(path: str) -> None:
    with pytest.raises(Refusal) as caught:
        await _path(path)

    assert caught.value.status == 404


async def test_a_query_leaves_out_what_is_none_and_repeats_what_is_several() -> None:
    asked = await _path(
        "/v1/tickets",
        state=["open", "on_hold"],
        site="a&b",
        role=Role.ADMIN,
        unread=True,
        cursor=None,
        since=datetime(2026, 1, 1, tzinfo=UTC),
    )

    assert asked == (
        "/v1/tickets?state=open&state=on_hold&site=a%26b&role=admin&unread=true"
        "&since=2026-01-01T00%3A00%3A00%2B00%3A00"
    )


@pytest.mark.parametrize("etag", ["é", '"1"\r\nAuthorization: Bearer x', "a\nb", "\x00"])
async def test_what_no_header_can_say_is_refused(etag: str) -> None:
    service = _Service()
    apis = Apis(ServiceLinks({"notify": "http://notify"}, service), lambda: None)

    with pytest.raises(Refusal) as caught:
        await apis.notify.patch("/v1/endpoints/1", {}, etag=etag)

    assert caught.value.status == 400
    assert service.asked == []


async def test_of_a_browsers_headers_those_are_passed_on_that_can_be() -> None:
    service = _Service()
    apis = Apis(ServiceLinks({"tickets": "http://tickets"}, service), lambda: None)

    await apis.tickets.pass_on("/v1/attachments/1", {"range": "bytes=\xe9", "if-none-match": "x"})

    assert service.asked[0].headers["if-none-match"] == "x"
    assert "range" not in service.asked[0].headers


async def test_nothing_is_asked_without_what_it_is_about() -> None:
    with pytest.raises(Refusal) as caught:
        path_of("/v1/endpoints/{}:replay", "")

    assert caught.value.status == 404
