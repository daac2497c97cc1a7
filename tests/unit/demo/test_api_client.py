from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from demo.api_client import ApiClient
from demo.audit.client_log import Call


class Service:
    """A service that gives the answers it was told to, in order, and remembers its requests."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.answers: list[Response] = []
        self.asked: list[tuple[str, str, Any]] = []
        self.app.add_api_route("/v1/things", self._answer, methods=["GET", "POST"])

    async def _answer(self, request: Request) -> Response:
        body = await request.json() if request.method == "POST" else None
        self.asked.append((request.method, request.headers.get("idempotency-key", ""), body))
        return self.answers.pop(0)


@pytest.fixture
async def service() -> Service:
    return Service()


@pytest.fixture
async def web(service: Service) -> AsyncIterator[ApiClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=service.app)) as client:
        yield ApiClient(client, {"tickets": "http://tickets"})


async def test_a_good_answer_comes_with_its_body(service: Service, web: ApiClient) -> None:
    service.answers = [JSONResponse({"id": "1"}, status_code=201)]

    answer = await web.post("tickets", "/v1/things", {"a": 1}, auth="Bearer x", key="row-1")

    assert (answer.good, answer.status, answer.body) == (True, 201, {"id": "1"})
    assert service.asked == [("POST", "row-1", {"a": 1})]


async def test_what_is_put_off_is_asked_again_under_the_same_key(
    service: Service, web: ApiClient
) -> None:
    busy = JSONResponse({"code": "backlog_full"}, status_code=503, headers={"Retry-After": "0"})
    in_flight = JSONResponse({"code": "idempotency_key_in_flight"}, status_code=409)
    service.answers = [busy, in_flight, JSONResponse({"id": "1"}, status_code=201)]

    answer = await web.post("tickets", "/v1/things", {}, auth="Bearer x")

    assert answer.good
    assert len({key for _, key, _ in service.asked}) == 1
    assert len(service.asked) == 3


async def test_a_refusal_is_an_answer_and_says_why(service: Service, web: ApiClient) -> None:
    service.answers = [
        JSONResponse({"code": "illegal_step", "detail": "It is closed."}, status_code=409)
    ]

    answer = await web.post("tickets", "/v1/things", {}, auth="Bearer x")

    assert not answer.good
    assert answer.why == "409 illegal_step: It is closed."
    assert len(service.asked) == 1


async def test_an_answer_without_a_body_is_no_error(service: Service, web: ApiClient) -> None:
    service.answers = [Response(status_code=204)]

    answer = await web.get("tickets", "/v1/things", {"state": ["a", "b"]}, auth="Bearer x")

    assert (answer.good, answer.body) == (True, {})


async def test_what_changes_something_is_observed_once_it_is_answered_for_good(
    service: Service,
) -> None:
    busy = JSONResponse({}, status_code=503, headers={"Retry-After": "0"})
    done = JSONResponse({"id": "1", "state": "open", "description": "of no use"}, status_code=201)
    service.answers = [busy, done, JSONResponse({})]
    seen: list[Call] = []
    # {"sub": "wang", "ticket": "t-1"}
    token = "Job x.eyJzdWIiOiJ3YW5nIiwidGlja2V0IjoidC0xIn0.y"

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=service.app)) as client:
        api = ApiClient(client, {"tickets": "http://tickets"}, seen.append)
        await api.post("tickets", "/v1/things", {}, auth=token)
        await api.get("tickets", "/v1/things", {}, auth=token)

    [call] = seen
    assert (call.method, call.path, call.status, call.attempts) == ("POST", "/v1/things", 201, 2)
    assert (call.by, call.about, call.good) == ("wang", "t-1", True)
    assert dict(call.answer) == {"id": "1", "state": "open"}
    assert call.sent_at < call.answered_at


async def test_a_file_is_posted_as_it_is(service: Service) -> None:
    got: list[tuple[bytes, str]] = []

    async def take(request: Request) -> Response:
        got.append((await request.body(), request.headers["content-type"]))
        return JSONResponse({"id": "p1"}, status_code=201)

    service.app.add_api_route("/v1/files", take, methods=["POST"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=service.app)) as client:
        api = ApiClient(client, {"tickets": "http://tickets"})
        answer = await api.upload(
            "tickets", "/v1/files", b"\xff\xd8", media_type="image/jpeg", auth="Bearer x"
        )

    assert answer.body["id"] == "p1"
    assert got == [(b"\xff\xd8", "image/jpeg")]
