"""What JetStream says about its streams, read."""

from datetime import UTC, datetime

import pytest

from shared.messaging.streams import StreamState, _moment

AT = datetime(2026, 11, 21, 8, 42, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-11-21T08:42:30Z", 0),
        ("2026-11-21T08:42:30.5Z", 500_000),
        ("2026-11-21T08:42:30.123456Z", 123_456),
        ("2026-11-21T08:42:30.123456789Z", 123_456),
        ("2026-11-21T16:42:30.123456789+08:00", 123_456),
        ("2026-11-21T03:42:30.1-05:00", 100_000),
        ("2026-11-21T16:42:30+08:00", 0),
    ],
)
def test_nanoseconds_are_cut_and_zones_are_kept(text: str, microsecond: int) -> None:
    assert _moment(text) == AT.replace(microsecond=microsecond)


@pytest.mark.parametrize(
    ("first", "last", "messages", "deleted", "lost", "holes"),
    [
        (1, 10, 10, 0, (), False),
        (1, 10, 9, 1, (), True),
        (1, 10, 9, 0, (), True),
        (1, 10, 10, 0, (3,), True),
        (11, 10, 0, 0, (), False),
    ],
)
def test_a_stream_with_fewer_messages_than_places_has_holes(
    first: int, last: int, messages: int, deleted: int, lost: tuple[int, ...], holes: bool
) -> None:
    state = StreamState(
        created=AT,
        first_seq=first,
        last_seq=last,
        messages=messages,
        num_deleted=deleted,
        lost=lost,
    )

    assert state.has_holes is holes
