"""The streams of the services that are held for one person."""

from contextlib import AsyncExitStack
from uuid import uuid4

import httpx
import pytest

from services.portal.adapters.apis import Apis
from services.portal.adapters.live_hub import MAX_OF_ONE, LiveHub, TooManyTopics
from services.portal.adapters.service_links import ServiceLinks
from services.portal.adapters.tokens import Bearer
from services.portal.domain.live_topic import LiveTopic
from shared.ids import PersonId
from shared.live_topics import LiveTopics
from tests.support.eventually import eventually


class _Quiet(httpx.AsyncBaseTransport):
    """A service that has no news."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(b""))


class _Gone(httpx.AsyncBaseTransport):
    """A service that is not there."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone", request=request)


def _apis(transport: httpx.AsyncBaseTransport | None = None) -> Apis:
    return Apis(ServiceLinks({"tickets": "http://tickets"}, transport or _Quiet()), lambda: None)


def _topics(n: int) -> list[LiveTopic]:
    return [LiveTopic.read(f"ticket:{uuid4()}") for _ in range(n)]


async def test_one_person_does_not_hold_the_streams_of_all() -> None:
    hub, li, wang = LiveHub(LiveTopics()), _bearer("li"), _bearer("wang")

    async with AsyncExitStack() as held:
        await held.enter_async_context(hub.listening(li, _topics(MAX_OF_ONE), _apis))
        with pytest.raises(TooManyTopics):
            await held.enter_async_context(hub.listening(li, _topics(1), _apis))
        await held.enter_async_context(hub.listening(wang, _topics(1), _apis))

    await hub.close()


async def test_what_lingers_makes_room() -> None:
    hub, li = LiveHub(LiveTopics()), _bearer("li")

    for _ in range(3):
        async with hub.listening(li, _topics(MAX_OF_ONE), _apis) as upstreams:
            assert len(upstreams) == MAX_OF_ONE

    await hub.close()


async def test_pages_are_told_once_that_a_service_does_not_come_back() -> None:
    hub, li = LiveHub(LiveTopics()), _bearer("li")
    gone = _Gone()

    async with hub.listening(li, _topics(1), lambda: _apis(gone)) as (upstream,):
        assert upstream.changes == 0

        async def is_told() -> bool:
            return upstream.changes > 0

        await eventually(is_told)
        assert upstream.changes == 1

    await hub.close()


def _bearer(id: str) -> Bearer:
    return Bearer(person_id=PersonId(id))
