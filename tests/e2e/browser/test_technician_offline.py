"""A technician where there is no signal: what is pressed is kept, survives the browser, and arrives
in order, once. The network is really cut, and the browser really killed.
"""

import asyncio
import io
import os
import signal
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import BrowserContext, Error, FilePayload, Page, Route, Worker

from fettle.up.demo_people import TECHNICIAN
from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import Jobs
from tests.support.browser import PHONE, browser_on_profile, sign_in
from tests.support.eventually import eventually
from tests.support.wire import Wire

_DONE = ["accepted", "travelling", "on_site", "working", "paused", "working", "completed"]
_PATIENCE_MS = 20_000
_A_DAY_AHEAD = """
    const Real = Date, ahead = 86400000;
    Date = class extends Real {
        constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead); }
        static now() { return Real.now() + ahead; }
    };
"""
_SIGN_OUT = """() => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/logout";
    form.append(document.querySelector("[name=_csrf]").cloneNode());
    document.body.append(form);
    form.submit();
}"""
_HOLD_ANSWERS = """(paths) => {
    const real = self.fetch, come = {};
    for (const name of ["asked", "answered", "released"]) {
        [self[name], come[name]] = [{}, {}];
        for (const path of paths) {
            self[name][path] = new Promise((done) => { come[name][path] = done; });
        }
    }
    self.release = (path) => come.released[path]();
    self.fetch = async (to, how) => {
        const {pathname, search} = new URL(to.url ?? to, location), path = pathname + search;
        come.asked[path]?.();
        const answer = await real(to, how);
        come.answered[path]?.();
        await released[path];
        return answer;
    };
}"""
"""Has the service worker wait for `release(path)` with what it was answered."""
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
_NO_ROOM = """
    IDBFactory.prototype.open = () => { throw new Error("a private window"); };
    HTMLCanvasElement.prototype.toBlob = (done) => done(null);
"""
_NOW = '{"now": "2026-01-01T00:00:00Z", "person": "who", "csrf": ""}'
_KEEP = "(pages) => dispatchEvent(new ExtendableMessageEvent('message', {data: {pages}}))"
_IS_KEPT = """async (path) => Boolean(await caches.match(path, {cacheName: "fettle-pages"}))"""


def _photo(n: int) -> FilePayload:
    """A photo of several megabytes, such as a phone takes, that no two of are alike."""
    held = io.BytesIO()
    Image.effect_noise((2400, 1800), 60 + n).convert("RGB").save(held, "JPEG", quality=92)
    return {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


async def _day(context: BrowserContext, line: Wire, *job_ids: str) -> Page:
    """Open the day in a browser that keeps it, and these jobs, for when there is no signal."""
    await sign_in(context, line.url, "technician")
    page = await context.new_page()
    await page.goto(f"{line.url}/w")
    for job_id in job_ids:
        await eventually(partial(page.evaluate, _IS_KEPT, f"/w/jobs/{job_id}"))
    return page


async def _open(page: Page, line: Wire, job_id: str) -> None:
    await page.goto(f"{line.url}/w/jobs/{job_id}")
    await page.wait_for_selector("[data-phone]", state="attached")


async def _press(page: Page, verb: str) -> None:
    """Take a step, and see that it is kept or sent before the next one is pressed."""
    await page.get_by_test_id(f"job-step-{verb}").click()


async def _is(page: Page, state: str) -> None:
    await page.wait_for_selector(f"[data-when='{state}']:not([hidden])", timeout=_PATIENCE_MS)


async def _take_photos(page: Page, name: str, *photos: FilePayload) -> None:
    before = await page.locator(f"input[name={name}]").count()
    field = "photo-before" if name == "photos_before" else "photo-after"
    await page.get_by_test_id(field).set_input_files(list(photos))
    count = before + len(photos)
    await page.wait_for_function(
        "([name, count]) => document.querySelectorAll(`input[name=${name}]`).length === count",
        arg=[name, count],
        timeout=_PATIENCE_MS,
    )


async def _work(
    page: Page, line: Wire, job_id: str, *photos: FilePayload, signed: bool = False
) -> None:
    """Do a whole job: seven verbs, and these photos, and one more file where it is signed."""
    await _open(page, line, job_id)
    for verb, state in (("travel", "travelling"), ("arrive", "on_site"), ("start", "working")):
        await _press(page, verb)
        await _is(page, state)
    await page.locator("#pause input[value=waiting_parts]").check()
    await _press(page, "pause")
    await _is(page, "paused")
    await _press(page, "resume")
    await _is(page, "working")
    await page.locator("[name=text]").fill(f"在修 {job_id}")
    await page.locator("form[data-verb=comment] button").click()
    await _kept(page, "写一句")
    await _take_photos(page, "photos", *photos)
    await page.locator("#note").fill("换了插座")
    await page.get_by_label("通电正常").check()
    if signed:
        await _sign(page)
    await _press(page, "complete")
    await page.wait_for_url("**/w", timeout=_PATIENCE_MS)


async def _sign(page: Page) -> None:
    """Draw on the job's page, as a resident does with a finger."""
    pad = page.locator("canvas[data-sign]")
    await pad.evaluate("(pad) => pad.scrollIntoView({block: 'center'})")
    box = await pad.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 20, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 90, box["y"] + 50, steps=4)
    await page.mouse.up()


async def _kept(page: Page, words: str) -> None:
    await (
        page.get_by_test_id("outbox-item")
        .filter(has_text=words)
        .last.wait_for(timeout=_PATIENCE_MS)
    )


async def _count(page: Page) -> int:
    await page.wait_for_selector("[data-outbox][data-count]", state="attached")
    return int(await page.get_by_test_id("outbox-count").get_attribute("data-count") or 0)


async def _all_sent(page: Page) -> None:
    async def nothing_waits() -> bool:
        try:
            left = await page.locator("[data-test=outbox-item]").evaluate_all(
                "(items) => items.map((item) => `${item.innerText} ${item.dataset.answer}`)"
            )
            assert not left, left
            return await _count(page) == 0
        except Error as moved_on:  # the page may lead to the next one
            raise AssertionError from moved_on

    await eventually(nothing_waits, timeout_s=150)


def _kill(profile: Path) -> None:
    """Kill every process of the browser that runs on that profile, as a battery does."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            said = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in said:
            os.kill(int(folder.name), signal.SIGKILL)


async def test_an_hour_without_signal_arrives_whole_and_nothing_twice(
    jobs: Jobs, line: Wire, tmp_path: Path
) -> None:
    made = [await jobs.accepted(unit) for unit in ("1-101", "1-201", "1-301")]
    ids = [job_id for _, job_id in made]
    photos = [_photo(n) for n in range(8)]

    async with browser_on_profile(tmp_path) as context:
        page = await _day(context, line, *ids)
        await line.cut()
        await _work(page, line, ids[0], *photos[:3])
        await _work(page, line, ids[1], *photos[3:6])
        kept = await _count(page)
        _kill(tmp_path)
    async with browser_on_profile(tmp_path) as context:
        page = await context.new_page()
        await page.goto(f"{line.url}/w")
        assert await _count(page) == kept == 2 * 7 + 6
        await _work(page, line, ids[2], *photos[6:], signed=True)
        assert await _count(page) == 3 * 7 + 8 + 1
        sizes = await page.get_by_test_id("outbox-item").filter(has_text=" KB").all_inner_texts()
        assert len(sizes) == 8 + 1
        assert all(int(each.split(" KB")[0].rsplit(" ", 1)[1]) <= 400 for each in sizes)
        assert [await jobs.states(job_id) for job_id in ids] == [["accepted"]] * 3

        await line.mend()
        await sign_in(context, line.url, "technician")  # a cookie may be younger than its file
        await page.evaluate("dispatchEvent(new Event('online'))")
        await _all_sent(page)

    for (ticket_id, job_id), n in zip(made, (3, 3, 2), strict=True):
        assert await jobs.states(job_id) == _DONE
        job = await jobs.job(job_id)
        assert job["report"]["note"] == "换了插座"
        assert [each["done"] for each in job["report"]["checklist"]] == [True, False]
        assert all(step["said_at"] for step in job["steps"] if step["state"] == "paused")
        signed = [each for each in [job["report"]["signature"]] if each]
        attached = await jobs.attachments(ticket_id)
        assert (len(attached), len(signed)) == ((n + 1, 1) if n == 2 else (n, 0))
        assert sorted([*job["report"]["photos"], *signed]) == sorted(attached)
        assert [each for each, _ in await jobs.said(ticket_id)] == [f"在修 {job_id}"]


async def test_what_was_not_taken_is_shown_with_why_and_given_to_the_desk(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    ticket_id, lost = await jobs.accepted("2-101")
    _, other = await jobs.accepted("2-201")

    context = await new_context(**PHONE)
    page = await _day(context, line, lost, other)
    await line.cut()
    await _open(page, line, lost)
    await _press(page, "travel")
    await _is(page, "travelling")
    await _open(page, line, other)
    await _press(page, "travel")
    await _is(page, "travelling")
    await jobs.give_to_another(lost)
    await line.mend()
    await page.goto(f"{line.url}/w")
    refused = page.get_by_test_id("outbox-item").filter(has_text="陈海燕")
    await refused.wait_for(timeout=_PATIENCE_MS)

    assert await _count(page) == 1
    assert (await jobs.states(other))[-1] == "travelling"
    await refused.get_by_text("给调度看").click()
    await _all_sent(page)

    said, public = (await jobs.said(ticket_id))[-1]
    assert not public
    assert '"verb":"travel"' in said
    assert "陈海燕" in said


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
    page = await _day(context, line, job_id)
    await line.lead_nowhere()
    await _open(page, line, job_id)
    strip = page.get_by_test_id("outbox-count")
    await strip.get_by_text("服务器暂时没有回应，这是之前的样子").wait_for()
    await _press(page, "travel")
    await _is(page, "travelling")
    await strip.get_by_text("服务器暂时没有回应 · 1 项待发送").wait_for()
    assert await page.evaluate("persists") == 1
    await line.mend()
    await _all_sent(page)

    assert (await jobs.states(job_id))[-1] == "travelling"


async def test_an_answer_that_was_lost_on_the_way_makes_no_second_step(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, job_id = await jobs.accepted("2-301")
    lost: list[str] = []

    async def swallow(route: Route) -> None:
        await route.fetch()
        lost.append(route.request.headers["idempotency-key"])
        await route.abort("connectionreset")

    context = await new_context(**PHONE)
    page = await _day(context, line, job_id)
    await _open(page, line, job_id)
    await page.route("**/return", swallow)
    await page.locator("#return input[value=unwell]").check()
    await _press(page, "return")
    await eventually(lambda: _as_async(bool(lost)))
    await page.unroute("**/return")
    await page.wait_for_url("**/w")
    await _all_sent(page)
    assert await page.get_by_test_id("outbox-item").count() == 0

    states = [step["state"] for step in (await jobs.job(job_id))["steps"]]
    assert states[states.index("accepted") + 1] == "waiting"


async def test_the_clock_of_a_phone_that_is_a_day_off_decides_nothing(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, job_id = await jobs.accepted("3-301")

    context = await new_context(**PHONE)
    page = await _day(context, line, job_id)
    await context.add_init_script(_A_DAY_AHEAD)
    await _open(page, line, job_id)
    await _press(page, "travel")
    await _is(page, "travelling")
    await _all_sent(page)

    step = (await jobs.job(job_id))["steps"][-1]
    assert step["state"] == "travelling"
    assert step["said_at"][:10] > step["at"][:10]


async def test_a_phone_with_room_for_nothing_sends_photos_and_forms_as_they_are(
    jobs: Jobs, new_context: NewContext
) -> None:
    ticket_id, job_id = await jobs.accepted("4-101")
    for verb in ("travel", "arrive", "start"):
        path = f"/v1/jobs/{job_id}/{verb}"
        await jobs.ask("POST", "dispatch", path, {}, role="technician", id=TECHNICIAN)
    context = await new_context("technician", **PHONE)
    await context.add_init_script(_NO_ROOM)
    page = await context.new_page()
    await page.goto(f"/w/jobs/{job_id}")

    await page.get_by_test_id("photo-after").set_input_files([_photo(9)])
    await page.locator("img[src^='blob:']").wait_for(timeout=_PATIENCE_MS)
    await page.locator("#note").fill("换了插座")
    await _press(page, "complete")
    await page.wait_for_url("**/w", timeout=_PATIENCE_MS)

    report = (await jobs.job(job_id))["report"]
    assert report["note"] == "换了插座"
    assert report["photos"] == await jobs.attachments(ticket_id)
    assert len(report["photos"]) == 1


async def test_another_person_on_the_same_phone_finds_nothing_of_the_first(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, job_id = await jobs.accepted("3-401")

    context = await new_context(**PHONE)
    page = await _day(context, line, job_id)
    await page.evaluate(_SIGN_OUT)
    await page.wait_for_url("**/login**")

    assert await page.evaluate("caches.has('fettle-pages')") is False
    await line.cut()
    with pytest.raises(Exception, match="ERR_"):
        await page.goto(f"{line.url}/w/jobs/{job_id}")


async def test_where_another_person_signs_in_the_one_befores_pages_are_gone(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, job_id = await jobs.accepted("3-401")

    context = await new_context(**PHONE)
    page = await _day(context, line, job_id)
    await page.goto(f"{line.url}/login/demo?as=dispatcher")

    assert await page.evaluate("caches.has('fettle-pages')") is False


async def test_a_page_that_was_on_its_way_while_another_signed_in_is_not_kept(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, job_id = await jobs.accepted("3-501")
    sign_in_path, late, next_one = "/login/demo?as=dispatcher", "/w?late", "/w/pool?next"

    context = await new_context(**PHONE)
    async with context.expect_event("serviceworker") as begun:
        page = await _day(context, line, job_id)
    worker: Worker = await begun.value
    await worker.evaluate(_HOLD_ANSWERS, [sign_in_path, late, next_one])
    signing_in = asyncio.create_task(page.goto(line.url + sign_in_path))
    await worker.evaluate("(path) => asked[path]", sign_in_path)
    await worker.evaluate(_KEEP, [late, next_one])
    await worker.evaluate("(path) => answered[path]", late)
    await worker.evaluate("(path) => release(path)", sign_in_path)
    await signing_in
    await worker.evaluate("(path) => release(path)", late)
    await worker.evaluate("(path) => asked[path]", next_one)  # then the one before is done with

    assert await page.evaluate("caches.has('fettle-pages')") is False


async def _as_async(value: bool) -> bool:
    await asyncio.sleep(0)
    return value
