"""A client of server-sent events that stays connected; httpx's test transport would wait for the
end of the stream.
"""

import asyncio
from collections.abc import AsyncIterator, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

from fastapi import FastAPI
from pydantic_core import from_json

from shared.settings import ServiceSettings
from tests.support.eventually import eventually
from tests.support.issuer import token

MAX_STREAMS: int = ServiceSettings.model_fields["streams_per_caller"].default
"""Live streams that one caller may have open on one instance."""


class Served(Protocol):
    """A service under test: a `Component`, or the kernel's toy."""

    app: FastAPI


class Stream:
    """What one client has received so far."""

    def __init__(self) -> None:
        self.text = ""
        self.status = 0
        self.headers: dict[str, str] = {}
        self.ended = False

    @property
    def events(self) -> list[dict[str, Any]]:
        """`id`, `event` and `data` of each."""
        blocks = [
            block.splitlines() for block in self.text.replace("\r\n", "\n").split("\n\n")[:-1]
        ]
        fields = [
            dict(line.split(": ", 1) for line in block if ": " in line and not line.startswith(":"))
            for block in blocks
        ]
        return [{**event, "data": from_json(event["data"])} for event in fields if "data" in event]

    async def has(self, count: int) -> list[dict[str, Any]]:
        """The events, once there are so many."""

        async def look() -> bool:
            return len(self.events) >= count

        await eventually(look)
        return self.events

    async def answered(self) -> int:
        """The status, once there is one."""

        async def look() -> bool:
            return self.status != 0

        await eventually(look)
        return self.status

    async def end(self) -> None:
        """Return when the service has ended the answer."""

        async def look() -> bool:
            return self.ended

        await eventually(look)


@asynccontextmanager
async def watching(
    served: Served,
    url: str,
    *,
    role: str,
    id: str,
    site: str,
    after: str | None = None,
    units: Sequence[str] = (),
) -> AsyncIterator[Stream]:
    """Connected inside the block; `url` is a path with its query."""
    stream, leaves, asked = Stream(), asyncio.Event(), False
    headers = {
        "host": "here",
        "authorization": f"Bearer {token(id, [(role, site)], units=units)}",
    } | ({"last-event-id": after} if after else {})
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": urlsplit(url).path,
        "raw_path": urlsplit(url).path.encode(),
        "query_string": urlsplit(url).query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> MutableMapping[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            stream.status = message["status"]
            stream.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            stream.text += message.get("body", b"").decode()
            stream.ended = not message.get("more_body", False)

    connection = asyncio.create_task(served.app(scope, receive, send))
    try:
        yield stream
    finally:
        leaves.set()
        await connection
