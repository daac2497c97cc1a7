"""Whatever is generated from a contract is answered as the contract says, whoever asks.

`make long` sets CONTRACT_EXAMPLES: so many requests for each operation in each phase, every
boundary of every value, and each who asks on their own.
"""

import asyncio
import contextlib
import itertools
import os
import socket
from collections.abc import AsyncIterator, Sequence

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from fettle.home import SERVICES
from shared.auth.caller import Role
from shared.http.connection import Connection
from tests.contract.generated.requests import Effort, generate
from tests.contract.generated.worlds import WORLDS
from tests.support.component import MakeComponent
from tests.support.issuer import token

_LONG = int(os.environ.get("CONTRACT_EXAMPLES", "0"))
_EFFORT = (
    Effort(examples=_LONG, steps=20, whole=True)
    if _LONG
    else Effort(examples=1, steps=3, whole=False)
)
_STRANGER = "a stranger"


def _authorization(asker: str) -> str | None:
    if asker == _STRANGER:
        return None
    site = "*" if asker == Role.ADMIN else "demo"
    return f"Bearer {token(f'{asker}-1', [(asker, site)])}"


# Each of them is their own run in the long form, and all take turns in the short one.
_ALL = (*Role, _STRANGER)
_RUNS = [(asker,) for asker in _ALL] if _LONG else [_ALL]


@pytest.mark.parametrize("askers", _RUNS, ids=lambda run: run[0] if _LONG else "in-turn")
@pytest.mark.parametrize("service", SERVICES)
async def test_every_answer_is_as_the_contract_says(
    service: str, askers: Sequence[str], component: MakeComponent
) -> None:
    made = await component(service)
    known = await WORLDS[service](made) if service in WORLDS else {}
    async with _served(_asked_by(askers, made.app)) as url:
        found = await asyncio.to_thread(generate, url, made.app.openapi(), known, _EFFORT)

    assert not found.faults, "\n\n".join(found.faults)
    assert found.sent > 20


def _asked_by(askers: Sequence[str], app: ASGIApp) -> ASGIApp:
    """Return the application, to which each request is the next asker's, in turn."""
    turns = itertools.cycle(map(_authorization, askers))

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        authorization = next(turns)
        others = [header for header in scope["headers"] if header[0] != b"authorization"]
        own = [] if authorization is None else [(b"authorization", authorization.encode())]
        await app({**scope, "headers": others + own}, receive, send)

    return ask


@contextlib.asynccontextmanager
async def _served(app: ASGIApp) -> AsyncIterator[str]:
    """Over HTTP: what generates the requests knows no other way."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, http=Connection, log_config=None, access_log=False, lifespan="off"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
