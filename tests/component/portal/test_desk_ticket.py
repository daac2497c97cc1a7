"""One ticket at the desk: what is known of it, and what the desk does with it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.component.portal.desk import SERVICES, DeskUnderTest, make_desk, text_of
from tests.support.eventually import eventually
from tests.support.portal import PortalUnderTest, hidden_fields


@pytest.fixture
async def desk(portal: PortalUnderTest) -> DeskUnderTest:
    return await make_desk(portal)


def page_of(ticket: dict[str, Any]) -> str:
    return f"/ops/tickets/{ticket['id']}"


async def test_the_page_tells_where_what_who_when_and_what_was_promised(
    desk: DeskUnderTest,
) -> None:
    ticket = await desk.portal.open_ticket(description="厨房水龙头滴水")
    await desk.hand_out()
    job = await desk.accept(ticket)
    notify = await desk.service("notify")
    async with notify.http(role="dispatcher", id="wang") as http:
        contacts = {"name": "陈静", "phone": "13800138000"}
        await http.put("/v1/recipients/demo-resident", json=contacts)
    await desk.do(f"{ticket['id']}/comments", {"text": "几点到？"}, as_="resident")

    page = await desk.get(page_of(ticket))

    said = text_of(page)
    name = {"li": "李强", "wu": "吴伟"}[job["technician_id"]]
    for words in (
        "3号楼 1202 厨房水龙头滴水",
        "陈静 +8613800138000",
        "没人回应",
        "陈静说",
        "几点到？",
        "陈静报修",
        f"{name}接单",
        "响应",
        "按时",
        "已收到您的报修",
    ):
        assert words in said, words
    assert 'href="tel:+8613800138000"' in page
    assert page.count('class="strip"') == 3
    assert f'data-live="ticket:{ticket["id"]} job:{job["id"]}"' in page


async def test_a_pause_is_told_with_who_let_the_clock_stand(desk: DeskUnderTest) -> None:
    ticket = await desk.portal.open_ticket(description="水管爆了，淹水了")
    held = await desk.submit(
        f"{page_of(ticket)}/hold",
        {"reason": "waiting_resident", "note": "要开墙"},
        at=page_of(ticket),
    )
    await desk.portal.settle()
    desk.portal.clock.move(minutes=30)

    said = text_of(await desk.get(page_of(ticket)))

    assert held.headers["location"] == page_of(ticket)
    assert "王芳暂停：等住户" in said
    assert "要开墙" in said
    assert "不计时 30 分钟：等住户，王芳暂停的。" in said
    assert "现在不计时。" in said


STEPS: list[tuple[str, dict[str, str], str]] = [
    ("comments", {"text": "马上来", "visibility": "public"}, "open"),
    ("comments", {"text": "带梯子", "visibility": "internal"}, "open"),
    ("hold", {"reason": "waiting_parts"}, "on_hold"),
    ("cancel", {"reason": "报错了"}, "cancelled"),
    ("resolve", {"note": "电话里说清楚了"}, "resolved"),
    ("classify", {"category": "electrical", "priority": "urgent", "reason": "是插座"}, "open"),
    ("classify", {"category": "electrical", "priority": "normal", "reason": ""}, "open"),
    ("place", {"unit": "3-1102"}, "open"),
    ("appointment", {"day": "2027-01-05", "start": "09:00", "end": "11:00"}, "open"),
]


@pytest.mark.parametrize(("verb", "fields", "state"), STEPS)
async def test_each_verb_does_what_it_says_and_comes_back_to_the_ticket(
    desk: DeskUnderTest, verb: str, fields: dict[str, str], state: str
) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")

    done = await desk.submit(f"{page_of(ticket)}/{verb}", fields, at=page_of(ticket))

    assert (done.status_code, done.headers["location"]) == (303, page_of(ticket))
    assert (await desk.ticket(ticket["id"]))["state"] == state
    assert 'class="toast"' in await desk.get(page_of(ticket))


async def test_what_was_held_cancelled_or_resolved_goes_on_again(desk: DeskUnderTest) -> None:
    held = await desk.portal.open_ticket(description="滴水")
    done = await desk.portal.open_ticket(by="zhang", unit="1-101", description="滴水")
    await desk.do(f"{held['id']}/hold", {"reason": "no_access"})
    await desk.do(f"{done['id']}/resolve", {"note": "好了"})

    released = await desk.submit(f"{page_of(held)}/release", at=page_of(held))
    reopened = await desk.submit(f"{page_of(done)}/reopen", {"reason": "没有好"}, at=page_of(done))

    assert (released.status_code, reopened.status_code) == (303, 303)
    assert (await desk.ticket(held["id"]))["state"] == "open"
    assert (await desk.ticket(done["id"]))["cycle"] == 2


async def test_a_wish_to_cancel_is_shown_and_refused_or_granted(desk: DeskUnderTest) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")
    await desk.hand_out()
    job = await desk.accept(ticket)
    dispatch = await desk.service("dispatch")
    async with dispatch.http(role="technician", id=job["technician_id"]) as http:
        await http.post(f"/v1/jobs/{job['id']}/travel", json={})
    await desk.portal.settle()
    await desk.do(f"{ticket['id']}/cancel", {"reason": "不用了"}, as_="resident")

    before = text_of(await desk.get(page_of(ticket)))
    refused = await desk.submit(f"{page_of(ticket)}/refuse-cancel", at=page_of(ticket))
    after = text_of(await desk.get(page_of(ticket)))

    assert "住户想取消" in before
    assert refused.status_code == 303
    assert "师傅已在办" not in after
    assert "王芳决定继续办" in after


async def test_two_at_once_are_told_what_has_just_changed(desk: DeskUnderTest) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")
    path, page = f"{page_of(ticket)}/classify", page_of(ticket)
    form = {"category": "electrical", "priority": "urgent", "reason": "是插座"}
    hidden = {"version": str(ticket["version"])}
    await desk.do(f"{ticket['id']}/comments", {"text": "马上来"})  # another is quicker

    late = await desk.submit(path, {**hidden, **form})
    await desk.do(f"{ticket['id']}/cancel", {"reason": "报错了"})
    ended = await desk.submit(f"{page}/hold", {"reason": "no_access"})

    assert (late.status_code, ended.status_code) == (412, 409)
    said = text_of(late.text)
    assert "没有保存：您打开之后，这一单又改过" in said
    assert "刚才：" in said
    assert "回复住户" in said.split("刚才：")[1][:60]
    assert 'value="是插座"' in late.text
    assert "这一单现在是 已取消" in text_of(ended.text).replace("是已取消", "是 已取消")
    assert (await desk.ticket(ticket["id"]))["priority"] == ticket["priority"]


async def test_a_double_click_does_it_once(desk: DeskUnderTest) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")
    fields = {"_csrf": await desk.browser.csrf(), "_key": "a" * 20, "text": "马上来"}
    path = f"{page_of(ticket)}/comments"

    answers = [await desk.browser.client.post(path, data=fields) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert text_of(await desk.get(page_of(ticket))).count("马上来") == 1


@pytest.mark.parametrize(
    ("verb", "fields", "words"),
    [
        ("comments", {"text": " "}, "请写内容"),
        ("cancel", {"reason": ""}, "请写原因"),
        ("resolve", {"note": ""}, "请写怎么办好的"),
        ("appointment", {"day": "soon", "start": "9", "end": ""}, "请选日期和时间"),
        ("appointment", {"day": "2020-01-01", "start": "09:00", "end": "10:00"}, "要晚于现在"),
        ("appointment", {"day": "9999-12-31", "start": "10:00", "end": "09:00"}, "请选日期和时间"),
        ("place", {"unit": ""}, "请写房号"),
        ("hold", {"reason": "bored"}, "填得不对"),
        ("classify", {"category": "electrical", "priority": "urgent"}, "请写原因"),
        ("comments", {"text": "\U0001f4a7" * 5000}, "填得不对"),
    ],
)
async def test_what_is_filled_in_wrong_is_said_and_nothing_is_lost(
    desk: DeskUnderTest, verb: str, fields: dict[str, str], words: str
) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")

    refused = await desk.submit(f"{page_of(ticket)}/{verb}", fields, at=page_of(ticket))

    assert refused.status_code in (400, 422)
    assert words in text_of(refused.text)
    assert (await desk.ticket(ticket["id"]))["version"] == ticket["version"]


async def test_a_script_is_told_in_words_too(desk: DeskUnderTest) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")
    page, json = page_of(ticket), {"accept": "application/json"}
    csrf = {"_csrf": await desk.browser.csrf()}

    refused = await desk.browser.client.post(f"{page}/cancel", data=csrf, headers=json)
    done = await desk.browser.client.post(
        f"{page}/comments", data={**csrf, "text": "马上来"}, headers=json
    )

    assert (refused.status_code, refused.json()["said"]) == (422, "请写原因。")
    assert (done.status_code, done.json()["location"]) == (200, page)


@pytest.mark.parametrize("service", SERVICES)
async def test_each_service_may_be_away(desk: DeskUnderTest, service: str) -> None:
    ticket = await desk.portal.open_ticket(description="厨房滴水")
    await desk.hand_out()
    await desk.get(page_of(ticket))
    desk.portal.stop(service)

    if service == "tickets":
        gone = await desk.get(page_of(ticket), status=503)
        assert "报修服务没有回应" in text_of(gone)
        return
    shown = text_of(await desk.get(page_of(ticket)))

    words = {"dispatch": "派单", "sla": "时限", "notify": "通知"}
    assert f"{words[service]}服务没有回应" in shown
    assert "厨房滴水" in shown
    assert "报修" in shown.split("经过")[1]


_REPORTER = "notify/v1/recipients/demo-resident"
_EXPLANATION = "dispatch/v1/jobs/{job}/explanation"


@pytest.mark.parametrize(
    ("silent", "path"),
    [
        ("sla", _EXPLANATION),
        ("tickets", _EXPLANATION),
        ("notify", _EXPLANATION),
        ("sla", _REPORTER),
        ("dispatch", _REPORTER),
    ],
)
async def test_what_follows_from_one_answer_waits_for_no_other(
    desk: DeskUnderTest, silent: str, path: str
) -> None:
    ticket = await desk.portal.open_ticket(description="厨房滴水")
    expected = ("GET", path.format(job=(await desk.job_of(ticket))["id"]))
    await desk.get("/ops")  # the desk's sites are known now
    desk.portal.asked.clear()
    desk.portal.hang(silent)

    async def asked() -> bool:
        return expected in desk.portal.asked

    page = asyncio.create_task(desk.browser.get(page_of(ticket)))
    try:
        await eventually(asked, timeout_s=5)
    finally:
        page.cancel()
        await asyncio.gather(page, return_exceptions=True)


async def test_a_step_while_tickets_is_away_is_there_to_be_sent_again_as_the_same(
    desk: DeskUnderTest,
) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")
    path = f"{page_of(ticket)}/comments"
    data = {"_csrf": await desk.browser.csrf(), "_key": "k" * 20, "text": "师傅在路上"}
    desk.portal.stop("tickets")

    answered = await desk.browser.client.post(path, data=data)

    assert answered.status_code == 503
    said = text_of(answered.text)
    assert all(each in said for each in ("没有送出", "师傅在路上"))
    assert {**hidden_fields(answered.text, path), "_csrf": ""} == {**data, "_csrf": ""}


async def test_what_is_changed_after_it_was_sent_is_sent_when_pressed_again(
    desk: DeskUnderTest,
) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")
    path = f"{page_of(ticket)}/comments"
    data = {"_csrf": await desk.browser.csrf(), "_key": "k" * 20, "text": "师傅在路上"}
    await desk.browser.client.post(path, data=data)

    changed = await desk.browser.client.post(path, data={**data, "text": "师傅到了"})
    again = {**data, **hidden_fields(changed.text, path), "text": "师傅到了"}
    sent = await desk.browser.client.post(path, data=again)

    assert (changed.status_code, sent.status_code) == (422, 303)
    assert "请再按一次" in text_of(changed.text)
    assert "师傅到了" in changed.text


async def test_of_a_form_that_is_sent_three_times_at_once_each_is_answered_as_the_first(
    desk: DeskUnderTest,
) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")
    path = f"{page_of(ticket)}/comments"
    data = {"_csrf": await desk.browser.csrf(), "_key": "k" * 20, "text": "师傅在路上"}

    answers = await asyncio.gather(*(desk.browser.client.post(path, data=data) for _ in range(3)))

    assert [each.status_code for each in answers] == [303, 303, 303]
    assert (await desk.get(page_of(ticket))).count("师傅在路上") == 1


async def test_a_ticket_of_another_site_is_not_there(desk: DeskUnderTest) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")
    other = await desk.portal.as_person("qian", ("dispatcher", "east"))
    path = page_of(ticket)

    answers = [
        await other.get(path),
        await other.get(f"{path}/merge"),
        await other.get(f"{path}/assign"),
        await other.submit(f"{path}/hold", {"reason": "no_access"}),
    ]

    assert [each.status_code for each in answers] == [404] * 4
    assert "滴水" not in "".join(each.text for each in answers)


async def test_a_visit_is_offered_in_the_sites_own_time(desk: DeskUnderTest) -> None:
    ticket = await desk.portal.open_ticket(description="滴水")
    tomorrow = (desk.portal.clock.now() + timedelta(days=2)).date().isoformat()

    await desk.submit(
        f"{page_of(ticket)}/appointment",
        {"day": tomorrow, "start": "22:00", "end": "01:00"},
        at=page_of(ticket),
    )

    visit = (await desk.ticket(ticket["id"]))["visit"]
    assert visit["start"].endswith("T14:00:00Z")
    assert visit["end"].endswith("T17:00:00Z")
    assert "已提议" in text_of(await desk.get(page_of(ticket)))
