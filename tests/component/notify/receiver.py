"""A real HTTP server that webhooks go to: it keeps what it got and answers as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks.webhooks import Webhook

from tests.support.eventually import eventually

Answers = Callable[["Got", web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    id: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.raw)
        return parsed

    @property
    def kind(self) -> str:
        return str(self.body["type"])

    def verified(self, secret: str) -> dict[str, Any]:
        """Raises unless the reference library accepts its signature."""
        found: dict[str, Any] = Webhook(secret).verify(self.raw, self.headers)
        return found


@dataclass
class Receiver:
    url: str = ""
    got: list[Got] = field(default_factory=list)
    answers: Answers | None = None

    def answer(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        """From now on."""

        async def same(_: Got, __: web.Request) -> web.StreamResponse:
            return web.json_response(body, status=status, headers=headers)

        self.answers = same

    def hang(self, status: int = 200, body: Any = None) -> asyncio.Event:
        """Nothing is answered until the event is set."""
        released = asyncio.Event()

        async def wait(_: Got, __: web.Request) -> web.StreamResponse:
            await released.wait()
            return web.json_response(body, status=status)

        self.answers = wait
        return released

    async def has_got(self, count: int) -> None:
        """Returns when so many requests have come in."""

        async def look() -> bool:
            return len(self.got) >= count

        await eventually(look)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        got = Got(headers.get("webhook-id", ""), headers, await request.read())
        self.got.append(got)
        return await self.answers(got, request) if self.answers else web.Response()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Receiver"]:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        try:
            yield self
        finally:
            await runner.cleanup()
