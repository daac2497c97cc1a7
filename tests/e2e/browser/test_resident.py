"""A resident in a real browser: three taps and a sentence, without a signal, without a script."""

import contextlib
import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.async_api import FilePayload, Page, Route

from fettle.up.demo_people import RESIDENT
from fettle.up.instance import Instance
from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import NOT_KEPT
from tests.support.browser import PHONE, SHARP_PHONE, Faults, browser_on_profile, sign_in
from tests.support.eventually import eventually
from tests.support.wire import Wire

_SITE = "demo"
_PATIENCE_MS = 20_000
_MAX_SENT = 450 * 1024
_NO_STORE = "() => { IDBFactory.prototype.open = () => { throw new Error('a private window'); }; }"


def _photo(size: tuple[int, int] = (2400, 1800)) -> FilePayload:
    """A photo of several megabytes, such as a phone takes."""
    held = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(held, "JPEG", quality=92)
    return {"name": "leak.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


async def _ask(
    instance: Instance, method: str, path: str, body: Any = None, role: str = "dispatcher"
) -> Any:
    headers = {"Authorization": f"Bearer {instance.token(role, 'wang', _SITE)}"}
    async with httpx.AsyncClient(timeout=30, limits=NOT_KEPT) as http:
        answer = await http.request(
            method, instance.url("tickets") + path, json=body, headers=headers
        )
    assert answer.is_success, answer.text
    return answer.json()


async def _tickets(instance: Instance, text: str) -> list[dict[str, Any]]:
    found = await _ask(instance, "GET", f"/v1/tickets?reporter={RESIDENT}&limit=200")
    return [each for each in found["items"] if each["description"] == text]


@contextlib.contextmanager
def _stopped(instance: Instance, service: str) -> Iterator[None]:
    """Have the service answer nothing inside the block."""
    pid = instance.children[service].pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def _stand_between(page: Page, status: int) -> None:
    """Have a gateway answer in the portal's place, in its own words."""

    async def answer(route: Route) -> None:
        await route.fulfill(status=status, content_type="text/html", body="<h1>nginx</h1>")

    await page.unroute("**/r/report")
    await page.route("**/r/report", answer)


async def _fill_in(page: Page, text: str, *photos: FilePayload) -> None:
    if photos:
        await page.get_by_test_id("report-photo").locator("input").set_input_files(list(photos))
        await page.locator("[data-photos] img").first.wait_for()
    await page.get_by_test_id("report-category-plumbing").click()
    await page.get_by_test_id("report-text").fill(text)


async def test_three_taps_and_a_sentence(instance: Instance, new_context: NewContext) -> None:
    context = await new_context(
        "resident", locale="zh-CN", reduced_motion="no-preference", **SHARP_PHONE
    )
    page, faults = await context.new_page(), Faults()
    faults.listen(page)
    await page.goto("/r")
    await page.get_by_text("我要报修").click()
    await _fill_in(page, "三下报修：水管漏水", _photo())

    async with page.expect_request(lambda request: request.method == "POST") as sent:
        await page.get_by_test_id("report-send").click()
    await page.wait_for_url("**/r/tickets/*", timeout=_PATIENCE_MS)

    size = int((await (await sent.value).all_headers()).get("content-length", "0"))
    assert 0 < size <= _MAX_SENT
    await page.get_by_test_id("ticket-who").get_by_text("师傅").wait_for()
    (ticket,) = await _tickets(instance, "三下报修：水管漏水")
    assert len(ticket["attachments"]) == 1
    await page.locator(".photo img").first.wait_for()
    assert faults.said == []


async def test_news_are_shown_without_a_reload(instance: Instance, new_context: NewContext) -> None:
    page = await (await new_context("resident", **PHONE)).new_page()
    await page.goto("/r/report")
    await _fill_in(page, "等消息：水管漏水")
    await page.get_by_test_id("report-send").click()
    await page.wait_for_url("**/r/tickets/*", timeout=_PATIENCE_MS)
    id = page.url.rpartition("/")[2]
    await page.evaluate("window.stays = true")
    await page.get_by_test_id("ticket-comment").fill("写到一半")

    await _ask(instance, "POST", f"/v1/tickets/{id}/resolve", {"note": "换了接头"})

    await page.get_by_test_id("ticket-confirm").wait_for(timeout=_PATIENCE_MS)
    assert await page.evaluate("window.stays")
    assert await page.get_by_test_id("ticket-comment").input_value() == "写到一半"
    for name in ("speed", "quality", "manner"):
        await page.get_by_test_id(f"rate-{name}-5").click()
    await page.get_by_test_id("ticket-confirm").dblclick()
    await page.get_by_test_id("ticket-state").get_by_text("已结单").wait_for(timeout=_PATIENCE_MS)
    await page.go_back()
    await page.get_by_test_id("ticket-state").get_by_text("已结单").wait_for(timeout=_PATIENCE_MS)


async def test_without_a_signal_a_report_is_kept_over_a_restart_and_sent_once(
    instance: Instance, line: Wire, tmp_path: Path
) -> None:
    text = "没有信号：水管漏水"
    async with browser_on_profile(tmp_path) as context:
        await sign_in(context, line.url, "resident")
        page = await context.new_page()
        await page.goto(f"{line.url}/r/report")
        await _fill_in(page, text, _photo())
        await line.cut()
        await page.get_by_test_id("report-send").click()
        await page.get_by_test_id("outbox-item").wait_for(timeout=_PATIENCE_MS)
        assert text in await page.get_by_test_id("outbox-item").inner_text()
        assert await page.get_by_test_id("report-text").input_value() == ""
    assert await _tickets(instance, text) == []

    await line.mend()
    async with browser_on_profile(tmp_path) as context:
        page = await context.new_page()
        await page.goto(f"{line.url}/r")
        await page.get_by_text("已送出").click(timeout=_PATIENCE_MS)
        await page.wait_for_url("**/r/tickets/*")
        await page.goto(f"{line.url}/r")
        await page.wait_for_load_state("networkidle")
        assert await page.get_by_test_id("outbox-item").count() == 0

    (ticket,) = await _tickets(instance, text)
    assert len(ticket["attachments"]) == 1


async def test_an_answer_that_was_lost_on_the_way_makes_no_second_ticket(
    instance: Instance, line: Wire, new_context: NewContext
) -> None:
    text = "答复丢了：水管漏水"
    context = await new_context(**PHONE)
    await sign_in(context, line.url, "resident")
    page = await context.new_page()
    await page.goto(f"{line.url}/r/report")
    await _fill_in(page, text)

    async def lost(route: Any) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/r/report", lost, times=1)
    await page.get_by_test_id("report-send").click()
    await page.get_by_test_id("outbox-item").wait_for(timeout=_PATIENCE_MS)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.get_by_text("已送出").wait_for(timeout=_PATIENCE_MS)

    assert len(await _tickets(instance, text)) == 1


async def test_what_is_refused_is_shown_and_is_the_residents_to_send_again_or_drop(
    new_context: NewContext,
) -> None:
    page = await (await new_context("resident", locale="zh-CN", **PHONE)).new_page()
    await page.goto("/r/report")
    await _fill_in(page, "长" * 4001)
    await _stand_between(page, 502)
    await page.get_by_test_id("report-send").click()
    await page.get_by_test_id("outbox-item").wait_for(timeout=_PATIENCE_MS)
    await page.get_by_text("现在收不了").wait_for()

    await _stand_between(page, 413)
    await page.evaluate("dispatchEvent(new Event('online'))")

    too_large = page.get_by_test_id("outbox-item").filter(has_text="少带几张照片")
    await too_large.wait_for(timeout=_PATIENCE_MS)
    await page.unroute("**/r/report")
    await too_large.get_by_text("再试一次").click()
    refused = page.get_by_test_id("outbox-item").filter(has_text="太长了")
    await refused.wait_for(timeout=_PATIENCE_MS)
    await refused.get_by_text("不发了").click()
    await refused.wait_for(state="detached")

    await page.evaluate(_NO_STORE)
    await _fill_in(page, "没有地方存")
    await _stand_between(page, 502)
    await page.get_by_test_id("report-send").click()
    await page.locator("form [data-told]").get_by_text("现在收不了").wait_for()


async def test_who_was_signed_out_is_told_so_and_the_report_is_sent_after_the_next_sign_in(
    instance: Instance, new_context: NewContext
) -> None:
    text = "登录结束：水管漏水"
    context = await new_context("resident", locale="zh-CN", **PHONE)
    page = await context.new_page()
    await page.goto("/r/report")
    await _fill_in(page, text)
    await context.clear_cookies()
    await page.get_by_test_id("report-send").click()
    await page.get_by_text("重新登录后自动发").wait_for(timeout=_PATIENCE_MS)
    await page.get_by_role("link", name="登录", exact=True).wait_for()

    await sign_in(context, instance.url("portal"), "resident")
    await page.goto("/r")
    await page.get_by_text("已送出").wait_for(timeout=_PATIENCE_MS)

    assert len(await _tickets(instance, text)) == 1


async def test_all_of_it_works_without_scripts(instance: Instance, new_context: NewContext) -> None:
    context = await new_context("resident", java_script_enabled=False, locale="zh-CN", **PHONE)
    page = await context.new_page()
    await page.goto("/r/report")
    await page.get_by_test_id("report-category-complaint").wait_for(state="attached")
    await page.get_by_text("不是报修：投诉").click()
    await page.get_by_test_id("report-category-complaint").click()
    await page.get_by_text("噪音").click()  # the question of that category alone is seen
    await page.get_by_test_id("report-text").fill("没有脚本：楼上太吵")
    await page.get_by_test_id("report-send").click()
    await page.wait_for_url("**/r/tickets/*")

    (ticket,) = await _tickets(instance, "没有脚本：楼上太吵")
    assert ticket["answers"] == {"about": "noise"}
    await page.get_by_test_id("ticket-comment").fill("昨晚也是")
    await page.get_by_test_id("ticket-comment-send").click()
    await page.get_by_text("昨晚也是").wait_for()
    await page.get_by_test_id("ticket-urge").click()
    await page.get_by_text("后可再催").wait_for()
    await page.get_by_test_id("ticket-cancel").click()
    await page.get_by_test_id("ticket-cancel-send").click()
    await page.get_by_test_id("ticket-state").get_by_text("已取消").wait_for()


async def test_what_was_written_outlives_its_session_without_scripts(
    instance: Instance, new_context: NewContext
) -> None:
    context = await new_context("resident", java_script_enabled=False, locale="zh-CN", **PHONE)
    page = await context.new_page()
    await page.goto("/r/report")
    await page.get_by_test_id("report-category-plumbing").click()
    await page.get_by_test_id("report-text").fill("登录过期：水槽漏水")
    await context.clear_cookies()

    await page.get_by_test_id("report-send").click()
    await page.get_by_text("登录过期：水槽漏水").wait_for()
    await (await context.new_page()).goto("/login/demo?as=resident")
    await page.get_by_role("button", name="再送一次").click()
    await page.get_by_text("现在登录的是").wait_for()
    await page.get_by_role("button", name="再送一次").click()
    await page.wait_for_url("**/r/tickets/*")

    assert len(await _tickets(instance, "登录过期：水槽漏水")) == 1


async def test_a_guest_reports_by_the_code_on_the_wall(
    instance: Instance, new_context: NewContext
) -> None:
    found = await _ask(instance, "GET", f"/v1/sites/{_SITE}/places?kind=spot&limit=50")
    code = next(each["code"] for each in found["items"] if each["spot"] == "gate")
    page = await (await new_context(locale="zh-CN", **PHONE)).new_page()
    await page.goto(f"/q/{code.lower()}")
    await page.get_by_role("heading", name="小区大门").wait_for()
    await _fill_in(page, "大门关不上")
    await page.get_by_test_id("report-send").click()
    await page.wait_for_url("**/t/*", timeout=_PATIENCE_MS)
    id = (await _ask(instance, "GET", "/v1/tickets?q=大门关不上"))["items"][0]["id"]

    await _ask(instance, "POST", f"/v1/tickets/{id}/comments", {"text": "马上派人"})

    await page.get_by_text("马上派人").wait_for(timeout=_PATIENCE_MS)


async def test_while_tickets_hangs_a_report_waits_on_the_phone(
    instance: Instance, new_context: NewContext
) -> None:
    text = "服务停了：水管漏水"
    page = await (await new_context("resident", locale="zh-CN", **PHONE)).new_page()
    await page.goto("/r/report")
    await _fill_in(page, text)
    with _stopped(instance, "tickets"):
        await page.get_by_test_id("report-send").click()
        await page.get_by_test_id("outbox-item").wait_for(timeout=_PATIENCE_MS)

    async def arrived() -> bool:
        await page.evaluate("dispatchEvent(new Event('online'))")
        return len(await _tickets(instance, text)) == 1

    await eventually(arrived)
