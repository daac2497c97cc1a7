"""nats-py: subjects that are not UTF-8, headers read slowly, messages sent one by one, a cancelled
PONG, a password told in the clear.
"""

import asyncio
import time
import timeit
from typing import TypeVar, cast

import pytest
from nats.aio.client import Client
from nats.errors import BadHeaderError

from shared.workarounds.nats_acks import PublishesToMany
from shared.workarounds.nats_headers import QuickHeaders
from shared.workarounds.nats_subjects import AnySubject
from shared.workarounds.nats_tls import DemandsTls

HEADERS = "".join(
    f"{name}: 01909d2e-7d41-7c0a-a3d1-0f1e2d3c4b5a\r\n"
    for name in ("Nats-Msg-Id", "ce-id", "ce-source", "ce-type", "ce-subject", "ce-time")
).encode()


async def test_nats_py_still_fails_of_a_subject_that_is_not_utf8_and_ours_reads_it() -> None:
    with pytest.raises(UnicodeDecodeError):
        Client()._build_message(1, b"a.\xff", b"", b"", None)

    message = AnySubject()._build_message(1, b"a.\xff", b"b.\xff", b"", None)

    assert (message.subject, message.reply) == ("a.\ufffd", "b.\ufffd")


async def test_nats_py_still_takes_much_longer_over_headers_that_ours_reads_alike() -> None:
    theirs, ours = Client._parse_header_lines, QuickHeaders._parse_header_lines

    def seconds(parse: object) -> float:
        return timeit.timeit("parse(raw)", number=200, globals={"parse": parse, "raw": HEADERS})

    took = [(seconds(theirs), seconds(ours)) for _ in range(20)]

    assert theirs(HEADERS) == ours(HEADERS)
    assert min(took)[0] > 1.5 * min(each for _, each in took), "mended: drop nats_headers.py"


async def test_nats_py_still_takes_much_longer_over_headers_that_ours_writes_alike() -> None:
    headers, took = QuickHeaders._parse_header_lines(HEADERS), list[tuple[float, float]]()
    theirs, ours = _connected(Client()), _connected(QuickHeaders())

    async def seconds(client: Client) -> float:
        client._pending.clear()
        began = time.perf_counter()
        for _ in range(200):
            await client._send_publish("tickets.x", "", b"{}", 2, headers)
        return time.perf_counter() - began

    for _ in range(20):
        took.append((await seconds(theirs), await seconds(ours)))

    assert theirs._pending == ours._pending
    assert min(took)[0] > 1.5 * min(each for _, each in took), "mended: drop nats_headers.py"


@pytest.mark.parametrize("value", ["a\r\nb", "a\nb", "a\rb"])
async def test_a_header_of_several_lines_is_left_to_nats_py(value: str) -> None:
    theirs, ours = _connected(Client()), _connected(QuickHeaders())

    for client in (theirs, ours):
        await client._send_publish("tickets.x", "", b"{}", 2, {"ce-id": value})

    assert theirs._pending == ours._pending


async def test_a_header_whose_name_is_none_is_refused() -> None:
    with pytest.raises(BadHeaderError):
        await _connected(QuickHeaders())._send_publish("x", "", b"", 0, {"a: b\r\nc": "d"})


async def test_nats_py_still_makes_a_piece_of_each_message_and_ours_sends_the_same_as_one() -> None:
    subjects = [f"$JS.ACK.TICKETS.sla-tickets.1.{n}.{n}.0.0" for n in range(256)]
    theirs, ours = _connected(Client()), _connected(PublishesToMany())

    for subject in subjects:
        await theirs.publish(subject, b"+WPI")
    await ours.publish_to_each(subjects, b"+WPI")

    assert b"".join(ours._pending) == b"".join(theirs._pending)
    assert (len(theirs._pending), len(ours._pending)) == (256, 2), "mended: drop nats_acks.py"


async def test_nats_py_still_fails_of_a_pong_that_is_not_waited_for_any_more() -> None:
    client, waiting = Client(), asyncio.get_running_loop().create_future()
    client._pongs = [waiting]
    waiting.cancel()

    with pytest.raises(asyncio.InvalidStateError):
        await client._process_pong()


async def test_nats_py_still_tells_its_password_to_a_server_without_tls_and_ours_does_not() -> None:
    theirs, ours = await _told(Client()), await _told(DemandsTls())

    assert b"secret" in theirs, "mended: drop nats_tls.py"
    assert ours == b""


C = TypeVar("C", bound=Client)


def _connected(client: C) -> C:
    """Return the client as one that is connected, and whose socket takes nothing yet."""
    client._status = Client.CONNECTED
    client._flush_queue = asyncio.Queue()
    client._flusher_task = cast("asyncio.Task[None]", asyncio.get_running_loop().create_future())
    return client


async def _told(client: Client) -> bytes:
    """Return what a server hears that offers no TLS, at a `tls://` address."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def pretend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"server_id":"x","version":"2.15.1","max_payload":1048576}\r\n')
        heard.put_nowait(await reader.read(1024))
        writer.close()

    async with await asyncio.start_server(pretend, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"tls://tickets:secret@127.0.0.1:{port}"
        trying = asyncio.create_task(client.connect(url, error_cb=_ignore, connect_timeout=2))
        try:
            return await heard.get()
        finally:
            trying.cancel()
            await asyncio.wait([trying])
            await client.close()


async def _ignore(_: Exception) -> None:
    pass
