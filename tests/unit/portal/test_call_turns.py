"""One visitor's calls to the services take none of the ways from others."""

import asyncio

import httpx

from services.portal.adapters.apis import Apis
from services.portal.adapters.call_turns import MAX_CALLS, CallTurns
from services.portal.adapters.service_links import ServiceLinks
from tests.support.eventually import eventually


class _Service(httpx.AsyncBaseTransport):
    """A service that answers when it is let go on."""

    def __init__(self) -> None:
        self.asked = 0
        self.goes_on = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await self.goes_on.wait()
        return httpx.Response(204, stream=httpx.ByteStream(b""))


async def test_one_visitors_calls_wait_for_each_other_and_no_other_for_them() -> None:
    service = _Service()
    links = ServiceLinks({"tickets": "http://tickets"}, service, patience=10)
    li, wang = (Apis(links, lambda: None, by=name) for name in ("li", "wang"))

    async def are_asked(number: int) -> None:
        async def are() -> bool:
            return service.asked == number

        await eventually(are)

    async with asyncio.TaskGroup() as group:
        for _ in range(MAX_CALLS + 3):
            group.create_task(li.tickets.get("/v1/tickets"))
        await are_asked(MAX_CALLS)
        group.create_task(wang.tickets.get("/v1/tickets"))
        await are_asked(MAX_CALLS + 1)
        service.goes_on.set()

    assert service.asked == MAX_CALLS + 4


def test_who_has_no_calls_under_way_is_forgotten() -> None:
    turns = CallTurns()
    held = turns.of("li")

    assert turns.of("li") is held
    del held
    assert len(turns) == 0
