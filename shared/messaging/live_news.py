"""News for live streams in other instances, over core NATS: `fettle.wake.<service>`.

Lost news is no loss, the next one wakes.
"""

import asyncio
import contextlib
import json
from collections.abc import Iterable

from shared.live_topics import LiveTopics
from shared.messaging.answers import BrokerSilent
from shared.messaging.broker import Broker
from shared.messaging.names import wake_subject
from shared.workarounds.lean_nats import Msg

_SEND_INTERVAL_S = 0.02
"""Under load many commits have news within that time, and all of it is one message."""


async def tell_live_topics(broker: Broker, service: str, live_topics: LiveTopics) -> None:
    async def heard(message: Msg) -> None:
        try:
            topics = json.loads(message.data)
        except ValueError:
            return
        if isinstance(topics, list):
            live_topics.told(topic for topic in topics if isinstance(topic, str))

    await broker.listen(wake_subject(service), heard)


class News:
    """What commits of this instance tell the others."""

    def __init__(self, broker: Broker, service: str) -> None:
        self._broker = broker
        self._subject = wake_subject(service)
        self._topics: set[str] = set()
        self._sending: asyncio.Task[None] | None = None

    def tell(self, topics: Iterable[str]) -> None:
        """Send it soon, behind the caller's back: a commit does not wait for it."""
        self._topics.update(topics)
        if self._sending is None and self._broker.connected:
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        await asyncio.sleep(_SEND_INTERVAL_S)
        self._sending = None
        topics, self._topics = sorted(self._topics), set()
        with contextlib.suppress(BrokerSilent):
            await self._broker.send(self._subject, json.dumps(topics).encode())
