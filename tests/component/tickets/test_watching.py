"""A ticket's live events: server-sent, resumed from `Last-Event-ID`, public lines alone for
residents.
"""

from contextlib import AbstractAsyncContextManager

from tests.component.tickets.arranging import Tickets
from tests.support.eventually import eventually
from tests.support.streams import Stream
from tests.support.streams import watching as watching_url


def watching(
    tickets: Tickets, ticket_id: str, *, role: str = "resident", after: str | None = None
) -> AbstractAsyncContextManager[Stream]:
    """Somebody of that role, connected to the ticket's events inside the block."""
    return watching_url(
        tickets.component,
        f"/v1/tickets/{ticket_id}/events",
        role=role,
        id=f"{role}-1",
        site="demo",
        after=after,
    )


def lines(stream: Stream) -> list[tuple[str, str]]:
    return [(event["id"], event["event"]) for event in stream.events]


async def test_what_happened_comes_first_and_what_happens_follows(tickets: Tickets) -> None:
    opened = await tickets.open()

    async with watching(tickets, opened["id"]) as stream:
        await eventually(lambda: _has(stream, 1))
        await tickets.post(f"tickets/{opened['id']}/comments", {"text": "When?"}, status=201)
        await eventually(lambda: _has(stream, 2))

    assert lines(stream) == [("1", "opened"), ("2", "comment")]
    assert (stream.events[1]["data"]["text"], stream.events[1]["data"]["cause"]) == (
        "When?",
        "resident-1",
    )


async def test_a_client_that_comes_back_goes_on_where_it_was(tickets: Tickets) -> None:
    opened = await tickets.open()
    await tickets.post(f"tickets/{opened['id']}/urge")

    async with watching(tickets, opened["id"], after="1") as stream:
        await eventually(lambda: _has(stream, 1))
        await tickets.post(f"tickets/{opened['id']}/cancel")
        await eventually(lambda: _has(stream, 2))

    assert lines(stream) == [("2", "urged"), ("3", "cancelled")]


async def test_residents_are_not_sent_internal_comments(tickets: Tickets) -> None:
    opened = await tickets.open()

    async with (
        watching(tickets, opened["id"]) as resident,
        watching(tickets, opened["id"], role="dispatcher") as staff,
    ):
        await tickets.post(
            f"tickets/{opened['id']}/comments",
            {"text": "ladder", "public": False},
            status=201,
            as_="dispatcher",
        )
        await tickets.post(
            f"tickets/{opened['id']}/comments", {"text": "On our way"}, status=201, as_="dispatcher"
        )
        await eventually(lambda: _has(resident, 2))
        await eventually(lambda: _has(staff, 3))

    assert lines(resident) == [("1", "opened"), ("3", "comment")]


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
