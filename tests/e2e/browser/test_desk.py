"""The desk in a real browser: worked by keyboard, told at once of what is new, two dispatchers on
one job, and the wall.
"""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Page, Request, Route, expect

from fettle.up.demo_people import TECHNICIAN
from fettle.up.instance import Instance
from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import NOT_KEPT, SITE, Jobs
from tests.support.browser import DESK, WALL, Faults, chromium
from tests.support.eventually import eventually

_OTHER = "jobs-other"
_ROWS = ".queue [data-key]"
_ALL_IS_SEEN = """[document.documentElement, document.querySelector(".queue")]
    .every((each) => each.scrollHeight <= each.clientHeight)"""
_MARKED = ".queue [data-key][aria-current=true]"


class Desk(Jobs):
    """The site demo with two technicians, and tickets that are cancelled in the end."""

    opened: tuple[str, ...] = ()

    async def report(self, unit: str, words: str, **more: str) -> str:
        """Return the id of a ticket that a resident has opened."""
        body = {
            "site_id": SITE,
            "category": "electrical",
            "unit": unit,
            "description": words,
            **more,
        }
        ticket = await self.ask("POST", "tickets", "/v1/tickets", body, role="resident", id=unit)
        self.opened = (*self.opened, str(ticket["id"]))
        return self.opened[-1]

    async def job_of(self, ticket_id: str) -> str:
        async def job() -> str:
            found = await self.ask("GET", "dispatch", f"/v1/jobs?ticket_id={ticket_id}")
            return str(found["items"][0]["id"]) if found["items"] else ""

        return await eventually(job)

    async def assigned(self, job_id: str) -> list[tuple[str, str]]:
        """Return whom dispatchers have asked: the technician, and how the offer stands."""
        offers = (await self.job(job_id))["offers"]
        return [(each["technician_id"], each["state"]) for each in offers if each["assigned_by"]]

    async def clear(self) -> None:
        for id in self.opened:
            await self.ask("POST", "tickets", f"/v1/tickets/{id}/cancel", {"reason": "试过了"})


@pytest.fixture
async def desk(instance: Instance) -> AsyncIterator[Desk]:
    chromium()
    async with httpx.AsyncClient(timeout=30, limits=NOT_KEPT) as http:
        made = Desk(instance, http)
        await made.hire()
        yield made
        await made.clear()


async def _look(page: Page, *ticket_ids: str) -> None:
    """Open the board, on which these tickets stand."""
    await page.goto("/ops")
    for id in ticket_ids:
        await page.locator(f".queue [data-key='{id}']").wait_for()


async def _marked(page: Page) -> str:
    return await page.locator(_MARKED).get_attribute("data-key") or ""


async def _choose(page: Page, ticket_id: str) -> None:
    """Go down with j until the ticket's row is the marked one."""
    for _ in range(await page.locator(_ROWS).count()):
        await page.keyboard.press("j")
        if await _marked(page) == ticket_id:
            return
    pytest.fail("the ticket's row was never reached")


async def test_the_board_is_worked_by_keyboard(desk: Desk, new_context: NewContext) -> None:
    await desk.report("1-101", "卧室的灯不亮")
    ticket = await desk.report("1-201", "厨房的插座没有电")
    context = await new_context("dispatcher", reduced_motion="no-preference", **DESK)
    page, faults = await context.new_page(), Faults()
    faults.listen(page)

    await _look(page, *desk.opened)
    await page.keyboard.press("k")  # from nowhere: the last row
    await expect(page.locator(_ROWS).last).to_have_attribute("aria-current", "true")
    await page.reload()
    await page.keyboard.press("j")
    await expect(page.locator(_ROWS).first).to_have_attribute("aria-current", "true")
    first = await _marked(page)
    await page.keyboard.press("j")
    assert await _marked(page) != first
    await page.keyboard.press("k")
    assert await _marked(page) == first
    await page.keyboard.press("k")  # there is none before the first
    assert await _marked(page) == first

    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_visible()
    await page.keyboard.press("j")
    assert await _marked(page) == first
    await page.keyboard.press("Escape")
    await expect(page.locator("#keys")).to_be_hidden()

    await page.keyboard.press("/")
    await page.keyboard.type("jam?n/w")
    await expect(page.locator("[data-search]")).to_have_value("jam?n/w")
    assert page.url.endswith("/ops")
    await page.keyboard.press("Escape")
    await page.reload()

    await _choose(page, ticket)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/ops/tickets/{ticket}")
    await page.keyboard.press("a")
    await page.wait_for_url("**/ops/jobs/*/assign")
    await page.goto(f"/ops/tickets/{ticket}")
    await page.keyboard.press("m")
    await page.wait_for_url(f"**/ops/tickets/{ticket}/merge")
    await page.goto("/ops")
    await page.keyboard.press("n")
    await page.wait_for_url("**/ops/new*")
    assert faults.said == []


async def test_a_row_is_assigned_and_merged_from_the_board(
    desk: Desk, new_context: NewContext
) -> None:
    ticket = await desk.report("1-301", "过道的灯一直闪")
    job_id = await desk.job_of(ticket)
    page = await (await new_context("dispatcher", **DESK)).new_page()

    for key, path in (("a", f"/ops/jobs/{job_id}/assign"), ("m", f"/ops/tickets/{ticket}/merge")):
        await _look(page, ticket)
        await _choose(page, ticket)
        await page.keyboard.press(key)
        await page.wait_for_url(f"**{path}")


async def test_a_new_ticket_comes_onto_the_board_and_the_marked_row_stays(
    desk: Desk, new_context: NewContext
) -> None:
    ticket = await desk.report("2-101", "门厅的开关松了")
    page, faults = await (await new_context("dispatcher", **DESK)).new_page(), Faults()
    faults.listen(page)
    await _look(page, ticket)
    await _choose(page, ticket)
    before = int(await page.get_by_test_id("board-open").locator("b").inner_text())

    fresh = await desk.report("2-201", "配电箱跳闸，合不上")

    await page.locator(f".queue [data-key='{fresh}']").wait_for()
    await expect(page.get_by_test_id("board-open").locator("b")).to_have_text(str(before + 1))
    assert await _marked(page) == ticket
    assert (
        await page.evaluate("document.activeElement.closest('[data-key]')?.dataset.key") == ticket
    )
    assert faults.said == []


async def test_a_double_click_assigns_once(desk: Desk, new_context: NewContext) -> None:
    ticket = await desk.report("2-301", "书房的插座松了")
    job_id = await desk.job_of(ticket)
    page = await (await new_context("dispatcher", **DESK)).new_page()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    await page.goto(f"/ops/jobs/{job_id}/assign")

    await page.get_by_test_id(f"assign-row-{TECHNICIAN}").locator("button").dblclick()

    await page.wait_for_url(f"**/ops/tickets/{ticket}")
    await expect(page.locator(".toast")).to_be_visible()
    assert len(sent) == 1
    assert await desk.assigned(job_id) == [(TECHNICIAN, "open")]


async def test_of_two_dispatchers_the_second_is_told_who_was_asked(
    desk: Desk, new_context: NewContext
) -> None:
    ticket = await desk.report("3-101", "阳台的插座冒烟")
    job_id = await desk.job_of(ticket)
    path = f"/ops/jobs/{job_id}/assign"
    first = await (await new_context("dispatcher", **DESK)).new_page()
    third = await (await new_context("admin", locale="zh-CN", **DESK)).new_page()
    second = await (await new_context("manager", locale="zh-CN", **DESK)).new_page()

    async def cut(route: Route) -> None:
        await route.abort()

    await second.route("**/live*", cut)  # or it would see what the first does
    for page in (first, second, third):
        await page.goto(path)

    await first.get_by_test_id(f"assign-row-{TECHNICIAN}").locator("button").click()
    await first.wait_for_url(f"**/ops/tickets/{ticket}")
    await third.get_by_text(re.compile("派给了.*，在等回答")).wait_for()
    await second.get_by_test_id(f"assign-row-{_OTHER}").locator("button").click()

    await expect(second.get_by_role("alert")).to_contain_text("没有指派")
    await expect(second.get_by_role("alert")).to_contain_text("李强")
    assert await desk.assigned(job_id) == [(TECHNICIAN, "open")]


async def test_the_wall_fits_its_screen_and_is_told_of_what_is_new(
    desk: Desk, new_context: NewContext
) -> None:
    for floor in range(1, 9):
        await desk.report(f"4-{floor}01", f"{floor} 楼的灯不亮")
    page, faults = await (await new_context("dispatcher", **WALL)).new_page(), Faults()
    faults.listen(page)
    await page.goto("/ops")
    await page.keyboard.press("w")
    await page.wait_for_url("**/ops?wall=1")

    await expect(page.locator(_ROWS)).to_have_count(7)
    assert await page.evaluate(_ALL_IS_SEEN)
    assert await page.locator("nav, form, button").count() == 0
    fresh = await desk.report("5-101", "水漫到配电箱了，快来人", category="plumbing")
    await page.locator(f".queue [data-key='{fresh}']").wait_for()

    await page.keyboard.press("w")
    await page.wait_for_url("**/ops")
    assert faults.said == []
