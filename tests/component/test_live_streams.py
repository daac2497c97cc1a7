"""What holds for the live streams of every service alike."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest
from pydantic_core import from_json

from fettle.home import SERVICES
from tests.component.dispatch.world import a_ticket, order_of
from tests.component.tickets.arranging import DEMO, Tickets
from tests.support.component import Component, MakeComponent
from tests.support.streams import MAX_STREAMS, watching


async def _a_ticket(tickets: Component) -> str:
    site = Tickets(tickets)
    await site.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
    return f"/v1/tickets/{(await site.open())['id']}/events"


async def _a_job(dispatch: Component) -> str:
    ticket = a_ticket()
    await dispatch.hears(ticket)
    return f"/v1/jobs/{(await order_of(dispatch, ticket)).jobs[0].id}/events"


async def _the_board(sla: Component) -> str:
    return "/v1/board/events?site=demo"


async def _the_inbox(notify: Component) -> str:
    return "/v1/inbox/events"


_STREAMS: Mapping[str, Callable[[Component], Awaitable[str]]] = {
    "tickets": _a_ticket,
    "dispatch": _a_job,
    "sla": _the_board,
    "notify": _the_inbox,
}
"""By service, what arranges something to watch and returns the address of its stream."""


@pytest.mark.parametrize("service", _STREAMS)
async def test_a_caller_has_twenty_streams_on_an_instance_and_the_next_is_refused(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    url = await _STREAMS[service](made)
    desk = {"role": "dispatcher", "id": "desk", "site": "demo"}

    async with AsyncExitStack() as opened:
        streams = [
            await opened.enter_async_context(watching(made, url, **desk))
            for _ in range(MAX_STREAMS)
        ]
        statuses = {await stream.answered() for stream in streams}
        refused = await opened.enter_async_context(watching(made, url, **desk))
        status_of_the_next = await refused.answered()
        other = await opened.enter_async_context(watching(made, url, **desk | {"id": "other-desk"}))
        statuses_of_others = {await other.answered()}
    async with watching(made, url, **desk) as again:
        status_when_they_have_ended = await again.answered()

    assert (statuses, statuses_of_others, status_when_they_have_ended) == ({200}, {200}, 200)
    assert (status_of_the_next, refused.headers["retry-after"]) == (429, "10")
    assert from_json(refused.text)["code"] == "too_many_streams"


@pytest.mark.parametrize("service", _STREAMS)
async def test_a_place_to_go_on_from_that_no_stream_gave_out_is_refused(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    url = await _STREAMS[service](made)

    async with watching(
        made, url, role="dispatcher", id="desk", site="demo", after="yesterday"
    ) as refused:
        await refused.answered()

    assert (refused.status, from_json(refused.text)["code"]) == (400, "bad_request")


@pytest.mark.parametrize("service", SERVICES)
async def test_every_live_stream_is_described_alike_and_is_the_one_at_events(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)

    described = made.app.openapi()

    gets = {path: verbs["get"] for path, verbs in described["paths"].items() if "get" in verbs}
    streams = {path: get for path, get in gets.items() if _is_stream(get)}
    assert list(streams) == [path for path in gets if path.endswith("/events")]
    assert bool(streams) == (service in _STREAMS)
    for get in streams.values():
        item = get["responses"]["200"]["content"]["text/event-stream"]["itemSchema"]
        data = item["properties"]["data"]
        assert item["required"] == ["id", "event", "data"]
        assert data["contentMediaType"] == "application/json"
        assert (
            data["contentSchema"]["$ref"].rpartition("/")[2] in described["components"]["schemas"]
        )
        refused = get["responses"]["429"]["$ref"].rpartition("/")[2]
        assert "`too_many_streams`" in described["components"]["responses"][refused]["description"]
        assert "Last-Event-ID" in [parameter["name"] for parameter in get["parameters"]]


def _is_stream(get: Mapping[str, Any]) -> bool:
    return "text/event-stream" in get["responses"]["200"].get("content", {})
