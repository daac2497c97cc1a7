"""Server-sent events, read as they come."""

from collections.abc import AsyncIterator

import pytest

from services.portal.adapters import event_lines
from services.portal.adapters.event_lines import EventTooLarge, ServerEvent, read_events


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _events(*pieces: bytes) -> list[ServerEvent | None]:
    return [event async for event in read_events(_pieces(*pieces))]


async def test_an_event_may_come_in_pieces_and_several_at_once() -> None:
    assert await _events(b"event: a\nid: 7\nda", b'ta: {"x":1}\n\ndata: 2\n', b"\n") == [
        ServerEvent("7", '{"x":1}'),
        ServerEvent("", "2"),
    ]


async def test_a_comment_says_that_the_stream_is_alive() -> None:
    assert await _events(b": ping\n\n") == [None]


async def test_lines_of_data_are_one_text() -> None:
    whole = b"data: a\r\ndata: b\r\n\r\n"

    for cut in range(len(whole)):
        assert await _events(whole[:cut], whole[cut:]) == [ServerEvent("", "a\nb")], cut


async def test_an_event_without_an_end_is_not_gathered_for_ever() -> None:
    piece = b"x" * 1024 * 1024

    with pytest.raises(EventTooLarge):
        await _events(*[piece] * (event_lines.MAX_EVENT_BYTES // len(piece) + 1))
