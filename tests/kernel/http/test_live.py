"""Live streams: woken by commits in any instance, resumed from the last id seen, ended with the
service.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import Request
from joserfc.jwk import OKPKey
from pydantic_core import from_json
from sqlalchemy import AsyncAdaptedQueuePool

from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.http.live import LiveEvent, live
from shared.ids import PersonId
from shared.messaging.broker import Broker
from shared.messaging.live_news import News, tell_live_topics
from tests.kernel.conftest import MakeDatabase
from tests.kernel.http.toy_app import ToyApp, make_app
from tests.support.engines import Nats
from tests.support.eventually import eventually
from tests.support.streams import MAX_STREAMS, Stream, watching


@pytest.fixture
async def two(
    database: MakeDatabase, tmp_path: Path, nats: Nats
) -> AsyncIterator[tuple[ToyApp, ToyApp]]:
    """Two instances on one database, who hear of each other's commits."""
    url = await database("toy")
    apps, brokers = [], []
    for _ in range(2):
        toy, broker = await make_app(url, tmp_path), Broker(nats.url, name="toy")
        await broker.connect()
        await tell_live_topics(broker, "toy", toy.service.live_topics)
        toy.service.database.after.told = News(broker, "toy").tell
        apps.append(toy)
        brokers.append(broker)
    yield apps[0], apps[1]
    for toy, broker in zip(apps, brokers, strict=True):
        await broker.close()
        await toy.close()


def _stream(toy: ToyApp, after: str | None = None) -> AbstractAsyncContextManager[Stream]:
    """The notes, as the dispatcher sees them who writes them too."""
    return watching(toy, "/v1/notes/events", role="dispatcher", id="dora", site="demo", after=after)


async def _write(toy: ToyApp, words: str) -> Any:
    return (await toy.http().post("/v1/notes", json={"words": words})).json()


def _words(events: Sequence[dict[str, Any]]) -> list[str]:
    return [event["data"]["words"] for event in events]


async def test_a_commit_in_one_instance_wakes_the_streams_of_the_other(
    two: tuple[ToyApp, ToyApp],
) -> None:
    here, there = two
    await _write(here, "first")
    async with _stream(there) as stream:
        await stream.has(1)
        await eventually(_nothing_checked_out(there))  # it waits without a session

        await _write(here, "second")

        async with asyncio.timeout(10):
            assert _words(await stream.has(2)) == ["first", "second"]


async def test_a_stream_resumes_after_the_last_id_that_was_seen(two: tuple[ToyApp, ToyApp]) -> None:
    here, there = two
    ids = [(await _write(here, str(n)))["id"] for n in range(4)]

    async with _stream(there, after=ids[1]) as stream:
        events = await stream.has(2)

    assert [event["id"] for event in events] == ids[2:]


async def test_nothing_buffers_a_stream_on_its_way(toy: ToyApp) -> None:
    async with _stream(toy) as stream:
        await stream.answered()

    assert stream.headers["content-type"].startswith("text/event-stream")
    assert (stream.headers["cache-control"], stream.headers["x-accel-buffering"]) == (
        "no-store",
        "no",
    )


async def test_streams_end_when_the_service_stops(two: tuple[ToyApp, ToyApp]) -> None:
    here, _ = two
    async with _stream(here) as stream:
        await stream.answered()

        here.service.live_topics.close()

        await stream.end()
    async with _stream(here) as too_late:
        await too_late.end()
    assert (stream.events, too_late.events) == ([], [])


async def test_a_stream_ends_with_the_token_that_it_was_opened_with(toy: ToyApp) -> None:
    await _write(toy, "first")
    async with _stream(toy) as stream:
        await stream.has(1)

        stranger = OKPKey.generate_key(
            "Ed25519", parameters={"kid": "another", "alg": "Ed25519", "use": "sig"}
        )
        toy.jwks.write_text(json.dumps({"keys": [stranger.as_dict(private=False)]}))
        await toy.service.bearer_tokens.refresh()
        toy.service.live_topics.told(["notes"])

        await stream.end()
    assert _words(stream.events) == ["first"]


async def test_what_the_first_look_refuses_is_the_answer_and_takes_no_place(toy: ToyApp) -> None:
    toy.app.state.unseen = NotFound("There is no such thing.")

    async with AsyncExitStack() as opened:
        refused = [await opened.enter_async_context(_stream(toy)) for _ in range(MAX_STREAMS + 1)]
        statuses = {await stream.answered() for stream in refused}
        open_meanwhile = _open(toy)

    assert (statuses, open_meanwhile) == ({404}, 0)


async def test_a_stream_that_may_not_be_seen_any_more_is_silent_and_goes_on_when_it_may(
    toy: ToyApp,
) -> None:
    await _write(toy, "first")
    async with _stream(toy) as stream:
        await stream.has(1)
        refusal = NotFound("There is no such thing.")

        toy.app.state.unseen = refusal
        await _write(toy, "second")
        await eventually(_was_raised(refusal))
        seen_meanwhile = _words(stream.events)
        toy.app.state.unseen = None
        await _write(toy, "third")

        assert seen_meanwhile == ["first"]
        assert _words(await stream.has(3)) == ["first", "second", "third"]


def _was_raised(error: Exception) -> Callable[[], Awaitable[bool]]:
    async def was_raised() -> bool:
        return error.__traceback__ is not None

    return was_raised


def _nothing_checked_out(toy: ToyApp) -> Callable[[], Awaitable[bool]]:
    async def nothing() -> bool:
        pool = toy.service.database.engine.pool
        return isinstance(pool, AsyncAdaptedQueuePool) and pool.checkedout() == 0

    return nothing


async def test_a_caller_has_so_many_streams_at_once_and_a_place_again_when_they_end(
    toy: ToyApp,
) -> None:
    async with AsyncExitStack() as opened:
        streams = [await opened.enter_async_context(_stream(toy)) for _ in range(MAX_STREAMS)]
        for stream in streams:
            await stream.answered()

        refused = await opened.enter_async_context(_stream(toy))
        await refused.answered()
        toy.service.live_topics.close()
        for stream in streams:
            await stream.end()

    assert (refused.status, refused.headers["retry-after"]) == (429, "10")
    assert from_json(refused.text)["code"] == "too_many_streams"
    assert (await toy.http().get("/v1/notes/events")).status_code == 200


async def test_a_client_that_leaves_gives_its_place_back(toy: ToyApp) -> None:
    async with _stream(toy) as stream:
        await stream.answered()
        open_meanwhile = _open(toy)

    assert (open_meanwhile, _open(toy)) == (1, 0)
    assert not toy.service.live_topics._listeners


async def test_a_stream_that_is_never_sent_gives_its_place_back(toy: ToyApp) -> None:
    async def look(tx: Transaction, after: UUID | None) -> Sequence[LiveEvent]:
        return ()

    request = Request({"type": "http", "headers": [], "app": toy.app})
    dora = Caller(id=PersonId("dora"), roles=())
    async with toy.service.database.transaction() as tx:
        answer = await live(request, tx, look, by=dora, topic="notes", parse_id=UUID)
    open_meanwhile = _open(toy)

    del answer

    assert (open_meanwhile, _open(toy)) == (1, 0)
    assert not toy.service.live_topics._listeners


async def test_nobody_watches_without_a_token(toy: ToyApp) -> None:
    assert (await toy.http("").get("/v1/notes/events")).status_code == 401


def _open(toy: ToyApp) -> int:
    """How many streams are open."""
    return sum(toy.app.state.seats.values())
