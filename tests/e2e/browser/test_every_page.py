"""Every page as a browser comes to it for the first time: light, within its policy, not wider than
the screen when its text is twice as large, and with forms that a double click sends once.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, CDPSession, Page, Request

from fettle.up.instance import Instance
from tests.e2e.browser.conftest import StateOf
from tests.support.browser import PHONE, TIMEOUT_MS, Faults
from tests.support.eventually import eventually
from tests.support.portal_pages import PageAt, pages_that_are_there
from tests.support.scene import Scene

MAX_FIRST_BYTES = 60_000
"""Of a first visit: page, sheet, scripts and icons, as they come over the wire."""
MAX_PAGE_BYTES = 12_000
_STYLED = "document.querySelectorAll('[style], style, script:not([src])').length"
_WIDTH = "document.documentElement.scrollWidth"
_USUAL = 16
_TWICE = 2 * _USUAL
_KEPT = "service_workers,cache_storage,indexeddb,local_storage"
_PRESS_ALL_TWICE = """() => {
    const sent = {}, wanted = {};
    const pathOf = (form, button) => new URL(
        button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location,
    ).pathname;
    const note = (path) => { sent[path] = (sent[path] ?? 0) + 1; };
    const {add, put} = IDBObjectStore.prototype;
    const ofNone = (row) => (row?.person ? {...row, person: "none"} : row);
    window.sent = sent;
    window.fetch = (to, how) => {
        if (how?.method === "POST") note(new URL(to, location).pathname);
        return new Promise(() => {});
    };
    IDBObjectStore.prototype.add = function (row) {
        if (row.url) note(row.url);
        return add.call(this, ofNone(row));
    };
    IDBObjectStore.prototype.put = function (row, ...key) {
        return put.call(this, ofNone(row), ...key);
    };
    addEventListener("submit", (event) => {
        if (!event.defaultPrevented) note(pathOf(event.target, event.submitter));
        event.preventDefault();
    });
    for (const form of document.querySelectorAll("form[method=post]")) {
        const button = [...form.elements].find((each) => each.matches("button:not([type=button])"));
        if (!button || button.disabled || button.getAttribute("aria-disabled") === "true") continue;
        const path = pathOf(form, button);
        wanted[path] = (wanted[path] ?? 0) + 1;
        form.noValidate = true;
        button.click();
        button.click();
    }
    return wanted;
}"""
"""Presses every form's first button twice, sends nothing, and counts by path what would have been
sent: by the browser, by a script, or from what the phone keeps. It is kept as of a person that
there is not, or the next page and the service worker sent it in earnest.
"""
_TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class _Tab:
    """A tab of one person, and what came into it and went wrong in it since it was emptied."""

    tab: Page
    devtools: CDPSession
    faults: Faults = field(default_factory=Faults)
    came: list[Request] = field(default_factory=list)

    async def empty(self, origin: str) -> None:
        """Leave the browser as one that was never here before, but for who is signed in."""
        await self.tab.goto("about:blank")
        await self.devtools.send(
            "Storage.clearDataForOrigin", {"origin": origin, "storageTypes": _KEPT}
        )
        await self.devtools.send("Network.clearBrowserCache")
        await self.write_in(_USUAL)
        self.faults.said.clear()
        self.came.clear()

    async def write_in(self, size: int) -> None:
        """Set the letters that the reader wants, in pixels."""
        await self.devtools.send("Page.setFontSizes", {"fontSizes": {"standard": size}})


TabOf = Callable[[str | None], Awaitable[_Tab]]


@pytest.fixture(scope="module")
async def tab_of(browser: Browser, instance: Instance, state_of: StateOf) -> AsyncIterator[TabOf]:
    """Return the tab of a role, in which its pages are opened one after the other."""
    async with AsyncExitStack() as open_ones:
        known: dict[str | None, _Tab] = {}

        async def tab(role: str | None) -> _Tab:
            if role not in known:
                context = await browser.new_context(
                    base_url=instance.url("portal"),
                    storage_state=await state_of(role),
                    reduced_motion="reduce",
                    **PHONE,
                )
                open_ones.push_async_callback(context.close)
                context.set_default_timeout(TIMEOUT_MS)
                page = await context.new_page()
                made = known[role] = _Tab(page, await context.new_cdp_session(page))
                made.faults.listen(page)
                page.on("requestfinished", lambda each: made.came.append(each))
            return known[role]

        yield tab


@dataclass(frozen=True)
class Visit:
    """A page that is open, and what came with it: bytes by address."""

    page: PageAt
    tab: Page
    faults: Faults
    weights: Mapping[str, int]
    write_in: Callable[[int], Awaitable[None]]


@pytest.fixture(scope="module", params=pages_that_are_there(), ids=lambda page: page.name)
async def visit(
    request: pytest.FixtureRequest, instance: Instance, scene: Scene, tab_of: TabOf
) -> Visit:
    page: PageAt = request.param
    at = await tab_of(page.role)
    await at.empty(instance.url("portal"))
    await at.tab.goto(page.url(scene), wait_until="load")
    weights = {each.url: (await each.sizes())["responseBodySize"] for each in at.came}
    return Visit(page, at.tab, at.faults, weights, at.write_in)


async def test_a_page_is_light_and_keeps_to_its_policy(visit: Visit) -> None:
    assert await visit.tab.evaluate(_STYLED) == 0
    assert visit.faults.said == []
    ours = {url: size for url, size in visit.weights.items() if "/files/" not in url}
    assert sum(ours.values()) <= MAX_FIRST_BYTES, ours
    if not visit.page.name.startswith("kit"):
        assert ours[visit.tab.url] <= MAX_PAGE_BYTES


async def test_twice_as_large_text_breaks_instead_of_scrolling(visit: Visit) -> None:
    if visit.page.is_wall:
        return  # it has the screen that it is made for

    await visit.write_in(_TWICE)

    assert (
        await visit.tab.evaluate("getComputedStyle(document.documentElement).fontSize")
        == f"{_TWICE}px"
    )
    assert await visit.tab.evaluate(_WIDTH) <= PHONE["viewport"]["width"]


async def test_a_double_click_sends_each_form_once(visit: Visit) -> None:
    wanted = await visit.tab.evaluate(_PRESS_ALL_TWICE)

    async def all_sent() -> bool:
        return bool(await visit.tab.evaluate("window.sent") == wanted)

    assert wanted or visit.page.is_wall
    await eventually(all_sent)
    await visit.tab.evaluate(_TWO_FRAMES)
    assert await visit.tab.evaluate("window.sent") == wanted
