"""Live streams: server-sent events that resume from `Last-Event-ID` and hold no database session
while they wait.
"""

import asyncio
import contextlib
import weakref
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from shared.auth.caller import Caller, Credential
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database, Kind, Transaction
from shared.errors import NotFound, TooMany
from shared.http.declared import HeaderField, reads, refuses
from shared.http.head import is_head
from shared.http.limits.admission import release
from shared.http.problems import BadRequest
from shared.http.requests import identity_of, is_still_good
from shared.http.state import AppState, state_of
from shared.live_topics import LiveTopics
from shared.messaging.belongings import Belongings
from shared.messaging.people import topic_of_person
from shared.telemetry import get_logger

log = get_logger(__name__)

Id = TypeVar("Id")

_LOOK_INTERVAL_S = 15.0
"""A stream looks again, and says that it is alive, even if it hears nothing: news from another
instance may be lost on the way, and proxies cut connections on which nothing is sent.
"""
_ALIVE = b": ping\n\n"
_MEDIA_TYPE = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class TooManyStreams(TooMany):
    code = "too_many_streams"


class EventStream(Response):
    """What a route answers with that is described by `event_stream`; without a media type: FastAPI
    adds none to the one that stands there.
    """


@dataclass(frozen=True)
class LiveEvent:
    """One event of a stream; `id` is where a client that comes back goes on."""

    id: str
    name: str
    data: BaseModel


def event_stream(data: type[BaseModel]) -> dict[str, Any]:
    """Return what a route that answers with `live` says of itself: `@router.get(path,
    **event_stream(JobOut))`. `data` is what every event carries; the contract has it, though no
    other route answers with it.
    """
    event = {
        "type": "object",
        "required": ["id", "event", "data"],
        "properties": {
            "id": {"type": "string"},
            "event": {"type": "string"},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": f"#/components/schemas/{data.__name__}"},
            },
        },
    }
    return {
        "response_class": EventStream,
        "responses": {
            200: {
                "model": data,
                "description": "Server-sent events",
                "content": {"text/event-stream": {"itemSchema": event}},
            },
        },
        "dependencies": [Depends(_resumes)],
    }


@reads(
    HeaderField(
        name="Last-Event-ID",
        description="The id of the last event that was seen; what came since follows.",
        schema={"type": "string"},
    )
)
@refuses(TooManyStreams)
async def _resumes() -> None:
    """Declare what every stream reads and refuses; `live` does it."""


def sequence_number(text: str) -> int:
    """Return the number that an event's id is; raise ValueError for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError("not a sequence number")
    return int(text)


Look = Callable[[Transaction, Id | None], Awaitable[Sequence[LiveEvent]]]
"""Returns the events after an id, of all there are if there is none; raises NotFound for what the
caller may not see.
"""


async def live(
    request: Request,
    tx: Transaction,
    look: Look[Id],
    *,
    by: Caller,
    topic: str,
    parse_id: Callable[[str], Id],
    min_interval_s: float = 0.1,
) -> Response:
    """Return an answer that sends what `look` finds: at once, and whenever `topic` is told.

    The first look is made in the request's transaction and authorises the stream: what it raises
    is the answer. Later a NotFound finds nothing, and the stream ends with the caller's token, and
    where a record or a newer token leaves less of its claims, or more.
    `parse_id` reads an event's id and raises ValueError for what is none. However fast news comes,
    a stream looks once in `min_interval_s`: a few of them would take every session. `HEAD` looks
    once and opens no stream.

    Raises BadRequest for a `Last-Event-ID` that no stream gave out, and TooManyStreams.
    """
    after = _last_seen(request, parse_id)
    if is_head(request.scope):
        await look(tx, after)
        return Response(headers=_HEADERS, media_type=_MEDIA_TYPE)
    state = state_of(request, AppState)
    with contextlib.ExitStack() as held:
        held.enter_context(_seat(state.seats, by, state.streams_of(by)))
        # before the first look: what happens after it is heard
        woken = held.enter_context(state.live_topics.listening(topic, topic_of_person(by.id)))
        stream = _Stream(request, look, by, topic, parse_id, woken, min_interval_s)
        first = await look(tx, after)
        release(request)
        return _LiveResponse(stream.events(first, after), held.pop_all())


def _last_seen(request: Request, parse_id: Callable[[str], Id]) -> Id | None:
    last = request.headers.get("last-event-id")
    try:
        return parse_id(last) if last else None
    except ValueError as error:
        raise BadRequest("`Last-Event-ID` has to be one that this stream gave out.") from error


def demand_seat(request: Request, caller: Caller | Credential | None) -> None:
    """Raise TooManyStreams where the caller has as many streams open as they may: before a database
    is asked for one more. `HEAD` opens none.
    """
    state = state_of(request, AppState)
    if isinstance(caller, Caller) and not is_head(request.scope):
        _demand_seat(state.seats, caller, state.streams_of(caller))


def _demand_seat(seats: Counter[str], caller: Caller, limit: int) -> None:
    if seats[caller.id] >= limit:
        raise TooManyStreams(
            f"You have {limit} live streams open here; close one first.", limit=limit
        )


@contextlib.contextmanager
def _seat(seats: Counter[str], caller: Caller, limit: int) -> Iterator[None]:
    """Count one more stream of the caller. Raises TooManyStreams."""
    _demand_seat(seats, caller, limit)
    seats[caller.id] += 1
    try:
        yield
    finally:
        seats[caller.id] -= 1
        if not seats[caller.id]:
            del seats[caller.id]


@dataclass(frozen=True)
class _Stream(Generic[Id]):
    request: Request
    look: Look[Id]
    by: Caller
    topic: str
    parse_id: Callable[[str], Id]
    woken: asyncio.Event
    min_interval_s: float

    async def events(
        self, first: Sequence[LiveEvent], after: Id | None
    ) -> AsyncGenerator[bytes, None]:
        """Yield the first look's events, and those of every further look."""
        live_topics: LiveTopics = self.request.app.state.live_topics
        found: Sequence[LiveEvent] | None = first
        while not live_topics.closed and is_still_good(self.request):
            if found is None and (found := await self._look(after)) is None:
                return  # the client comes back with the last id that it has seen
            for event in found:
                yield _written(event)
                after = self.parse_id(event.id)
            found = None
            await asyncio.sleep(self.min_interval_s)
            try:
                async with asyncio.timeout(_LOOK_INTERVAL_S):
                    await self.woken.wait()
            except TimeoutError:
                yield _ALIVE

    async def _look(self, after: Id | None) -> Sequence[LiveEvent] | None:
        """Return what is new, or None where the database does not answer right now, or the caller
        is not any more who they were: what else they may see is for another stream.
        """
        database: Database = self.request.app.state.database
        self.woken.clear()
        try:
            if await self._who_asks() != self.by:
                return None
            async with database.transaction(kind=Kind.READING) as tx:
                return await self.look(tx, after)
        except NotFound:
            return ()  # the caller may not see it any more
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("live_stream_ends", topic=self.topic, error=first_line(error))
            return None

    async def _who_asks(self) -> Caller | Credential | None:
        """Return who the request's token proves, and what is left of its claims now."""
        identity = identity_of(self.request)
        if not isinstance(identity, Caller):
            return identity
        belongings: Belongings = self.request.app.state.belongings
        return await belongings.bound(identity)


def _written(event: LiveEvent) -> bytes:
    # JSON has no line feed outside its strings, and escapes those inside
    data = event.data.model_dump_json()
    return f"event: {event.name}\ndata: {data}\nid: {event.id}\n\n".encode()


class _LiveResponse(StreamingResponse):
    """Holds the caller's place for as long as it is sent."""

    media_type = _MEDIA_TYPE

    def __init__(self, events: AsyncGenerator[bytes, None], held: contextlib.ExitStack) -> None:
        super().__init__(events, headers=_HEADERS)
        self._events = events
        # also for an answer that is never sent, because its request fails after all
        self._leave = weakref.finalize(self, held.close)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._events.aclose()
            self._leave()
