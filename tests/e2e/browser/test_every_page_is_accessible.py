"""Every page in both languages and themes, on a phone and on a desk: no violation that axe knows,
nothing that a script complains of, nothing wider than the screen.
"""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.async_api import Page

from tests.e2e.browser.conftest import ContextOf
from tests.support.browser import DESK, PHONE, Faults
from tests.support.portal_pages import PageAt, pages_that_are_there
from tests.support.scene import Scene

LOOKS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("zh-CN", PHONE, DESK),
    ("en", DESK, PHONE),
)
"""Each language: the size of its light theme, and that of its dark one."""
_NOTHING_MOVES = """new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => Promise.allSettled(document.getAnimations().map((each) => each.finished)))"""
"""What fades from one theme into the other has the colours of neither."""
_ALL = {"resultTypes": ["violations"]}
_OF_THE_LOOK = {
    **_ALL,
    "runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable"],
}
"""What a theme and a size can break of a page that is in order in another: each language and each
size is looked at in full once.
"""


@pytest.mark.parametrize("page", pages_that_are_there(), ids=lambda page: page.name)
async def test_a_page_can_be_used_by_all(page: PageAt, scene: Scene, context_of: ContextOf) -> None:
    context = await context_of(page.role)
    tab, faults = await context.new_page(), Faults()
    faults.listen(tab)

    for language, light, dark in LOOKS:
        await _look(tab, "light", light)
        answer = await tab.goto(_with_language(page.url(scene), language))
        assert answer is not None
        assert answer.status == 200
        assert await tab.evaluate("document.documentElement.lang") == language
        await tab.evaluate(AXE_SCRIPT)
        await _is_in_order(tab, _ALL)
        await _look(tab, "dark", dark)
        await _is_in_order(tab, _OF_THE_LOOK)
    assert faults.said == []
    await tab.close()


async def _look(tab: Page, theme: Any, size: dict[str, Any]) -> None:
    await tab.set_viewport_size(size["viewport"])
    await tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await tab.evaluate(_NOTHING_MOVES)


async def _is_in_order(tab: Page, options: dict[str, Any]) -> None:
    found = AxeResults(await tab.evaluate("(options) => axe.run(options)", options))
    assert found.violations_count == 0, found.generate_report()
    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _with_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
