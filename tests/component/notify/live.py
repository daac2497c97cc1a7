"""A client of the live inbox that stays connected; httpx's test transport would wait for the end of
the stream.
"""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from tests.support.component import Component
from tests.support.eventually import eventually
from tests.support.issuer import token


class Live:
    def __init__(self) -> None:
        self.text = ""

    @property
    def events(self) -> list[dict[str, str]]:
        blocks = self.text.replace("\r\n", "\n").split("\n\n")[:-1]
        return [
            dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            for block in blocks
            if "data: " in block
        ]

    async def has(self, count: int) -> list[dict[str, str]]:
        """The events, once there are so many."""

        async def look() -> bool:
            return len(self.events) >= count

        await eventually(look)
        return self.events


@asynccontextmanager
async def watching(
    notify: Component, person: str, *, last: str | None = None
) -> AsyncIterator[Live]:
    live, leaves, asked = Live(), asyncio.Event(), False
    bearer = f"Bearer {token(person, [('resident', 'demo')])}"
    headers = [
        (b"authorization", bearer.encode()),
        *([(b"last-event-id", last.encode())] if last else []),
    ]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/v1/inbox/events",
        "raw_path": b"",
        "query_string": b"",
        "headers": headers,
    }

    async def receive() -> MutableMapping[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        live.text += message.get("body", b"").decode()

    connection = asyncio.create_task(notify.app(scope, receive, send))
    try:
        yield live
    finally:
        leaves.set()
        await connection
