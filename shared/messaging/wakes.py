"""News for live streams in other instances, over core NATS: `fettle.wake.<service>`. Lost news is no loss, the next one wakes."""

import asyncio
import json
from collections.abc import Iterable

from nats.aio.msg import Msg

from shared.messaging.broker import Broker, BrokerSilent
from shared.wakes import Wakes

_sending: set[asyncio.Task[None]] = set()


def _subject(service: str) -> str:
    return f"fettle.wake.{service}"


async def wake_on_news(broker: Broker, service: str, wakes: Wakes) -> None:
    async def heard(message: Msg) -> None:
        try:
            topics = json.loads(message.data)
        except ValueError:
            return
        if isinstance(topics, list):
            wakes.told(topic for topic in topics if isinstance(topic, str))

    await broker.listen(_subject(service), heard)


def tell_instances(broker: Broker, service: str, topics: Iterable[str]) -> None:
    """Sent behind the caller's back: a commit does not wait for it."""
    if broker.connected:
        task = asyncio.create_task(_send(broker, service, json.dumps(sorted(topics)).encode()))
        _sending.add(task)
        task.add_done_callback(_sending.discard)


async def _send(broker: Broker, service: str, body: bytes) -> None:
    try:
        await broker.send(_subject(service), body)
    except BrokerSilent:
        return
