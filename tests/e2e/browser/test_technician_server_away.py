"""A server that is away is told from a want of signal, on a technician's phone."""

from playwright.async_api import Route

from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import Jobs
from tests.e2e.browser.phone import all_sent, day_kept, open_job, press, shows
from tests.support.browser import PHONE
from tests.support.wire import Wire

_JUDGE = """async (status) => {
    const {outcomeOf, whyUnsent} = await import("/static/js/outbox_rules.js");
    const outcome = outcomeOf({status, body: null}, {fields: []}, []);
    const kept = {state: "waiting", answer: `${status}`};
    const refused = {state: "refused", refusal: {status}};
    return [outcome, whyUnsent(outcome === "refused" ? refused : kept)];
}"""
_CONTACT = """async () => {
    const {contact} = await import("/static/js/outbox.js");
    const {away, signedOut, person} = await contact() ?? {};
    return away ? "away" : signedOut ? "signed out" : person ?? "no signal";
}"""
_COUNT_PERSISTS = """
    self.persists = 0;
    StorageManager.prototype.persist = async () => { self.persists += 1; };
"""
_NOW = '{"now": "2026-01-01T00:00:00Z", "person": "who", "csrf": ""}'


async def test_an_answer_that_is_not_ours_is_judged_by_its_status(new_context: NewContext) -> None:
    page = await (await new_context()).new_page()
    await page.goto("/login")

    judged = {status: await page.evaluate(_JUDGE, status) for status in (413, 403, 429, 502, 504)}

    assert judged == {
        413: ["refused", "large"],
        403: ["refused", "unsaid"],
        429: ["wait", "away"],
        502: ["wait", "away"],
        504: ["wait", "away"],
    }


async def test_a_server_that_is_away_is_told_from_a_want_of_signal(
    new_context: NewContext,
) -> None:
    page = await (await new_context()).new_page()
    await page.goto("/login")

    async def contact(status: int, type: str = "text/html", body: str = "<h1>nginx</h1>") -> str:
        async def answer(route: Route) -> None:
            if status:
                await route.fulfill(status=status, content_type=type, body=body)
            else:
                await route.abort()

        await page.route("**/api/now", answer, times=1)
        return str(await page.evaluate(_CONTACT))

    assert [await contact(status) for status in (200, 404, 429, 500, 502, 503)] == ["away"] * 6
    assert [await contact(status) for status in (0, 401)] == ["no signal", "signed out"]
    assert await contact(200, "application/json", _NOW) == "who"
    assert await contact(200, "application/json", _NOW[:9]) == "no signal"


async def test_what_is_pressed_while_the_server_is_away_says_so_and_is_sent_when_it_is_back(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, job_id = await jobs.accepted("3-601")

    context = await new_context(**PHONE)
    await context.add_init_script(_COUNT_PERSISTS)
    page = await day_kept(context, line, job_id)
    await line.lead_nowhere()
    await open_job(page, line, job_id)
    strip = page.get_by_test_id("outbox-count")
    await strip.get_by_text("服务器暂时没有回应，这是之前的样子").wait_for()
    await press(page, "travel")
    await shows(page, "travelling")
    await strip.get_by_text("服务器暂时没有回应 · 1 项待发送").wait_for()
    assert await page.evaluate("persists") == 1
    await line.mend()
    await all_sent(page)

    assert (await jobs.states(job_id))[-1] == "travelling"
