"""Where another person signs in on a technician's phone, nothing of the first is left."""

import asyncio

import pytest
from playwright.async_api import Worker

from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import Jobs
from tests.e2e.browser.phone import day_kept
from tests.support.browser import PHONE
from tests.support.wire import Wire

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
_KEEP = "(pages) => dispatchEvent(new ExtendableMessageEvent('message', {data: {pages}}))"


async def test_another_person_on_the_same_phone_finds_nothing_of_the_first(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, job_id = await jobs.accepted("3-401")

    context = await new_context(**PHONE)
    page = await day_kept(context, line, job_id)
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
    page = await day_kept(context, line, job_id)
    await page.goto(f"{line.url}/login/demo?as=dispatcher")

    assert await page.evaluate("caches.has('fettle-pages')") is False


async def test_a_page_that_was_on_its_way_while_another_signed_in_is_not_kept(
    jobs: Jobs, line: Wire, new_context: NewContext
) -> None:
    _, job_id = await jobs.accepted("3-501")
    sign_in_path, late, next_one = "/login/demo?as=dispatcher", "/w?late", "/w/pool?next"

    context = await new_context(**PHONE)
    async with context.expect_event("serviceworker") as begun:
        page = await day_kept(context, line, job_id)
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
