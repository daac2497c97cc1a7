"""Pages that are left open overnight: the line is cut, the machine sleeps, much happens, and in the
morning the screen is right by itself, with nothing on it twice.
"""

from playwright.async_api import BrowserContext, Page, expect

from fettle.up.demo_people import RESIDENT, TECHNICIAN
from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import Jobs
from tests.support.browser import DESK, PHONE, sign_in
from tests.support.eventually import eventually
from tests.support.wire import Wire

_NIGHT = "08:00:00"
_KEYS = "(all) => all.map((each) => each.dataset.key)"
_CUT = "[data-live-dot][data-s=late]"


async def _open(context: BrowserContext, line: Wire, role: str, path: str) -> Page:
    """Open the page as that person of the demo, marked so that a reload shows."""
    await sign_in(context, line.url, role)
    await context.clock.install()
    page = await context.new_page()
    await page.goto(f"{line.url}{path}")
    await page.evaluate("window.stays = true")
    return page


async def _wake(page: Page, line: Wire) -> None:
    """Mend the line, and have the machine wake up eight hours later."""
    await line.mend()
    await page.clock.fast_forward(_NIGHT)


async def _once(page: Page, rows: str, *wanted: str, gone: str = "") -> None:
    """See that these rows are there once each, that the other is gone, and nothing is twice."""

    async def are_there() -> bool:
        keys = await page.locator(f"{rows} [data-key]").evaluate_all(_KEYS)
        assert set(wanted) <= set(keys), keys
        assert gone not in keys
        assert len(keys) == len(set(keys)), keys
        return True

    await eventually(are_there)


async def test_the_board_is_right_in_the_morning(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    over, _ = await jobs.waiting("1-501")
    page = await _open(await new_context(**DESK), line, "dispatcher", "/ops")
    open_before = int(await page.get_by_test_id("board-open").locator("b").inner_text())
    await _once(page, ".queue", over)

    await line.cut()
    await page.locator(_CUT).wait_for()
    fresh = [(await jobs.waiting(unit))[0] for unit in ("1-601", "1-701")]
    await jobs.ask("POST", "tickets", f"/v1/tickets/{over}/cancel", {"reason": "试过了"})
    await _wake(page, line)

    await _once(page, ".queue", *fresh, gone=over)
    await expect(page.get_by_test_id("board-open").locator("b")).to_have_text(str(open_before + 1))
    await page.locator(_CUT).wait_for(state="detached")
    assert await page.evaluate("window.stays")
    again, _ = await jobs.waiting("1-801")
    await _once(page, ".queue", *fresh, again)
    for id in (*fresh, again):
        await jobs.ask("POST", "tickets", f"/v1/tickets/{id}/cancel", {"reason": "试过了"})


async def test_a_residents_ticket_is_right_in_the_morning_and_what_they_wrote_is_there(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    report = {"site_id": jobs.site, "category": "plumbing", "unit": "3-1202", "description": "漏水"}
    ticket = await jobs.ask("POST", "tickets", "/v1/tickets", report, role="resident", id=RESIDENT)
    path = f"/v1/tickets/{ticket['id']}"
    context = await new_context(locale="zh-CN", **PHONE)
    page = await _open(context, line, "resident", f"/r/tickets/{ticket['id']}")
    await page.get_by_test_id("ticket-comment").fill("还没写完")

    await line.cut()
    await page.locator(_CUT).wait_for()
    for text in ("明早来", "已经到楼下"):
        await jobs.ask("POST", "tickets", f"{path}/comments", {"text": text})
    await jobs.ask("POST", "tickets", f"{path}/resolve", {"note": "换了接头"})
    await _wake(page, line)

    await page.get_by_test_id("ticket-confirm").wait_for()
    await _once(page, "[data-part=line]")
    for text in ("明早来", "已经到楼下"):
        await expect(page.locator("[data-part=line]").get_by_text(text)).to_have_count(1)
    assert await page.get_by_test_id("ticket-comment").input_value() == "还没写完"
    assert await page.evaluate("window.stays")


async def test_a_technicians_day_is_right_in_the_morning(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, kept = await jobs.accepted("2-501")
    _, lost = await jobs.accepted("2-601")
    _, offered = await jobs.waiting("2-701")
    page = await _open(await new_context(**PHONE), line, "technician", "/w")
    await _once(page, "[data-part=day]", kept, lost)

    await line.cut()
    await jobs.give_to_another(lost)
    offer = await jobs.offer(offered, TECHNICIAN)
    await _wake(page, line)

    await _once(page, "[data-part=day]", kept, gone=lost)
    await _once(page, "[data-part=offers]", offer)
    assert await page.evaluate("window.stays")
