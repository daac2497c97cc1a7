"""Outside development webhooks reach the public internet alone, whatever names resolve to."""

import asyncio
import contextlib
import ipaddress
import socket

import pytest
from aiohttp import web

from services.notify.adapters.pinned_addresses import AddressRefused, PinningResolver, check_reachable
from services.notify.adapters.webhooks import MOST_ANSWER_BYTES, WebhookPoster
from services.notify.domain.addresses import Reach, UrlRefused
from tests.component.notify.conftest import MakeNotify
from tests.component.notify.receiver import Got, Receiver

OUTSIDE = Reach(anywhere=False)
LOOPBACK = Reach(anywhere=False, allowed=(ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")))


async def test_a_name_that_leads_inside_is_refused_at_registration() -> None:
    with pytest.raises(UrlRefused):
        await check_reachable("https://localhost/hook", OUTSIDE)


@pytest.mark.parametrize("name", ["localhost", "0x7f.1", "2130706433", "127.1"])
async def test_a_name_that_leads_inside_is_refused_at_each_connection(name: str) -> None:
    with pytest.raises(AddressRefused):
        await PinningResolver(OUTSIDE).resolve(name, 443)


async def test_nothing_is_sent_to_a_name_or_address_inside(receiver: Receiver) -> None:
    poster = WebhookPoster(OUTSIDE)
    port = receiver.url.split(":")[2]

    posted = [await poster.post(f"http://{host}:{port}", {}, b"{}") for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "127.1")]
    await poster.close()

    assert receiver.got == []
    assert [each.outcome.status for each in posted] == [None] * 4
    assert all("address" in (each.outcome.error or "") for each in posted)


async def test_an_allowed_range_is_reached_by_name(receiver: Receiver) -> None:
    poster = WebhookPoster(LOOPBACK)

    posted = await poster.post(receiver.url.replace("127.0.0.1", "localhost"), {}, b"{}")
    await poster.close()

    # The receiver listens on IPv4 alone; the name may have given both.
    assert (posted.outcome.status, len(receiver.got)) == (200, 1)


async def test_what_was_checked_is_what_is_connected_to() -> None:
    found = await PinningResolver(LOOPBACK).resolve("localhost", 8443)

    assert {result["host"] for result in found} <= {"127.0.0.1", "::1"}
    assert all(result["flags"] & socket.AI_NUMERICHOST for result in found)


async def test_production_refuses_http_and_loopback_by_its_api(make_notify: MakeNotify) -> None:
    notify = await make_notify(env="production")
    async with notify.http(role="technician", id="wang") as client:
        for url in ("http://example.com/", "https://127.0.0.1/", "https://localhost/", "https://169.254.169.254/latest", "https://[::1]/"):
            refused = await client.post("/v1/endpoints", json={"url": url})

            assert (refused.status_code, refused.json()["code"]) == (422, "url_refused"), url
            assert refused.json()["errors"][0]["pointer"] == "/url"


async def test_cookies_and_environment_proxies_play_no_part(receiver: Receiver) -> None:
    poster = WebhookPoster(Reach(anywhere=True))
    receiver.answer(200, headers={"Set-Cookie": "session=1; Path=/"})

    for _ in range(2):
        await poster.post(receiver.url, {}, b"{}")
    await poster.close()

    assert ["cookie" in got.headers for got in receiver.got] == [False, False]


async def test_an_answer_that_drips_is_cut_off_when_its_time_is_up(receiver: Receiver) -> None:
    poster = WebhookPoster(Reach(anywhere=True), all_within_s=0.5)
    never = asyncio.Event()

    async def drip(_: Got, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"{")
        await never.wait()
        return response

    receiver.answers = drip

    posted = await poster.post(receiver.url, {}, b"{}")
    await poster.close()

    assert posted.outcome.error == "no whole answer within 0.5 s"
    assert (posted.answer, posted.outcome.status, posted.latency_s < 5) == (b"{", None, True)


async def test_an_endless_answer_is_read_to_its_limit(receiver: Receiver) -> None:
    poster = WebhookPoster(Reach(anywhere=True))

    async def pour(_: Got, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while True:
                await response.write(b"x" * 65536)
        return response

    receiver.answers = pour

    posted = await poster.post(receiver.url, {}, b"{}")
    await poster.close()

    assert (posted.outcome.status, len(posted.answer)) == (200, MOST_ANSWER_BYTES)
