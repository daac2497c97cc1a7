"""Every page in both languages and themes, on a phone and on a desk: no violation that axe knows,
nothing that a script complains of, nothing wider than the screen. Axe looks at each page in full
once and once at what a theme and a size can break; the marks are the same in both languages.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.async_api import Page

from tests.e2e.browser.conftest import ContextOf
from tests.support.browser import DESK, PHONE, Faults
from tests.support.portal_pages import PageAt, pages_that_are_there
from tests.support.scene import Scene

TabOf = Callable[[str | None], Awaitable[tuple[Page, Faults]]]
_ON_THE_WAY = (None, "resident", "technician")
"""Those who mostly look at a phone; the others sit at a desk."""
_FRAMES = {"home", "today", "board", "manager", "settings", "kit", "kit-resident"}
"""Pages that hold what the others are made of, whose navigation is another on another screen."""
_NOTHING_MOVES = """new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => Promise.allSettled(document.getAnimations().map((each) => each.finished)))"""
"""What fades from one theme into the other has the colours of neither."""
_ALL = {"resultTypes": ["violations"]}
_OF_THE_LOOK = {
    **_ALL,
    "runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable"],
}
"""What a theme and a size can break of a page that is in order in another."""
_WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
async def tab_of(context_of: ContextOf) -> TabOf:
    """Return the tab of a role, in which its pages are opened one after the other, and what went
    wrong in it.
    """
    known: dict[str | None, tuple[Page, Faults]] = {}

    async def tab(role: str | None) -> tuple[Page, Faults]:
        if role not in known:
            known[role] = await (await context_of(role)).new_page(), Faults()
            known[role][1].listen(known[role][0])
        return known[role]

    return tab


@pytest.mark.parametrize("page", pages_that_are_there(), ids=lambda page: page.name)
async def test_a_page_can_be_used_by_all(page: PageAt, scene: Scene, tab_of: TabOf) -> None:
    usual, other = (PHONE, DESK) if page.role in _ON_THE_WAY else (DESK, PHONE)
    tab, faults = await tab_of(page.role)
    await tab.goto("about:blank")
    faults.said.clear()

    await _look(tab, "light", usual)
    await _open(tab, page.url(scene), "zh-CN")
    await tab.evaluate(AXE_SCRIPT)
    await _is_in_order(tab, _ALL)
    await _look(tab, "dark", other)
    await _is_in_order(tab, _ALL if page.name in _FRAMES else _OF_THE_LOOK)

    await _open(tab, page.url(scene), "en")
    assert not await tab.evaluate(_WIDER)
    await _look(tab, "dark", usual)
    assert not await tab.evaluate(_WIDER)
    assert faults.said == []


async def _open(tab: Page, path: str, language: str) -> None:
    """Open the page in that language."""
    answer = await tab.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer is not None
    assert answer.status == 200
    assert await tab.evaluate("document.documentElement.lang") == language


async def _look(tab: Page, theme: Any, size: dict[str, Any]) -> None:
    await tab.set_viewport_size(size["viewport"])
    await tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await tab.evaluate(_NOTHING_MOVES)


async def _is_in_order(tab: Page, options: dict[str, Any]) -> None:
    found = AxeResults(await tab.evaluate("(options) => axe.run(options)", options))
    assert found.violations_count == 0, found.generate_report()
    assert not await tab.evaluate(_WIDER)
