"""A service comes up: what lives as long as it does is not looked at again and again."""

import gc

from tests.support.component import MakeComponent
from tests.support.engines import Nats
from tests.support.eventually import eventually


async def test_what_connections_and_streams_brought_is_frozen_too(component: MakeComponent, nats: Nats) -> None:
    notify = await component("notify", nats_url=nats.url)

    async with notify.app.router.lifespan_context(notify.app):
        at_start = gc.get_freeze_count()

        async def more_is_frozen() -> bool:
            return gc.get_freeze_count() > at_start

        await eventually(more_is_frozen)
        assert notify.service.missing == set() or notify.service.missing == {"issuer_keys"}

    gc.unfreeze()
