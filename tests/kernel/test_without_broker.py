"""A service whose settings name no broker: it serves requests and does what is due, and hears and
publishes nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import APIRouter
from sqlalchemy import MetaData

from shared.auth.caller import Role
from shared.clock import SystemClock
from shared.db.idempotency_table import idempotency_table
from shared.http.requests import Tx, may
from shared.http.routing import action_router
from shared.service.composition import Service, open_database
from shared.settings import ProcessSettings
from tests.kernel.toy import count_tickets
from tests.support.engines import Databases
from tests.support.eventually import eventually
from tests.support.issuer import token

METADATA = MetaData()
idempotency_table(METADATA)
WITH_A_SCHEMA = "sla"
"""A service whose migrations there are; its tables are not looked at."""


def _router() -> APIRouter:
    router = action_router("/v1", tag="toy")

    @router.post("/notes")
    async def note(tx: Tx) -> dict[str, str]:
        tx.tell("notes")
        return {"said": "noted"}

    @router.get("/secrets", dependencies=[may(Role.ADMIN)])
    async def secrets() -> dict[str, str]:
        return {}

    return router


def _service(url: str) -> Service:
    settings = ProcessSettings.of(env="development", database_url=url, port=1)
    database = open_database(WITH_A_SCHEMA, settings, metadata=METADATA, clock=SystemClock())
    return Service(database, settings)


@asynccontextmanager
async def _running(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    app = service.app(routers=(_router(),))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://toy") as client,
    ):

        async def is_ready() -> bool:
            return (await client.get("/readyz")).status_code == 200

        await eventually(is_ready)
        yield client


@pytest.fixture
async def client(databases: Databases) -> AsyncIterator[httpx.AsyncClient]:
    url = await databases.fresh(WITH_A_SCHEMA)
    async with _running(_service(url)) as running:
        yield running
    await databases.give_back(WITH_A_SCHEMA, url)


async def test_it_is_ready_and_shows_nothing_of_facts(client: httpx.AsyncClient) -> None:
    metrics = (await client.get("/metrics")).text
    dead_letters = await client.get("/v1/dead-letters")

    assert "fettle_pool_limit 10.0" in metrics
    assert "fettle_rows_quarantined" in metrics
    for about_facts in ("broker", "outbox", "facts", "consumer", "dead_letters", "stream_bytes"):
        assert f"fettle_{about_facts}" not in metrics
    assert dead_letters.status_code == 404


async def test_a_request_is_answered_once_for_its_key(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "one"}

    first = await client.post("/v1/notes", headers=key)
    again = await client.post("/v1/notes", headers=key)

    assert (first.status_code, first.json()) == (200, {"said": "noted"})
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")


async def test_no_bearer_token_is_taken(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {token('me', [('admin', '*')])}"}

    refused = await client.get("/v1/secrets", headers=headers)

    assert refused.status_code == 401
    assert refused.json()["detail"] == "No bearer token is taken here."


async def test_a_commit_wakes_the_live_streams_of_this_instance(databases: Databases) -> None:
    url = await databases.fresh(WITH_A_SCHEMA)
    service = _service(url)

    async with _running(service) as client:
        with service.live_topics.listening("notes") as woken:
            await client.post("/v1/notes")

            assert woken.is_set()
    await databases.give_back(WITH_A_SCHEMA, url)


async def test_what_needs_a_broker_is_refused(databases: Databases) -> None:
    settings = ProcessSettings.of(database_url="postgresql://nowhere/none", port=1)
    database = open_database("toy", settings, metadata=METADATA, clock=SystemClock())

    with pytest.raises(ValueError, match="toy has handlers, and no broker in its settings"):
        Service(database, settings, handlers=(count_tickets,))

    await database.close()
