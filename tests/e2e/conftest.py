"""The real processes, as `make up` starts them, on ports and data of their own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

import pytest

from fettle.up.instance import Instance
from fettle.up.seed import seed_demo_site
from tests.support.eventually import eventually

_watching: WeakKeyDictionary[Instance, asyncio.Lock] = WeakKeyDictionary()
"""Who holds it keeps what died from being begun again."""


@pytest.fixture(scope="session")
def said() -> list[str]:
    """Return every line that the instance's processes have said, which grows."""
    return []


@pytest.fixture(scope="session")
async def instance(
    tmp_path_factory: pytest.TempPathFactory, said: list[str]
) -> AsyncIterator[Instance]:
    home = tmp_path_factory.mktemp("instance")
    started = await asyncio.to_thread(
        Instance.start, home, say=lambda name, line: said.append(f"{name} {line}")
    )
    try:
        async with watched(started):
            yield started
    finally:
        await asyncio.to_thread(started.stop)
        if started.postgres is not None:
            started.postgres.discard()


@contextlib.asynccontextmanager
async def watched(instance: Instance) -> AsyncIterator[None]:
    """Make the site demo, and begin again what dies until the block ends."""
    watching = asyncio.create_task(_watch(instance))
    try:
        await asyncio.to_thread(
            seed_demo_site, instance.url("tickets"), instance.token("admin", "seed")
        )
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


@contextlib.asynccontextmanager
async def dead(instance: Instance, service: str) -> AsyncIterator[None]:
    """Kill the service, and have it begun again and ready when the block has ended."""

    async def is_ready() -> bool:
        return await asyncio.to_thread(instance.missing, service) is None

    try:
        async with _watching[instance]:
            await asyncio.to_thread(instance.children[service].kill)
            yield
    finally:
        await eventually(is_ready, timeout_s=90)


async def _watch(instance: Instance) -> None:
    """Begins again what died, as the supervisor's own loop does."""
    lock = _watching.setdefault(instance, asyncio.Lock())
    while True:
        async with lock:
            await asyncio.to_thread(instance.watch)
        await asyncio.sleep(0.1)
