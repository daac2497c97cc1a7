"""Every page in both languages and themes, on a phone and on a desk: no violation that axe knows,
nothing that a script or the policy complains of, nothing wider than the screen, nothing heavy.
"""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Request

from tests.e2e.browser.conftest import NewContext
from tests.support.browser import DESK, PHONE, Faults
from tests.support.portal_pages import PageAt, pages_that_are_there
from tests.support.scene import Scene

MAX_FIRST_BYTES = 60_000
"""Of a first visit: page, sheet, scripts and icons, as they come over the wire."""
MAX_PAGE_BYTES = 12_000
_STYLED = "document.querySelectorAll('[style], style, script:not([src])').length"

LOOKS: tuple[tuple[str, Any, dict[str, Any]], ...] = (
    ("zh-CN", "light", PHONE),
    ("zh-CN", "dark", DESK),
    ("en", "light", DESK),
    ("en", "dark", PHONE),
)
"""Each language in each theme, and each language in each size."""


@pytest.mark.parametrize("page", pages_that_are_there(), ids=lambda page: page.name)
async def test_a_page_can_be_used_by_all(
    page: PageAt, scene: Scene, new_context: NewContext
) -> None:
    # axe is put into the page as text, which the policy would refuse
    context = await new_context(page.role, bypass_csp=True)
    tab, faults = await context.new_page(), Faults()
    faults.listen(tab)

    for language, theme, size in LOOKS:
        await tab.set_viewport_size(size["viewport"])
        await tab.emulate_media(color_scheme=theme)
        answer = await tab.goto(_with_language(page.url(scene), language))

        assert answer is not None
        assert answer.status == 200
        found = await Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
        assert await tab.evaluate("document.documentElement.lang") == language
        assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults.said == []


def _with_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("page", pages_that_are_there(), ids=lambda page: page.name)
async def test_a_page_is_light_and_keeps_to_its_policy(
    page: PageAt, scene: Scene, new_context: NewContext
) -> None:
    context = await new_context(page.role, **PHONE)
    tab, faults, came = await context.new_page(), Faults(), list[Request]()
    faults.listen(tab)
    tab.on("requestfinished", lambda each: came.append(each))
    await tab.goto(page.url(scene), wait_until="load")
    weights = {each.url: (await each.sizes())["responseBodySize"] for each in came}

    assert await tab.evaluate(_STYLED) == 0
    assert faults.said == []
    ours = {url: size for url, size in weights.items() if "/files/" not in url}
    assert sum(ours.values()) <= MAX_FIRST_BYTES, ours
    if not page.name.startswith("kit"):
        assert ours[tab.url] <= MAX_PAGE_BYTES
