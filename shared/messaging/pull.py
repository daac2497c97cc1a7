"""Messages of a durable, pulled with one standing request. nats-py's own `fetch` loses
cancellations under load and lags in bursts.
"""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from shared.messaging.answers import BrokerSilent, NoSuchConsumer
from shared.messaging.broker import Broker
from shared.messaging.names import stream_name
from shared.messaging.streams import MAX_BATCH
from shared.workarounds.lean_nats import Msg

_EXPIRES_S = 30
_HEARTBEAT_S = 5
_AFTER_REFUSAL_S = 0.25
_NS = 1_000_000_000
_REQUEST = json.dumps(
    {"batch": MAX_BATCH, "expires": _EXPIRES_S * _NS, "idle_heartbeat": _HEARTBEAT_S * _NS}
).encode()


class Pull:
    def __init__(self, broker: Broker, owner: str, durable: str) -> None:
        self._broker = broker
        self._subject = f"{broker.api}.CONSUMER.MSG.NEXT.{stream_name(owner)}.{durable}"
        self._messages: deque[Msg] = deque()
        self._heard = asyncio.Event()
        self._wanted = 0
        self._refused = False
        self._gone: str | None = None
        self._interrupted = False
        self._inbox = ""
        self._end: Callable[[], Awaitable[None]] | None = None

    async def open(self) -> None:
        """Subscribe to the inbox of messages. Raises BrokerSilent."""
        self._inbox = self._broker.new_inbox()
        self._end = await self._broker.listen(self._inbox, self._on_message)

    async def close(self) -> None:
        if self._end is not None:
            await self._end()
            self._end = None

    async def next_batch(self, until: float) -> list[Msg]:
        """Return at least one message, up to 256; none at `until` (the loop's time) or when
        interrupted. What comes next is asked for first, so that it comes while these are handled.

        Raises NoSuchConsumer when the durable is gone and BrokerSilent when heartbeats stop.
        """
        loop = asyncio.get_running_loop()
        while not self._messages:
            if self._gone is not None:
                raise NoSuchConsumer(self._gone)
            # before anything is awaited: what comes during the request must not be slept through
            self._heard.clear()
            if self._interrupted or loop.time() >= until:
                return []
            await self._ask()
            silent_at = loop.time() + 2 * _HEARTBEAT_S
            try:
                async with asyncio.timeout_at(min(silent_at, until)):
                    await self._heard.wait()
            except TimeoutError:
                if loop.time() >= silent_at:
                    raise BrokerSilent(f"{self._subject}: no heartbeat") from None
        if not self._refused:
            await self._ask()
        return [self._messages.popleft() for _ in range(min(len(self._messages), MAX_BATCH))]

    def waiting(self) -> Sequence[Msg]:
        """Return the messages that came and were not taken by `next_batch`; they are kept."""
        return tuple(self._messages)

    def left(self) -> list[Msg]:
        """Return the messages that came and were not taken by `next_batch`."""
        left = list(self._messages)
        self._messages.clear()
        return left

    def interrupt(self) -> None:
        """End a waiting `next_batch`, and all later ones, with an empty batch."""
        self._interrupted = True
        self._heard.set()

    async def _ask(self) -> None:
        if self._wanted > 0:
            return
        if self._refused:
            self._refused = False
            # else a server that refuses at once would be asked in a circle
            await asyncio.sleep(_AFTER_REFUSAL_S)
        self._wanted = MAX_BATCH
        await self._broker.send(self._subject, _REQUEST, reply=self._inbox)

    async def _on_message(self, message: Msg) -> None:
        if message.reply.startswith("$JS.ACK."):
            self._messages.append(message)
            self._wanted -= 1
        else:
            self._on_status(message.headers or {})
        self._heard.set()

    def _on_status(self, headers: dict[str, str]) -> None:
        status, description = headers.get("Status"), headers.get("Description", "")
        if status in (None, "100"):
            return  # a heartbeat: idle, and alive; or not JetStream's at all
        if status in ("404", "408", "409") and "Consumer Deleted" not in description:
            self._wanted = 0
            self._refused = status != "408"
        else:
            self._gone = f"{self._subject}: {status} {description}"
