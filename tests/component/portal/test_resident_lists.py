"""A resident's first page, lists and messages; and the desk's labels."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.dispatch import JobState, WorkOrderState
from tests.component.tickets.arranging import a_technician, an_order
from tests.support.portal import PortalUnderTest
from tests.support.residents import as_staff, place_code, reported, words


@pytest.fixture
async def site(portal: PortalUnderTest) -> PortalUnderTest:
    await portal.make_site()
    for service in ("sla", "notify"):
        await portal.service(service)
    return portal


async def _inbox(portal: PortalUnderTest) -> list[dict[str, Any]]:
    notify = await portal.service("notify")
    async with notify.http(role="resident", id="demo-resident", site="demo") as http:
        items: list[dict[str, Any]] = (await http.get("/v1/inbox")).json()["items"]
    return items


async def test_the_first_page_says_that_nothing_is_under_way(site: PortalUnderTest) -> None:
    page = await (await site.as_("resident")).get("/r")

    assert page.status_code == 200
    assert "没有正在办的单子" in words(page.text)
    assert 'href="/r/report"' in page.text


async def test_what_is_under_way_stands_first_with_its_sentence(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    path = await reported(browser)
    over = await reported(browser, {"text": "门锁", "category": "lock"})
    await browser.submit(f"{over}/cancel")

    page = await browser.get("/r")

    assert page.text.index(path) < page.text.index(over)
    assert "正在安排师傅" in words(page.text)
    assert "3号楼 1202" in words(page.text)


@pytest.mark.parametrize("service", ["tickets", "notify", "sla", "dispatch"])
async def test_with_one_service_away_the_rest_is_shown(site: PortalUnderTest, service: str) -> None:
    browser = await site.as_("resident")
    await reported(browser)
    site.stop(service)

    page = await browser.get("/r")

    assert page.status_code == 200
    assert 'href="/r/report"' in page.text
    assert ("没有回应" in words(page.text)) == (service == "tickets")


async def test_the_list_comes_in_pages_and_by_state(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    for n in range(22):
        await reported(browser, {"text": f"第 {n} 件", "place": "pump-room"})

    first = await browser.get("/r/tickets")
    older = first.text.split('rel="next" href="')[1].partition('"')[0].replace("&amp;", "&")
    second = await browser.get(older)
    over = await browser.get("/r/tickets?show=over")

    assert first.text.count('class="cover"') == 20
    assert second.text.count('class="cover"') == 2
    assert "第 0 件" in words(second.text)
    assert over.text.count('class="cover"') == 0
    assert (await browser.get("/r/tickets?show=nonsense")).status_code == 422
    assert (await browser.get("/r/tickets?cursor=nonsense")).status_code == 400


async def test_a_list_is_one_call_and_says_of_each_who_comes_and_when(
    site: PortalUnderTest,
) -> None:
    browser = await site.as_("resident")
    paths = [
        await reported(browser, {"text": f"第 {n} 件", "place": "pump-room"}) for n in range(8)
    ]
    now = site.clock.now()
    await (await site.service("tickets")).hears(
        a_technician("li", "李强"),
        *(
            an_order(
                path.rpartition("/")[2],
                WorkOrderState.ACCEPTED,
                JobState.ACCEPTED,
                at=now,
                technician="li",
                planned_arrival=now + timedelta(hours=1),
            )
            for path in paths
        ),
    )
    await browser.get("/r/tickets")
    for page, calls in (("/r/tickets", 1), ("/r", 2)):
        site.asked.clear()

        shown = await browser.get(page)

        assert words(shown.text).count("李师傅接单了，约") == len(paths)
        asked = [path for _, path in site.asked if path.startswith("tickets/v1/tickets")]
        assert asked == ["tickets/v1/tickets"] * calls


async def test_messages_are_read_one_by_one_and_all_at_once(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    path = await reported(browser)
    for text in ("收到了", "明天来"):
        await as_staff(
            site, "POST", f"/v1/tickets/{path.rpartition('/')[2]}/comments", {"text": text}
        )
        site.clock.move(minutes=2)
    await site.settle()
    messages = await _inbox(site)
    assert len(messages) >= 2

    page = await browser.get("/r/inbox")
    opened = await browser.submit(
        f"/r/inbox/{messages[0]['id']}/read", {"ticket": messages[0]["ticket_id"]}
    )
    await browser.submit("/r/inbox/read", at="/r/inbox")

    assert "条新消息" in words(page.text)
    assert messages[0]["title"] in words(page.text)
    assert opened.headers["location"] == path
    assert all(each["read_at"] for each in await _inbox(site))
    assert "条新消息" not in words((await browser.get("/r/inbox")).text)


async def test_anothers_message_is_not_marked_and_leads_nowhere(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")

    answer = await browser.submit(f"/r/inbox/{uuid4()}/read", {"ticket": "https://elsewhere"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/r/inbox"


async def test_notify_that_is_away_is_said(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    site.stop("notify")

    page = await browser.get("/r/inbox")

    assert page.status_code == 503
    assert "<h1" in page.text


async def test_a_message_leads_to_its_ticket_also_while_notify_is_away(
    site: PortalUnderTest,
) -> None:
    browser, id = await site.as_("resident"), str(uuid4())
    site.stop("notify")

    answer = await browser.submit(f"/r/inbox/{uuid4()}/read", {"ticket": id})

    assert answer.headers["location"] == f"/r/tickets/{id}"


async def test_messages_are_read_while_tickets_is_away(site: PortalUnderTest) -> None:
    await site.open_ticket(description="水管漏水")
    (message,) = await _inbox(site)
    browser = await site.as_("resident")
    site.stop("tickets")  # of which the portal has not asked for the site yet

    page = await browser.get("/r/inbox")

    assert page.status_code == 200
    assert message["title"] in words(page.text)


async def test_labels_are_printed_with_their_codes(site: PortalUnderTest) -> None:
    code = await place_code(site, "spot", spot="gate")
    browser = await site.as_("dispatcher")

    sheet = await browser.get("/ops/labels")
    units = await browser.get("/ops/labels?kind=unit")
    poster = await browser.get(f"/ops/labels/poster?code={code.lower()}")

    assert "小区大门" in words(sheet.text)
    assert code in sheet.text
    assert sheet.text.count('class="qr"') == 6
    assert units.text.count('class="qr"') == 24
    assert 'rel="next"' in units.text
    assert "哪里坏了？扫一下" in words(poster.text)
    assert "小区大门" in words(poster.text)
    assert (await browser.get("/ops/labels/poster?code=2222222222")).status_code == 404
    assert (await browser.get("/ops/labels?site=elsewhere")).status_code == 404


async def test_a_lost_label_gets_another_code(site: PortalUnderTest) -> None:
    code = await place_code(site, "spot", spot="gate")
    browser = await site.as_("dispatcher")
    fields = {"site": "demo", "kind": "spot", "code": code}

    first = await browser.submit("/ops/labels/revoke", fields)
    again = await browser.submit("/ops/labels/revoke", fields)

    assert first.status_code == again.status_code == 303
    assert await place_code(site, "spot", spot="gate") != code
    assert (await site.stranger().get(f"/q/{code}")).status_code == 404


async def test_labels_are_for_the_desk(site: PortalUnderTest) -> None:
    assert (await (await site.as_("resident")).get("/ops/labels")).status_code == 403
