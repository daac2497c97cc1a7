"""One ticket as its resident sees it and acts on it: every deed, twice, too late, from two tabs."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.dispatch import JobState, JobStep, JobV1, WorkOrderState, WorkOrderV1
from tests.support.images import an_image
from tests.support.portal import Browser, PortalUnderTest, hidden_fields
from tests.support.residents import (
    as_json,
    as_staff,
    change_site,
    fields_of,
    marked,
    photo,
    reported,
    ticket_at,
    words,
)

_JSON = {"accept": "application/json"}
_MARKS = {"speed": "5", "quality": "4", "manner": "5"}


@pytest.fixture
async def site(portal: PortalUnderTest) -> PortalUnderTest:
    await portal.make_site()
    await portal.service("sla")
    return portal


@pytest.fixture
async def browser(site: PortalUnderTest) -> Browser:
    return await site.as_("resident")


@pytest.fixture
async def path(browser: Browser) -> str:
    """The page of a new ticket."""
    return await reported(browser)


async def _staff(portal: PortalUnderTest, path: str, verb: str, **body: Any) -> dict[str, Any]:
    return await as_staff(portal, "POST", f"/v1/tickets/{path.rpartition('/')[2]}/{verb}", body)


async def _resolve(portal: PortalUnderTest, path: str) -> None:
    await _staff(portal, path, "resolve", note="换了接头，试过水。")


async def _work(portal: PortalUnderTest, path: str, *states: JobState) -> None:
    """Let the ticket's job take these steps, a minute apart."""
    ticket, tickets = await ticket_at(portal, path), await portal.service("tickets")
    now = portal.clock.now()
    order = WorkOrderV1(
        id=ticket["id"],
        version=1,
        site_id="demo",
        observed=ticket["version"],
        cycle=ticket["cycle"],
        state=WorkOrderState.DONE
        if states[-1] is JobState.COMPLETED
        else WorkOrderState(states[-1].value),
        jobs=(
            JobV1(
                id=uuid4(),
                cycle=ticket["cycle"],
                state=states[-1],
                technician_id="wang-jg",
                planned_arrival=now + timedelta(minutes=20),
                steps=tuple(
                    JobStep(at=now + timedelta(seconds=n), state=state, technician_id="wang-jg")
                    for n, state in enumerate(states)
                ),
            ),
        ),
    )
    await tickets.hears(order)


async def _said(browser: Browser, path: str) -> str:
    """Return the words of the page."""
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return words(answer.text)


async def test_who_comes_is_said_as_the_work_goes_on(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    taken = [JobState.WAITING, JobState.ACCEPTED]
    await _work(site, path, *taken)
    accepted = await browser.get(path)
    await _resolve(site, path)
    done = await browser.get(path)

    assert marked(accepted.text, "ticket-state") == "已接单"
    assert "接单了，约" in marked(accepted.text, "ticket-who")
    assert marked(done.text, "ticket-state") == "请您确认"
    assert "换了接头，试过水。" in words(done.text)


async def test_a_technician_on_the_way_is_told_with_the_time(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _work(site, path, JobState.WAITING, JobState.ACCEPTED, JobState.TRAVELLING)

    page = await browser.get(path)

    assert marked(page.text, "ticket-state") == "师傅在路上"
    assert "到您家" in marked(page.text, "ticket-who")
    assert 'class="now" aria-current="step"' in page.text


async def test_confirming_closes_it_and_a_second_tap_says_so(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _resolve(site, path)
    page = await browser.get(path)
    form = hidden_fields(page.text, f"{path}/confirm")

    first = await browser.client.post(f"{path}/confirm", data=form)
    doubled = await browser.client.post(f"{path}/confirm", data=form)
    other_tab = await browser.submit(f"{path}/confirm")

    assert [each.status_code for each in (first, doubled, other_tab)] == [303] * 3
    assert (await ticket_at(site, path))["state"] == "closed"
    assert "已经确认过了。" in await _said(browser, path)


async def test_three_confirmations_at_once_are_one(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _resolve(site, path)
    form = hidden_fields((await browser.get(path)).text, f"{path}/confirm")

    answers = await asyncio.gather(
        *(browser.client.post(f"{path}/confirm", data=form) for _ in range(3))
    )

    assert {each.status_code for each in answers} <= {303, 409}
    assert (await ticket_at(site, path))["state"] == "closed"


async def test_to_confirm_what_is_not_done_is_refused_in_words(browser: Browser, path: str) -> None:
    page = await browser.submit(f"{path}/confirm")
    script = await browser.submit(f"{path}/confirm", headers=_JSON)

    assert page.status_code == script.status_code == 409
    assert "单子已经变了" in marked(page.text, "ticket-problem")
    assert "单子已经变了" in as_json(script)["said"]


async def test_not_fixed_asks_why_and_opens_it_again(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _resolve(site, path)
    assert "哪里还没好？" in await _said(browser, f"{path}/reopen")

    silent = await browser.submit(f"{path}/reopen", {"reason": "  "}, at=f"{path}/reopen")
    script = await browser.submit(f"{path}/reopen", {"reason": ""}, headers=_JSON)
    sent = await browser.submit(f"{path}/reopen", {"reason": "又漏了"}, at=f"{path}/reopen")
    again = await browser.submit(f"{path}/reopen", {"reason": "又漏了"})

    assert silent.status_code == script.status_code == 422
    assert "请写一下原因" in words(silent.text)
    assert sent.status_code == again.status_code == 303
    ticket = await ticket_at(site, path)
    assert (ticket["state"], ticket["cycle"]) == ("open", 2)
    assert "您说没修好，重新处理" in await _said(browser, path)


async def test_after_a_fortnight_it_is_reported_anew(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _resolve(site, path)
    site.clock.move(days=15)
    browser = await site.as_("resident")

    page = await browser.get(path)
    answer = await browser.submit(f"{path}/reopen", {"reason": "又漏了"})

    assert "ticket-reopen" not in page.text
    assert answer.status_code == 409
    assert "过了 14 天" in marked(answer.text, "ticket-problem")


async def test_cancelling_asks_first_and_needs_no_reason(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    asked = await browser.get(f"{path}/cancel")
    answer = await browser.submit(f"{path}/cancel", at=f"{path}/cancel")
    again = await browser.submit(f"{path}/cancel")

    assert "取消这张单？" in words(asked.text)
    assert answer.status_code == again.status_code == 303
    assert (await ticket_at(site, path))["state"] == "cancelled"
    said = await _said(browser, path)
    assert "已经取消了。" in said
    assert "您 " in said


async def test_while_the_technician_works_the_office_is_asked(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _work(site, path, JobState.WAITING, JobState.ACCEPTED, JobState.WORKING)

    asked = await browser.get(f"{path}/cancel")
    answer = await browser.submit(f"{path}/cancel", {"reason": "自己修好了"}, at=f"{path}/cancel")

    assert "要物业和师傅确认" in words(asked.text)
    assert answer.status_code == 303
    assert "您想取消，物业在和师傅确认。" in await _said(browser, path)
    assert (await ticket_at(site, path))["state"] == "in_progress"


async def test_an_urge_counts_once_an_hour_and_the_button_says_when_again(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    first = await browser.submit(f"{path}/urge", at=path)
    page = await browser.get(path)
    second = await browser.submit(f"{path}/urge")

    assert first.status_code == second.status_code == 303
    assert "后可再催" in marked(page.text, "ticket-urge")
    assert 'data-test="ticket-urge" aria-disabled="true"' in page.text
    assert len((await ticket_at(site, path))["urges"]) == 1
    assert "刚催过" in await _said(browser, path)
    await _resolve(site, path)
    assert (await browser.submit(f"{path}/urge")).status_code == 409


async def test_a_sentence_and_a_photo_reach_the_ticket(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    answer = await browser.submit(
        f"{path}/comments", {"text": "门开着<b>"}, [photo(an_image("JPEG"))], at=path
    )

    assert answer.status_code == 303
    page = await browser.get(path)
    assert "您说" in words(page.text)
    assert "门开着&lt;b&gt;" in page.text
    id = (await ticket_at(site, path))["attachments"][0]["id"]
    assert f'src="/files/{id}/thumbnail"' in page.text
    file = await browser.get(f"/files/{id}/thumbnail")
    assert file.headers["content-type"] == "image/jpeg"


async def test_a_photo_alone_is_enough_and_nothing_at_all_is_not(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    alone = await browser.submit(f"{path}/comments", {"text": ""}, [photo(an_image("PNG"))])
    nothing = await browser.submit(f"{path}/comments", {"text": " "})
    long = await browser.submit(f"{path}/comments", {"text": "长" * 4001})

    assert alone.status_code == 303
    assert len((await ticket_at(site, path))["attachments"]) == 1
    assert nothing.status_code == long.status_code == 422
    assert "请写一句话，或加一张照片" in marked(nothing.text, "ticket-problem")
    assert "太长了" in marked(long.text, "ticket-problem")


async def test_a_comments_photo_that_fails_is_told_and_the_words_are_sent(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    answer = await browser.submit(
        f"{path}/comments", {"text": "看照片"}, [photo(b"<svg/>", "a.svg")]
    )

    assert answer.status_code == 422
    assert "不是照片" in marked(answer.text, "ticket-problem")
    assert fields_of(answer.text, ["text"]) == {"text": ""}
    assert "看照片" in await _said(browser, path)


async def test_a_doubled_comment_is_said_once(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    form = hidden_fields((await browser.get(path)).text, f"{path}/comments")
    sent = {**form, "text": "门开着"}

    for _ in range(2):
        await browser.client.post(f"{path}/comments", data=sent)

    timeline = await as_staff(site, "GET", f"/v1/tickets/{path.rpartition('/')[2]}/timeline")
    assert [each["text"] for each in timeline["items"]].count("门开着") == 1


async def test_a_rating_is_given_once(site: PortalUnderTest, browser: Browser, path: str) -> None:
    early = await browser.submit(f"{path}/rating", _MARKS)
    await _resolve(site, path)
    page = await browser.get(path)

    missing = await browser.submit(f"{path}/rating", {"speed": "5", "quality": "9"})
    rated = await browser.submit(f"{path}/rating", {**_MARKS, "words": "很快"}, at=path)
    again = await browser.submit(f"{path}/rating", _MARKS)

    assert early.status_code == 409
    for n in range(1, 6):
        assert f'data-test="rate-speed-{n}"' in page.text
    assert missing.status_code == 422
    assert rated.status_code == 303
    assert again.status_code == 409
    assert "已经评过分了" in marked(again.text, "ticket-problem")
    assert (await ticket_at(site, path))["ratings"][0]["text"] == "很快"
    assert "您评了：速度 5，质量 4，态度 5" in await _said(browser, path)


async def test_a_low_rating_promises_a_call(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _resolve(site, path)

    await browser.submit(f"{path}/rating", {**_MARKS, "manner": "1"})

    assert "物业会给您回电" in await _said(browser, path)


async def test_a_visit_is_agreed_and_goes_into_the_calendar(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    day = (site.clock.now() + timedelta(days=2)).date().isoformat()
    wanted = {"day": day, "from": "09:00", "to": "11:00"}

    none = await browser.get(f"{path}/visit.ics")
    asked = await browser.get(f"{path}/appointment")
    agreed = await browser.submit(f"{path}/appointment", wanted, at=f"{path}/appointment")
    calendar = await browser.get(f"{path}/visit.ics")

    assert none.status_code == 404
    assert "什么时候方便？" in words(asked.text)
    assert agreed.status_code == 303
    visit = (await ticket_at(site, path))["visit"]
    assert visit["start"].startswith(f"{day}T01:00:00")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert f"DTSTART:{day.replace('-', '')}T010000Z" in calendar.text
    assert "约好" in await _said(browser, path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": "tomorrow"}, "请选哪一天"),
        ({"to": "08:00"}, "结束要晚于开始"),
        ({"day": "2020-01-01"}, "已经过了"),
        ({"day": "2999-01-01"}, "一年之内"),
    ],
)
async def test_a_visit_that_cannot_be_is_said_beside_its_field(
    site: PortalUnderTest, browser: Browser, path: str, change: dict[str, str], said: str
) -> None:
    day = (site.clock.now() + timedelta(days=2)).date().isoformat()
    wanted = {"day": day, "from": "09:00", "to": "11:00", **change}

    page = await browser.submit(f"{path}/appointment", wanted)

    assert page.status_code == 422
    assert said in words(page.text)
    assert (await ticket_at(site, path))["visit"] is None


async def test_a_visit_that_is_offered_is_agreed_to_or_put_off(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    start = site.clock.now() + timedelta(days=3)
    end = start + timedelta(hours=2)
    await _staff(site, path, "appointment", start=start.isoformat(), end=end.isoformat())

    offered = await browser.get(path)
    agreed = await browser.submit(f"{path}/appointment", {"answer": "agree"})
    twice = await browser.submit(f"{path}/appointment", {"answer": "agree"})
    off = await browser.submit(f"{path}/appointment", {"answer": "none"})
    none = await browser.submit(f"{path}/appointment", {"answer": "none"})

    assert "可以吗？" in marked(offered.text, "ticket-who")
    assert marked(offered.text, "ticket-state") == "等您回话"
    assert agreed.status_code == off.status_code == 303
    assert twice.status_code == none.status_code == 409
    assert "没有待您确认的上门时间" in marked(twice.text, "ticket-problem")


async def test_what_is_asked_is_answered_on_the_page(
    site: PortalUnderTest, browser: Browser
) -> None:
    questions = [
        {"code": "area", "kind": "number", "min": 1, "max": 50},
        {"code": "valve", "kind": "photo", "names": {"zh-CN": "拍阀门"}},
    ]
    await change_site(site, categories=[{"code": "plumbing", "questions": questions}])
    path = await reported(browser, {"q-plumbing-area": "900"})
    page = await browser.get(path)
    assert marked(page.text, "ticket-state") == "等您回话"
    assert "数字太大了" in words(page.text)

    answer = await browser.submit(
        f"{path}/answers", {"q-area": "9"}, [photo(an_image("JPEG"), "v.jpg", "q-valve")], at=path
    )
    nothing = await browser.submit(f"{path}/answers", {})

    assert answer.status_code == nothing.status_code == 303
    ticket = await ticket_at(site, path)
    assert ticket["missing"] == []
    assert ticket["answers"]["area"] == "9"


async def test_a_photo_that_answers_and_is_none_is_told_and_the_other_answers_count(
    site: PortalUnderTest, browser: Browser
) -> None:
    questions = [
        {"code": "area", "kind": "number", "min": 1, "max": 50},
        {"code": "valve", "kind": "photo", "names": {"zh-CN": "拍阀门"}},
    ]
    await change_site(site, categories=[{"code": "plumbing", "questions": questions}])
    path = await reported(browser, {"q-plumbing-area": "900"})

    answer = await browser.submit(
        f"{path}/answers", {"q-area": "9"}, [photo(b"<svg/>", "v.jpg", "q-valve")], at=path
    )

    assert answer.status_code == 422
    assert "不是照片" in marked(answer.text, "ticket-problem")
    ticket = await ticket_at(site, path)
    assert ticket["answers"] == {"area": "9"}
    assert [each["question"] for each in ticket["missing"]] == ["valve"]


async def test_a_hold_for_the_resident_ends_with_their_word(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _staff(site, path, "hold", reason="waiting_resident", note="要开 30 厘米的墙，可以吗？")

    asked = await browser.get(path)
    await browser.submit(f"{path}/comments", {"text": "可以"}, at=path)

    assert "想请您定：要开 30 厘米的墙，可以吗？" in marked(asked.text, "ticket-who")
    assert (await ticket_at(site, path))["state"] == "open"


async def test_a_merged_ticket_leads_to_the_one_that_goes_on(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    other = await reported(
        await site.as_person("neighbour", ("resident", "demo")), {"text": "也漏"}
    )
    goes_on = await ticket_at(site, other)
    await _staff(site, path, "merge", duplicate_of=goes_on["id"])

    page = await browser.get(path)
    shared = await browser.get(other)

    assert f"和 {goes_on['reference']} 是同一件事" in marked(page.text, "ticket-who")
    assert f'href="{other}"' in page.text
    assert shared.status_code == 200
    assert "也漏" not in words(shared.text)
    assert (await browser.submit(f"{path}/urge")).status_code == 303
    assert len((await ticket_at(site, other))["urges"]) == 1


async def test_a_neighbour_follows_and_stops(site: PortalUnderTest, browser: Browser) -> None:
    await change_site(site, residents_see_unit=True)
    flatmate = await site.as_person("mate", ("resident", "demo"), units=["3-1202"])
    await flatmate.get("/r")
    site.clock.move(minutes=1)
    path = await reported(browser)

    assert "有进展告诉我" in await _said(flatmate, path)
    await flatmate.submit(f"{path}/follow")
    assert (await ticket_at(site, path))["followers"] == ["mate"]
    assert "不再告诉我" in await _said(flatmate, path)
    await flatmate.submit(f"{path}/unfollow")
    assert (await ticket_at(site, path))["followers"] == []


async def test_what_is_not_theirs_does_not_exist(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    stranger = await site.as_person("someone", ("resident", "demo"))
    elsewhere = f"/r/tickets/{uuid4()}"

    for page in (path, elsewhere, f"{path}/cancel", f"{path}/appointment", f"{path}/visit.ics"):
        assert (await stranger.get(page)).status_code == 404, page
    for deed in ("confirm", "cancel", "urge", "comments", "rating", "appointment", "reopen"):
        fields = {"text": "x", "reason": "x", **_MARKS, "answer": "agree"}
        answer = await stranger.submit(f"{path}/{deed}", fields)
        assert answer.status_code == 404, (deed, answer.text)
    assert (await browser.submit(f"{path}/explode")).status_code == 404
    assert (await browser.get(f"{path}/explode")).status_code == 404
    assert (await browser.get("/r/tickets/no-id")).status_code == 404


@pytest.mark.parametrize("deed", ["comments", "urge", "confirm", "cancel", "reopen", "rating"])
async def test_while_tickets_is_away_what_was_written_is_there_to_be_sent_again(
    site: PortalUnderTest, browser: Browser, path: str, deed: str
) -> None:
    site.stop("tickets")
    fields = {"text": "门开着", "reason": "又漏", **_MARKS}

    page = await browser.submit(f"{path}/{deed}", fields)
    script = await browser.submit(f"{path}/{deed}", fields, headers=_JSON)

    assert page.status_code == script.status_code == 503
    assert f'action="{path}/{deed}"' in page.text
    assert 'value="门开着"' in page.text
    assert "没有送出" in words(page.text)


async def test_with_the_other_services_away_the_page_is_whole(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _resolve(site, path)
    for service in ("sla", "dispatch", "notify"):
        site.stop(service)

    page = await browser.get(path)

    assert page.status_code == 200
    assert marked(page.text, "ticket-state") == "请您确认"


async def test_it_is_said_when_it_closes_by_itself(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    await _resolve(site, path)

    assert "自动结单" in await _said(browser, path)


async def test_in_english_all_of_it_is_english(browser: Browser, path: str) -> None:
    page = await browser.get(f"{path}?lang=en")

    assert 'lang="en"' in page.text
    assert "We are finding a technician." in words(page.text)
    assert marked(page.text, "ticket-state") == "Finding a technician"


async def test_a_long_history_is_shown_whole(
    site: PortalUnderTest, browser: Browser, path: str
) -> None:
    tickets = await site.service("tickets")
    async with tickets.http(role="resident", id="demo-resident", site="demo") as http:
        for n in range(520):
            body = {"text": f"第 {n} 句"}
            await http.post(f"/v1/tickets/{path.rpartition('/')[2]}/comments", json=body)

    said = await _said(browser, path)

    assert "第 519 句" in said
    assert "第 0 句" in said
