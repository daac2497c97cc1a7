"""A browser on the pages of the real processes; without one, the tests are skipped and say so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext

from fettle.up.instance import Instance
from tests.support import browser as browsers
from tests.support.scene import Scene, make_scene

NewContext = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with browsers.browser() as started:
        yield started


@pytest.fixture(scope="session")
async def scene(browser: Browser, instance: Instance) -> Scene:
    """The site demo with tickets in every state; made once, and only where there is a browser."""
    return await make_scene(instance)


@pytest.fixture
async def new_context(browser: Browser, instance: Instance) -> AsyncIterator[NewContext]:
    """Make browser contexts, each with its own cookies: `new_context("resident", **PHONE)`."""
    async with AsyncExitStack() as open_ones:

        async def make(role: str | None = None, **options: Any) -> BrowserContext:
            context = await browser.new_context(base_url=instance.url("portal"), **options)
            open_ones.push_async_callback(context.close)
            context.set_default_timeout(browsers.TIMEOUT_MS)
            if role is not None:
                await browsers.sign_in(context, instance.url("portal"), role)
            return context

        yield make
