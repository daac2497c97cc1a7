"""Browsers that hear news of the portal (`EventSource`), and how soon they do.

In: `{"port", "tickets_port", "streams": [{"cookie", "topics"}, …], "changes": [{"path", "body",
"token", "heard_by": {kind: [stream, …]}}, …], "every_s"}`. Out: `{"took_ms": {kind: [ms, …]},
"lost", "failures"}`, from the answer of tickets to the event at each browser that shows it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

from tests.bench.pages.reading import browser_fields
from tests.bench.wire import Connections, get, post

_CHANGED = b"event: changed\n"
_SETTLES_S = 1.5
"""News of what was done before the browsers came is over then."""
_HEARD_TIMEOUT_S = 5.0


class EventSource(asyncio.Protocol):
    """A stream of the portal; remembers when each `changed` came, in seconds of
    `time.monotonic`.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._changed_at: list[float] = []
        self._news = asyncio.Event()
        self.status = 0

    @classmethod
    async def open(cls, port: int, cookie: str, topics: list[str]) -> "EventSource":
        """Return the stream once it has begun. Raises RuntimeError where it is refused."""
        _, source = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        query = urlencode([("topic", topic) for topic in topics])
        fields = {**browser_fields(cookie), "accept": "text/event-stream"}
        assert source._transport is not None
        source._transport.write(get(f"/live?{query}", fields))
        async with asyncio.timeout(_HEARD_TIMEOUT_S):
            while not source.status:
                await source._next_news()
        if source.status != 200:
            raise RuntimeError(f"/live?{query}: {source.status}")
        return source

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self._received += data
        if not self.status and b"\r\n" in self._received:
            self.status = int(self._received[9:12])
        while (at := self._received.find(_CHANGED)) >= 0:
            del self._received[: at + len(_CHANGED)]
            self._changed_at.append(now)
        self._news.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without saying so

    async def heard_since(self, moment: float) -> float | None:
        """Return when the first news after the moment came; None where none comes in time."""
        try:
            async with asyncio.timeout(_HEARD_TIMEOUT_S):
                while not (later := [at for at in self._changed_at if at >= moment]):
                    await self._next_news()
        except TimeoutError:
            return None
        return later[0]

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    async def _next_news(self) -> None:
        self._news.clear()
        await self._news.wait()


async def listen(order: Mapping[str, Any]) -> dict[str, Any]:
    """Open all streams, make the changes one after another, and wait for each to be heard."""
    sources = [
        await EventSource.open(order["port"], each["cookie"], each["topics"])
        for each in order["streams"]
    ]
    await asyncio.sleep(_SETTLES_S)
    tickets = Connections(order["tickets_port"], 1)
    took_ms: defaultdict[str, list[float]] = defaultdict(list)
    lost, failures = 0, list[str]()
    for change in order["changes"]:
        asked = time.monotonic()
        fields = {
            "authorization": f"Bearer {change['token']}",
            "idempotency-key": uuid4().hex,
        }
        answer = await tickets.ask(post(change["path"], change["body"], fields))
        answered = time.monotonic()
        if answer.status not in (200, 201):
            failures.append(f"{change['path']}: {answer.status} {answer.body[:200]!r}")
            continue
        heard_by = [(kind, n) for kind, streams in change["heard_by"].items() for n in streams]
        heard = await asyncio.gather(*(sources[n].heard_since(asked) for _, n in heard_by))
        for (kind, _), at in zip(heard_by, heard, strict=True):
            lost += at is None
            took_ms[kind].append(1000 * (_HEARD_TIMEOUT_S if at is None else max(at - answered, 0)))
        await asyncio.sleep(max(asked + order["every_s"] - time.monotonic(), 0))
    tickets.close()
    for source in sources:
        source.close()
    return {"took_ms": took_ms, "lost": lost, "failures": failures[:5]}
