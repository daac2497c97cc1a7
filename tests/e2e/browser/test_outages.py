"""Each of the four services is killed once, as a crash would, while people look at pages and work:
what does not need it goes on, the rest says so in words, and comes back by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from fettle.up.demo_people import RESIDENT, TECHNICIAN
from fettle.up.instance import Instance
from tests.e2e.browser.conftest import NewContext
from tests.e2e.browser.jobs import Jobs
from tests.e2e.conftest import dead
from tests.support.browser import DESK, PHONE
from tests.support.eventually import eventually
from tests.support.portal_pages import PageAt, pages_that_are_there
from tests.support.scene import Scene

_SAID = {
    "tickets": "报修服务没有回应",
    "dispatch": "派单服务没有回应",
    "sla": "时限服务没有回应",
    "notify": "通知服务没有回应",
}
_ABOUT: Mapping[str, str] = {
    "tickets": "appointment cancel labels link merge my-tickets place poster reopen settings-site "
    "settings-category ticket ticket-working track-desk track-done track-working",
    "dispatch": "assign job offer settings-rules",
    "sla": "settings-calendar settings-policy",
    "notify": "endpoint inbox",
}
"""By service the pages that are about nothing else: these alone may not be there without it."""
_PARTLY: Mapping[str, str] = {
    "tickets": "board dead-letters home job map settings tickets wall",
    "dispatch": "board daily dead-letters manager map pool settings ticket ticket-working today "
    "wall weekly",
    "sla": "board compliance daily dead-letters job manager promises settings ticket "
    "ticket-working wall weekly",
    "notify": "board dead-letters endpoints me messages ticket ticket-working unreachable wall",
}
"""By service the pages that show the rest without it, and say so."""
_SAMPLES = {"kit", "kit-resident"}
_SOON_MS = 30_000
_KEPT_DAY = """async () => {
    const kept = await caches.match("/w", {cacheName: "fettle-pages"});
    return kept ? await kept.text() : "";
}"""
_AT_ONCE = 8


class Readers:
    """The people of the demo, who ask for all pages."""

    def __init__(self, instance: Instance, scene: Scene) -> None:
        self._url, self._scene = instance.url("portal"), scene
        self._clients: dict[str | None, httpx.AsyncClient] = {}

    async def sign_in(self) -> None:
        for role in dict.fromkeys(page.role for page in pages_that_are_there()):
            client = self._clients[role] = httpx.AsyncClient(
                base_url=self._url, headers={"Accept-Language": "zh-CN"}, timeout=30
            )
            if role is not None:
                answer = await client.get(f"/login/demo?as={role}")
                assert answer.status_code == 303, answer.text

    async def all_pages(self) -> dict[str, httpx.Response]:
        """Return every page, by name."""
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(page: PageAt) -> httpx.Response:
            path = page.url(self._scene)
            async with places:
                return await self._clients[page.role].get(
                    f"{path}{'&' if '?' in path else '?'}lang=zh-CN"
                )

        pages = pages_that_are_there()
        answers = await asyncio.gather(*(one(page) for page in pages))
        return {page.name: answer for page, answer in zip(pages, answers, strict=True)}

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()


@pytest.fixture(scope="module")
async def readers(instance: Instance, scene: Scene) -> AsyncIterator[Readers]:
    made = Readers(instance, scene)
    try:
        await made.sign_in()
        pages = await made.all_pages()
        assert {name for name, answer in pages.items() if answer.status_code != 200} == set()
        yield made
    finally:
        await made.close()


async def _what_is_said(readers: Readers, service: str) -> None:
    """See that the pages that can are there, and that each says in words what is away."""
    pages = await readers.all_pages()

    assert {answer.status_code for answer in pages.values()} <= {200, 503}
    absent = {name for name, answer in pages.items() if answer.status_code == 503}
    says = {name for name, answer in pages.items() if _SAID[service] in answer.text}
    assert absent == set(_ABOUT[service].split())
    assert says - _SAMPLES - absent == set(_PARTLY[service].split())
    assert absent - says <= {"place"}  # a guest is told that nothing can be reported now


async def _open(context: BrowserContext, *paths: str) -> list[Page]:
    """Open the pages in tabs, whose clocks the test can put forward."""
    tabs = []
    await context.clock.install()
    for path in paths:
        tab = await context.new_page()
        await tab.goto(path)
        tabs.append(tab)
    return tabs


async def _comes(tab: Page, wanted: Locator, *, gone: Locator | None = None) -> None:
    """See that it comes by itself, in the time in which a page looks again."""

    async def is_there() -> bool:
        await tab.clock.fast_forward(_SOON_MS)
        return await wanted.is_visible() and (gone is None or await gone.count() == 0)

    await eventually(is_there, every_s=0.5)


def _away(tab: Page, service: str) -> Locator:
    return tab.get_by_text(_SAID[service]).first


async def test_tickets(
    instance: Instance, jobs: Jobs, readers: Readers, new_context: NewContext
) -> None:
    text = "服务没了：水管漏水"
    context = await new_context("resident", locale="zh-CN", **PHONE)
    home, form, tickets = await _open(context, "/r", "/r/report", "/r/tickets")

    async with dead(instance, "tickets"):
        await _what_is_said(readers, "tickets")
        await form.get_by_test_id("report-category-plumbing").click()
        await form.get_by_test_id("report-text").fill(text)
        await form.get_by_test_id("report-send").click()
        await form.get_by_test_id("outbox-item").filter(has_text=text).wait_for()
        await expect(form.get_by_text("恢复后自动发")).to_be_visible()
        for tab in (home, tickets):
            await tab.reload()
            await _away(tab, "tickets").wait_for()

    await _comes(form, form.locator("#report"), gone=form.get_by_test_id("outbox-item"))
    await _comes(tickets, tickets.locator("[data-part=rows]"))
    await _comes(home, home.locator("[data-part=open] li").first, gone=_away(home, "tickets"))
    found = await jobs.ask("GET", "tickets", f"/v1/tickets?reporter={RESIDENT}&limit=200")
    assert [each["description"] for each in found["items"]].count(text) == 1


async def test_dispatch(
    instance: Instance, jobs: Jobs, readers: Readers, new_context: NewContext
) -> None:
    ticket_id, job_id = await jobs.waiting("5-501")
    offer = await jobs.offer(job_id, TECHNICIAN)
    day, held_out = await _open(
        await new_context("technician", locale="zh-CN", **PHONE), "/w", f"/w/offers/{offer}"
    )
    [board] = await _open(await new_context("dispatcher", locale="zh-CN", **DESK), "/ops")
    await eventually(lambda: day.evaluate(_KEPT_DAY))
    in_hand = f"[data-part=work] form[action='/ops/jobs/{job_id}/withdraw']"

    async with dead(instance, "dispatch"):
        await _what_is_said(readers, "dispatch")
        await held_out.get_by_test_id("offer-accept").click()
        await held_out.get_by_test_id("outbox-item").wait_for()
        await _comes(day, _away(day, "dispatch"))
        await day.reload()
        await _away(day, "dispatch").wait_for()
        await board.reload()
        await _away(board, "dispatch").wait_for()
        await board.goto(f"/ops/tickets/{ticket_id}")
        await _away(board, "dispatch").wait_for()
        # the day that is kept for when there is no signal is the one with the jobs
        assert _SAID["dispatch"] not in await day.evaluate(_KEPT_DAY)

    await _comes(
        day, day.locator(f"[data-part=day] [data-key='{job_id}']"), gone=_away(day, "dispatch")
    )
    await _comes(board, board.locator(in_hand), gone=_away(board, "dispatch"))
    assert (await jobs.states(job_id)).count("accepted") == 1
    # the page was made without the job, and hears of it now
    await jobs.ask("POST", "dispatch", f"/v1/jobs/{job_id}/withdraw", {})
    await board.locator(in_hand).wait_for(state="detached")


async def test_sla(
    instance: Instance, jobs: Jobs, readers: Readers, scene: Scene, new_context: NewContext
) -> None:
    path = f"/ops/tickets/{scene.tickets['working']}"
    [ticket] = await _open(await new_context("dispatcher", locale="zh-CN", **DESK), path)
    [report] = await _open(await new_context("manager", locale="zh-CN", **DESK), "/m/report")

    async with dead(instance, "sla"):
        await _what_is_said(readers, "sla")
        await ticket.locator("#reply textarea").fill("时限停了也能说话")
        await ticket.locator("#reply button").click()
        await ticket.locator("[data-part=story]").get_by_text("时限停了也能说话").wait_for()
        await _away(ticket, "sla").wait_for()
        await report.reload()
        await _away(report, "sla").wait_for()

    await _comes(
        ticket, ticket.locator("[data-part=clocks] .clocks").first, gone=_away(ticket, "sla")
    )
    await _comes(report, report.locator("h1"), gone=_away(report, "sla"))


async def test_notify(
    instance: Instance, jobs: Jobs, readers: Readers, scene: Scene, new_context: NewContext
) -> None:
    resident = await new_context("resident", locale="zh-CN", **PHONE)
    inbox, ticket = await _open(resident, "/r/inbox", f"/r/tickets/{scene.tickets['working']}")
    await inbox.locator("[data-part=messages] li").first.wait_for()

    async with dead(instance, "notify"):
        await _what_is_said(readers, "notify")
        await ticket.get_by_test_id("ticket-comment").fill("通知停了也能说话")
        await ticket.get_by_test_id("ticket-comment-send").click()
        await ticket.locator("[data-part=line]").get_by_text("通知停了也能说话").wait_for()
        await inbox.reload()
        await _away(inbox, "notify").wait_for()

    await _comes(inbox, inbox.locator("[data-part=messages] li").first)
