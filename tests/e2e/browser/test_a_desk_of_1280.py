"""On the smallest screen that desks have no figure and no time is cut; on paper is what is read."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, ViewportSize

from tests.e2e.browser.conftest import ContextOf
from tests.support.browser import DESK
from tests.support.portal_pages import PAGES
from tests.support.scene import Scene

_CUT = """() => {
    const places = [...document.querySelectorAll("main .scroll, .q > .due, .q > .who")];
    return places.filter((each) => each.scrollWidth > each.clientWidth).map(
        (each) => each.textContent.trim().replace(/\\s+/g, " ").slice(0, 200),
    );
}"""
"""What is wider than its place."""
_OF_SCREENS = """() => {
    const places = document.querySelectorAll("button, input, select, textarea, .nav, .bar, .dock");
    return [...places].filter((each) => each.checkVisibility()).map((each) => each.outerHTML);
}"""
_PAPER: ViewportSize = {"width": 703, "height": 1000}
"""What margins leave of A4."""


@pytest.fixture
async def manager(context_of: ContextOf) -> AsyncIterator[Page]:
    page = await (await context_of("manager")).new_page()
    await page.set_viewport_size(DESK["viewport"])
    yield page
    await page.close()  # each listens, and a browser keeps six connections to one host


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", ["board", "wall", "manager", "compliance", "promises", "weekly"])
async def test_no_figure_and_no_time_is_cut(
    manager: Page, scene: Scene, name: str, language: str
) -> None:
    path = next(page.url(scene) for page in PAGES if page.name == name)

    await manager.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")

    assert await manager.locator("main .scroll, .q").count() > 0
    assert await manager.evaluate(_CUT) == []


@pytest.mark.parametrize("name", ["board", "ticket", "weekly"])
async def test_on_paper_there_is_nothing_to_press_and_nothing_dark(
    manager: Page, scene: Scene, name: str
) -> None:
    path = next(page.url(scene) for page in PAGES if page.name == name)
    await manager.emulate_media(media="print", color_scheme="dark")
    await manager.set_viewport_size(_PAPER)

    await manager.goto(path)

    assert await manager.locator("main h1, main h2").first.is_visible()
    assert await manager.evaluate(_OF_SCREENS) == []
    ground = "getComputedStyle(document.querySelector('main .card, main .queue')).backgroundColor"
    assert await manager.evaluate(ground) == "rgb(255, 255, 255)"
    assert await manager.evaluate("document.documentElement.scrollWidth <= innerWidth")
