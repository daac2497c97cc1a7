"""Outside development webhooks reach the public internet alone, whatever names resolve to."""

import asyncio
import contextlib
import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event

import httpx
import pytest
from aiohttp import web

from services.notify.adapters.names import Addresses, Names
from services.notify.adapters.pinned_addresses import (
    AddressRefused,
    PinningResolver,
    check_reachable,
)
from services.notify.adapters.webhooks import MAX_ANSWER_BYTES, WebhookPoster
from services.notify.domain.addresses import Reach, UrlRefused
from tests.component.notify.conftest import MakeNotify
from tests.component.notify.receiver import Got, Receiver
from tests.support.clocks import SettableClock
from tests.support.eventually import eventually

OUTSIDE = Reach(anywhere=False)
ANYWHERE = Reach(anywhere=True)
CLOCK = SettableClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
LOOPBACK = Reach(
    anywhere=False, allowed=(ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
)


def a_resolver(reach: Reach, *answer: str) -> PinningResolver:
    """The system's, or one that knows nothing but `answer`."""
    found = [(address, socket.AF_INET6 if ":" in address else socket.AF_INET) for address in answer]
    return PinningResolver(reach, Names(lambda name: found) if answer else Names())


class Slow:
    """A look-up that does not come back for names that begin with `slow` until it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let = Event()

    def __call__(self, name: str) -> Addresses:
        self.asked.append(name)
        if name.startswith("slow"):
            self.let.wait()
        return [("127.0.0.1", socket.AF_INET)]


async def test_a_name_that_leads_inside_is_refused_at_registration() -> None:
    with pytest.raises(UrlRefused):
        await check_reachable("https://localhost/hook", OUTSIDE, Names(patience_s=0.1))


class Inside:
    """Names of an inner network: some there are, `silent` is asked for in vain."""

    def __init__(self) -> None:
        self.over, self.told = Event(), 0

    def __call__(self, name: str) -> Addresses:
        if name == "silent.internal":
            self.over.wait()
        self.told += 1
        if name == "db.internal":
            return [("10.0.0.5", socket.AF_INET)]
        if name == "half.internal":
            return [("8.8.8.8", socket.AF_INET), ("169.254.169.254", socket.AF_INET)]
        raise socket.gaierror(socket.EAI_NONAME, f"{name} not known")


INNER_NAMES = ["silent.internal", "db.internal", "no.internal", "half.internal"]


async def test_a_refusal_tells_nothing_of_what_there_is_inside(make_notify: MakeNotify) -> None:
    notify, inside = await make_notify(env="production"), Inside()
    notify.app.state.names = Names(inside, patience_s=0.2)
    async with notify.http(role="technician", id="wang") as client:
        answers: list[httpx.Response] = [
            await client.post("/v1/endpoints", json={"url": f"https://{name}:8443/hook"})
            for name in INNER_NAMES
        ]
    inside.over.set()

    assert {answer.status_code for answer in answers} == {422}
    told = [answer.json() | {"trace_id": ""} for answer in answers]
    assert told == [told[0]] * len(INNER_NAMES)
    assert not any("internal" in answer.text for answer in answers)


async def test_a_refusal_does_not_come_sooner_for_a_name_that_there_is() -> None:
    inside = Inside()
    names = Names(inside, patience_s=600)
    asking = [
        asyncio.create_task(check_reachable(f"https://{name}/", OUTSIDE, names))
        for name in INNER_NAMES
    ]

    async def looked_up() -> bool:
        return inside.told == 3

    await eventually(looked_up)
    for _ in range(50):  # a refusal that waits for nothing would be out by now
        await asyncio.sleep(0)
    early = [task for task in asking if task.done()]
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    inside.over.set()

    assert early == []


async def test_an_attempt_tells_nothing_of_what_there_is_inside() -> None:
    poster = WebhookPoster(PinningResolver(OUTSIDE, Names(Inside())), CLOCK)

    told = [
        (posted.outcome.error or "").replace(name, "NAME")
        for name in ("db.internal", "no.internal", "half.internal")
        if not (posted := await poster.post(f"https://{name}:8443/", {}, b"{}")).latency_s
    ]
    await poster.close()

    assert len(told) == 3
    assert len(set(told)) == 1


async def test_nothing_is_sent_to_a_port_of_the_system_whenever_it_was_registered() -> None:
    poster = WebhookPoster(a_resolver(LOOPBACK, "127.0.0.1"), CLOCK)

    posted = await poster.post("https://receiver.example:22/", {}, b"{}")
    await poster.close()

    assert "port 22" in (posted.outcome.error or "")


@pytest.mark.parametrize("name", ["localhost", "0x7f.1", "2130706433", "127.1"])
async def test_a_name_that_leads_inside_is_refused_at_each_connection(name: str) -> None:
    with pytest.raises(AddressRefused):
        await a_resolver(OUTSIDE).resolve(name, 443)


@pytest.mark.parametrize(
    "inside",
    [
        "10.0.0.1",
        "169.254.169.254",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "0.0.0.0",
        "fe80::1%eth0",
    ],
)
async def test_a_name_with_one_address_inside_is_refused_be_the_others_ever_so_public(
    inside: str,
) -> None:
    with pytest.raises(AddressRefused):
        await a_resolver(OUTSIDE, "8.8.8.8", inside).resolve("two.example", 443)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "[::ffff:127.0.0.1]",
        "127.1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "127%2e0.0.1",
        "0",
        "0x7f000001",
        "user@127.0.0.1",
    ],
)
async def test_nothing_is_sent_inside_however_it_is_spelled(receiver: Receiver, host: str) -> None:
    poster = WebhookPoster(a_resolver(OUTSIDE), CLOCK)
    port = receiver.url.split(":")[2]

    posted = await poster.post(f"http://{host}:{port}", {}, b"{}")
    await poster.close()

    assert receiver.got == []
    assert (posted.outcome.status, bool(posted.outcome.error)) == (None, True)


async def test_names_whose_servers_are_silent_hold_up_no_other_name(receiver: Receiver) -> None:
    slow = Slow()
    poster = WebhookPoster(PinningResolver(LOOPBACK, Names(slow)), CLOCK, all_timeout_s=1.5)
    port = receiver.url.split(":")[2].removesuffix("/hook")

    waiting = [
        asyncio.create_task(poster.post(f"http://slow-{n % 3}.example:{port}/", {}, b"{}"))
        for n in range(60)
    ]
    quick = await poster.post(f"http://quick.example:{port}/", {}, b"{}")
    given_up = await asyncio.gather(*waiting)
    slow.let.set()
    await poster.close()

    assert quick.outcome.status == 200
    assert {each.outcome.error for each in given_up} == {"no whole answer within 1.5 s"}
    assert sorted(slow.asked) == [
        "quick.example",
        "slow-0.example",
        "slow-1.example",
        "slow-2.example",
    ]


async def test_a_registration_holds_no_session_while_its_name_is_looked_up(
    make_notify: MakeNotify,
) -> None:
    notify, slow = await make_notify(env="production"), Slow()
    notify.app.state.names = Names(slow, patience_s=1.0)

    async def look() -> bool:
        return slow.asked == ["slow.example"]

    async with notify.http(role="technician", id="wang") as client:
        body, once = {"url": "https://slow.example/hook"}, {"Idempotency-Key": "once"}
        registering = asyncio.create_task(client.post("/v1/endpoints", json=body, headers=once))
        await eventually(look)
        held = notify.database.engine.pool.status()
        slow.let.set()
        refused = await registering

    assert "Current Checked out connections: 0" in held
    assert refused.json()["errors"][0]["detail"].startswith("leads to no public address")


async def test_an_allowed_range_is_reached_by_name(receiver: Receiver) -> None:
    poster = WebhookPoster(a_resolver(LOOPBACK), CLOCK)

    posted = await poster.post(receiver.url.replace("127.0.0.1", "localhost"), {}, b"{}")
    await poster.close()

    # The receiver listens on IPv4 alone; the name may have given both.
    assert (posted.outcome.status, len(receiver.got)) == (200, 1)


async def test_what_was_checked_is_what_is_connected_to() -> None:
    found = await a_resolver(LOOPBACK).resolve("localhost", 8443)

    assert {result["host"] for result in found} <= {"127.0.0.1", "::1"}
    assert all(result["flags"] & socket.AI_NUMERICHOST for result in found)


async def test_production_refuses_http_and_loopback_by_its_api(make_notify: MakeNotify) -> None:
    notify = await make_notify(env="production")
    notify.app.state.names = Names(patience_s=0.1)
    async with notify.http(role="technician", id="wang") as client:
        for url in (
            "http://example.com/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://169.254.169.254/latest",
            "https://[::1]/",
        ):
            refused = await client.post("/v1/endpoints", json={"url": url})

            assert (refused.status_code, refused.json()["code"]) == (422, "url_refused"), url
            assert refused.json()["errors"][0]["pointer"] == "/url"


async def test_cookies_and_environment_proxies_play_no_part(receiver: Receiver) -> None:
    poster = WebhookPoster(a_resolver(ANYWHERE), CLOCK)
    receiver.answer(200, headers={"Set-Cookie": "session=1; Path=/"})

    for _ in range(2):
        await poster.post(receiver.url, {}, b"{}")
    await poster.close()

    assert ["cookie" in got.headers for got in receiver.got] == [False, False]


async def test_an_answer_that_drips_is_cut_off_when_its_time_is_up(receiver: Receiver) -> None:
    poster = WebhookPoster(a_resolver(ANYWHERE), CLOCK, all_timeout_s=0.5)
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
    poster = WebhookPoster(a_resolver(ANYWHERE), CLOCK)

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

    assert (posted.outcome.status, len(posted.answer)) == (200, MAX_ANSWER_BYTES)


async def test_a_header_without_an_end_is_cut_off(receiver: Receiver) -> None:
    poster = WebhookPoster(a_resolver(ANYWHERE), CLOCK)
    sent = 0

    async def pour(_: Got, request: web.Request) -> web.StreamResponse:
        nonlocal sent
        transport = request.transport
        assert transport is not None
        transport.write(b"HTTP/1.1 200 OK\r\n")
        while not transport.is_closing():
            transport.write(b"x-more: " + b"x" * 4000 + b"\r\n")
            sent += 4000
            await asyncio.sleep(0)
        return web.Response()

    receiver.answers = pour

    posted = await poster.post(receiver.url, {}, b"{}")
    await poster.close()

    assert (posted.outcome.status, posted.answer) == (None, b"")
    assert sent < 50_000_000


async def test_interim_answers_without_an_end_are_cut_off_and_a_few_are_not(
    receiver: Receiver,
) -> None:
    poster = WebhookPoster(a_resolver(ANYWHERE), CLOCK)
    interim, pieces = b"HTTP/1.1 103 Early Hints\r\n\r\n", 0

    async def go_on(_: Got, request: web.Request) -> web.StreamResponse:
        nonlocal pieces
        transport = request.transport
        assert transport is not None
        while not transport.is_closing():
            transport.write(interim * 2000)
            pieces += 1
            await asyncio.sleep(0)
        return web.Response()

    async def say_a_few(_: Got, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(interim * 3)
        return web.Response(text="good")

    receiver.answers = go_on
    endless = await poster.post(receiver.url, {}, b"{}")
    receiver.answers = say_a_few
    few = await poster.post(receiver.url, {}, b"{}")
    await poster.close()

    assert (endless.outcome.status, endless.outcome.error) == (
        None,
        "it sends interim answers without end",
    )
    assert pieces < 1000
    assert (few.outcome.status, few.answer) == (200, b"good")


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("120", timedelta(minutes=2)),
        (format_datetime(CLOCK.now() + timedelta(minutes=3), usegmt=True), timedelta(minutes=3)),
        (format_datetime(CLOCK.now() - timedelta(minutes=3), usegmt=True), timedelta(0)),
        ("soon", None),
        ("²", None),
        ("-5", None),
        ("Fri, 99 Nov 2026", None),
        ("Fri, 1 Jan 99999999999999999999 00:00:00 GMT", None),
        ("9" * 5000, timedelta(days=7)),
    ],
)
async def test_what_retry_after_asks_for_is_read_and_nonsense_is_not(
    receiver: Receiver, header: str, asked: timedelta | None
) -> None:
    poster = WebhookPoster(a_resolver(ANYWHERE), CLOCK)
    receiver.answer(429, headers={"Retry-After": header})

    posted = await poster.post(receiver.url, {}, b"{}")
    await poster.close()

    assert (posted.outcome.status, posted.outcome.retry_after) == (429, asked)
