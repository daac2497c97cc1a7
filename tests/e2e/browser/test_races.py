"""Forty technicians who press accept at once, each on a page of their own."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page, Request, Route, expect

from fettle.up.demo_people import TECHNICIAN
from fettle.up.instance import Instance
from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import Jobs
from tests.support import browser as browsers
from tests.support.browser import PHONE
from tests.support.eventually import eventually
from tests.support.portal import DEMO_SITE
from tests.support.signed_in import sign_all_in

_SITE = "race"
_FORTY = {f"race-{n:02}": f"师傅{n:02}" for n in range(40)}
_WITH_SCRIPTS = 4
"""Of the forty; the forms of the others are sent by the browser alone."""
_EACH_AT_AN_ADDRESS = "--host-resolver-rules=MAP 127.0.0.* 127.0.0.1"
"""Who comes to an address of their own has cookies of their own."""
_FEW_PROCESSES = "--renderer-process-limit=2"
"""Forty pages share them."""
_ALL_DAY = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)]
_HOUR_S = 3600


async def _hire_forty(jobs: Jobs) -> None:
    """Make a site of their own, where all who can are asked about an emergency at once."""
    site = {**json.loads(DEMO_SITE.read_text()), "code": "RACE", "name": "竞速花园"}
    await jobs.ask("PUT", "tickets", f"/v1/sites/{_SITE}", site, role="admin")
    rules = {
        "emergency_fan_out": len(_FORTY),
        "offer_lifetime_s": dict.fromkeys(("emergency", "urgent", "normal", "low"), _HOUR_S),
    }

    async def put(path: str, body: dict[str, Any]) -> None:
        await jobs.ask("PUT", "dispatch", path, body, role="admin")

    await put(f"/v1/sites/{_SITE}/rules", rules)
    skills = [{"code": "gas", "level": 2}]
    usual = {"sites": [_SITE], "skills": skills, "shifts": _ALL_DAY, "capacity": 1}
    await asyncio.gather(
        *(put(f"/v1/technicians/{id}", {"name": name, **usual}) for id, name in _FORTY.items())
    )


async def _offers(jobs: Jobs) -> tuple[str, dict[str, str]]:
    """Return a job, and the offer of it to each of the forty."""
    report = {"site_id": _SITE, "category": "gas", "unit": "3-1202", "description": "有燃气味"}
    ticket = await jobs.ask("POST", "tickets", "/v1/tickets", report, role="resident")

    async def offers() -> tuple[str, dict[str, str]] | None:
        found = await jobs.ask("GET", "dispatch", f"/v1/jobs?ticket_id={ticket['id']}")
        if not found["items"]:
            return None
        job = await jobs.job(found["items"][0]["id"])
        made = {each["technician_id"]: str(each["id"]) for each in job["offers"]}
        return (str(job["id"]), made) if set(made) == set(_FORTY) else None

    made = await eventually(offers)
    assert made is not None
    return made


class _Gate:
    """Holds what is sent until all is there."""

    def __init__(self) -> None:
        self.held = 0
        self.opened = asyncio.Event()

    async def hold(self, route: Route) -> None:
        self.held += 1
        await self.opened.wait()
        await route.continue_()

    async def holds(self, count: int) -> bool:
        await asyncio.sleep(0)
        return self.held == count


async def _shut_out(route: Route) -> None:
    await route.abort()


async def test_of_forty_technicians_who_accept_at_once_one_wins_and_the_rest_read_who(
    instance: Instance, jobs: Jobs
) -> None:
    race = Jobs(instance, jobs.http, site=_SITE)
    await _hire_forty(race)
    cookies = await sign_all_in(instance, _FORTY, role="technician", site=_SITE)
    job_id, offers = await _offers(race)
    gate, sent = _Gate(), list[Request]()
    scripted = set(sorted(_FORTY)[:_WITH_SCRIPTS])

    # in the shell, pages in so few processes stay where they are after they were sent
    async with browsers.browser(
        _EACH_AT_AN_ADDRESS, _FEW_PROCESSES, names=browsers.WHOLE_FIRST
    ) as browser:
        contexts = {
            scripts: await browser.new_context(
                java_script_enabled=scripts,
                service_workers="block",
                reduced_motion="reduce",
                **PHONE,
            )
            for scripts in (True, False)
        }
        await contexts[False].route("**/static/**", _shut_out)
        for context in contexts.values():
            await context.add_cookies(list(cookies.values()))
            await context.route("**/accept", gate.hold)
            context.on("request", lambda each: sent.append(each) if each.method == "POST" else None)

        async def come(id: str) -> Page:
            page = await contexts[id in scripted].new_page()
            url = instance.url("portal").replace("127.0.0.1", str(cookies[id].get("domain")))
            await page.goto(f"{url}/w/offers/{offers[id]}")
            return page

        pages = dict(zip(_FORTY, await _few_at_a_time(come), strict=True))
        presses = [
            asyncio.create_task(page.get_by_test_id("offer-accept").press("Enter"))
            for page in pages.values()
        ]
        await eventually(lambda: gate.holds(len(_FORTY)), timeout_s=60)
        gate.opened.set()
        await asyncio.gather(*presses)

        job = await eventually(lambda: _accepted(race, job_id))
        winner = job["technician_id"]
        for id, page in pages.items():
            if id == winner:
                await page.wait_for_url(f"**/w/jobs/{job_id}")
            else:
                told = page.get_by_test_id("outbox-item" if id in scripted else "problem")
                won = re.compile(f"{_FORTY[winner]}.*先接了", re.DOTALL)
                if id not in scripted and not won.search(await told.inner_text()):
                    # so many at once that dispatch did not answer in time: they send it again
                    await page.reload()
                await expect(told).to_contain_text(won, timeout=30_000)
    assert len({each.frame for each in sent if each.url.endswith("/accept")}) == len(_FORTY)
    assert (await race.states(job_id)).count("accepted") == 1
    held = await race.ask("GET", "dispatch", "/v1/me/jobs", role="technician", id=winner)
    assert [each["id"] for each in held["items"]] == [job_id]


async def _accepted(jobs: Jobs, job_id: str) -> Any:
    job = await jobs.job(job_id)
    return job if job["technician_id"] else None


async def _few_at_a_time(come: Callable[[str], Awaitable[Page]]) -> list[Page]:
    """Open all the pages, a few at a time."""
    places = asyncio.Semaphore(6)

    async def placed(id: str) -> Page:
        async with places:
            return await come(id)

    return list(await asyncio.gather(*(placed(id) for id in _FORTY)))


async def test_who_presses_at_once_reaches_the_job_whichever_look_at_the_outbox_has_sent_it(
    jobs: Jobs, new_context: NewContext
) -> None:
    _, job_id = await jobs.waiting("4-701")
    offer = await jobs.offer(job_id, TECHNICIAN)
    page = await (await new_context("technician", **PHONE)).new_page()
    pressed = asyncio.Event()

    async def look(route: Route) -> None:
        await pressed.wait()
        await route.continue_()

    await page.route("**/api/now", look)
    await page.goto(f"/w/offers/{offer}")
    await page.get_by_test_id("offer-accept").press("Enter")
    await page.get_by_test_id("outbox-item").wait_for()
    pressed.set()

    await page.wait_for_url(f"**/w/jobs/{job_id}")
