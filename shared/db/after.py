"""What a commit sets off, and who is told."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from shared.facts import OutboxRow
from shared.metrics import Metric


class After:
    """What a commit sets off; the service fills it in."""

    def __init__(self) -> None:
        self.published: Callable[[Sequence[OutboxRow]], None] = lambda rows: None
        self.schedule: Callable[[str, datetime], None] = lambda name, at: None
        self.told: Callable[[Iterable[str]], None] = lambda topics: None
        self.observed: Callable[[Metric, tuple[str, ...], float], None] = (
            lambda metric, labels, value: None
        )


class Consequences:
    """What one transaction sets off when it commits."""

    def __init__(self) -> None:
        self.topics: set[str] = set()
        self.callbacks: list[Callable[[], None]] = []
        self._scheduled: dict[str, datetime] = {}

    def schedule(self, name: str, at: datetime) -> None:
        """Wake the due worker of that name at `at` or earlier."""
        self._scheduled[name] = min(at, self._scheduled.get(name, at))

    def set_off(self, after: After, rows: Sequence[OutboxRow]) -> None:
        """Hand over the rows to publish, wake the due workers and the topics, call back."""
        if rows:
            after.published(rows)
        for name, at in self._scheduled.items():
            after.schedule(name, at)
        if self.topics:
            after.told(self.topics)
        for callback in self.callbacks:
            callback()
