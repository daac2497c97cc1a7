"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta


class SettableClock:
    def __init__(self, at: datetime | None = None) -> None:
        self._now = at or datetime.now(UTC)

    def now(self) -> datetime:
        return self._now

    def move(self, **by: float) -> datetime:
        """`clock.move(minutes=5)`; returns the new instant."""
        self._now += timedelta(**by)
        return self._now

    def set(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)
