"""Messages of a durable, pulled with one standing request. nats-py's own `fetch` loses cancellations under load and lags in bursts."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable

from nats.aio.msg import Msg

from shared.messaging.broker import Broker, BrokerSilent, NoSuchConsumer
from shared.messaging.streams import MAX_ACK_PENDING, stream_name

_EXPIRES_S = 30
_HEARTBEAT_S = 5
_NS = 1_000_000_000
_REQUEST = json.dumps({"batch": MAX_ACK_PENDING, "expires": _EXPIRES_S * _NS, "idle_heartbeat": _HEARTBEAT_S * _NS}).encode()
_IDLE = frozenset({"408", "409"})


class Pull:
    def __init__(self, broker: Broker, owner: str, durable: str) -> None:
        self._broker = broker
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream_name(owner)}.{durable}"
        self._messages: deque[Msg] = deque()
        self._heard = asyncio.Event()
        self._wanted = 0
        self._gone: str | None = None
        self._inbox = ""
        self._end: Callable[[], Awaitable[None]] | None = None

    async def open(self) -> None:
        self._inbox = self._broker.new_inbox()
        self._end = await self._broker.listen(self._inbox, self._on_message)

    async def close(self) -> None:
        if self._end is not None:
            await self._end()
            self._end = None

    async def next_batch(self) -> list[Msg]:
        """At least one message, up to 256. Raises NoSuchConsumer when the durable is gone and BrokerSilent when heartbeats stop."""
        while not self._messages:
            if self._wanted <= 0:
                self._wanted = MAX_ACK_PENDING
                await self._broker.send(self._subject, _REQUEST, reply=self._inbox)
            self._heard.clear()
            try:
                await asyncio.wait_for(self._heard.wait(), 2 * _HEARTBEAT_S)
            except TimeoutError:
                self._wanted = 0
                raise BrokerSilent(f"{self._subject}: no heartbeat") from None
            if self._gone is not None:
                gone, self._gone, self._wanted = self._gone, None, 0
                raise NoSuchConsumer(gone)
        return [self._messages.popleft() for _ in range(min(len(self._messages), MAX_ACK_PENDING))]

    def left(self) -> list[Msg]:
        """What came and was not taken."""
        left = list(self._messages)
        self._messages.clear()
        return left

    def ask_again(self) -> None:
        """The standing request may be lost: after a reconnect."""
        self._wanted = 0
        self._heard.set()

    async def _on_message(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status")
        if status is None or message.reply.startswith("$JS.ACK"):
            self._messages.append(message)
            self._wanted -= 1
        elif status == "100":
            pass  # a heartbeat: idle, and alive
        elif (status in _IDLE and "Consumer Deleted" not in (message.headers or {}).get("Description", "")) or status == "404":
            self._wanted = 0
        else:
            self._gone = f"{self._subject}: {status} {(message.headers or {}).get('Description', '')}"
        self._heard.set()
