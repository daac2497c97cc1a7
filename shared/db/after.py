"""What a commit sets off."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from shared.messaging.facts import OutboxRow
from shared.metrics import Metric


class After:
    """What a commit sets off; the service fills it in."""

    def __init__(self) -> None:
        self.published: Callable[[Sequence[OutboxRow]], None] = lambda rows: None
        self.alarm: Callable[[str, datetime], None] = lambda name, at: None
        self.told: Callable[[Iterable[str]], None] = lambda topics: None
        self.observed: Callable[[Metric, tuple[str, ...], float], None] = (
            lambda metric, labels, value: None
        )
