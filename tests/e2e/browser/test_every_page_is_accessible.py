"""Every page in both languages and themes, on a phone and on a desk: no violation that axe knows,
nothing that a script or the policy complains of, nothing wider than the screen.
"""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.e2e.browser.conftest import NewContext
from tests.support.browser import DESK, PHONE, Faults
from tests.support.portal_pages import PageAt, pages_that_are_there
from tests.support.scene import Scene

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
async def test_a_page_keeps_to_its_policy(
    page: PageAt, scene: Scene, new_context: NewContext
) -> None:
    context = await new_context(page.role, **DESK)
    tab, faults = await context.new_page(), Faults()
    faults.listen(tab)

    await tab.goto(page.url(scene), wait_until="load")

    assert (
        await tab.evaluate("document.querySelectorAll('[style], style, script:not([src])').length")
        == 0
    )
    assert faults.said == []


@pytest.mark.parametrize("page", pages_that_are_there(), ids=lambda page: page.name)
async def test_a_page_is_light(page: PageAt, scene: Scene, new_context: NewContext) -> None:
    context = await new_context(page.role, **PHONE)
    tab = await context.new_page()
    weights: dict[str, int] = {}

    async def weigh(response: Any) -> None:
        sizes = await response.request.sizes()
        weights[response.url] = sizes["responseBodySize"]

    tab.on("response", weigh)
    await tab.goto(page.url(scene), wait_until="networkidle")

    ours = {url: size for url, size in weights.items() if "/files/" not in url}
    html = next(size for url, size in ours.items() if url == tab.url)
    assert sum(ours.values()) <= 60_000, ours
    assert html <= 12_000
