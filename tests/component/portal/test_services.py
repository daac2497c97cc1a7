"""The other services, asked as the visitor, and what a page does when they do not answer."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.component.portal import probe
from tests.support.images import a_photo
from tests.support.portal import Browser, MakePortal, PortalUnderTest, hidden_fields


@pytest.fixture
async def desk(portal: PortalUnderTest) -> Browser:
    portal.app.include(probe.router)  # type: ignore[attr-defined] # the kernel's Application
    return await portal.as_("dispatcher")


async def test_services_believe_who_the_portal_says_it_is(
    portal: PortalUnderTest, desk: Browser
) -> None:
    await portal.make_site()

    answer = await desk.get("/probe/board")

    assert (answer.status_code, answer.json()) == (200, ["there", "there"])


async def test_a_part_whose_service_is_stopped_is_missing_and_comes_back(
    portal: PortalUnderTest, desk: Browser
) -> None:
    await portal.make_site()
    portal.stop("sla")
    assert (await desk.get("/probe/board")).json() == ["there", "sla"]

    portal.start("sla")

    assert (await desk.get("/probe/board")).json() == ["there", "there"]


async def test_a_page_that_needs_a_service_that_is_stopped_says_so(
    portal: PortalUnderTest, desk: Browser
) -> None:
    resident = await portal.as_("resident")
    portal.stop("tickets")

    page = await resident.get("/probe/ticket/1")
    script = await resident.get("/probe/ticket/1", accept="application/json")

    assert page.status_code == script.status_code == 503
    assert page.headers["retry-after"]
    assert "<h1>" in page.text
    assert script.json()["service"] == "tickets"


async def test_what_is_missing_is_marked_for_the_page_to_ask_again(portal: PortalUnderTest) -> None:
    resident = await portal.as_("resident")
    portal.stop("tickets")

    part = await resident.get("/r")
    whole = await resident.get("/r/tickets")

    assert (part.status_code, whole.status_code) == (200, 503)
    assert "data-missing" in part.text
    assert "data-missing" in whole.text


async def test_a_form_whose_service_is_away_is_held_to_be_sent_once_more(
    portal: PortalUnderTest,
) -> None:
    resident = await portal.as_("resident")
    path = "/r/inbox/read"
    portal.stop("notify")

    fields = {"newest": str(uuid4()), "words": "<b>", "_key": "a-key-of-this-form"}
    page = await resident.submit(path, fields, [("photo", ("a.jpg", a_photo(), "image/jpeg"))])
    script = await resident.submit(path, headers={"accept": "application/json"})

    assert (page.status_code, script.status_code) == (503, 503)
    assert "&lt;b&gt;" in page.text
    assert '<input type="file" name="photo"' in page.text  # a page cannot hold a file
    assert "data-missing" not in page.text  # its address takes only forms
    assert "不知道办成没有" in script.json()["said"]
    assert 'name="_key" value="a-key-of-this-form"' in page.text
    portal.start("notify")
    again = await resident.client.post(path, data=hidden_fields(page.text, path))
    assert (again.status_code, again.headers["location"]) == (303, "/r/inbox")


async def test_a_service_that_fails_three_times_is_left_alone_by_whose_calls_those_were(
    portal: PortalUnderTest, desk: Browser
) -> None:
    other = await portal.as_("manager")
    portal.stop("sla")
    for _ in range(6):
        await desk.get("/probe/board")
    await other.get("/probe/board")

    asked = [path for _, path in portal.asked if path.startswith("sla/")]

    assert len(asked) == 4
    assert portal.state.links.calls["sla", "no_answer"] == 4
    assert portal.state.links.calls["sla", "not_tried"] == 3


async def test_a_page_that_asks_four_silent_services_one_by_one_waits_for_the_page_not_for_each(
    make_portal: MakePortal,
) -> None:
    portal = await make_portal(patience=1)
    portal.app.include(probe.router)  # type: ignore[attr-defined] # the kernel's Application
    desk = await portal.as_("dispatcher")
    for name in ("tickets", "dispatch", "sla", "notify"):
        portal.hang(name)

    async with asyncio.timeout(4 * 2.5):
        answer = await desk.get("/probe/one-after-the-other")

    assert answer.json() == [True] * 4


async def test_what_a_service_refuses_is_said_with_its_status(
    portal: PortalUnderTest, desk: Browser
) -> None:
    resident = await portal.as_("resident")

    answer = await resident.get("/probe/ticket/01980000-0000-7000-8000-000000000000")

    assert answer.status_code == 404
    assert "<h1>" in answer.text


async def test_metrics_count_calls_by_service_and_outcome(
    portal: PortalUnderTest, desk: Browser
) -> None:
    portal.stop("sla")
    await desk.get("/probe/board")

    metrics = (await desk.get("/metrics")).text

    assert 'fettle_portal_calls_total{service="sla",outcome="no_answer"} 1' in metrics
    assert 'fettle_portal_calls_total{service="tickets",outcome="answered"} 1' in metrics


async def _photo(portal: PortalUnderTest) -> dict[str, Any]:
    """Return a photo that the demo's resident has sent with a report."""
    await portal.make_site()
    ticket = await portal.open_ticket(description="水管漏水")
    tickets = await portal.service("tickets")
    async with tickets.http(id="demo-resident", units=["3-1202"]) as http:
        answer = await http.post(
            f"/v1/tickets/{ticket['id']}/attachments",
            content=a_photo(),
            headers={"content-type": "image/jpeg"},
        )
    assert answer.status_code == 201, answer.text
    photo: dict[str, Any] = answer.json()
    return photo


async def test_photos_are_passed_on_to_those_who_may_see_them(portal: PortalUnderTest) -> None:
    attachment = await _photo(portal)
    theirs = await portal.as_("resident")
    neighbour = await portal.as_person("zhang", ("resident", "demo"), units=["1-101"])
    path = f"/files/{attachment['id']}"

    whole, small = await theirs.get(path), await theirs.get(f"{path}/thumbnail")
    part = await theirs.get(path, range="bytes=0-9")
    same = await theirs.get(path, if_none_match=whole.headers["etag"])

    assert whole.status_code == small.status_code == 200
    assert whole.headers["content-type"] == "image/jpeg"
    assert len(whole.content) == attachment["bytes"]
    assert "private" in whole.headers["cache-control"]
    assert (part.status_code, len(part.content)) == (206, 10)
    assert same.status_code == 304
    assert (await neighbour.get(path)).status_code == 404
    assert (await portal.stranger().get(path)).status_code == 303
