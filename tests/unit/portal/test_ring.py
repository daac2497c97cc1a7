"""An offer's ring, by the server's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.domain.drawing.ring import draw_ring

NOW = datetime(2026, 1, 21, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed_s", "share", "number", "tone"),
    [(0, 100.0, 60, "ok"), (19, 68.3, 41, "ok"), (30, 50.0, 30, "risk"), (55, 8.3, 5, "late")],
)
def test_the_ring_says_how_much_is_left(
    passed_s: int, share: float, number: int, tone: str
) -> None:
    ring = draw_ring(
        begun_at=NOW, ends_at=NOW + timedelta(seconds=60), now=NOW + timedelta(seconds=passed_s)
    )

    assert (ring.share, ring.number, ring.tone, ring.in_seconds) == (share, number, tone, True)


def test_two_minutes_and_more_are_said_in_minutes() -> None:
    ring = draw_ring(begun_at=NOW, ends_at=NOW + timedelta(minutes=15), now=NOW)

    assert (ring.number, ring.in_seconds) == (15, False)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_over_it_is_empty_and_before_it_began_it_is_full(minutes: int) -> None:
    ring = draw_ring(
        begun_at=NOW, ends_at=NOW + timedelta(minutes=1), now=NOW + timedelta(minutes=minutes)
    )

    assert ring.share == (0.0 if minutes > 0 else 100.0)


def test_an_offer_without_length_is_over() -> None:
    assert draw_ring(begun_at=NOW, ends_at=NOW, now=NOW).share == 0.0
