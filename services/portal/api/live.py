"""`GET /live?topic=`: news for the page that is open, as server-sent events."""

import asyncio
import contextlib
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.portal.adapters.live_hub import Upstream, session_topic, topic_name
from services.portal.adapters.tokens import Bearer
from services.portal.api.state import PortalState
from services.portal.api.visiting import visit_of, visitor_of
from services.portal.domain.language import DEFAULT
from services.portal.domain.live_topic import MAX_TOPICS, LiveTopic
from services.portal.domain.visitor import Visitor
from shared.auth.caller import Caller
from shared.errors import Invalid, NotFound, TooMany, Unauthenticated
from shared.http.limits.admission import release
from shared.http.state import state_of
from shared.ids import PersonId

router = APIRouter(include_in_schema=False)

MAX_STREAMS = 6
"""Of one session, or of one link: a browser has no more connections to one host (HTTP/1.1)."""
_PING_S = 15.0
_CHECK_S = 2.5
"""How often a stream looks whether its session is still good."""
_MIN_INTERVAL_S = 0.25
"""Between two pieces of news: a page is not fetched again faster."""
_FIELDS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class TooManyStreams(TooMany):
    code = "too_many_streams"


@router.get("/live")
async def live(request: Request, topic: Annotated[list[str], Query()]) -> Response:
    """Send `changed`, with an id, whenever one of the topics has news for the visitor: at once to
    a page that comes back with `Last-Event-ID`. Ends with the session.

    401 without a session, 404 for a topic that the visitor may not see, 429 for one stream too
    many.
    """
    visit, topics = await visit_of(request), _topics_in(topic)
    token = visit.token
    if visit.session is None or token is None:
        raise Unauthenticated("Sign in first.")
    listener = Listener(
        visitor=visit.visitor,
        seats={
            visit.session.share: _max_streams_of(state_of(request, PortalState), visit.visitor),
            f"session {visit.session.id}": MAX_STREAMS,
        },
        wakes=(session_topic(visit.session.id),),
        is_good=lambda: _is_the_same(state_of(request, PortalState), token, visit.visitor),
    )
    return await listen(request, listener, topics)


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Who hears news, for as long as that `is_good`. `seats` says with whose streams this one is
    counted, and how many those may be; `wakes` are names under which it is told that it may be good
    no more.
    """

    visitor: Visitor
    seats: Mapping[str, int]
    wakes: Sequence[str] = ()
    is_good: Callable[[], Awaitable[bool]]


async def listen(request: Request, by: Listener, topics: Sequence[LiveTopic]) -> Response:
    """Return the stream of news on the topics. Raises Unauthenticated for a stranger, NotFound for
    a topic that the visitor may not see, TooManyStreams.
    """
    state, bearer = state_of(request, PortalState), Bearer.of(by.visitor)
    if bearer is None:
        raise Unauthenticated("Sign in first.")
    held = contextlib.AsyncExitStack()
    try:
        for name, limit in by.seats.items():
            held.enter_context(_seat(state, name, limit))
        # before the first look: what happens after it is heard
        names = [topic_name(bearer, each) for each in topics]
        woken = held.enter_context(state.live_topics.listening(*names, *by.wakes))
        upstreams = await held.enter_async_context(
            state.hub.listening(bearer, topics, lambda: state.apis_of(by.visitor))
        )
        if any(each.refusal is not None for each in upstreams):
            raise NotFound("There is nothing to hear of that.")
        release(request)
        return _Live(_events(request, state, by, upstreams, woken), held.pop_all())
    finally:
        await held.aclose()


def _topics_in(texts: Sequence[str]) -> list[LiveTopic]:
    if len(texts) > MAX_TOPICS:
        raise Invalid(f"A stream has at most {MAX_TOPICS} topics.", limit=MAX_TOPICS)
    try:
        return [LiveTopic.read(each) for each in texts]
    except ValueError as error:
        raise Invalid(
            "A topic is ticket:ID, job:ID, board:SITE, queue:SITE, inbox or offers.", field="topic"
        ) from error


def _max_streams_of(state: PortalState, visitor: Visitor) -> int:
    """Return how many streams one person may have open, in all their sessions together."""
    return state.streams_of(Caller(visitor.person_id or PersonId(""), visitor.grants))


@contextlib.contextmanager
def _seat(state: PortalState, name: str, limit: int) -> Iterator[None]:
    """Count one more stream of that name. Raises TooManyStreams."""
    seats = state.seats
    if seats[name] >= limit:
        raise TooManyStreams("Too many of your live pages are open; close one.", limit=limit)
    seats[name] += 1
    try:
        yield
    finally:
        seats[name] -= 1
        if not seats[name]:
            del seats[name]


async def _events(
    request: Request,
    state: PortalState,
    by: Listener,
    upstreams: Sequence[Upstream],
    woken: asyncio.Event,
) -> AsyncGenerator[bytes, None]:
    """Yield news until the listener's time is over, or the visitor may not hear any more."""
    yield b"retry: 2000\n\n"
    seen = _count(upstreams)
    if "last-event-id" in request.headers or any(each.is_recent() for each in upstreams):
        yield _changed(seen)
    pinged_at = time.monotonic()
    while not state.live_topics.closed and await by.is_good():
        if any(each.refusal is not None for each in upstreams):
            yield b"event: gone\ndata: {}\n\n"
            return
        woken.clear()
        if (now_seen := _count(upstreams)) != seen:
            seen = now_seen
            yield _changed(seen)
            pinged_at = time.monotonic()
            await asyncio.sleep(_MIN_INTERVAL_S)
        elif time.monotonic() - pinged_at >= _PING_S:
            yield b": ping\n\n"
            pinged_at = time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CHECK_S):
                await woken.wait()


async def _is_the_same(state: PortalState, token: str, visitor: Visitor) -> bool:
    """Return whether the session is still good, and its account says what it said."""
    signed_in = await state.sessions.find(token)
    if signed_in is None:
        return False
    return Bearer.of(visitor_of(signed_in, DEFAULT)) == Bearer.of(visitor)


def _count(upstreams: Sequence[Upstream]) -> int:
    return sum(each.changes for each in upstreams)


def _changed(count: int) -> bytes:
    return f"event: changed\nid: {count}\ndata: {{}}\n\n".encode()


class _Live(StreamingResponse):
    """Holds the session's place for as long as it is sent."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes], held: contextlib.AsyncExitStack) -> None:
        super().__init__(events, headers=_FIELDS)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._held:
            await super().__call__(scope, receive, send)
