"""What a play says when it cannot go on.

How it goes on is seen with the real processes, in the end-to-end tests.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from fettle.demo.audit.client_log import ClientLog
from fettle.demo.play import House, play
from fettle.demo.script import write_script
from fettle.demo.stage import Stage
from fettle.demo.staging import StageFailed
from fettle.issuer import Issuer

SERVICES = ("tickets", "dispatch", "sla", "notify")


@asynccontextmanager
async def a_house(home: Path, *, refusing: str) -> AsyncIterator[House]:
    """Services that take everything, but for what lies under one path."""

    async def answer(request: web.Request) -> web.Response:
        if request.path.startswith(refusing):
            return web.json_response({"code": "not_wanted", "detail": "Not here."}, status=422)
        return web.json_response({"secret": "whsec_"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield House(
            urls=dict.fromkeys(SERVICES, f"http://127.0.0.1:{runner.addresses[0][1]}"),
            database_urls={},
            issuer=Issuer.at(home),
        )
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("refusing", "what"),
    [
        ("/v1/sites/play-", "the site was refused: 422 not_wanted: Not here."),
        ("/v1/policies", "the policy was refused"),
        ("/v1/technicians", "-tech-"),
        ("/v1/endpoints", "the endpoint of play-"),
    ],
)
async def test_a_stage_that_cannot_be_built_is_told_in_words(
    tmp_path: Path, refusing: str, what: str
) -> None:
    script = write_script(None, limit=3, speed=None, seed=1, now=datetime(2026, 11, 21, tzinfo=UTC))
    stage = Stage(title="t", rows=3, speed=1, opens_at=script.requests[0].opened_at)

    async with a_house(tmp_path, refusing=refusing) as house:
        with pytest.raises(StageFailed, match=what):
            await play(script, house, stage, ClientLog(), began=asyncio.get_running_loop().time())
