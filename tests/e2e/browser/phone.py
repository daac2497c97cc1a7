"""A technician's phone: what is pressed on a job's page, what is kept of it, and what is sent."""

import io
from functools import partial

from PIL import Image
from playwright.async_api import BrowserContext, Error, FilePayload, Page

from tests.support.browser import sign_in
from tests.support.eventually import eventually
from tests.support.wire import Wire

PATIENCE_MS = 20_000
_IS_KEPT = """async (path) => Boolean(await caches.match(path, {cacheName: "fettle-pages"}))"""


def photo(n: int) -> FilePayload:
    """A photo of several megabytes, such as a phone takes, that no two of are alike."""
    held = io.BytesIO()
    Image.effect_noise((2400, 1800), 60 + n).convert("RGB").save(held, "JPEG", quality=92)
    return {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


async def day_kept(context: BrowserContext, line: Wire, *job_ids: str) -> Page:
    """Open the day in a browser that keeps it, and these jobs, for when there is no signal."""
    await sign_in(context, line.url, "technician")
    page = await context.new_page()
    await page.goto(f"{line.url}/w")
    for job_id in job_ids:
        await eventually(partial(page.evaluate, _IS_KEPT, f"/w/jobs/{job_id}"))
    return page


async def open_job(page: Page, line: Wire, job_id: str) -> None:
    await page.goto(f"{line.url}/w/jobs/{job_id}")
    await page.wait_for_selector("[data-phone]", state="attached")


async def press(page: Page, verb: str) -> None:
    """Take a step, and see that it is kept or sent before the next one is pressed."""
    await page.get_by_test_id(f"job-step-{verb}").click()


async def shows(page: Page, state: str) -> None:
    await page.wait_for_selector(f"[data-when='{state}']:not([hidden])", timeout=PATIENCE_MS)


async def take_photos(page: Page, name: str, *photos: FilePayload) -> None:
    before = await page.locator(f"input[name={name}]").count()
    field = "photo-before" if name == "photos_before" else "photo-after"
    await page.get_by_test_id(field).set_input_files(list(photos))
    count = before + len(photos)
    await page.wait_for_function(
        "([name, count]) => document.querySelectorAll(`input[name=${name}]`).length === count",
        arg=[name, count],
        timeout=PATIENCE_MS,
    )


async def work(
    page: Page, line: Wire, job_id: str, *photos: FilePayload, signed: bool = False
) -> None:
    """Do a whole job: seven verbs, and these photos, and one more file where it is signed."""
    await open_job(page, line, job_id)
    for verb, state in (("travel", "travelling"), ("arrive", "on_site"), ("start", "working")):
        await press(page, verb)
        await shows(page, state)
    await page.locator("#pause input[value=waiting_parts]").check()
    await press(page, "pause")
    await shows(page, "paused")
    await press(page, "resume")
    await shows(page, "working")
    await page.locator("[name=text]").fill(f"在修 {job_id}")
    await page.locator("form[data-verb=comment] button").click()
    await kept(page, "写一句")
    await take_photos(page, "photos", *photos)
    await page.locator("#note").fill("换了插座")
    await page.get_by_label("通电正常").check()
    if signed:
        await _sign(page)
    await press(page, "complete")
    await page.wait_for_url("**/w", timeout=PATIENCE_MS)


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


async def kept(page: Page, words: str) -> None:
    await (
        page.get_by_test_id("outbox-item").filter(has_text=words).last.wait_for(timeout=PATIENCE_MS)
    )


async def count(page: Page) -> int:
    await page.wait_for_selector("[data-outbox][data-count]", state="attached")
    return int(await page.get_by_test_id("outbox-count").get_attribute("data-count") or 0)


async def all_sent(page: Page) -> None:
    async def nothing_waits() -> bool:
        try:
            left = await page.locator("[data-test=outbox-item]").evaluate_all(
                "(items) => items.map((item) => `${item.innerText} ${item.dataset.answer}`)"
            )
            assert not left, left
            return await count(page) == 0
        except Error as moved_on:  # the page may lead to the next one
            raise AssertionError from moved_on

    await eventually(nothing_waits, timeout_s=150, every_s=0.2)
