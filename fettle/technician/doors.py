"""Where webhooks come in: one small HTTP server for any number of technicians, each behind a door
of their own.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from fettle.technician.signatures import BadSignature, check_signature

Receive = Callable[[str, str, str, Mapping[str, Any]], Mapping[str, Any] | None]
"""`(owner, webhook id, kind, data)` of a webhook whose signature is good → what the answer's body
is to say, if anything.

The same webhook may come more than once, always under the same id.
"""
_MOST_BYTES = 64 * 1024


class Doors:
    """`secrets` by owner; whoever has none yet is asked to come again."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._secrets: dict[str, str] = {}
        self._origin = ""
        self.refused: list[str] = []
        """Why webhooks were turned away."""

    def admit(self, secrets: Mapping[str, str]) -> None:
        self._secrets.update(secrets)

    def url(self, owner: str) -> str:
        return f"{self._origin}/technicians/{owner}"

    async def opened(self, runner: web.AppRunner, host: str, port: int) -> None:
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        self._origin = f"http://{host}:{runner.addresses[0][1]}"

    async def take(self, request: web.Request) -> web.Response:
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
async def open_doors(
    receive: Receive, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Doors]:
    """Listens until the block ends; port 0 takes a free one.

    Raises OSError when the port is taken.
    """
    doors = Doors(receive)
    app = web.Application(client_max_size=_MOST_BYTES)
    app.router.add_post("/technicians/{owner}", doors.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await doors.opened(runner, host, port)
        yield doors
    finally:
        await runner.cleanup()
