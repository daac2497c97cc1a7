"""Live streams: woken by commits in any instance, resumed from the last id seen, ended with the
service.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from fastapi import Request
from fastapi.sse import ServerSentEvent
from joserfc.jwk import OKPKey
from sqlalchemy import AsyncAdaptedQueuePool, text

from shared.db.transaction import Transaction
from shared.http.live import MOST_STREAMS, Happening, live
from shared.messaging.broker import Broker
from shared.messaging.wakes import News, wake_on_news
from tests.kernel.conftest import MakeDatabase
from tests.kernel.http.toy_app import ToyApp, make_app
from tests.support.engines import Nats
from tests.support.eventually import eventually
from tests.support.issuer import token


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
        await wake_on_news(broker, "toy", toy.service.wakes)
        toy.service.database.after.told = News(broker, "toy").tell
        apps.append(toy)
        brokers.append(broker)
    yield apps[0], apps[1]
    for toy, broker in zip(apps, brokers, strict=True):
        await broker.close()
        await toy.close()


async def _notes(tx: Transaction, after: str | None) -> Sequence[Happening]:
    rows = await tx.rows(
        text(
            "select id, words from notes where cast(:after as uuid) is null or id > :after "
            "order by id"
        ),
        after=after,
    )
    return [Happening(str(row["id"]), "note", row["words"]) for row in rows]


def _stream(toy: ToyApp, last_id: str = "") -> AsyncIterator[ServerSentEvent]:
    headers = [(b"last-event-id", last_id.encode())] if last_id else []
    return live(Request({"type": "http", "headers": headers, "app": toy.app}), "notes", _notes)


async def test_a_commit_in_one_instance_wakes_the_streams_of_the_other(
    two: tuple[ToyApp, ToyApp],
) -> None:
    here, there = two
    stream = _stream(there)
    await here.http().post("/v1/notes", json={"words": "first"})
    first = await anext(stream)
    coming = asyncio.ensure_future(anext(stream))

    await eventually(_nothing_checked_out(there))  # it waits without a session
    assert not coming.done()
    await here.http().post("/v1/notes", json={"words": "second"})

    async with asyncio.timeout(10):
        second = await coming
    assert (first.data, second.data) == ("first", "second")


async def test_a_stream_resumes_after_the_last_id_that_was_seen(two: tuple[ToyApp, ToyApp]) -> None:
    here, there = two
    ids = [
        (await here.http().post("/v1/notes", json={"words": str(n)})).json()["id"] for n in range(4)
    ]

    stream = _stream(there, last_id=ids[1])

    assert [(await anext(stream)).id for _ in range(2)] == ids[2:]


async def test_streams_end_when_the_service_stops(two: tuple[ToyApp, ToyApp]) -> None:
    here, _ = two
    waiting = asyncio.ensure_future(anext(_stream(here), None))
    await eventually(_listens(here))

    here.service.wakes.close()

    async with asyncio.timeout(10):
        assert await waiting is None
    assert await anext(_stream(here), None) is None


async def test_a_stream_ends_with_the_token_that_it_was_opened_with(toy: ToyApp) -> None:
    headers = [(b"authorization", f"Bearer {token('ada', [('manager', 'demo')])}".encode())]
    stream = live(Request({"type": "http", "headers": headers, "app": toy.app}), "notes", _notes)
    await toy.http().post("/v1/notes", json={"words": "first"})
    first = await anext(stream)

    stranger = OKPKey.generate_key(
        "Ed25519", parameters={"kid": "another", "alg": "Ed25519", "use": "sig"}
    )
    toy.jwks.write_text(json.dumps({"keys": [stranger.as_dict(private=False)]}))
    await toy.service.bearer_tokens.refresh()
    ended = asyncio.ensure_future(anext(stream, None))
    async with asyncio.timeout(10):
        while not ended.done():
            toy.service.wakes.told(["notes"])
            await asyncio.wait([ended], timeout=0.05)

    assert (first.data, ended.result()) == ("first", None)


def _nothing_checked_out(toy: ToyApp) -> Callable[[], Awaitable[bool]]:
    async def nothing() -> bool:
        pool = toy.service.database.engine.pool
        return isinstance(pool, AsyncAdaptedQueuePool) and pool.checkedout() == 0

    return nothing


def _listens(toy: ToyApp) -> Callable[[], Awaitable[bool]]:
    async def listens() -> bool:
        return bool(toy.service.wakes._listeners)

    return listens


async def test_a_caller_has_so_many_streams_at_once_and_a_place_again_when_they_end(
    toy: ToyApp,
) -> None:
    client = toy.http()
    open_streams = [
        asyncio.ensure_future(client.get("/v1/notes-live")) for _ in range(MOST_STREAMS)
    ]
    await eventually(_has_open(toy, MOST_STREAMS))

    refused = await client.get("/v1/notes-live")
    toy.service.wakes.close()
    async with asyncio.timeout(10):
        await asyncio.wait(open_streams)

    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (
        429,
        "too_many_streams",
        "10",
    )
    assert (await client.get("/v1/notes-live")).status_code == 200


async def test_nobody_watches_without_a_token(toy: ToyApp) -> None:
    assert (await toy.http("").get("/v1/notes-live")).status_code == 401


def _has_open(toy: ToyApp, number: int) -> Callable[[], Awaitable[bool]]:
    async def has() -> bool:
        return bool(sum(toy.app.state.seats.values()) == number)

    return has
