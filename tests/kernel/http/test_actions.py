"""Routes of `action_router`: found, asked and answered past FastAPI's own layers, as FastAPI would
have done it.
"""

from typing import Annotated
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from shared.auth.caller import Caller, Role
from shared.http.fields import Body, Reply, Text, Whole
from shared.http.requests import Tx, may
from shared.http.routing import action_router
from tests.kernel.http.toy_app import ToyApp

Staff = Annotated[Caller, may(Role.DISPATCHER)]


class ProbeIn(Body):
    number: Whole = 0


class ProbeOut(Reply):
    seen: dict[str, object]


async def _looked_at(request: Request, caller: Staff, deep: bool = False) -> str:
    request.state.looks = getattr(request.state, "looks", 0) + 1
    return f"{caller.id} {deep}"


Look = Annotated[str, Depends(_looked_at)]


async def _looked_again(look: Look, tag: Annotated[list[Text] | None, Query()] = None) -> list[str]:
    return [look, *(tag or [])]


router = action_router("/v1/probes", tag="probes")


@router.post("/all/{probe_id}")
async def ask_for_all(
    probe_id: UUID,
    body: ProbeIn,
    look: Look,
    again: Annotated[list[str], Depends(_looked_again)],
    caller: Staff,
    tx: Tx,
    request: Request,
    response: Response,
    x_word: Annotated[Text, Header()] = "none",
) -> ProbeOut:
    response.status_code = 202
    response.headers["X-Looks"] = str(request.state.looks)
    seen = {
        "id": str(probe_id),
        "number": body.number,
        "look": look,
        "again": again,
        "word": x_word,
        "actor": tx.actor,
    }
    return ProbeOut(seen=seen)


@router.get("/first")
async def first(caller: Staff) -> Response:
    return Response("as it is", 299, headers={"X-Own": "yes"})


@router.get("/{name}")
async def second(name: str, caller: Staff) -> ProbeOut:
    return ProbeOut(seen={"name": name})


@router.delete("/{name}", status_code=204)
async def end(name: str, caller: Staff, response: Response) -> None:
    response.headers["X-Ended"] = name


plain = APIRouter(prefix="/v1/plain")


@plain.get("/broken")
async def broken() -> None:
    raise RuntimeError("the secret inside")


@pytest.fixture
def probes(toy: ToyApp) -> ToyApp:
    toy.app.include_router(router)
    toy.app.include_router(plain)
    return toy


async def test_a_function_gets_all_that_it_and_its_dependencies_ask_for_each_asked_once(
    probes: ToyApp,
) -> None:
    id = UUID(int=7)

    answer = await probes.http().post(
        f"/v1/probes/all/{id}?deep=true&tag=a&tag=b", json={"number": 3}, headers={"X-Word": "w"}
    )

    look = "dora True"
    assert answer.json() == {
        "seen": {
            "id": str(id),
            "number": 3,
            "look": look,
            "again": [look, "a", "b"],
            "word": "w",
            "actor": "dora",
        }
    }
    assert (answer.status_code, answer.headers["x-looks"], answer.headers["content-type"]) == (
        202,
        "1",
        "application/json",
    )


async def test_all_that_is_wrong_with_a_request_is_said_at_once(probes: ToyApp) -> None:
    answer = await probes.http().post("/v1/probes/all/x?deep=perhaps", json={"number": "3"})

    places = [error["pointer"] or error["parameter"] for error in answer.json()["errors"]]
    assert (answer.status_code, sorted(places)) == (422, ["/number", "deep", "probe_id"])


async def test_a_response_is_sent_as_the_function_returned_it(probes: ToyApp) -> None:
    answer = await probes.http().get("/v1/probes/first")

    assert (answer.status_code, answer.text, answer.headers["x-own"]) == (299, "as it is", "yes")


async def test_of_two_routes_that_fit_the_first_is_the_one(probes: ToyApp) -> None:
    answer = await probes.http().get("/v1/probes/else")

    assert answer.json() == {"seen": {"name": "else"}}


async def test_nothing_is_sent_where_there_is_nothing_to_say(probes: ToyApp) -> None:
    answer = await probes.http().delete("/v1/probes/x")

    assert (answer.status_code, answer.content, answer.headers["x-ended"]) == (204, b"", "x")
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/probes/a/b", 404, "no_such_route"),
        ("PUT", "/v1/probes/x", 405, "method_not_allowed"),
        ("GET", "/", 404, "no_such_route"),
    ],
)
async def test_what_is_no_action_is_told_so(
    probes: ToyApp, method: str, path: str, status: int, code: str
) -> None:
    answer = await probes.http().request(method, path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_another_route_that_breaks_is_answered_too(probes: ToyApp) -> None:
    answer = await probes.http().get("/v1/plain/broken")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text


async def test_both_kinds_of_routes_are_counted_by_route(probes: ToyApp) -> None:
    await probes.http().get("/v1/probes/x")
    await probes.http().get("/v1/plain/broken")
    await probes.http().get("/v1/nowhere")

    text = (await probes.http("").get("/metrics")).text

    for route, status in (("/v1/probes/{name}", 200), ("/v1/plain/broken", 500), ("unknown", 404)):
        assert (
            f'fettle_http_requests_total{{method="GET",route="{route}",status="{status}"}} 1.0'
            in text
        )


def test_a_function_that_would_block_every_request_is_refused_at_the_start() -> None:
    def blocking(caller: Staff) -> None: ...

    with pytest.raises(TypeError, match="async def"):
        action_router("/v1/blocking", tag="blocking").get("")(blocking)
