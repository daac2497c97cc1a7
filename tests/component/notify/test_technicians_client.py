"""The ready client against the real service: it takes what notify signs, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest
from aiohttp import web

from fettle.technician.signatures import BadSignature, check_signature
from fettle.technician.webhook_server import WebhookServer, serve_webhooks
from fettle.technician.worker import Habits, Worker
from services.notify.domain.signing import SECRET_BYTES, secret_from, signed_headers
from shared.ids import new_id
from tests.component.notify.conftest import MakeNotify, send
from tests.support.component import Component
from tests.support.eventually import eventually
from tests.unit.notify.stories import NOON, Story


@dataclass
class Dispatch:
    """What a client calls there, as it was called."""

    url: str = ""
    called: list[tuple[str, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.called.append((request.path, request.headers["Authorization"].split(" ")[0]))
        return web.json_response({"state": "accepted", "job_id": "job-1", "job_token": "token"})


@asynccontextmanager
async def a_dispatch() -> AsyncIterator[Dispatch]:
    dispatch, app = Dispatch(), web.Application()
    app.router.add_post("/{tail:.*}", dispatch.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    dispatch.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield dispatch
    await runner.cleanup()


@asynccontextmanager
async def a_worker(
    notify: Component, dispatch: Dispatch, **habits: bool
) -> AsyncIterator[tuple[Worker, WebhookServer]]:
    """Wang, registered at notify."""
    async with httpx.AsyncClient() as client:
        worker = Worker(
            habits=Habits(travel_s=0, work_s=0, **habits),
            client=client,
            jobs_url=dispatch.url,
            tell=lambda what, reference, words: None,
            chance=Random(1),
        )
        async with (
            serve_webhooks(worker.receive) as server,
            notify.http(role="technician", id="wang") as caller,
        ):
            made = (await caller.post("/v1/endpoints", json={"url": server.url("wang")})).json()
            server.add_secrets({"wang": made["secret"]})
            yield worker, server
            await worker.close()


async def test_it_accepts_at_the_offers_address_and_does_the_job(make_notify: MakeNotify) -> None:
    async with a_dispatch() as dispatch:
        notify = await make_notify(dispatch_public_url=dispatch.url)
        async with a_worker(notify, dispatch, works=True) as (worker, _):
            story = Story(notify.clock.now())
            await notify.hears(story.ticket(), story.offered("wang"))
            await send(notify)

            async def done() -> bool:
                return len(dispatch.called) == 5

            await eventually(done)

    offer = story.offers["wang"].id
    assert dispatch.called[0] == (f"/v1/offers/{offer}/accept", "Offer")
    assert dispatch.called[1:] == [
        (f"/v1/jobs/job-1/{verb}", "Job") for verb in ("travel", "arrive", "start", "complete")
    ]
    assert [kind for _, kind in worker.received] == ["job.offered"]


async def test_it_accepts_in_the_reply_when_told_to(make_notify: MakeNotify) -> None:
    async with a_dispatch() as dispatch:
        notify = await make_notify(dispatch_public_url=dispatch.url)
        async with a_worker(notify, dispatch, at_the_door=True):
            story = Story(notify.clock.now())
            await notify.hears(story.ticket(), story.offered("wang"))
            await send(notify)

    (fact,) = await notify.said()
    assert (fact.snapshot.decision, dispatch.called) == ("accept", [])


async def test_a_webhook_that_comes_twice_takes_effect_once(make_notify: MakeNotify) -> None:
    async with a_dispatch() as dispatch:
        notify = await make_notify(dispatch_public_url=dispatch.url)
        async with (
            a_worker(notify, dispatch) as (worker, _),
            notify.http(role="technician", id="wang") as client,
        ):
            story = Story(notify.clock.now())
            await notify.hears(story.ticket(), story.offered("wang"))
            await send(notify)
            (endpoint,) = (await client.get("/v1/endpoints")).json()["items"]
            await client.post(
                f"/v1/endpoints/{endpoint['id']}:replay", json={"message_id": worker.received[0][0]}
            )
            await send(notify)

            async def answered() -> bool:
                return len(dispatch.called) == 1

            await eventually(answered)

    assert [kind for _, kind in worker.received] == ["job.offered"] * 2
    assert len(dispatch.called) == 1


async def test_the_door_turns_away_what_is_not_signed_for_it() -> None:
    received: list[str] = []
    secret, other = secret_from(b"a" * SECRET_BYTES), secret_from(b"b" * SECRET_BYTES)
    now = Story(NOON).now

    def receive(owner: str, webhook_id: str, kind: str, data: object) -> None:
        received.append(kind)

    async with serve_webhooks(receive) as server, httpx.AsyncClient() as client:
        early = await client.post(server.url("wang"), content=b"{}")
        server.add_secrets({"wang": secret})
        unsigned = await client.post(server.url("wang"), content=b"{}")
        foreign = await client.post(
            server.url("wang"), content=b"{}", headers=signed_headers([other], new_id(), now, b"{}")
        )

    assert [answer.status_code for answer in (early, unsigned, foreign)] == [503, 400, 400]
    assert received == []
    assert len(server.refused) == 2


@pytest.mark.parametrize("change", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_signature_stands_for_all_that_was_signed(change: str) -> None:
    secret = secret_from(b"a" * SECRET_BYTES)
    now = datetime.now(UTC)
    headers = dict(signed_headers([secret], new_id(), now, b"{}"))
    other = dict(signed_headers([secret], new_id(), now - timedelta(seconds=1), b"{}"))
    check_signature(secret, headers, b"{}")

    with pytest.raises(BadSignature):
        check_signature(secret, {**headers, change: other[change]}, b"{}")
