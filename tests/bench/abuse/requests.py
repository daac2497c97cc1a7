"""Requests of the callers: to read, to write, and with a body of unknown fields."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

from tests.bench.reports import report_of
from tests.bench.wire import get, post

SITE = "bench-abuse"
_HUGE = {f"unknown_{number}": 1 for number in range(6_000)}


class Requests:
    """Ready-made bytes, each report of another flat."""

    def __init__(self) -> None:
        self._flats = itertools.count(int(time.time()) % 100_000 * 7)

    def read(self, token: str) -> bytes:
        return get("/v1/tickets?limit=20", {"authorization": f"Bearer {token}"})

    def write(self, token: str) -> bytes:
        headers = {"authorization": f"Bearer {token}", "idempotency-key": uuid4().hex}
        return post("/v1/tickets", report_of(SITE, next(self._flats)), headers)

    def huge(self, token: str) -> bytes:
        return post("/v1/tickets", _HUGE, {"authorization": f"Bearer {token}"})


async def steadily(per_s: float, seconds: float, ask: Callable[[], Awaitable[None]]) -> None:
    """Begin so many a second, however long each takes; end when all have ended."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(round(per_s * seconds)):
            await asyncio.sleep(max(began + number / per_s - time.monotonic(), 0))
            group.create_task(_awaited(ask))


async def _awaited(ask: Callable[[], Awaitable[None]]) -> None:
    await ask()
