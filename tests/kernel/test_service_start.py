"""A service comes up: what lives as long as it does is not looked at by the garbage collector again
and again.
"""

import asyncio
import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.ids import new_id
from tests.kernel.toy import topology
from tests.support.component import MakeComponent
from tests.support.engines import Nats
from tests.support.eventually import eventually


@pytest.fixture(autouse=True)
def unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


async def test_what_connections_and_streams_brought_is_frozen_too(
    component: MakeComponent, nats: Nats
) -> None:
    notify = await component("notify", nats_url=nats.url)

    async with topology(nats.url), notify.app.router.lifespan_context(notify.app):

        async def all_of_it_is_frozen() -> bool:
            brought = {id(each) for each in asyncio.all_tasks() if each.get_name() == "broker"}
            is_connected = "broker" not in notify.service.missing
            return is_connected and brought.isdisjoint(map(id, gc.get_objects()))

        await eventually(all_of_it_is_frozen, every_s=0.2)


async def test_a_service_stops_cleanly_before_it_has_come_up(component: MakeComponent) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nowhere"
    tickets = await component("tickets", database_url=nowhere, nats_url="nats://127.0.0.1:1")

    async with tickets.app.router.lifespan_context(tickets.app):
        missing = set(tickets.service.missing)

    assert missing >= {"database", "broker"}


@pytest.mark.parametrize("service", ["tickets", "dispatch"])
async def test_what_killed_processes_left_of_uploads_is_deleted(
    component: MakeComponent, service: str
) -> None:
    """Where its own files go, and in the system's folder: the lists of every service are there."""
    made = await component(service, nats_url="nats://127.0.0.1:1")
    folder = made.app.state.upload_folder or Path(tempfile.gettempdir())
    left = folder / f"fettle-upload-{new_id()}"
    left.write_bytes(b"left")
    os.utime(left, (1000, 1000))

    async def gone() -> bool:
        return not await asyncio.to_thread(left.exists)

    async with made.app.router.lifespan_context(made.app):
        await eventually(gone)
