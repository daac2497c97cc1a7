"""One person with two tabs, of which the second has not heard what the first did, and who goes
back afterwards: nothing is done twice, and each tab says what has become of it.
"""

from playwright.async_api import Page, Request, Route, expect

from fettle.up.demo_people import RESIDENT, TECHNICIAN
from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import Jobs
from tests.support.browser import DESK, PHONE

_MARKS = ("speed", "quality", "manner")


async def _cut(route: Route) -> None:
    await route.abort()


async def _two_tabs(new_context: NewContext, role: str, path: str, *paths: str) -> list[Page]:
    """Open the paths in tabs of one browser, of which the first alone hears of news."""
    context = await new_context(role, locale="zh-CN", **(DESK if role == "dispatcher" else PHONE))
    tabs: list[Page] = []
    for each in (path, *paths):
        tab = await context.new_page()
        if tabs:
            await tab.route("**/live*", _cut)
        await tab.goto(each)
        tabs.append(tab)
    return tabs


def _posts(page: Page) -> list[Request]:
    sent: list[Request] = []
    page.on("request", lambda each: sent.append(each) if each.method == "POST" else None)
    return sent


async def _resolved(jobs: Jobs) -> str:
    """Return a ticket of the demo's resident that waits for their word."""
    report = {"site_id": jobs.site, "category": "lock", "unit": "3-1202", "description": "门锁"}
    ticket = await jobs.ask("POST", "tickets", "/v1/tickets", report, role="resident", id=RESIDENT)
    await jobs.ask("POST", "tickets", f"/v1/tickets/{ticket['id']}/resolve", {"note": "换了锁"})
    return str(ticket["id"])


async def test_a_ticket_that_was_confirmed_in_another_tab_is_confirmed_once(
    jobs: Jobs, new_context: NewContext
) -> None:
    id = await _resolved(jobs)
    one, other = await _two_tabs(new_context, "resident", *2 * [f"/r/tickets/{id}"])

    await one.get_by_test_id("ticket-confirm").click()
    await one.get_by_test_id("ticket-state").get_by_text("已结单").wait_for()
    await other.get_by_test_id("ticket-confirm").click()
    await other.get_by_test_id("ticket-state").get_by_text("已结单").wait_for()
    assert await other.get_by_test_id("ticket-problem").count() == 0
    await other.go_back()
    await other.get_by_test_id("ticket-state").get_by_text("已结单").wait_for()
    await expect(other.get_by_test_id("ticket-confirm")).to_have_count(0)

    ticket = await jobs.ask("GET", "tickets", f"/v1/tickets/{id}")
    assert [step["state"] for step in ticket["steps"]].count("closed") == 1


async def test_a_page_that_says_no_to_a_form_hears_on_and_sends_it_no_second_time(
    jobs: Jobs, new_context: NewContext
) -> None:
    id = await _resolved(jobs)
    one, other = await _two_tabs(new_context, "resident", *2 * [f"/r/tickets/{id}"])
    for tab in (one, other):
        for name in _MARKS:
            await tab.get_by_test_id(f"rate-{name}-5").click()
    await one.get_by_test_id("rate-send").click()
    await one.get_by_test_id("rate-send").wait_for(state="detached")
    await other.unroute("**/live*", _cut)
    sent = _posts(other)
    await other.get_by_test_id("rate-send").click()
    problem = other.get_by_test_id("ticket-problem")
    await problem.wait_for()
    await other.evaluate("window.stays = true")

    await jobs.ask("POST", "tickets", f"/v1/tickets/{id}/comments", {"text": "谢谢您"})

    await other.locator("[data-part=line]").get_by_text("谢谢您").wait_for()
    assert await other.evaluate("window.stays")
    await expect(problem).to_be_visible()
    assert len(sent) == 1


async def test_what_was_written_in_a_form_that_was_refused_stays_when_news_come(
    jobs: Jobs, new_context: NewContext
) -> None:
    id = await _resolved(jobs)
    [tab] = await _two_tabs(new_context, "resident", f"/r/tickets/{id}")
    await tab.get_by_test_id("ticket-comment").fill("长" * 4001)
    await tab.get_by_test_id("ticket-comment-send").click()
    await tab.get_by_test_id("ticket-problem").wait_for()

    await jobs.ask("POST", "tickets", f"/v1/tickets/{id}/comments", {"text": "看到了"})

    await tab.locator("[data-part=line]").get_by_text("看到了").wait_for()
    assert await tab.get_by_test_id("ticket-comment").input_value() == "长" * 4001


async def test_an_offer_that_was_accepted_in_another_tab_leads_to_its_job(
    jobs: Jobs, new_context: NewContext
) -> None:
    _, job_id = await jobs.waiting("4-501")
    path = f"/w/offers/{await jobs.offer(job_id, TECHNICIAN)}"
    one, other = await _two_tabs(new_context, "technician", path, path)

    await one.get_by_test_id("offer-accept").click()
    await one.wait_for_url(f"**/w/jobs/{job_id}")
    await other.get_by_test_id("offer-accept").click()
    await other.wait_for_url(f"**/w/jobs/{job_id}")
    await other.go_back()
    await other.get_by_test_id("problem").wait_for()

    assert (await jobs.states(job_id)).count("accepted") == 1


async def test_a_ticket_that_was_cancelled_in_another_tab_is_cancelled_once_and_back_shows_it(
    jobs: Jobs, new_context: NewContext
) -> None:
    id, _ = await jobs.waiting("4-601")
    one, other = await _two_tabs(new_context, "dispatcher", *2 * [f"/ops/tickets/{id}#do-cancel"])

    for tab in (one, other):
        form = tab.locator("#do-cancel form")
        await form.locator("[name=reason]").fill("住户说好了")
        await form.locator("button").click()
    await one.get_by_test_id("ticket-state").get_by_text("已取消").wait_for()
    await other.get_by_text("已取消").first.wait_for()
    await other.reload()
    await other.get_by_test_id("ticket-state").get_by_text("已取消").wait_for()

    ticket = await jobs.ask("GET", "tickets", f"/v1/tickets/{id}")
    assert [step["state"] for step in ticket["steps"]].count("cancelled") == 1
