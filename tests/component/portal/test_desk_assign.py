"""Assigning: all technicians with the reasons for and against, in words; and taking back."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.component.dispatch.world import put_rules, put_technician
from tests.component.portal.desk import DeskUnderTest, make_desk, text_of
from tests.support.portal import PortalUnderTest, hidden_fields


@pytest.fixture
async def desk(portal: PortalUnderTest) -> DeskUnderTest:
    """The desk of a site where only the dispatcher hands out."""
    desk = await make_desk(portal)
    await put_rules(await desk.service("dispatch"), mode="manual")
    return desk


async def a_job(desk: DeskUnderTest, **more: Any) -> tuple[dict[str, Any], str]:
    """A ticket whose job waits, and the address at which it is assigned."""
    ticket = await desk.portal.open_ticket(description="滴水", **more)
    job = await desk.job_of(ticket)
    return ticket, f"/ops/jobs/{job['id']}/assign"


async def test_all_technicians_stand_there_with_their_reasons(desk: DeskUnderTest) -> None:
    dispatch = await desk.service("dispatch")
    await put_technician(dispatch, "qi", name="齐飞", skills=[{"code": "lift"}])
    await put_technician(
        dispatch, "bo", name="薄荷", skills=[{"code": "plumbing", "level": 3}], shifts=[]
    )
    _, path = await a_job(desk)

    page = await desk.get(path)

    for id, words in (
        ("li", "最近 24 小时接了 0 单。"),
        ("wu", "没有来过这里。"),
        ("bo", "薄荷师傅现在不在班，没有排班。"),
        ("qi", "齐飞师傅没有水管技能"),
    ):
        row = page.split(f'data-test="assign-row-{id}"')[1].split("assign-row-")[0]
        assert words in text_of(row), id
    assert page.count('data-test="assign-reasons"') == 4
    assert page.count('name="technician_id"') == 2
    assert "overrule=bo" in page
    assert "overrule=qi" not in page
    english = text_of(await desk.get(f"{path}?lang=en"))
    assert "Has not been here before." in english


async def test_the_chosen_technician_alone_is_asked(desk: DeskUnderTest) -> None:
    ticket, path = await a_job(desk)

    asked = await desk.submit(path, {"technician_id": "wu"}, at=path)

    job = await desk.job_of(ticket)
    assert asked.headers["location"] == f"/ops/tickets/{ticket['id']}"
    assert [(each["technician_id"], each["state"]) for each in job["offers"]] == [("wu", "open")]
    assert job["offers"][0]["assigned_by"] == "wang"
    page = text_of(await desk.get(f"/ops/tickets/{ticket['id']}"))
    assert "已派单，等师傅回答" in page
    assert "王芳指派" in page


async def test_without_consent_the_job_is_theirs_at_once(desk: DeskUnderTest) -> None:
    await put_rules(await desk.service("dispatch"), mode="manual", assign_without_consent=True)
    ticket, path = await a_job(desk)

    await desk.submit(path, {"technician_id": "li"}, at=path)

    assert (await desk.job_of(ticket))["technician_id"] == "li"
    assert "已指派" in text_of(await desk.get(f"/ops/tickets/{ticket['id']}"))


async def test_whom_a_rule_bars_is_assigned_with_a_reason_only(desk: DeskUnderTest) -> None:
    dispatch = await desk.service("dispatch")
    now = desk.portal.clock.now()
    leave = {"start": now.isoformat(), "end": "2099-01-01T00:00:00Z"}
    async with dispatch.http(role="dispatcher", id="wang") as http:
        await http.put("/v1/technicians/wu/leave", json={"leave": [leave]})
    ticket, path = await a_job(desk)

    forced = await desk.get(f"{path}?overrule=wu")
    without = await desk.submit(path, {"technician_id": "wu", "forced": "1"})
    given = {"technician_id": "wu", "forced": "1", "overrule": "他答应来"}
    done = await desk.submit(path, given)

    assert "仍要派给吴伟" in text_of(forced)
    assert (without.status_code, done.status_code) == (422, 303)
    assert "请写原因" in text_of(without.text)
    [offer] = (await desk.job_of(ticket))["offers"]
    assert (offer["technician_id"], offer["overrule"]) == ("wu", "他答应来")


async def test_a_foreign_skill_is_never_overruled(desk: DeskUnderTest) -> None:
    dispatch = await desk.service("dispatch")
    await put_technician(dispatch, "qi", name="齐飞", skills=[{"code": "lift"}])
    _, path = await a_job(desk)

    refused = await desk.submit(path, {"technician_id": "qi", "overrule": "试试"})

    assert refused.status_code == 409
    assert "有规则不允许派给这位师傅" in text_of(refused.text)


async def test_of_two_dispatchers_the_second_is_told_who_has_it(desk: DeskUnderTest) -> None:
    await put_rules(await desk.service("dispatch"), mode="manual", assign_without_consent=True)
    _, path = await a_job(desk)
    csrf = await desk.browser.csrf()

    first = await desk.submit(path, {"technician_id": "li"})
    second = await desk.browser.client.post(path, data={"_csrf": csrf, "technician_id": "wu"})
    nobody = await desk.browser.client.post(path, data={"_csrf": csrf})

    assert (first.status_code, second.status_code, nobody.status_code) == (303, 409, 422)
    said = text_of(second.text)
    assert "这一单现在是已接单，不能这样做" in said
    assert "李强负责" in said


async def test_one_who_did_not_see_that_another_has_asked_is_told_whom(desk: DeskUnderTest) -> None:
    ticket, path = await a_job(desk)
    other = await desk.portal.as_person("ma", ("dispatcher", "demo"), name="马丽")
    seen = hidden_fields((await desk.get(path)), path)

    await other.submit(path, {"technician_id": "li"}, at=path)
    late = await desk.browser.client.post(path, data={**seen, "technician_id": "wu"})
    still = (await desk.job_of(ticket))["offers"]
    again = {**hidden_fields(late.text, path), "technician_id": "wu"}
    changed = await desk.browser.client.post(path, data=again)

    assert (late.status_code, changed.status_code) == (409, 303)
    assert "马丽刚刚派给了李强，在等回答" in text_of(late.text)
    assert [(each["technician_id"], each["state"]) for each in still] == [("li", "open")]
    open_ones = [each for each in (await desk.job_of(ticket))["offers"] if each["state"] == "open"]
    assert [each["technician_id"] for each in open_ones] == ["wu"]


async def test_of_two_dispatchers_who_press_at_the_same_moment_one_asks(
    desk: DeskUnderTest,
) -> None:
    ticket, path = await a_job(desk)
    other = await desk.portal.as_person("ma", ("dispatcher", "demo"), name="马丽")
    mine = hidden_fields((await desk.get(path)), path)
    theirs = hidden_fields((await other.get(path)).text, path)

    answers = await asyncio.gather(
        desk.browser.client.post(path, data={**mine, "technician_id": "wu"}),
        other.client.post(path, data={**theirs, "technician_id": "li"}),
    )

    assert sorted(each.status_code for each in answers) == [303, 409]
    [late] = [text_of(each.text) for each in answers if each.status_code == 409]
    assert "刚刚派给了" in late
    assert len((await desk.job_of(ticket))["offers"]) == 1


async def test_who_assigns_is_told_that_the_resident_asked_for_other_hours(
    desk: DeskUnderTest,
) -> None:
    start = desk.clock.now() + timedelta(days=1)
    hours = {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    _, path = await a_job(desk, preferred_windows=[hours])

    told = await desk.submit(path, {"technician_id": "li"}, at=path)

    assert told.status_code == 303, text_of(told.text)
    page = await desk.get(told.headers["location"])
    assert "住户要的不是这个时间" in text_of(page)


async def test_a_double_click_asks_once(desk: DeskUnderTest) -> None:
    ticket, path = await a_job(desk)
    data = {"_csrf": await desk.browser.csrf(), "_key": "b" * 20, "technician_id": "wu"}

    answers = [await desk.browser.client.post(path, data=data) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert len((await desk.job_of(ticket))["offers"]) == 1


async def test_an_offer_and_a_job_are_taken_back(desk: DeskUnderTest) -> None:
    ticket, path = await a_job(desk)
    await desk.submit(path, {"technician_id": "wu"})
    withdraw = path.replace("assign", "withdraw")

    offer = await desk.submit(withdraw, at=path)
    await desk.submit(path, {"technician_id": "li"})
    await desk.accept(ticket)
    job = await desk.submit(withdraw, at=path)
    nothing = await desk.submit(withdraw)

    assert (offer.status_code, job.status_code, nothing.status_code) == (303, 303, 409)
    assert (await desk.job_of(ticket))["state"] == "waiting"
    assert "调度收回了李强的派工单" in text_of(await desk.get(f"/ops/tickets/{ticket['id']}"))


async def test_the_ticket_leads_to_its_job(desk: DeskUnderTest) -> None:
    ticket, path = await a_job(desk)
    ended = await desk.portal.open_ticket(by="zhang", unit="1-101", description="滴水")
    await desk.do(f"{ended['id']}/cancel", {"reason": "报错了"})

    to_job = await desk.browser.get(f"/ops/tickets/{ticket['id']}/assign")
    to_ticket = await desk.browser.get(f"/ops/tickets/{ended['id']}/assign")

    assert to_job.headers["location"] == path
    assert to_ticket.headers["location"] == f"/ops/tickets/{ended['id']}"


async def test_the_page_says_that_dispatch_is_away(desk: DeskUnderTest) -> None:
    _, path = await a_job(desk)
    desk.portal.stop("dispatch")

    assert "派单服务" in text_of(await desk.get(path, status=503))
