"""News of the other services' live streams: one stream there for each person and topic, shared by
all of the person's tabs.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from uuid import UUID

import aiohttp
import httpx

from services.portal.adapters.apis import Apis, path_of
from services.portal.adapters.event_lines import EventTooLarge, ServerEvent, read_events
from services.portal.adapters.service_answers import Away, Refusal
from services.portal.adapters.tokens import Bearer
from services.portal.domain.live_topic import LiveTopic, TopicKind
from shared.backoff import Backoff
from shared.errors import TooMany
from shared.ids import PersonId
from shared.live_topics import LiveTopics
from shared.telemetry import get_logger

log = get_logger(__name__)

Key = tuple[Bearer, LiveTopic]

MAX_OF_ONE = 60
"""Streams that are held for one person, who would hold those of all services otherwise."""
LINGER_S = 20.0
"""How long a stream stays when its last page has gone: the next page is often about the same."""
_RECENTLY_S = 10.0
"""A page that comes just after a change may have been made just before it."""
_SILENT_S = 40.0
"""A service says every quarter of a minute that it is alive."""
_MIN_PAUSE_S, _MAX_PAUSE_S = 0.3, 8.0
_TOLD_AFTER = 3
"""Failed tries in a row after which pages look at what they show without the service."""
_GONE = (403, 404)
_BROKEN = (httpx.HTTPError, aiohttp.ClientError, OSError, TimeoutError, EventTooLarge)
_TIME_OF_BOARD = re.compile(r'"at":"[^"]*",?')
"""Every board says when it was read, which alone is no news."""


class Upstream:
    """One topic as one person may see it, for as long as a page listens."""

    def __init__(
        self, topic: LiveTopic, apis: Callable[[], Apis], told: Callable[[], None]
    ) -> None:
        self.topic, self.listeners = topic, 0
        self.changes = 0
        self.changed_at = 0.0
        self.refusal: Refusal | None = None
        """Why there is nothing to hear (any more)."""
        self.looked = asyncio.Event()
        """Set once the service has answered, or has not in time."""
        self._apis, self._told = apis, told
        self._last_id, self._last_board = "", ""
        self._failures = 0

    def is_recent(self) -> bool:
        return time.monotonic() - self.changed_at < _RECENTLY_S

    async def run(self) -> None:
        """Hear what changes until cancelled, or until the service says that there is nothing."""
        backoff = Backoff(_MIN_PAUSE_S, _MAX_PAUSE_S)
        try:
            while True:
                try:
                    await self._hear(backoff)
                except Refusal as refusal:
                    if refusal.status in _GONE:
                        self.refusal = refusal
                        return
                except (Away, *_BROKEN):  # the service's link has logged it
                    self._failures += 1
                    if self._failures == _TOLD_AFTER:
                        self._tell()
                self.looked.set()
                await asyncio.sleep(backoff.next_s())
        finally:
            self.looked.set()
            self._tell()

    async def _hear(self, backoff: Backoff) -> None:
        service, path, query = _source_of(self.topic)
        headers = {"Accept": "text/event-stream"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        async with self._apis().of(service).stream(path, headers=headers, **query) as response:
            backoff.reset()
            self._failures = 0
            self.looked.set()
            self._tell()  # for what has changed while nothing was heard
            async with aclosing(read_events(response.aiter_raw())) as events:
                while True:
                    async with asyncio.timeout(_SILENT_S):
                        event = await anext(events, _END)
                    if event is _END:
                        return
                    if isinstance(event, ServerEvent):
                        self._take(event)

    def _take(self, event: ServerEvent) -> None:
        if self.topic.kind is TopicKind.BOARD:
            board = _TIME_OF_BOARD.sub("", event.data, count=1)
            if board == self._last_board:
                return
            self._last_board = board
        else:
            self._last_id = event.id
        self._tell()

    def _tell(self) -> None:
        self.changes += 1
        self.changed_at = time.monotonic()
        self._told()


class TooManyTopics(TooMany):
    code = "too_many_topics"


class LiveHub:
    """All streams of this instance. Pages are woken by `topics`, which ends them at the stop."""

    def __init__(self, topics: LiveTopics, *, linger_s: float = LINGER_S) -> None:
        self._topics, self._linger_s = topics, linger_s
        self._upstreams: dict[Key, tuple[Upstream, asyncio.Task[None]]] = {}

    @asynccontextmanager
    async def listening(
        self, bearer: Bearer, topics: Sequence[LiveTopic], apis: Callable[[], Apis]
    ) -> AsyncIterator[Sequence[Upstream]]:
        """Hear the topics as the person inside the block; yield them when each service has
        answered, or has not in time. Raises TooManyTopics.
        """
        async with AsyncExitStack() as held:
            upstreams = [
                await held.enter_async_context(self._upstream((bearer, _shared(topic)), apis))
                for topic in dict.fromkeys(topics)
            ]
            for upstream in upstreams:
                await upstream.looked.wait()
            yield upstreams

    @asynccontextmanager
    async def _upstream(self, key: Key, apis: Callable[[], Apis]) -> AsyncIterator[Upstream]:
        if key in self._upstreams and self._upstreams[key][1].done():
            del self._upstreams[key]
        if key not in self._upstreams:
            self._make_room(key[0].person_id)
            name = topic_name(key[0], key[1])
            made = Upstream(key[1], apis, lambda: self._topics.told([name]))
            self._upstreams[key] = made, asyncio.create_task(made.run(), name=name)
        upstream, task = self._upstreams[key]
        upstream.listeners += 1
        try:
            yield upstream
        finally:
            upstream.listeners -= 1
            if not upstream.listeners:
                asyncio.get_running_loop().call_later(
                    self._linger_s, self._leave, key, upstream, task
                )

    def _make_room(self, person_id: PersonId) -> None:
        """End what lingers of the person's, where they have no room for more. Raises TooManyTopics
        where they listen to all of it.
        """
        theirs = [key for key in self._upstreams if key[0].person_id == person_id]
        if len(theirs) < MAX_OF_ONE:
            return
        lingering = [key for key in theirs if not self._upstreams[key][0].listeners]
        if not lingering:
            raise TooManyTopics("Too many live pages are open.", limit=MAX_OF_ONE)
        for key in lingering:
            _, task = self._upstreams.pop(key)
            task.cancel()

    def _leave(self, key: Key, upstream: Upstream, task: "asyncio.Task[None]") -> None:
        if upstream.listeners:
            return
        task.cancel()
        if self._upstreams.get(key, (None,))[0] is upstream:
            del self._upstreams[key]

    def end(self, session_id: UUID) -> None:
        """Have the session's streams look whether it is still good: it has just ended."""
        self._topics.told([session_topic(session_id)])

    async def close(self) -> None:
        """End all streams."""
        tasks = [task for _, task in self._upstreams.values()]
        self._upstreams.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


_END = object()


def topic_name(bearer: Bearer, topic: LiveTopic) -> str:
    """Return the name under which news of the topic wake pages of that person."""
    shared = _shared(topic)
    return f"live/{bearer.person_id}/{bearer.only or ''}/{shared.kind}/{shared.subject}"


def session_topic(session_id: UUID) -> str:
    """Return the name under which a session's streams hear of its end."""
    return f"session/{session_id}"


def _shared(topic: LiveTopic) -> LiveTopic:
    """Return the topic that is heard for it: offers come with the inbox."""
    return LiveTopic(TopicKind.INBOX) if topic.kind is TopicKind.OFFERS else topic


def _source_of(topic: LiveTopic) -> tuple[str, str, dict[str, str]]:
    """Return the service, the path and the query at which a topic is heard."""
    match topic.kind:
        case TopicKind.TICKET:
            return "tickets", path_of("/v1/tickets/{}/events", topic.subject), {}
        case TopicKind.JOB:
            return "dispatch", path_of("/v1/jobs/{}/events", topic.subject), {}
        case TopicKind.BOARD:
            return "sla", "/v1/board/events", {"site": topic.subject}
        case TopicKind.QUEUE:
            return "tickets", "/v1/queue/events", {"site": topic.subject}
        case _:
            return "notify", "/v1/inbox/events", {}
