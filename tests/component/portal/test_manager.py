"""The manager's pages: what was promised and kept, each figure with its tickets."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.portal import SITE, Browser, PortalUnderTest

_SERVICES = ("tickets", "dispatch", "sla", "notify")


@pytest.fixture
async def manager(portal: PortalUnderTest) -> Browser:
    """A manager of the site, where one ticket was answered in time and one was not."""
    await portal.settle(*_SERVICES)
    await portal.make_site()
    await portal.open_ticket(category="lift", unit="3-1202")
    answered = await portal.open_ticket(unit="1-101", by="zhang")
    tickets = await portal.service("tickets")
    async with tickets.http(role="dispatcher", id="desk") as http:
        path = f"/v1/tickets/{answered['id']}/comments"
        said = await http.post(path, json={"text": "马上安排", "public": True})
        assert said.status_code == 201, said.text
    await portal.settle()
    portal.clock.move(days=6)
    await _count(portal)
    return await portal.as_("manager")


async def _count(portal: PortalUnderTest) -> None:
    sla = await portal.service("sla")
    portal.clock.move(seconds=10)
    while await sla.runs_due("clocks"):
        pass
    portal.clock.move(seconds=10)
    while await sla.runs_due("outcomes"):
        pass
    await portal.settle()


def _month(portal: PortalUnderTest, *, days_ago: int = 6) -> str:
    """The site's month in which the tickets were opened, as the page is asked for it."""
    opened = portal.clock.now() - timedelta(days=days_ago)
    return f"{opened.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m}"


async def test_compliance_says_its_finding_shows_it_and_proves_it(
    portal: PortalUnderTest, manager: Browser
) -> None:
    page = await manager.get(f"/m/compliance?month={_month(portal)}&kind=response&lang=en")

    assert page.status_code == 200
    assert re.search(r"<h2>Arrival was in time for 0% in \w+ \d{4}, below 95%", page.text)
    assert 'class="chart wide-only"' in page.text
    assert "No technician had taken it" in page.text
    assert "Stopped in time." in page.text  # how it is counted, as sla says it


async def test_figures_are_measured_by_the_goal_that_is_set(
    portal: PortalUnderTest, manager: Browser
) -> None:
    portal.state.goal_percent = 99.5

    page = await manager.get(f"/m/compliance?month={_month(portal)}&kind=response&lang=en")

    assert "below 99.5%" in page.text
    assert "Goal 99.5%" in page.text


async def test_each_figure_is_a_click_from_its_tickets(
    portal: PortalUnderTest, manager: Browser
) -> None:
    page = await manager.get(f"/m/compliance?month={_month(portal)}&kind=response")
    links = re.findall(r'<a href="(/m/promises\?[^"]*)">(\d+)</a>', page.text)

    assert len(links) > 3
    for link, n in links:
        listed = await manager.get(link.replace("&amp;", "&"))
        assert len(re.findall(r'href="/ops/tickets/', listed.text)) == int(n), link


async def test_today_says_what_waits_and_how_jobs_were_handed_out(
    portal: PortalUnderTest, manager: Browser
) -> None:
    page = await manager.get("/m?lang=en")

    assert page.status_code == 200
    assert "How today's jobs came to technicians" in page.text.replace("&#39;", "'")
    assert "Open now" in page.text


@pytest.mark.parametrize("period", ["today", "week"])
async def test_the_report_is_a_page_to_print(
    portal: PortalUnderTest, manager: Browser, period: str
) -> None:
    page = await manager.get(f"/m/report?period={period}&lang=en")

    assert page.status_code == 200
    assert "printed" in page.text
    assert "Every promise that was broken" in page.text


async def test_the_table_is_there_as_csv(portal: PortalUnderTest, manager: Browser) -> None:
    answer = await manager.get(f"/m/compliance.csv?month={_month(portal)}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert "broken_not_taken" in answer.text


@pytest.mark.parametrize("path", ["/m", "/m/compliance", "/m/promises", "/m/report"])
async def test_what_sla_would_say_is_said_to_be_away(
    portal: PortalUnderTest, manager: Browser, path: str
) -> None:
    portal.stop("sla")

    page = await manager.get(f"{path}?lang=en")

    assert page.status_code == 200
    assert "The clocks do not answer." in page.text


async def test_a_part_of_dispatch_is_missing_alone(
    portal: PortalUnderTest, manager: Browser
) -> None:
    portal.stop("dispatch")

    page = await manager.get("/m/report?lang=en")

    assert "Dispatch does not answer." in page.text
    assert "this became of what was promised" in page.text


@pytest.mark.parametrize(
    "query",
    ["month=2026-13", "month=9999-99", "month=x", "site=elsewhere", "kind=x", "month=1900-01"],
)
async def test_what_makes_no_sense_is_answered_in_words(
    portal: PortalUnderTest, manager: Browser, query: str
) -> None:
    page = await manager.get(f"/m/compliance?{query}")

    assert page.status_code == (404 if "site" in query else 200)
    assert "<h1" in page.text


@pytest.mark.parametrize(
    "query", ["from=2026-01-05&to=2026-11-07", "from=2026-01-05&to=2026-01-05", "cursor=x"]
)
async def test_a_list_that_cannot_be_asked_for_says_why(
    portal: PortalUnderTest, manager: Browser, query: str
) -> None:
    page = await manager.get(f"/m/promises?{query}")

    assert page.status_code in (400, 422)
    assert 'role="alert"' in page.text or 'data-s="late"' in page.text


async def test_a_manager_of_two_sites_sees_both_and_chooses_one(portal: PortalUnderTest) -> None:
    await portal.settle(*_SERVICES)
    await portal.make_site()
    tickets = await portal.service("tickets")
    async with tickets.http(role="admin", id="admin", site="annex") as http:
        body = {"code": "ANNEX", "name": "东区", "time_zone": "Asia/Shanghai"}
        assert (await http.put("/v1/sites/annex", json=body)).status_code == 201
    await portal.open_ticket()
    await _count(portal)
    browser = await portal.as_person("mei", ("manager", SITE), ("manager", "annex"))

    both = await browser.get("/m/compliance?lang=en")
    one = await browser.get(f"/m/compliance?site={SITE}&lang=en")

    assert "All 2 sites" in both.text
    assert f'<option value="{SITE}" selected>' in one.text


@pytest.mark.parametrize("role", ["resident", "technician", "dispatcher"])
async def test_the_pages_are_the_managers(portal: PortalUnderTest, role: str) -> None:
    await portal.settle(*_SERVICES)
    browser: Any = await portal.as_person("x", (role, SITE))

    for path in ("/m", "/m/compliance", "/m/promises", "/m/report", "/m/compliance.csv"):
        assert (await browser.get(path)).status_code == 403
