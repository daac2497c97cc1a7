"""What every page does: counts by the server's clock, sends once, is worked by keyboard and without
scripts.
"""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, Request, Route

from tests.e2e.browser.conftest import NewContext
from tests.support.browser import DESK, PHONE, Faults
from tests.support.eventually import eventually
from tests.support.scene import Scene

_KIT = "/kit?face=r"


async def _number(tab: Page) -> int:
    return int(await tab.locator(".ring b").nth(1).inner_text())


async def test_rings_count_by_the_servers_clock(new_context: NewContext) -> None:
    context = await new_context(**PHONE)
    await context.clock.install(time=datetime.now(UTC) + timedelta(days=1))
    tab = await context.new_page()

    await tab.goto(_KIT)

    first = await _number(tab)
    assert 0 < first <= 60
    await tab.clock.run_for(5000)
    assert first - 7 <= await _number(tab) <= first - 4
    await tab.clock.run_for(120_000)
    assert await _number(tab) == 0
    assert await tab.locator(".ring").nth(1).get_attribute("data-s") == "late"


async def test_times_count_on_as_the_server_would_say_them(new_context: NewContext) -> None:
    context = await new_context(**DESK)
    await context.clock.install(time=datetime.now(UTC))
    tab = await context.new_page()
    await tab.goto("/kit?face=ops&lang=en")
    due = tab.locator(".q .due b").nth(1)

    await tab.clock.run_for(1000)
    assert await due.inner_text() == "3 min left"
    await tab.clock.run_for(5 * 60_000)

    assert await due.inner_text() == "2 min over"


async def test_a_form_is_sent_once_however_often_it_is_pressed(new_context: NewContext) -> None:
    context = await new_context(reduced_motion="no-preference", **DESK)
    tab = await context.new_page()
    sent: list[Request] = []
    tab.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    await tab.goto(_KIT)

    await tab.evaluate(
        "const dark = document.querySelector('button[value=dark]'); dark.click(); dark.click();"
    )

    await tab.wait_for_selector("html[data-theme=dark]")
    assert len(sent) == 1


async def test_what_a_gateway_answers_in_the_portals_place_leaves_what_was_written(
    scene: Scene, new_context: NewContext
) -> None:
    tab = await (await new_context("dispatcher", locale="zh-CN", **DESK)).new_page()
    await tab.goto(f"/ops/tickets/{scene.tickets['working']}")
    reply = tab.locator("#reply")

    async def answer(route: Route) -> None:
        await route.fulfill(status=502, content_type="text/html", body="<h1>nginx</h1>")

    await tab.route("**/comments", answer)
    await reply.locator("textarea").fill("还没送出")
    await reply.locator("button").click()

    await reply.get_by_text("现在收不了").wait_for()
    assert await reply.locator("textarea").input_value() == "还没送出"


async def test_the_language_is_switched_without_a_script(new_context: NewContext) -> None:
    context = await new_context(java_script_enabled=False, locale="zh-CN", **PHONE)
    tab = await context.new_page()
    await tab.goto(_KIT)
    assert await tab.locator("html").get_attribute("lang") == "zh-CN"

    await tab.get_by_test_id("lang-switch").click()

    await tab.wait_for_selector("html[lang=en]")
    assert tab.url.endswith(_KIT)


async def test_the_first_tab_leads_past_the_navigation(
    scene: Scene, new_context: NewContext
) -> None:
    assert scene.offer_id
    context = await new_context("technician", **DESK)
    tab = await context.new_page()
    await tab.goto("/w")

    await tab.keyboard.press("Tab")
    assert await tab.evaluate("document.activeElement.className") == "skip"
    await tab.keyboard.press("Enter")
    await tab.keyboard.press("Tab")

    assert await tab.evaluate("document.activeElement.closest('main') !== null")


async def test_a_dialog_opens_and_closes_by_keyboard_and_without_a_script(
    new_context: NewContext,
) -> None:
    for scripts in (True, False):
        context = await new_context(
            java_script_enabled=scripts, reduced_motion="no-preference", **DESK
        )
        tab = await context.new_page()
        await tab.goto("/kit?face=ops")

        await tab.locator("[data-dialog=kit-dialog]").focus()
        await tab.keyboard.press("Enter")

        await tab.locator("#kit-dialog").wait_for(state="visible")
        if scripts:
            await tab.keyboard.press("Escape")
            await tab.locator("#kit-dialog").wait_for(state="hidden")


async def test_colours_of_the_readers_own_leave_every_sign_and_nothing_moves(
    new_context: NewContext,
) -> None:
    context = await new_context(forced_colors="active", reduced_motion="reduce", **DESK)
    tab, faults = await context.new_page(), Faults()
    faults.listen(tab)
    await tab.goto("/kit?face=ops")

    edges = await tab.evaluate(
        "['.btn', '.pill', '.note', '.kpi', '.chip'].map("
        "(name) => getComputedStyle(document.querySelector(name)).borderTopWidth)"
    )

    endless = await tab.evaluate(
        "document.getAnimations().filter((each) => each.effect.getTiming().iterations > 1).length"
    )

    assert set(edges) == {"1px"}
    assert endless == 0
    assert faults.said == []


async def test_a_page_that_comes_back_by_the_back_button_can_be_sent_again(
    new_context: NewContext,
) -> None:
    context = await new_context(reduced_motion="no-preference", **DESK)
    tab = await context.new_page()
    await tab.goto(_KIT)
    await tab.locator("button[value=dark]").click()
    await tab.wait_for_selector("html[data-theme=dark]")
    await tab.go_back()

    async def free() -> bool:
        return await tab.locator("[aria-busy=true]:not(.btn.go)").count() == 0

    assert await eventually(free)
