"""A technician's own program: a web server that writes down what it is sent, and checks every
signature with another library.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks.webhooks import Webhook


@dataclass
class WebhookClient:
    url: str = ""
    secret: str | None = None
    received: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    unsigned: int = 0
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def first(self, type: str, *, timeout_s: float = 20) -> dict[str, Any]:
        """The data of the first webhook of that type."""
        async with asyncio.timeout(timeout_s), self._news:
            await self._news.wait_for(lambda: any(body["type"] == type for body in self.received))
        data: dict[str, Any] = next(body["data"] for body in self.received if body["type"] == type)
        return data

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            Webhook(self.secret or "whsec_bm9uZQ==").verify(body, dict(request.headers))
        except Exception:  # noqa: BLE001 - whatever that library finds wrong with it
            self.unsigned += 1
            return web.Response(status=401)
        async with self._news:
            if request.headers["webhook-id"] not in self.ids:
                self.received.append(json.loads(body))
            self.ids.append(request.headers["webhook-id"])
            self._news.notify_all()
        return web.Response(status=204)


@asynccontextmanager
async def webhook_client() -> AsyncIterator[WebhookClient]:
    client = WebhookClient()
    application = web.Application()
    application.router.add_post("/hook", client._take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    client.url = f"http://{host}:{port}/hook"
    try:
        yield client
    finally:
        await runner.cleanup()
