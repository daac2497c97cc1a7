"""A browser on the pages of the real processes; without one, the tests are skipped and say so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, StorageState

from fettle.up.instance import Instance
from tests.e2e.browser.jobs import NOT_KEPT, Jobs
from tests.support import browser as browsers
from tests.support.scene import Scene, make_scene
from tests.support.wire import Wire, wire

NewContext = Callable[..., Awaitable[BrowserContext]]
ContextOf = Callable[[str | None], Awaitable[BrowserContext]]
StateOf = Callable[[str | None], Awaitable[StorageState | None]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with browsers.browser() as started:
        yield started


@pytest.fixture(scope="session")
async def scene(browser: Browser, instance: Instance) -> Scene:
    """The site demo with tickets in every state; made once, and only where there is a browser."""
    return await make_scene(instance)


@pytest.fixture(scope="session")
async def state_of(browser: Browser, instance: Instance) -> StateOf:
    """Return what a browser keeps in which the demo's person of a role is signed in; one sign-in a
    role.
    """
    known: dict[str | None, StorageState | None] = {None: None}

    async def state(role: str | None) -> StorageState | None:
        if role not in known:
            assert role is not None
            context = await browser.new_context()
            await browsers.sign_in(context, instance.url("portal"), role)
            known[role] = await context.storage_state()
            await context.close()
        return known[role]

    return state


@pytest.fixture(scope="module")
async def context_of(
    browser: Browser, instance: Instance, state_of: StateOf
) -> AsyncIterator[ContextOf]:
    """Return the context of a role, which all tests of the file share; its policy is passed by, so
    that a test can put a script into a page.
    """
    async with AsyncExitStack() as open_ones:
        known: dict[str | None, BrowserContext] = {}

        async def context(role: str | None) -> BrowserContext:
            if role not in known:
                known[role] = await browser.new_context(
                    base_url=instance.url("portal"),
                    storage_state=await state_of(role),
                    bypass_csp=True,
                    reduced_motion="reduce",
                )
                open_ones.push_async_callback(known[role].close)
                known[role].set_default_timeout(browsers.TIMEOUT_MS)
            return known[role]

        yield context


@pytest.fixture
async def jobs(browser: Browser, instance: Instance) -> AsyncIterator[Jobs]:
    """Speak to the services; what the demo's technician holds in the end is taken back."""
    async with httpx.AsyncClient(timeout=30, limits=NOT_KEPT) as http:
        made = Jobs(instance, http)
        await made.hire()
        yield made
        await made.take_all_back()


@pytest.fixture
async def line(instance: Instance) -> AsyncIterator[Wire]:
    """A line to the portal that can be cut."""
    async with wire(instance.url("portal")) as made:
        yield made


@pytest.fixture
async def new_context(browser: Browser, instance: Instance) -> AsyncIterator[NewContext]:
    """Make browser contexts, each with its own cookies: `new_context("resident", **PHONE)`. Of a
    person who wants nothing to move, unless `reduced_motion` says otherwise: a sign that breathes
    while its page waits costs a tenth of a core where there is no graphics card.
    """
    async with AsyncExitStack() as open_ones:

        async def make(role: str | None = None, **options: Any) -> BrowserContext:
            given = {"base_url": instance.url("portal"), "reduced_motion": "reduce", **options}
            context = await browser.new_context(**given)
            open_ones.push_async_callback(context.close)
            context.set_default_timeout(browsers.TIMEOUT_MS)
            if role is not None:
                await browsers.sign_in(context, instance.url("portal"), role)
            return context

        yield make
