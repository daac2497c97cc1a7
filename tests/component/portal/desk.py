"""The desk of the demo's site, with a crew and tickets, for the tests of its pages."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx

from shared.clock import Clock
from tests.component.dispatch.world import answer, put_technician
from tests.support.arranged import arranged
from tests.support.component import Component
from tests.support.portal import SITE, Browser, PortalUnderTest

SERVICES = ("tickets", "dispatch", "sla", "notify")
_TAGS = re.compile(r"<[^>]*>")


def text_of(html: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(unescape(_TAGS.sub(" ", html)).split())


def at(html: str, test: str) -> str:
    """Return what the element says that bears this `data-test`, to its end or that of the first
    inside it.
    """
    found = re.search(rf'data-test="{test}"[^>]*>(.*?)</(?:a|li|span|ol|ul)>', html, re.DOTALL)
    assert found, f"there is no {test}"
    return text_of(found[1])


def rows(html: str) -> list[str]:
    """Return the ids of the tickets on the board, in order."""
    return re.findall(r'data-test="board-row" data-key="([0-9a-f-]+)"', html)


def numbers(html: str) -> dict[str, int]:
    """Return the numbers of the board."""
    names = ("open", "risk", "breached", "unassignable", "unheard")
    found = {}
    for name in names:
        match = re.search(rf'data-test="board-{name}".*?<b>(\d+)</b>', html, re.DOTALL)
        assert match, f"there is no board-{name}"
        found[name] = int(match[1])
    return found


@dataclass
class DeskUnderTest:
    """The demo's site with `li` and `wu`, plumbers, and a dispatcher who is signed in."""

    portal: PortalUnderTest
    browser: Browser

    @property
    def clock(self) -> Clock:
        return self.portal.clock

    async def service(self, name: str) -> Component:
        return await self.portal.service(name)

    async def get(self, path: str, status: int = 200) -> str:
        """Return the page as it is shown."""
        shown = await self.browser.get(path)
        assert shown.status_code == status, f"{path}: {shown.status_code} {text_of(shown.text)}"
        return shown.text

    async def submit(
        self, path: str, fields: dict[str, Any] | None = None, *, at: str | None = None
    ) -> httpx.Response:
        return await self.browser.submit(path, fields, at=at)

    async def make_other_site(self, site: str, zone: str = "Asia/Shanghai") -> None:
        tickets = await self.service("tickets")
        body = {"code": site.upper()[:8], "name": site.title(), "time_zone": zone}
        async with tickets.http(role="admin", id="admin", site=site) as http:
            made = await http.put(f"/v1/sites/{site}", json=body)
        assert made.status_code == 201, made.text
        await self.portal.settle()

    async def hand_out(self) -> None:
        """Let dispatch ask technicians about what waits."""
        dispatch = await self.service("dispatch")
        while await dispatch.runs_due("hand_out"):
            pass
        await self.portal.settle()

    async def job_of(self, ticket: dict[str, Any]) -> dict[str, Any]:
        dispatch = await self.service("dispatch")
        async with dispatch.http(role="dispatcher", id="wang") as http:
            listed = await http.get("/v1/jobs", params={"ticket_id": ticket["id"]})
        job: dict[str, Any] = listed.json()["items"][0]
        return job

    async def accept(self, ticket: dict[str, Any], **body: Any) -> dict[str, Any]:
        """Let the technician who is asked take the ticket's job; return it."""
        dispatch = await self.service("dispatch")
        job = await self.job_of(ticket)
        offer = next(each for each in job["offers"] if each["state"] == "open")
        taken = await answer(dispatch, offer["technician_id"], offer["id"], **body)
        assert taken.status_code == 200, taken.text
        await self.portal.settle()
        return await self.job_of(ticket)

    async def do(self, path: str, body: Any = None, *, as_: str = "dispatcher") -> Any:
        """Let another do something at tickets."""
        tickets = await self.service("tickets")
        person = {"dispatcher": "zhao", "resident": "demo-resident"}[as_]
        async with tickets.http(role=as_, id=person, units=["3-1202"]) as http:
            answered = await http.post(f"/v1/tickets/{path}", json=body or {})
        assert answered.status_code < 300, answered.text
        await self.portal.settle()
        return answered.json()

    async def ticket(self, id: str) -> dict[str, Any]:
        tickets = await self.service("tickets")
        async with tickets.http(role="dispatcher", id="zhao") as http:
            found: dict[str, Any] = (await http.get(f"/v1/tickets/{id}")).json()
        return found


async def make_desk(portal: PortalUnderTest, *, crew: bool = True) -> DeskUnderTest:
    async def arrange() -> None:
        await portal.make_site()
        dispatch = await portal.service("dispatch")
        for id, name in (("li", "李强"), ("wu", "吴伟")) if crew else ():
            await put_technician(dispatch, id, name=name, skills=[{"code": "plumbing", "level": 3}])
        async with (await portal.service("notify")).http(role="dispatcher", id="wang") as http:
            body = {"audience": [{"role": "dispatcher", "site": SITE}]}
            listening = await http.put("/v1/recipients/wang", json=body)
            assert listening.status_code == 200, listening.text
        await portal.settle()

    await arranged(portal, f"a desk, {crew=}", SERVICES, arrange)
    return DeskUnderTest(portal, await portal.as_("dispatcher"))
