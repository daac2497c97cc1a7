"""What a run says when it cannot go on; how it goes on is seen with real processes, in e2e."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from demo.api_bodies import QUIET_RULES
from demo.audit.client_log import ClientLog
from demo.live_state import LiveState
from demo.run import Target, run_scenario
from demo.scenario import plan_scenario
from demo.setup import SetupFailed
from fettle.issuer import Issuer
from tests.support.eventually import eventually

SERVICES = ("tickets", "dispatch", "sla", "notify")


@asynccontextmanager
async def a_target(
    home: Path, *, refusing: str, put: list[tuple[str, Any]] | None = None
) -> AsyncIterator[Target]:
    """Services that take everything, but for what lies under one path, and note what is put.

    A ticket is always unfinished.
    """

    async def answer(request: web.Request) -> web.Response:
        if request.path.startswith(refusing):
            return web.json_response({"code": "not_wanted", "detail": "Not here."}, status=422)
        if put is not None and request.method == "PUT":
            put.append((request.path, await request.json()))
        return web.json_response({"secret": "whsec_", "items": [{}]})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Target(
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
async def test_a_site_that_cannot_be_set_up_is_told_in_words(
    tmp_path: Path, refusing: str, what: str
) -> None:
    scenario = plan_scenario(
        None, limit=3, speed=None, seed=1, now=datetime(2026, 11, 21, tzinfo=UTC)
    )
    state = LiveState(title="t", rows=3, speed=1, starts_at=scenario.requests[0].opened_at)

    async with a_target(tmp_path, refusing=refusing) as target:
        with pytest.raises(SetupFailed, match=what):
            await run_scenario(
                scenario, target, state, ClientLog(), began=asyncio.get_running_loop().time()
            )


async def test_a_run_that_is_stopped_tells_its_site_to_ask_no_technician_any_more(
    tmp_path: Path,
) -> None:
    now, put = datetime(2026, 11, 21, tzinfo=UTC), list[tuple[str, Any]]()
    scenario = plan_scenario(None, limit=3, speed=1e6, seed=1, now=now)
    state = LiveState(title="t", rows=3, speed=1e6, starts_at=scenario.requests[0].opened_at)

    async def finishing() -> bool:
        return state.phase == "finishing"

    async with a_target(tmp_path, refusing="/v1/board", put=put) as target:
        began = asyncio.get_running_loop().time()
        running = asyncio.create_task(
            run_scenario(scenario, target, state, ClientLog(), began=began)
        )
        await eventually(finishing)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    assert put[-1] == (f"/v1/sites/{scenario.site_id}/rules", dict(QUIET_RULES))
