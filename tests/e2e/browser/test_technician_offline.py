"""A technician where there is no signal: what is pressed is kept, survives the browser, and arrives
in order, once. The network is really cut, and the browser really killed.
"""

import asyncio
import os
import signal
from pathlib import Path

from playwright.async_api import Route

from fettle.up.demo_people import TECHNICIAN
from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import Jobs
from tests.e2e.browser.phone import (
    PATIENCE_MS,
    all_sent,
    count,
    day_kept,
    open_job,
    photo,
    press,
    shows,
    work,
)
from tests.support.browser import PHONE, browser_on_profile, sign_in
from tests.support.eventually import eventually
from tests.support.wire import Wire

_DONE = ["accepted", "travelling", "on_site", "working", "paused", "working", "completed"]
_A_DAY_AHEAD = """
    const Real = Date, ahead = 86400000;
    Date = class extends Real {
        constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead); }
        static now() { return Real.now() + ahead; }
    };
"""
_NO_ROOM = """
    IDBFactory.prototype.open = () => { throw new Error("a private window"); };
    HTMLCanvasElement.prototype.toBlob = (done) => done(null);
"""


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
    photos = [photo(n) for n in range(8)]

    async with browser_on_profile(tmp_path) as context:
        page = await day_kept(context, line, *ids)
        await line.cut()
        await work(page, line, ids[0], *photos[:3])
        await work(page, line, ids[1], *photos[3:6])
        kept = await count(page)
        _kill(tmp_path)
    async with browser_on_profile(tmp_path) as context:
        page = await context.new_page()
        await page.goto(f"{line.url}/w")
        assert await count(page) == kept == 2 * 7 + 6
        await work(page, line, ids[2], *photos[6:], signed=True)
        assert await count(page) == 3 * 7 + 8 + 1
        sizes = await page.get_by_test_id("outbox-item").filter(has_text=" KB").all_inner_texts()
        assert len(sizes) == 8 + 1
        assert all(int(each.split(" KB")[0].rsplit(" ", 1)[1]) <= 400 for each in sizes)
        assert [await jobs.states(job_id) for job_id in ids] == [["accepted"]] * 3

        await line.mend()
        await sign_in(context, line.url, "technician")  # a cookie may be younger than its file
        await page.evaluate("dispatchEvent(new Event('online'))")
        await all_sent(page)

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
    page = await day_kept(context, line, lost, other)
    await line.cut()
    await open_job(page, line, lost)
    await press(page, "travel")
    await shows(page, "travelling")
    await open_job(page, line, other)
    await press(page, "travel")
    await shows(page, "travelling")
    await jobs.give_to_another(lost)
    await line.mend()
    await page.goto(f"{line.url}/w")
    refused = page.get_by_test_id("outbox-item").filter(has_text="陈海燕")
    await refused.wait_for(timeout=PATIENCE_MS)

    assert await count(page) == 1
    assert (await jobs.states(other))[-1] == "travelling"
    await refused.get_by_text("给调度看").click()
    await all_sent(page)

    said, public = (await jobs.said(ticket_id))[-1]
    assert not public
    assert '"verb":"travel"' in said
    assert "陈海燕" in said


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
    page = await day_kept(context, line, job_id)
    await open_job(page, line, job_id)
    await page.route("**/return", swallow)
    await page.locator("#return input[value=unwell]").check()
    await press(page, "return")
    await eventually(lambda: _as_async(bool(lost)))
    await page.unroute("**/return")
    await page.wait_for_url("**/w")
    await all_sent(page)
    assert await page.get_by_test_id("outbox-item").count() == 0

    states = [step["state"] for step in (await jobs.job(job_id))["steps"]]
    assert states[states.index("accepted") + 1] == "waiting"


async def test_the_clock_of_a_phone_that_is_a_day_off_decides_nothing(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, job_id = await jobs.accepted("3-301")

    context = await new_context(**PHONE)
    page = await day_kept(context, line, job_id)
    await context.add_init_script(_A_DAY_AHEAD)
    await open_job(page, line, job_id)
    await press(page, "travel")
    await shows(page, "travelling")
    await all_sent(page)

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

    await page.get_by_test_id("photo-after").set_input_files([photo(9)])
    await page.locator("img[src^='blob:']").wait_for(timeout=PATIENCE_MS)
    await page.locator("#note").fill("换了插座")
    await press(page, "complete")
    await page.wait_for_url("**/w", timeout=PATIENCE_MS)

    report = (await jobs.job(job_id))["report"]
    assert report["note"] == "换了插座"
    assert report["photos"] == await jobs.attachments(ticket_id)
    assert len(report["photos"]) == 1


async def _as_async(value: bool) -> bool:
    await asyncio.sleep(0)
    return value
