"""`make pictures`: every page on a phone, a desk and a wall, light and dark, in both languages, as
a browser shows it on the real processes. `ONLY=board,ticket` takes some. All of them go into
`docs/pictures/portal/all`, which git ignores; those to be kept into the folder above it. `KEPT=1`
takes no others.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext

from fettle.up.instance import Instance
from tests.e2e.conftest import watched
from tests.pictures.kept import is_kept, keep
from tests.support.browser import (
    DESK,
    PROGRAM,
    SHARP_PHONE,
    TIMEOUT_MS,
    WALL,
    browser,
    find_chromium,
    sign_in,
)
from tests.support.portal_pages import PageAt, pages_that_are_there
from tests.support.scene import Scene, make_scene

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "portal"
ALL = FOLDER / "all"
_SIZES: dict[str, dict[str, Any]] = {"360": SHARP_PHONE, "1280": DESK, "1920": WALL}
_ROLES = ("dispatcher", "resident", "technician", "manager", "admin", None)
"""In this order: the morning goes on meanwhile, and on the board most falls due."""
_SHOWN_AT_ONCE = 2
_MAX_HEIGHT = 6000


async def take_pictures(only: frozenset[str], *, kept_only: bool) -> int:
    """Write the pictures, and return how many."""
    home = Path(tempfile.mkdtemp(prefix="fettle-pictures-"))
    instance = await asyncio.to_thread(Instance.start, home / "instance")
    ALL.mkdir(parents=True, exist_ok=True)
    try:
        async with watched(instance), browser() as started:
            scene = await make_scene(instance)
            pages = [page for page in pages_that_are_there() if not only or page.name in only]
            return await _all(started, instance.url("portal"), scene, pages, kept_only)
    finally:
        await asyncio.to_thread(instance.stop)
        shutil.rmtree(home, ignore_errors=True)


async def _all(
    started: Browser, portal: str, scene: Scene, pages: list[PageAt], kept_only: bool
) -> int:
    limit, taken = asyncio.Semaphore(_SHOWN_AT_ONCE), 0

    async def those_of(role: str | None, size: str, theme: Any, language: str) -> int:
        mine = [
            page
            for page in pages
            if page.role == role
            and _belongs(page, size)
            and (not kept_only or is_kept(page, size, theme, language))
        ]
        async with limit:
            if not mine:
                return 0
            context = await started.new_context(
                base_url=portal, color_scheme=theme, locale=language, **_SIZES[size]
            )
            context.set_default_timeout(TIMEOUT_MS)
            try:
                if role is not None:
                    await sign_in(context, portal, role)
                for page in mine:
                    name = f"{page.name}-{size}-{theme}-{language}.png"
                    await _take(context, page.url(scene), ALL / name, page.is_wall, language)
                    if is_kept(page, size, theme, language):
                        await asyncio.to_thread(keep, ALL / name, FOLDER)
            finally:
                await context.close()
        return len(mine)

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(those_of(role, size, theme, language))
            for role in _ROLES
            for size in _SIZES
            for theme in ("light", "dark")
            for language in ("zh-CN", "en")
        ]
    return taken + sum(task.result() for task in tasks)


def _belongs(page: PageAt, size: str) -> bool:
    """Return whether the page is looked at in that size: a wall hangs on a wall."""
    return not page.is_wall or size == "1920"


async def _take(
    context: BrowserContext, url: str, into: Path, is_wall: bool, language: str
) -> None:
    tab = await context.new_page()
    await tab.goto(f"{url}{'&' if '?' in url else '?'}lang={language}", wait_until="load")
    await tab.evaluate("document.fonts.ready")
    if not is_wall:  # as high as the page, or what sticks to the screen's edge lies on it
        width = await tab.evaluate("innerWidth")
        height = await tab.evaluate("document.documentElement.scrollHeight")
        await tab.set_viewport_size({"width": width, "height": min(height, _MAX_HEIGHT)})
    await tab.screenshot(path=into, animations="disabled")
    await tab.close()


def main() -> None:
    if find_chromium() is None:
        sys.exit(f"pictures: no chromium on the PATH, nor does {PROGRAM} name one: .ci/chromium.sh")
    kept_only = bool(os.environ.get("KEPT"))
    only = frozenset(filter(None, os.environ.get("ONLY", "").split(",")))
    print(f"{asyncio.run(take_pictures(only, kept_only=kept_only))} pictures in {ALL}")  # noqa: T201


if __name__ == "__main__":
    main()
