"""A small HTTP server for the webhooks of any number of technicians, each at their own path."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from aiohttp import web

from fettle.technician.signatures import BadSignature, check_signature

Receive = Callable[[str, str, str, Mapping[str, Any]], Mapping[str, Any] | None]
"""`(owner, webhook id, kind, data)` of a webhook with a good signature → the reply's body, if any.

The same webhook may come more than once, always under the same id.
"""
_MAX_BYTES = 64 * 1024


class WebhookServer:
    """Checks signatures by owner; a webhook for an owner without a secret is refused with 503."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._secrets: dict[str, str] = {}
        self._origin = ""
        self.refused: list[str] = []
        """Why webhooks were refused with 400."""

    def add_secrets(self, secrets: Mapping[str, str]) -> None:
        """Add secrets by owner."""
        self._secrets.update(secrets)

    def url(self, owner: str) -> str:
        """Return where the owner's webhooks go."""
        return f"{self._origin}/technicians/{quote(owner, safe='')}"

    async def listen(self, runner: web.AppRunner, host: str, port: int) -> None:
        """Listen; port 0 takes a free one. Raises OSError when the port is taken."""
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        self._origin = f"http://{host}:{runner.addresses[0][1]}"

    async def handle(self, request: web.Request) -> web.Response:
        """Pass a signed webhook on and answer with what is returned."""
        owner, body = request.match_info["owner"], await request.read()
        secret = self._secrets.get(owner)
        if secret is None:
            return web.json_response({"error": "not ready yet"}, status=503)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            check_signature(secret, headers, body)
            told = json.loads(body)
            kind, data = told["type"], told["data"]
        except (BadSignature, ValueError, KeyError, TypeError) as error:
            self.refused.append(str(error))
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(self._receive(owner, headers["webhook-id"], kind, data) or {})


@asynccontextmanager
async def serve_webhooks(
    receive: Receive, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[WebhookServer]:
    """Serve until the block ends; port 0 takes a free one. Raises OSError when it is taken."""
    server = WebhookServer(receive)
    app = web.Application(client_max_size=_MAX_BYTES)
    app.router.add_post("/technicians/{owner}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await server.listen(runner, host, port)
        yield server
    finally:
        await runner.cleanup()
