"""Every caller has a share of an instance: what is refused with 429, what it says, and that others
do not notice.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from shared.http import routing
from shared.http.limits.limiter import LARGE_BODY_BYTES, REFUSAL_PAUSE_S
from shared.http.strict_json import parse_json
from tests.kernel.conftest import MakeDatabase
from tests.kernel.http.toy_app import ToyApp, make_app
from tests.support.eventually import eventually
from tests.support.issuer import token
from tests.support.streams import Stream, watching

NOTE = {"words": "x"}
LIMITED: dict[str, Any] = {
    "reads_per_s": 5,
    "writes_per_s": 2,
    "request_burst": 10,
    "requests_per_caller": 3,
    "uploads_per_caller": 1,
    "streams_per_caller": 2,
}


@dataclass
class Time:
    """A clock that stands still until it is moved; what waits for it goes on while it is `on`."""

    now: float = 1000.0
    pauses: list[float] = field(default_factory=list)
    on: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self.on.wait()


@dataclass
class Limited:
    toy: ToyApp
    time: Time

    def http(self, who: str = "dora", role: str = "dispatcher") -> httpx.AsyncClient:
        return self.toy.http(token(who, [(role, "demo")]))

    def stranger(self, address: str = "192.0.2.1", bearer: str = "") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.toy.app, client=(address, 1))
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        client = httpx.AsyncClient(transport=transport, base_url="http://toy", headers=headers)
        self.toy.clients.append(client)
        return client


@pytest.fixture
async def limited(database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Limited]:
    toy, time = await make_app(await database("toy"), tmp_path, **LIMITED), Time()
    time.on.set()
    toy.service.limiter.now = lambda: time.now
    toy.service.limiter.pause = time.pause
    yield Limited(toy, time)
    time.on.set()
    await toy.close()


def _stream(limited: Limited) -> AbstractAsyncContextManager[Stream]:
    return watching(limited.toy, "/v1/notes/events", role="dispatcher", id="dora", site="demo")


async def _statuses(client: httpx.AsyncClient, method: str, path: str, times: int) -> list[int]:
    return [
        (await client.request(method, path, json=NOTE if method == "POST" else None)).status_code
        for _ in range(times)
    ]


async def _fields(client: httpx.AsyncClient, method: str, path: str) -> dict[str, str]:
    answer = await client.request(method, path, json=NOTE if method == "POST" else None)
    names = ("ratelimit-policy", "ratelimit", "retry-after")
    return {name: answer.headers[name] for name in names if name in answer.headers}


@pytest.mark.parametrize(
    ("method", "policy", "q", "w", "good", "per_s"),
    [("GET", "reads", 10, 2, 200, 5), ("POST", "writes", 10, 5, 201, 2)],
)
async def test_a_burst_then_the_rate_and_every_answer_says_what_is_left(
    limited: Limited, method: str, policy: str, q: int, w: int, good: int, per_s: int
) -> None:
    dora = limited.http()

    first = await _fields(dora, method, "/v1/notes")
    burst = await _statuses(dora, method, "/v1/notes", 11)
    refused = await dora.request(method, "/v1/notes", json=NOTE if method == "POST" else None)
    limited.time.now += float(refused.headers["retry-after"])
    after = await _statuses(dora, method, "/v1/notes", per_s + 1)

    assert first == {
        "ratelimit-policy": f'"{policy}";q={q};w={w}',
        "ratelimit": f'"{policy}";r=9;t=1',
    }
    assert burst == [good] * 9 + [429] * 2
    assert refused.headers["ratelimit"] == f'"{policy}";r=0;t=1'
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert refused.json()["violated-policies"] == [policy]
    assert f"{per_s} {policy} a second" in refused.json()["detail"]
    assert after == [good] * per_s + [429]


async def test_one_caller_too_many_is_no_other_caller_less(limited: Limited) -> None:
    dora, dan = limited.http(), limited.http("dan")

    of_dora = await _statuses(dora, "GET", "/v1/notes", 30)
    of_dan = await _statuses(dan, "GET", "/v1/notes", 10)
    writes = await _statuses(dora, "POST", "/v1/notes", 10)

    assert of_dora == [200] * 10 + [429] * 20
    assert of_dan == [200] * 10
    assert writes == [201] * 10


async def test_two_tokens_of_one_person_share(limited: Limited) -> None:
    phone, desk = limited.http(), limited.toy.http(token("dora", [("dispatcher", "park")]))

    statuses = [
        *await _statuses(phone, "GET", "/v1/notes", 8),
        *await _statuses(desk, "GET", "/v1/notes", 8),
    ]

    assert statuses == [200] * 10 + [429] * 6


async def test_an_integration_has_ten_times_as_many(limited: Limited) -> None:
    crm = limited.toy.http(token("crm", [("integration", "demo"), ("dispatcher", "demo")]))

    statuses = await _statuses(crm, "GET", "/v1/notes", 101)

    assert statuses == [200] * 100 + [429]


async def test_what_is_refused_does_nothing_and_reads_no_body(limited: Limited) -> None:
    dora = limited.http()
    await _statuses(dora, "POST", "/v1/notes", 10)
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        sent += 1
        yield b'{"words": "x"}'

    answer = await dora.post(
        "/v1/notes", content=body(), headers={"content-type": "application/json"}
    )

    assert (answer.status_code, sent) == (429, 0)
    assert await limited.toy.count("notes") == 10


async def test_an_address_is_limited_while_it_is_not_known_who_asks(limited: Limited) -> None:
    strangers = limited.stranger("192.0.2.1"), limited.stranger("192.0.2.2")

    one = await _statuses(strangers[0], "GET", "/v1/notes", 12)
    other = await _statuses(strangers[1], "GET", "/v1/notes", 1)
    refused = await strangers[0].get("/v1/notes")

    assert one == [401] * 10 + [429] * 2
    assert other == [401]
    assert refused.json()["detail"].startswith("Your address has 5 reads a second")


def _proven_from_now(limited: Limited) -> list[str]:
    """Return a list of the tokens whose signatures are checked, which grows as they are."""
    proven: list[str] = []
    prove = limited.toy.service.bearer_tokens.prove

    def counted(text: str) -> Any:
        proven.append(text)
        return prove(text)

    limited.toy.service.bearer_tokens.prove = counted  # type: ignore[method-assign, assignment]
    return proven


async def test_bad_signatures_are_not_checked_without_end(limited: Limited) -> None:
    good = token("dora", [("dispatcher", "demo")])
    proven = _proven_from_now(limited)
    statuses = [
        (await limited.stranger(bearer=f"{good[:-6]}{number:06}").get("/v1/notes")).status_code
        for number in range(15)
    ]

    assert statuses == [401] * 10 + [429] * 5
    assert len(proven) == 10


async def test_new_tokens_of_one_caller_are_not_proven_without_end(limited: Limited) -> None:
    proven = _proven_from_now(limited)
    tokens = [token("dora", [("dispatcher", f"site-{number}")]) for number in range(40)]
    statuses = [
        (await limited.stranger(bearer=bearer).get("/v1/notes")).status_code for bearer in tokens
    ]

    assert statuses[9:] == [200] + [429] * 30
    assert len(proven) == 20


async def test_good_tokens_take_nothing_from_their_address(limited: Limited) -> None:
    statuses = [
        (
            await limited.stranger(bearer=token(f"d{number}", [("dispatcher", "demo")])).get(
                "/v1/notes"
            )
        ).status_code
        for number in range(25)
    ]

    assert statuses == [200] * 25


async def test_known_callers_go_on_where_their_address_is_full(limited: Limited) -> None:
    dora = limited.stranger(bearer=token("dora", [("dispatcher", "demo")]))
    await _statuses(dora, "GET", "/v1/notes", 1)
    await _statuses(limited.stranger(), "GET", "/v1/notes", 20)

    assert await _statuses(dora, "GET", "/v1/notes", 3) == [200] * 3


async def test_health_has_limits_of_its_own(limited: Limited) -> None:
    stranger = limited.stranger()

    docs = await _statuses(stranger, "GET", "/openapi.json", 11)
    alive = await _statuses(stranger, "GET", "/livez", 11)
    unknown = await _statuses(stranger, "GET", "/nothing", 1)

    assert docs == [200] * 10 + [429]
    assert alive == [200] * 10 + [429]
    assert unknown == [429]


async def test_a_balancer_is_not_blamed_for_the_probes_that_it_hands_on(limited: Limited) -> None:
    gateway = limited.stranger("192.0.2.9")
    handed_on = [
        (await gateway.get("/readyz", headers={"X-Forwarded-For": "203.0.113.5"})).status_code
        for _ in range(12)
    ]

    assert handed_on[-1] == 429
    assert (await gateway.get("/livez")).status_code == 200


async def test_pages_ask_first_within_the_limits(tmp_path: Path, database: MakeDatabase) -> None:
    toy = await make_app(
        await database("toy"), tmp_path, **{**LIMITED, "cors_origins": "https://app.example"}
    )
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    client = toy.http("")

    statuses = [
        (await client.options("/v1/notes", headers=preflight)).status_code for _ in range(11)
    ]
    read = await toy.http().get("/v1/notes", headers={"Origin": "https://app.example"})

    assert statuses == [200] * 10 + [429]
    assert "RateLimit" in read.headers["access-control-expose-headers"]
    await toy.close()


async def test_so_many_requests_are_under_way_at_once(limited: Limited) -> None:
    state: Any = limited.toy.app.state
    state.gate, state.at_gate = asyncio.Event(), asyncio.Event()
    dora = limited.http()
    under_way = [asyncio.create_task(dora.post("/v1/notes", json=NOTE)) for _ in range(3)]
    await state.at_gate.wait()

    refused = await dora.post("/v1/notes", json=NOTE)
    other = asyncio.create_task(limited.http("dan").post("/v1/notes", json=NOTE))
    state.gate.set()
    statuses = [(await each).status_code for each in (*under_way, other)]

    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["violated-policies"] == ["requests"]
    assert statuses == [201] * 4
    assert await _statuses(dora, "POST", "/v1/notes", 1) == [201]


@pytest.mark.parametrize("says_length", [True, False])
async def test_so_many_large_bodies_are_under_way_at_once(
    limited: Limited, says_length: bool
) -> None:
    state: Any = limited.toy.app.state
    state.gate, state.at_gate = asyncio.Event(), asyncio.Event()
    dora = limited.http()
    large = b'{"words": "x"}'.ljust(LARGE_BODY_BYTES + 1 if says_length else 20)

    async def chunked() -> AsyncIterator[bytes]:
        yield large

    async def post(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(
            "/v1/notes",
            content=large if says_length else chunked(),
            headers={"content-type": "application/json"},
        )

    upload = asyncio.create_task(post(dora))
    await state.at_gate.wait()
    refused = await post(dora)
    small = asyncio.create_task(dora.post("/v1/notes", json=NOTE))
    other = asyncio.create_task(post(limited.http("dan")))
    state.gate.set()

    assert refused.json()["violated-policies"] == ["uploads"]
    assert [(await each).status_code for each in (upload, small, other)] == [201] * 3


async def test_live_streams_are_no_requests_under_way(limited: Limited) -> None:
    async with (
        _stream(limited) as first,
        _stream(limited) as second,
        _stream(limited) as third,
    ):
        statuses = [await stream.answered() for stream in (first, second, third)]
        assert sorted(statuses) == [200, 200, 429]
        assert all("ratelimit" in stream.headers for stream in (first, second, third))
        assert await _statuses(limited.http(), "GET", "/v1/notes", 3) == [200] * 3


async def test_of_a_burst_of_changes_one_after_the_other_has_its_time(limited: Limited) -> None:
    dora, dan = limited.http(), limited.http("dan")

    changed = await _statuses(dora, "POST", "/v1/notes", 4)
    limited.time.now += 10
    changed += await _statuses(dora, "POST", "/v1/notes", 1)
    await _statuses(dora, "GET", "/v1/notes", 3)
    await _statuses(dan, "POST", "/v1/notes", 1)

    assert changed == [201] * 5
    assert limited.time.pauses == [0.25, 0.5, 0.75]


async def test_a_flood_of_refusals_waits(limited: Limited) -> None:
    limited.time.on.clear()
    dora, dan = limited.http(), limited.http("dan")
    await _statuses(dora, "GET", "/v1/notes", 10)

    prompt = await _statuses(dora, "GET", "/v1/notes", 40)
    late = asyncio.create_task(dora.get("/v1/notes"))

    async def pauses() -> bool:
        return limited.time.pauses == [REFUSAL_PAUSE_S]

    await eventually(pauses)
    others = await _statuses(dan, "GET", "/v1/notes", 5)
    assert not late.done()
    limited.time.on.set()

    assert prompt == [429] * 40
    assert others == [200] * 5
    assert (await late).status_code == 429


async def test_refusals_that_wait_do_not_leave_in_one_moment(limited: Limited) -> None:
    limited.time.on.clear()
    dora = limited.http()
    await _statuses(dora, "GET", "/v1/notes", 50)

    late = [asyncio.create_task(dora.get("/v1/notes")) for _ in range(20)]

    async def all_wait() -> bool:
        return len(limited.time.pauses) == 20

    await eventually(all_wait)
    limited.time.on.set()

    assert [(await each).status_code for each in late] == [429] * 20
    assert len(set(limited.time.pauses)) == 20


async def test_everything_else_has_its_turn_between_two_large_bodies(
    toy: ToyApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, turn = asyncio.get_running_loop(), 0
    counting = loop.call_soon(lambda: None)
    parsed_in: list[int] = []

    def count_turns() -> None:
        nonlocal turn, counting
        turn += 1
        counting = loop.call_soon(count_turns)

    def noted(body: bytes, content_type: str | None) -> Any:
        parsed_in.append(turn)
        return parse_json(body, content_type)

    monkeypatch.setattr(routing, "parse_json", noted)
    count_turns()
    dora = toy.http()
    large = {**NOTE, **{f"unknown_{number}": "x" * 20 for number in range(500)}}
    answers = await asyncio.gather(*(dora.post("/v1/notes", json=large) for _ in range(8)))
    counting.cancel()

    assert [answer.status_code for answer in answers] == [422] * 8
    assert len(set(parsed_in)) == len(parsed_in) == 8


async def test_a_burst_of_one_caller_stands_in_its_own_queue(
    database: MakeDatabase, tmp_path: Path
) -> None:
    toy = await make_app(await database("toy"), tmp_path, requests_per_caller=32)
    state: Any = toy.app.state
    state.gate, state.at_gate = asyncio.Event(), asyncio.Event()
    begun = 0

    class Counted(asyncio.Event):
        async def wait(self) -> Literal[True]:
            nonlocal begun
            begun += 1
            return await super().wait()

    state.gate = Counted()
    dora, dan = toy.http(), toy.http(token("dan", [("dispatcher", "demo")]))
    burst = [asyncio.create_task(dora.post("/v1/notes", json=NOTE)) for _ in range(10)]

    async def two_at_work() -> bool:
        return begun == 2

    await eventually(two_at_work)
    other = asyncio.create_task(dan.post("/v1/notes", json=NOTE))

    async def three_at_work() -> bool:
        return begun == 3

    await eventually(three_at_work)
    state.gate.set()

    assert [(await each).status_code for each in (*burst, other)] == [201] * 11
    await toy.close()
