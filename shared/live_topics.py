"""Who waits for news of what: live streams of this instance, woken by commits in any instance."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class LiveTopics:
    def __init__(self) -> None:
        self.closed = False
        self._listeners: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def listening(self, *topics: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set whenever one of the topics is told."""
        event = asyncio.Event()
        for topic in topics:
            self.listen(topic, event)
        try:
            yield event
        finally:
            for topic in topics:
                self.leave(topic, event)

    def listen(self, topic: str, event: asyncio.Event | None = None) -> asyncio.Event:
        """Return an event, the one given if any, that is set whenever the topic is told."""
        event = event or asyncio.Event()
        self._listeners.setdefault(topic, set()).add(event)
        return event

    def leave(self, topic: str, event: asyncio.Event) -> None:
        listeners = self._listeners.get(topic, set())
        listeners.discard(event)
        if not listeners:
            self._listeners.pop(topic, None)

    def told(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for event in self._listeners.get(topic, ()):
                event.set()

    def close(self) -> None:
        """End all live streams."""
        self.closed = True
        for topic in list(self._listeners):
            self.told([topic])
