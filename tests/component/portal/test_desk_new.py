"""Reporting for a caller on the telephone, and the plan of the site."""

import pytest

from tests.component.portal.desk import DeskUnderTest, make_desk, rows, text_of
from tests.support.eventually import eventually
from tests.support.portal import PortalUnderTest, hidden_fields


@pytest.fixture
async def desk(portal: PortalUnderTest) -> DeskUnderTest:
    return await make_desk(portal)


async def known_caller(desk: DeskUnderTest) -> None:
    """A resident with a number, who lives in 3-1202."""
    tickets, notify = await desk.service("tickets"), await desk.service("notify")
    async with tickets.http(role="dispatcher", id="wang") as http:
        await http.put("/v1/sites/demo/people/chen", json={"units": [{"unit": "3-1202"}]})
    await desk.portal.settle()
    async with notify.http(role="dispatcher", id="wang") as http:
        contacts = {"name": "陈静", "phone": "138 0013 8000"}
        stored = await http.put("/v1/recipients/chen", json=contacts)
        assert stored.status_code == 200, stored.text


async def test_a_known_number_fills_in_who_calls_and_where_they_live(desk: DeskUnderTest) -> None:
    await known_caller(desk)

    page = await desk.get("/ops/new?phone=13800138000")

    assert "陈静" in text_of(page)
    assert hidden_fields(page, "/ops/new")["caller"]
    assert 'value="3-1202"' in page


async def test_the_report_is_the_callers_and_came_by_phone(desk: DeskUnderTest) -> None:
    await known_caller(desk)
    fields = {"category": "plumbing", "unit": "3-1202", "description": "厨房滴水"}

    sent = await desk.submit("/ops/new", fields, at="/ops/new?phone=13800138000")

    ticket = await desk.ticket(sent.headers["location"].rsplit("/", 1)[1])
    assert (ticket["reporter_id"], ticket["entered_by"], ticket["channel"]) == (
        "chen",
        "wang",
        "phone",
    )
    assert ticket["place"]["unit"] == "1202"


@pytest.mark.parametrize("named", ["id", "found by another", "found at another site", "too old"])
async def test_no_one_is_named_whom_the_page_did_not_find(desk: DeskUnderTest, named: str) -> None:
    """Who is named as a reporter becomes known at the site, and is read there from then on."""
    found = desk.portal.state.found_callers
    if named == "too old":
        given = found.seal("stranger", site="demo", shown_to="wang")
        desk.portal.clock.move(hours=13)
    else:
        given = {
            "id": "stranger",
            "found by another": found.seal("stranger", site="demo", shown_to="zhao"),
            "found at another site": found.seal("stranger", site="east", shown_to="wang"),
        }[named]
    browser = await desk.portal.as_person("wang", ("dispatcher", "demo"))
    form = {"site": "demo", "category": "plumbing", "unit": "1-101", "description": "滴水"}

    sent = await browser.submit("/ops/new", {**form, "caller": given, "person_id": "stranger"})

    ticket = await desk.ticket(sent.headers["location"].rsplit("/", 1)[1])
    assert ticket["reporter_id"].startswith("caller-")
    assert "按新客登记" in text_of((await browser.get(sent.headers["location"])).text)


async def test_a_new_caller_becomes_a_person_once_however_often_it_is_sent(
    desk: DeskUnderTest,
) -> None:
    fields = {
        "_csrf": await desk.browser.csrf(),
        "_key": "c" * 20,
        "site": "demo",
        "category": "plumbing",
        "unit": "1-101",
        "description": "滴水",
        "name": "孙梅",
        "phone": "13900139000",
    }

    answers = [await desk.browser.client.post("/ops/new", data=fields) for _ in range(2)]

    assert {each.headers["location"] for each in answers} == {answers[0].headers["location"]}
    ticket = await desk.ticket(answers[0].headers["location"].rsplit("/", 1)[1])
    assert ticket["reporter_id"].startswith("caller-")
    # notify has not heard of the person yet, and the desk is told so
    assert "号码没有存下" in text_of(await desk.get(answers[0].headers["location"]))


async def test_a_number_that_was_not_looked_up_can_be_written_with_the_report(
    desk: DeskUnderTest,
) -> None:
    fresh = await desk.get("/ops/new")
    looked_up = await desk.get("/ops/new?phone=13900139000")

    assert '<input class="input" id="number" name="phone"' in fresh
    assert 'id="number"' not in looked_up
    assert '<input type="hidden" name="phone" value="13900139000">' in looked_up


async def test_something_reported_twice_is_offered_for_merging(desk: DeskUnderTest) -> None:
    first = await desk.portal.open_ticket(description="水管漏水")
    fields = {"site": "demo", "category": "plumbing", "unit": "3-1202", "description": "漏水"}

    sent = await desk.submit("/ops/new", fields)

    page = await desk.get(sent.headers["location"])
    assert sent.headers["location"].endswith("/merge")
    assert first["reference"] in page
    assert "之前可能报过同样的" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"description": "滴水"}, "请选类别"),
        ({"category": "plumbing"}, "请写内容"),
        ({"category": "plumbing", "description": "滴水", "priority": "very"}, "填得不对"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_written_stays(
    desk: DeskUnderTest, fields: dict[str, str], words: str
) -> None:
    given = {"site": "demo", "unit": "3-1202", **fields}

    refused = await desk.submit("/ops/new", given)

    assert refused.status_code == 422
    assert words in text_of(refused.text)
    assert 'value="3-1202"' in refused.text
    assert rows(await desk.get("/ops")) == []


async def test_while_tickets_is_away_what_the_caller_said_is_there_to_be_sent_again(
    desk: DeskUnderTest,
) -> None:
    given = {"site": "demo", "unit": "3-1202", "category": "plumbing", "description": "厨房滴水"}
    data = {**given, "_csrf": await desk.browser.csrf(), "_key": "d" * 20}
    desk.portal.stop("tickets")

    away = await desk.browser.client.post("/ops/new", data=data)
    desk.portal.start("tickets")
    again = hidden_fields(away.text, "/ops/new")

    async def sent_to() -> str:
        answer = await desk.browser.client.post("/ops/new", data=again)
        return str(answer.headers.get("location", ""))

    assert away.status_code == 503
    assert {**again, "_csrf": data["_csrf"]} == data
    ticket = await desk.ticket((await eventually(sent_to)).rsplit("/", 1)[1])
    assert ticket["description"] == "厨房滴水"


async def test_numbers_that_are_none_unknown_or_shared_are_said(desk: DeskUnderTest) -> None:
    await known_caller(desk)
    notify = await desk.service("notify")
    async with notify.http(role="dispatcher", id="wang") as http:
        await http.put("/v1/recipients/wang", json={"phone": "13800138000", "name": "王芳"})

    wrong = text_of(await desk.get("/ops/new?phone=hello"))
    unknown = text_of(await desk.get("/ops/new?phone=13700137000"))
    shared = await desk.get("/ops/new?phone=13800138000")

    assert "这不像电话号码" in wrong
    assert "这个号码没有登记" in unknown
    assert {"陈静", "王芳"} <= {*text_of(shared).split()}
    assert 'name="caller"' not in shared


async def test_another_sites_desk_may_not_report_here(desk: DeskUnderTest) -> None:
    other = await desk.portal.as_person("qian", ("dispatcher", "east"))
    fields = {"site": "demo", "category": "plumbing", "description": "滴水"}

    assert (await other.submit("/ops/new", fields)).status_code == 404
    assert (await other.get("/ops/new?site=demo")).status_code == 404
    assert (await other.get("/ops/map/demo")).status_code == 404


async def test_the_plan_shows_work_and_crew_and_the_table_says_the_same(
    desk: DeskUnderTest,
) -> None:
    ticket = await desk.portal.open_ticket(description="水管爆了，淹水了")
    await desk.portal.open_ticket(by="sun", unit="2-201", description="滴水")

    page = await desk.get("/ops/map/demo")
    emergencies = await desk.get("/ops/map/demo?only=emergency")

    assert page.count('class="p-job"') - page.split('class="legend"')[1].count("p-job") == 2
    said = text_of(page)
    assert "3号楼 · 1 单" in said
    assert "在岗 2 人" in said
    assert f'href="/ops/tickets/{ticket["id"]}"' in page
    assert "2号楼 · 1 单" not in text_of(emergencies)


@pytest.mark.parametrize("service", ["tickets", "dispatch"])
async def test_the_plan_is_there_while_a_service_is_away(desk: DeskUnderTest, service: str) -> None:
    await desk.get("/ops/map/demo")
    desk.portal.stop(service)

    page = await desk.get("/ops/map/demo")

    assert "没有回应" in text_of(page)
    assert 'class="plan"' in page
