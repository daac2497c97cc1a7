"""Connections: a head has an end, in bytes and in time, and what is no HTTP is told so like
everything else.
"""

import asyncio
import json
import random
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from itertools import pairwise

import pytest
import structlog
import uvicorn
from fastapi import FastAPI, Request, Response

from shared.http import problems
from shared.http.connection import RESTS_FOR_S, Connection
from shared.http.front import SAFE_FIELDS
from shared.http.limits.accounts import Account
from shared.http.limits.admission import Admission
from shared.http.limits.connections import OpenConnections
from shared.http.limits.token_bucket import Rate, TokenBucket
from shared.workarounds.uvicorn_heads import MAX_HEAD_BYTES
from tests.support.eventually import eventually

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
BODY = b"GET / HTTP/1.1\r\n\r\n"
"""A body that looks like a request."""


class Hasty(Connection):
    head_timeout_s = 0.2


@asynccontextmanager
async def _listening(http: type[Connection], app: FastAPI | None = None) -> AsyncIterator[int]:
    app = app or FastAPI()

    @app.get("/")
    async def hello() -> str:
        return "hello"

    @app.post("/")
    async def count(request: Request) -> int:
        return len(await request.body())

    @app.post("/refuse")
    async def refuse() -> Response:
        return Response("no", 429)

    @app.get("/known")
    async def known(request: Request) -> str:
        request.state.admission = Admission(
            Account(), TokenBucket(Rate("reads", 1, 1), 0), at_work=1, has_caller=True
        )
        return "known"

    @app.get("/wait")
    async def wait(request: Request) -> str:
        app.state.waiting.set()
        await app.state.go_on.wait()
        return "waited"

    app.state.waiting, app.state.go_on = asyncio.Event(), asyncio.Event()
    problems.install(app)

    server = uvicorn.Server(uvicorn.Config(app, http=http, log_config=None, lifespan="off"))
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def _answer(port: int, *pieces: bytes) -> tuple[int, str | None]:
    """The status and the problem's code of what is answered before the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.read() if b"connection: close" in head.lower() else b""
    writer.close()
    problem = b"content-type: application/problem+json" in head.lower()
    return int(head.split()[1]), json.loads(body)["code"] if problem else None


@pytest.mark.parametrize(
    "begun",
    [b"GET / HTTP/1.1\r\nX: ", b"GET /", b"GET / HTTP/1.1\r\n" + b"a:b\r\n" * 10_000 + b"X: "],
)
async def test_a_head_without_end_is_cut_off(begun: bytes) -> None:
    # not a byte more: what was not read would reset the connection
    head = begun.ljust(MAX_HEAD_BYTES + 1, b"x")

    async with _listening(Connection) as port:
        answer = await _answer(port, head)

    assert answer == (431, "head_too_large")


async def test_a_head_that_does_not_come_is_not_waited_for() -> None:
    async with _listening(Hasty) as port:
        silent = await _answer(port)
        slow = await _answer(port, b"GET / HTTP/1.1\r\nX: ")

    assert [silent, slow] == [(408, "head_too_slow")] * 2


async def test_a_connection_rests_for_longer_than_clients_keep_it() -> None:
    made: list[Connection] = []

    class Noted(Connection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            made.append(self)

    async with _listening(Noted) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET)
        end_of_rest = await eventually(lambda: _end_of_rest(made))
        left_s = end_of_rest.when() - asyncio.get_running_loop().time()
        writer.close()
        await writer.wait_closed()

    assert 60 < left_s <= RESTS_FOR_S  # aiohttp keeps one for 15 s, proxies for up to 60


async def _end_of_rest(made: list[Connection]) -> asyncio.TimerHandle:
    timers = [each.timeout_keep_alive_task for each in made]
    assert timers
    assert timers[0] is not None
    return timers[0]


async def test_what_is_no_http_is_a_problem() -> None:
    async with _listening(Connection) as port:
        answers = [
            await _answer(port, text)
            for text in (b"FOO / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nA: \x01\r\n\r\n")
        ]

    assert answers == [(400, "bad_request")] * 2


async def test_a_request_that_came_whole_is_answered_however_long_its_connection_lives() -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with _listening(Hasty) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answers = []
        for _ in range(5):
            writer.write(request)
            answers.append(await reader.readuntil(b'"hello"'))
        whole = await _answer(port, request + b"GET / HTTP/1.1\r\n")
        writer.close()

    assert [answer.split()[1] for answer in answers] == [b"200"] * 5
    assert whole == (200, None)


async def _answers(port: int, count: int, *pieces: bytes) -> list[tuple[int, bytes]]:
    """Status and body of so many answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = []
    async with asyncio.timeout(10):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        for _ in range(count):
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            assert length is not None
            found.append((int(head.split()[1]), await reader.readexactly(int(length[1]))))
    writer.close()
    return found


@pytest.mark.parametrize(("size", "status"), [(MAX_HEAD_BYTES, 200), (MAX_HEAD_BYTES + 1, 431)])
@pytest.mark.parametrize("pieces", [1, 3])
async def test_the_limit_counts_the_head_however_it_is_sent(
    size: int, status: int, pieces: int
) -> None:
    begun = b"GET / HTTP/1.1\r\nHost: x\r\nX: "
    head = begun.ljust(size - 4, b"x") + b"\r\n\r\n"
    cut = -(-size // pieces)

    async with _listening(Connection) as port:
        answer = await _answer(port, *(head[at : at + cut] for at in range(0, size, cut)))

    assert answer[0] == status


async def test_a_hundred_kilobytes_in_one_read_are_too_much() -> None:
    async with _listening(Connection) as port:
        answer = await _answer(
            port, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"
        )

    assert answer == (431, "head_too_large")


async def test_many_small_requests_in_one_read_are_many_heads() -> None:
    count, request = 400, GET[:-2] + b"X: ".ljust(200, b"x") + b"\r\n\r\n"
    assert count * len(request) > MAX_HEAD_BYTES

    async with _listening(Connection) as port:
        wire = request * count
        answers = await _answers(port, count, wire[:-5], wire[-5:])

    assert answers == [(200, b'"hello"')] * count


@pytest.mark.parametrize("seed", range(20))
async def test_requests_are_answered_one_by_one_wherever_the_wire_cuts_them(seed: int) -> None:
    chance = random.Random(seed)
    requests = [
        (GET, (200, b'"hello"')),
        (CHUNKED + b"12\r\n" + BODY + b"\r\n0\r\n\r\n", (200, b"18")),
        (CHUNKED + b"4\r\n\r\n\r\n\r\n0\r\nA: b\r\n\r\n", (200, b"4")),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18\r\n\r\n" + BODY, (200, b"18")),
        (b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 18\r\n\r\n" + BODY, (429, b"no")),
        (b"\r\n" + GET, (200, b'"hello"')),
    ]
    asked = chance.choices(requests, k=30)
    wire = b"".join(request for request, _ in asked)
    cuts = sorted({0, len(wire), *(chance.randrange(len(wire)) for _ in range(seed * 5))})

    async with _listening(Connection) as port:
        answers = await _answers(port, len(asked), *(wire[a:b] for a, b in pairwise(cuts)))

    assert answers == [answer for _, answer in asked]


async def test_the_body_of_a_refused_request_is_not_waited_for() -> None:
    refused = b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
    async with _listening(Hasty) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(refused)
        async with asyncio.timeout(10):
            answer = await reader.read()  # until it is closed
        writer.close()

    assert answer.startswith(b"HTTP/1.1 429 ")


async def test_more_than_a_megabyte_of_a_refused_body_is_not_read() -> None:
    refused = b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"
    async with _listening(Connection) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        sent = 0
        with suppress(ConnectionError):
            async with asyncio.timeout(10):
                writer.write(refused)
                while sent < 50_000_000:
                    writer.write(b"x" * 65_536)
                    await writer.drain()
                    sent += 65_536
        writer.close()

    assert sent < 50_000_000


@pytest.mark.parametrize("more", [b"", GET * 5], ids=["alone", "with others behind it"])
async def test_a_client_that_goes_away_is_no_error(
    more: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    app = FastAPI()
    with structlog.testing.capture_logs() as logs:
        async with _listening(Connection, app) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n" + more)
            await app.state.waiting.wait()
            writer.transport.abort()
            await _answers(port, 1, GET)  # by then the server knows
            app.state.go_on.set()
            await _answers(port, 1, GET)

    assert [entry for entry in logs if entry["log_level"] not in ("debug", "info")] == []
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_a_request_to_upgrade_is_answered_as_any_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asks = GET[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    async with _listening(Connection) as port:
        answers = [(await _answer(port, asks))[0], *await _answers(port, 2, asks, GET)]

    assert answers == [200, *[(200, b'"hello"')] * 2]
    assert caplog.records == []


async def test_a_body_of_tiny_chunks_is_refused() -> None:
    one, sixteen = b"1\r\nx\r\n", b"10\r\n" + b"x" * 16 + b"\r\n"
    async with _listening(Connection) as port:
        few = await _answer(port, CHUNKED, one * 2000, b"0\r\n\r\n")
        fair = await _answer(port, CHUNKED, sixteen * 4000, b"0\r\n\r\n")
        tiny = await _answer(port, CHUNKED, one * 2500)

    assert [few, fair, tiny] == [(200, None), (200, None), (400, "bad_request")]


async def test_a_request_in_many_pieces_is_read_with_pauses() -> None:
    reads = 0

    class Counted(Connection):
        def data_received(self, data: bytes) -> None:
            nonlocal reads
            reads += 1
            super().data_received(data)

    request = CHUNKED + b"1\r\nx\r\n" * 100 + b"0\r\n\r\n"
    async with _listening(Counted) as port, _connected(port) as (reader, writer):
        raw: socket.socket = writer.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        async with asyncio.timeout(10):
            for byte in request:
                writer.write(bytes([byte]))
                await asyncio.sleep(0)
            answer = await reader.readuntil(b"100")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert reads < 30


@asynccontextmanager
async def _connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def _asks(wire: tuple[asyncio.StreamReader, asyncio.StreamWriter], path: bytes) -> bytes:
    """The answer's head; nothing where the other side hangs up."""
    reader, writer = wire
    writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    async with asyncio.timeout(10):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readuntil(b'"')
            await reader.readuntil(b'"')
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
    return head


async def test_a_silent_connection_gives_way_to_a_new_one_of_the_same_address() -> None:
    async with (
        _listening(Connection.with_limit(2)) as port,
        _connected(port) as caller,
        _connected(port) as silent,
    ):
        served = await _asks(caller, b"/known")
        async with _connected(port) as new, asyncio.timeout(10):
            given_way = await silent[0].read()
            answers = [await _asks(new, b"/"), await _asks(caller, b"/known")]

    assert served.startswith(b"HTTP/1.1 200 ")
    assert given_way == b""
    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 200 "] * 2


async def test_so_many_of_an_address_may_be_without_a_whole_head() -> None:
    async with _listening(Connection.with_limit(1000)) as port, AsyncExitStack() as stack:
        speaking = await stack.enter_async_context(_connected(port))
        await _asks(speaking, b"/")
        slow = [await stack.enter_async_context(_connected(port)) for _ in range(126)]
        async with asyncio.timeout(10):
            for _, writer in slow:
                writer.write(b"G")
            given_way = await slow[0][0].read()
        answers = [await _asks(speaking, b"/")]
        slow[1][1].write(b"ET / HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(10):
            answers.append(await slow[1][0].readuntil(b"\r\n"))

    assert given_way == b""
    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 200 "] * 2


async def test_those_of_known_callers_do_not() -> None:
    async with (
        _listening(Connection.with_limit(2)) as port,
        _connected(port) as one,
        _connected(port) as other,
    ):
        await _asks(one, b"/known")
        await _asks(other, b"/known")
        async with _connected(port) as third:
            refused = await _asks(third, b"/")
        answers = [await _asks(each, b"/") for each in (one, other)]
        other[1].close()
        await other[1].wait_closed()

        async def room() -> bool:
            async with _connected(port) as fourth:
                return (await _asks(fourth, b"/")).startswith(b"HTTP/1.1 200 ")

        await eventually(room)

    assert refused == b""
    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 200 "] * 2


def test_of_one_caller_a_quarter_does_not_give_way() -> None:
    connections, closed = OpenConnections(8), list[int]()
    closers = [partial(closed.append, number) for number in range(12)]
    for close in closers[:8]:
        assert connections.add("192.0.2.1", close)
    for close in closers[:7]:
        connections.knows("192.0.2.1", close, "flood")
    connections.knows("192.0.2.1", closers[7], "other")

    for close in closers[8:]:
        assert connections.add("192.0.2.1", close)
        connections.knows("192.0.2.1", close, "another")
    for number, close in enumerate(closers):
        if number not in closed:
            connections.remove("192.0.2.1", close)

    assert (closed, len(connections)) == ([0, 1, 2, 3], 0)


def test_addresses_that_have_gone_are_forgotten() -> None:
    connections = OpenConnections(2)
    closed: list[int] = []

    for number in range(1000):

        def close(number: int = number) -> None:
            closed.append(number)

        assert connections.add(f"192.0.2.{number % 250}", close)
        connections.remove(f"192.0.2.{number % 250}", close)

    assert (len(connections), closed) == (0, [])


async def test_what_is_refused_at_the_door_bears_the_safe_fields_too() -> None:
    async with _listening(Connection) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"nonsense\r\n\r\n")
        async with asyncio.timeout(10):
            head = await reader.readuntil(b"\r\n\r\n")
        writer.close()

    assert all(b"%s: %s\r\n" % field in head for field in SAFE_FIELDS)
