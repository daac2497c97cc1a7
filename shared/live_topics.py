"""Who waits for news of what: live streams of this instance, woken by commits in any instance."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager


class LiveTopics:
    def __init__(self) -> None:
        self.closed = False
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._callbacks: list[Callable[[str], None]] = []

    @contextmanager
    def listening(self, *topics: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set whenever one of the topics is told."""
        event = asyncio.Event()
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(event)
        try:
            yield event
        finally:
            for topic in topics:
                listeners = self._listeners[topic]
                listeners.discard(event)
                if not listeners:
                    del self._listeners[topic]

    def call_when_told(self, callback: Callable[[str], None]) -> None:
        """Call the function with every topic that is told, whether it is listened to or not."""
        self._callbacks.append(callback)

    def told(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for callback in self._callbacks:
                callback(topic)
            for event in self._listeners.get(topic, ()):
                event.set()

    def close(self) -> None:
        """End all live streams."""
        self.closed = True
        for topic in list(self._listeners):
            self.told([topic])
