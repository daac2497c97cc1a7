"""When everything has been heard: read from NATS alone, so that looking costs the services and
PostgreSQL nothing.
"""

import asyncio
import json
import time
from typing import Any

from nats.aio.client import Client

_EVERY_S = 0.05
_TIMEOUT_S = 120.0


class Streams:
    """Every stream and durable of an instance."""

    def __init__(self, connection: Client) -> None:
        self._connection = connection

    async def wait_until_calm(self) -> float:
        """Return since when (`time.monotonic`) nothing has been told that is not handled by all who
        follow it.

        Two looks have to agree: between what is handled and what follows from it a fact may be on
        its way. Raises TimeoutError.
        """
        async with asyncio.timeout(_TIMEOUT_S):
            since, told = time.monotonic(), await self._look()
            while True:
                await asyncio.sleep(_EVERY_S)
                now, look = time.monotonic(), await self._look()
                if look is not None and look == told:
                    return since
                since, told = now, look

    async def _look(self) -> dict[str, int] | None:
        """The last sequence of each stream; None while a durable has something before it."""
        streams = (await self._ask("STREAM.LIST"))["streams"] or ()
        told = {stream["config"]["name"]: int(stream["state"]["last_seq"]) for stream in streams}
        for name in told:
            for durable in (await self._ask(f"CONSUMER.LIST.{name}"))["consumers"] or ():
                if durable["num_pending"] or durable["num_ack_pending"]:
                    return None
        return told

    async def _ask(self, what: str) -> Any:
        answer = await self._connection.request(f"$JS.API.{what}", b"", timeout=10)
        return json.loads(answer.data)
