"""Live streams: server-sent events that resume from `Last-Event-ID` and hold no database session while they wait."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.sse import ServerSentEvent

from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database, Transaction
from shared.http.requests import is_still_good
from shared.telemetry import get_logger
from shared.wakes import Wakes

log = get_logger(__name__)

_LOOK_AGAIN_S = 20.0
"""News from another instance may be lost on the way."""


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
    """What `read(tx, after)` returns, at once and whenever `topic` is told; `after` is the last id that the client has seen.

    For a route with `response_class=EventSourceResponse` on a plain APIRouter; who may see it is checked by its dependencies. It ends
    with the caller's token. However fast news comes, nobody looks oftener than `at_most_every_s`: a few streams would take every session.
    """
    wakes: Wakes = request.app.state.wakes
    database: Database = request.app.state.database
    after = request.headers.get("last-event-id")
    with wakes.listening(topic) as woken:
        while not wakes.closed and is_still_good(request):
            woken.clear()
            try:
                async with database.transaction() as tx:
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
