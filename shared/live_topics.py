"""Who waits for news of what: live streams of this instance, woken by commits in any instance."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class LiveTopics:
    def __init__(self) -> None:
        self.closed = False
        self._listeners: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def listening(self, topic: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set whenever the topic is told."""
        event = asyncio.Event()
        self._listeners.setdefault(topic, set()).add(event)
        try:
            yield event
        finally:
            listeners = self._listeners[topic]
            listeners.discard(event)
            if not listeners:
                del self._listeners[topic]

    def told(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for event in self._listeners.get(topic, ()):
                event.set()

    def close(self) -> None:
        """End all live streams."""
        self.closed = True
        for topic in list(self._listeners):
            self.told([topic])
