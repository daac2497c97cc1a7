"""A ticket's live events: server-sent, resumed from `Last-Event-ID`, public lines alone for residents."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from pydantic_core import from_json

from tests.component.tickets.arranging import Tickets
from tests.support.eventually import eventually
from tests.support.issuer import token


class Stream:
    """What one client has received so far."""

    def __init__(self) -> None:
        self.text = ""
        self.status = 0

    @property
    def events(self) -> list[dict[str, Any]]:
        blocks = [block.splitlines() for block in self.text.replace("\r\n", "\n").split("\n\n")[:-1]]
        fields = [dict(line.split(": ", 1) for line in block if ": " in line and not line.startswith(":")) for block in blocks]
        return [{**event, "data": from_json(event["data"])} for event in fields if "data" in event]

    @property
    def lines(self) -> list[tuple[str, str]]:
        return [(event["id"], event["event"]) for event in self.events]


@asynccontextmanager
async def watching(tickets: Tickets, ticket_id: str, *, role: str = "resident", after: str | None = None) -> AsyncIterator[Stream]:
    """A client that stays connected inside the block; the test transport of httpx would wait for the end of the stream."""
    stream, leaves = Stream(), asyncio.Event()
    headers = {"authorization": f"Bearer {token(f'{role}-1', [(role, 'demo')])}"} | ({"last-event-id": after} if after else {})
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"/v1/tickets/{ticket_id}/events",
        "raw_path": b"",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asked = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        stream.status = message.get("status", stream.status)
        stream.text += message.get("body", b"").decode()

    connection = asyncio.create_task(tickets.component.app(scope, receive, send))
    try:
        yield stream
    finally:
        leaves.set()
        await connection


async def test_what_happened_comes_first_and_what_happens_follows(tickets: Tickets) -> None:
    opened = await tickets.open()

    async with watching(tickets, opened["id"]) as stream:
        await eventually(lambda: _has(stream, 1))
        await tickets.post(f"tickets/{opened['id']}/comments", {"text": "When?"}, status=201)
        await eventually(lambda: _has(stream, 2))

    assert stream.lines == [("1", "opened"), ("2", "comment")]
    assert (stream.events[1]["data"]["text"], stream.events[1]["data"]["cause"]) == ("When?", "resident-1")


async def test_a_client_that_comes_back_goes_on_where_it_was(tickets: Tickets) -> None:
    opened = await tickets.open()
    await tickets.post(f"tickets/{opened['id']}/urge")

    async with watching(tickets, opened["id"], after="1") as stream:
        await eventually(lambda: _has(stream, 1))
        await tickets.post(f"tickets/{opened['id']}/cancel")
        await eventually(lambda: _has(stream, 2))

    assert stream.lines == [("2", "urged"), ("3", "cancelled")]


async def test_residents_are_not_sent_internal_comments(tickets: Tickets) -> None:
    opened = await tickets.open()

    async with watching(tickets, opened["id"]) as resident, watching(tickets, opened["id"], role="dispatcher") as staff:
        await tickets.post(f"tickets/{opened['id']}/comments", {"text": "ladder", "public": False}, status=201, as_="dispatcher")
        await tickets.post(f"tickets/{opened['id']}/comments", {"text": "On our way"}, status=201, as_="dispatcher")
        await eventually(lambda: _has(resident, 2))
        await eventually(lambda: _has(staff, 3))

    assert resident.lines == [("1", "opened"), ("3", "comment")]


async def test_a_stream_nobody_may_see_or_that_never_was_is_refused(tickets: Tickets) -> None:
    opened = await tickets.open(as_="dispatcher")

    async with watching(tickets, opened["id"]) as foreign:
        await eventually(lambda: _answered(foreign))
    async with watching(tickets, opened["id"], role="dispatcher", after="yesterday") as strange:
        await eventually(lambda: _answered(strange))

    assert (foreign.status, strange.status) == (404, 400)


async def _has(stream: Stream, count: int) -> bool:
    return len(stream.events) >= count


async def _answered(stream: Stream) -> bool:
    return stream.status != 0
