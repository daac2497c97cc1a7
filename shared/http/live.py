"""Live streams: server-sent events that resume from `Last-Event-ID` and hold no database session
while they wait.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.sse import ServerSentEvent

from shared.auth.caller import Caller
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database, Kind, Transaction
from shared.errors import TooMany, Unauthenticated
from shared.http.requests import identity_of, is_still_good
from shared.telemetry import get_logger
from shared.wakes import Wakes

log = get_logger(__name__)

MOST_STREAMS = 20
"""Of one caller, in one instance: more devices than anybody has, and fewer than it takes to be in
the way.
"""
_LOOK_AGAIN_S = 20.0
"""News from another instance may be lost on the way."""


class TooManyStreams(TooMany):
    code = "too_many_streams"


async def _seat(request: Request) -> AsyncIterator[None]:
    """One of the caller's streams, until it ends."""
    identity = identity_of(request)
    if not isinstance(identity, Caller):
        raise Unauthenticated("Send `Authorization: Bearer TOKEN`.")
    seats: Counter[str] = request.app.state.seats
    if seats[identity.id] >= MOST_STREAMS:
        raise TooManyStreams(
            f"You have {MOST_STREAMS} live streams open here; close one first.", limit=MOST_STREAMS
        )
    seats[identity.id] += 1
    try:
        yield
    finally:
        seats[identity.id] -= 1
        if not seats[identity.id]:
            del seats[identity.id]


def live_router(prefix: str, *, tag: str) -> APIRouter:
    """For routes that answer with `live`."""
    return APIRouter(prefix=prefix, tags=[tag], dependencies=[Depends(_seat)])


@dataclass(frozen=True)
class Happening:
    """One event of a stream; `id` is where a client that comes back goes on."""

    id: str
    name: str
    data: Any


async def live(
    request: Request,
    topic: str,
    read: Callable[[Transaction, str | None], Awaitable[Sequence[Happening]]],
    *,
    at_most_every_s: float = 0.1,
) -> AsyncIterator[ServerSentEvent]:
    """What `read(tx, after)` returns, at once and whenever `topic` is told; `after` is the last id
    that the client has seen.

    For a route of a `live_router` with `response_class=EventSourceResponse`; who may see it is
    checked by its dependencies. It ends with the caller's token. However fast news comes, nobody
    looks oftener than `at_most_every_s`: a few streams would take every session.
    """
    wakes: Wakes = request.app.state.wakes
    database: Database = request.app.state.database
    after = request.headers.get("last-event-id")
    with wakes.listening(topic) as woken:
        while not wakes.closed and is_still_good(request):
            woken.clear()
            try:
                async with database.transaction(kind=Kind.READING) as tx:
                    happenings = await read(tx, after)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("live_stream_ends", topic=topic, error=first_line(error))
                return  # the client comes back with the last id that it has seen
            for happening in happenings:
                yield ServerSentEvent(id=happening.id, event=happening.name, data=happening.data)
                after = happening.id
            await asyncio.sleep(at_most_every_s)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN_S):
                    await woken.wait()
