"""A real browser, where there is one: `chromium-headless-shell` or `chromium` on the PATH, or the
program that FETTLE_CHROMIUM names, driven by Playwright.
"""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright

PROGRAM = "FETTLE_CHROMIUM"
SHELL_FIRST = ("chromium-headless-shell", "chromium")
WHOLE_FIRST = ("chromium", "chromium-headless-shell")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-site-isolation-trials",  # all pages are of one site: a process each shows nothing
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # tests run as root in a container
)
TIMEOUT_MS = 15_000


def find_chromium(names: Sequence[str] = SHELL_FIRST) -> str | None:
    """Return the path of the browser, the first of these that is there; None where there is none.
    The shell is Chromium without the windows that no test looks at, which cost as much again as
    what it does with pages.
    """
    named = os.environ.get(PROGRAM)
    paths = map(shutil.which, [named] if named else names)
    return next((path for path in paths if path), None)


def chromium(names: Sequence[str] = SHELL_FIRST) -> str:
    """Return the path of the browser; the test is skipped where there is none."""
    found = find_chromium(names)
    if found is None:
        pytest.skip(
            "there is neither chromium-headless-shell nor chromium on the PATH, nor does "
            f"{PROGRAM} name one; on Debian: sh .ci/chromium.sh"
        )
    return found


@asynccontextmanager
async def browser(*flags: str, names: Sequence[str] = SHELL_FIRST) -> AsyncIterator[Browser]:
    """Run the browser until the block ends, with flags beside the usual ones."""
    program = chromium(names)
    async with async_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        started = await playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        try:
            yield started
        finally:
            await started.close()


@asynccontextmanager
async def browser_on_profile(profile: Path) -> AsyncIterator[BrowserContext]:
    """Run the browser on a profile of its own, which outlives it: begun again on the same one, it
    has its service workers, databases and cookies.
    """
    program = chromium()
    async with async_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        context = await playwright.chromium.launch_persistent_context(
            str(profile), executable_path=program, args=list(FLAGS), **SHARP_PHONE
        )
        context.set_default_timeout(TIMEOUT_MS)
        try:
            yield context
        finally:
            with contextlib.suppress(Error):  # it may have been killed
                await context.close()


PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 800}, "has_touch": True}
SHARP_PHONE: dict[str, Any] = {**PHONE, "device_scale_factor": 2}
"""As phones are, for what is looked at or drawn on: it has four times as many dots to paint."""
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
WALL: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}


_SKIPPED = "Transition was aborted"
"""What the browser says of a page that is left before it has faded in: no fault of a script."""


@dataclass
class Faults:
    """What a page said that it should not have: errors of scripts, and what its policy refused."""

    said: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on(
            "pageerror",
            lambda error: (
                None if _SKIPPED in str(error) else self.said.append(f"{page.url}: {error}")
            ),
        )
        page.on(
            "console",
            lambda message: (
                self.said.append(f"{page.url}: {message.text}") if message.type == "error" else None
            ),
        )


async def sign_in(context: BrowserContext, portal_url: str, role: str) -> None:
    """Sign in as the demo person of a role."""
    answer = await context.request.get(f"{portal_url}/login/demo?as={role}", max_redirects=0)
    assert answer.status == 303, await answer.text()
