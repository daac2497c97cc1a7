"""A resident's report: from its form to the ticket, with what is hostile, doubled or in the way."""

import asyncio
from typing import Any

import pytest

from tests.support.eventually import eventually
from tests.support.images import PDF, an_image
from tests.support.portal import PortalUnderTest, hidden_fields
from tests.support.residents import (
    REPORT,
    as_json,
    change_site,
    fields_of,
    marked,
    photo,
    place_code,
    report,
    reported,
    ticket_at,
    tickets_of,
    words,
)

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_QUESTIONS = [
    {"code": "where", "names": {"zh-CN": "哪里漏？"}},
    {"code": "area", "kind": "number", "min": 1, "max": 50, "unit": "㎡", "names": {"en": "Area"}},
    {"code": "pipe", "kind": "choice", "options": [{"code": "hot"}, {"code": "cold"}]},
    {"code": "valve", "kind": "photo", "names": {"zh-CN": "拍阀门"}},
]


@pytest.fixture
async def site(portal: PortalUnderTest) -> PortalUnderTest:
    await portal.make_site()
    return portal


async def test_the_form_offers_the_sites_categories_and_the_residents_home(
    site: PortalUnderTest,
) -> None:
    page = await (await site.as_("resident")).get("/r/report")

    assert page.status_code == 200
    for test in ("report-photo", "report-category-plumbing", "report-text", "report-send"):
        assert f'data-test="{test}"' in page.text
    assert 'value="3-1202" checked' in page.text
    assert "我家 3号楼 1202" in words(page.text)
    assert len(page.content) < 60_000


async def test_a_report_becomes_a_ticket_with_its_photo(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")

    path = await reported(browser, files=[photo(an_image("JPEG"))])

    ticket = await ticket_at(site, path)
    assert ticket["description"] == "厨房水管漏水"
    assert (ticket["place"]["building"], ticket["place"]["unit"]) == ("3", "1202")
    assert ticket["reporter_id"] == "demo-resident"
    assert ticket["language"] == "zh-CN"
    assert len(ticket["attachments"]) == 1
    page = await browser.get(path)
    assert "正在安排师傅" in marked(page.text, "ticket-who")
    assert marked(page.text, "ticket-state") == "正在安排"
    assert "已送出。" in words(page.text)


async def test_fields_alone_are_enough(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")

    answer = await browser.submit("/r/report", REPORT)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/r/tickets/")


async def test_a_double_click_makes_one_ticket(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    form = {**hidden_fields((await browser.get("/r/report")).text, "/r/report"), **REPORT}

    answers = await asyncio.gather(*(browser.client.post("/r/report", data=form) for _ in range(3)))
    again = await browser.client.post("/r/report", data=form)

    assert {answer.headers["location"] for answer in [*answers, again]} == {
        answers[0].headers["location"]
    }
    assert len(await tickets_of(site)) == 1


async def test_back_and_changed_it_is_not_sent_unasked(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    form = {**hidden_fields((await browser.get("/r/report")).text, "/r/report"), **REPORT}
    await browser.client.post("/r/report", data=form)

    changed = await browser.client.post("/r/report", data={**form, "text": "厨房也漏"})
    resent = {**hidden_fields(changed.text, "/r/report"), **REPORT, "text": "厨房也漏"}
    sent = await browser.client.post("/r/report", data=resent)

    assert changed.status_code == 422
    assert "刚才已经送出了" in words(changed.text)
    assert sent.status_code == 303
    assert len(await tickets_of(site)) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"category": ""}, "请选一类"),
        ({"text": "  "}, "请写一句话，或拍一张照片"),
        ({"place": "list"}, "请说在哪里"),
        ({"text": "😀" * 5000}, "太长了：5,000 个字，最多 4,000 个"),
        ({"place": "2222222222"}, "没有这个位置码"),
        ({"place": "x" * 300}, "地点太长了"),
    ],
)
async def test_what_is_wrong_is_said_beside_what_was_written(
    site: PortalUnderTest, change: dict[str, str], said: str
) -> None:
    browser = await site.as_("resident")

    page = await report(browser, change)
    script = await browser.submit(
        "/r/report", {**REPORT, **change}, headers={"accept": "application/json"}
    )

    assert page.status_code == script.status_code == 422
    assert said in words(page.text)
    assert said in as_json(script)["said"]
    if "text" not in change:
        assert fields_of(page.text, ["text"]) == {"text": "厨房水管漏水"}
    assert await tickets_of(site) == []


async def test_four_thousand_emoji_are_a_sentence(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")

    path = await reported(browser, {"text": "😀" * 4000})

    assert (await ticket_at(site, path))["description"] == "😀" * 4000


async def test_what_is_no_text_is_refused_in_words(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")

    page = await report(browser, {"text": "a\x00b"})

    assert page.status_code in (400, 422)
    assert "<h1" in page.text
    assert await tickets_of(site) == []


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (_SVG, "a.svg", "不是照片"),
        (b"GIF89a" + b"\0" * 200, "a.jpg", "不是照片"),
        (an_image("JPEG")[:400], "cut.jpg", "打不开"),
        (b"\xff\xd8\xff" + b"\0" * (11 * 1024 * 1024), "large.jpg", "这张照片 11 MB，最大 10 MB"),
        (b"\xff\xd8\xff" + b"\0" * (13 * 1024 * 1024), "huge.jpg", "这张照片 1"),
    ],
)
async def test_a_photo_that_fails_does_not_fail_the_report(
    site: PortalUnderTest, content: bytes, name: str, said: str
) -> None:
    browser = await site.as_("resident")

    path = await reported(browser, files=[photo(content, name), photo(an_image("PNG"), "ok.png")])

    page = await browser.get(path)
    assert name in marked_problem(page.text)
    assert said in marked_problem(page.text)
    assert len((await ticket_at(site, path))["attachments"]) == 1


def marked_problem(html: str) -> str:
    start = html.index('data-test="photo-problem"')
    return words(html[start : html.index("</ul>", start)])


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [(an_image("HEIF"), "a.heic", "photo"), (PDF, "receipt.jpg", "pdf")],
)
async def test_what_it_is_decides_not_what_it_is_called(
    site: PortalUnderTest, content: bytes, name: str, kind: str
) -> None:
    browser = await site.as_("resident")

    path = await reported(browser, files=[photo(content, name)])

    assert [each["kind"] for each in (await ticket_at(site, path))["attachments"]] == [kind]


async def test_nine_photos_are_one_too_many(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    files = [photo(an_image("JPEG", size=(16 + n, 16)), f"{n}.jpg") for n in range(9)]

    path = await reported(browser, files=files)

    assert "已经有 8 张" in marked_problem((await browser.get(path)).text)


async def test_what_was_told_of_photos_is_for_that_page_alone(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    first = await reported(browser, files=[photo(_SVG, "a.svg")])
    second = await reported(browser, {"text": "灯坏了", "category": "electrical"})

    assert "photo-problem" in (await browser.get(first)).text
    assert "photo-problem" not in (await browser.get(second)).text


async def test_photos_may_be_chosen_that_were_taken_before(site: PortalUnderTest) -> None:
    """`capture` would open the camera of a phone, and nothing besides."""
    await change_site(site, categories=[{"code": "plumbing", "questions": _QUESTIONS}])

    page = await (await site.as_("resident")).get("/r/report")

    assert page.text.count('type="file"') == 2
    assert "capture" not in page.text


async def test_questions_are_answered_in_the_report(site: PortalUnderTest) -> None:
    await change_site(site, categories=[{"code": "plumbing", "questions": _QUESTIONS}])
    browser = await site.as_("resident")
    page = await browser.get("/r/report")
    assert "哪里漏？" in words(page.text)

    path = await reported(
        browser,
        {
            "q-plumbing-where": "水槽下",
            "q-plumbing-area": "2",
            "q-plumbing-pipe": "hot",
            "q-lift-where": "别的",
        },
        [photo(an_image("JPEG"), "valve.jpg", "q-plumbing-valve")],
    )

    ticket = await ticket_at(site, path)
    assert {**ticket["answers"], "valve": ""} == {
        "where": "水槽下",
        "area": "2",
        "pipe": "hot",
        "valve": "",
    }
    assert ticket["answers"]["valve"] == ticket["attachments"][0]["id"]
    assert ticket["missing"] == []


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"place": "pump-room"}, {"spot": "pump-room"}),
        ({"place": "list", "building": "2", "unit": "301"}, {"building": "2", "unit": "301"}),
        ({"place": "list", "spot": "gate"}, {"spot": "gate"}),
        ({"place": "list", "where": "楼后面的路灯"}, {"address": "楼后面的路灯"}),
        ({"place": "三号楼一二〇二"}, {"building": "3", "unit": "1202"}),
    ],
)
async def test_a_place_is_named_in_many_ways(
    site: PortalUnderTest, fields: dict[str, str], place: dict[str, Any]
) -> None:
    browser = await site.as_("resident")

    path = await reported(browser, fields)

    found = (await ticket_at(site, path))["place"]
    assert {name: found[name] for name in place} == place


async def test_a_scanned_code_fills_in_the_place(site: PortalUnderTest) -> None:
    code = await place_code(site, "spot", spot="lift-lobby-3")
    browser = await site.as_("resident")

    page = await browser.get(f"/r/report?place={code.lower()}")
    path = await reported(browser, {"place": code})

    assert "扫的码：3号楼电梯厅" in words(page.text)
    assert f'value="{code}" checked' in page.text
    assert (await ticket_at(site, path))["place"]["spot"] == "lift-lobby-3"
    later = await browser.get("/r/report")
    assert "上次：3号楼电梯厅" in words(later.text)


async def test_how_to_get_in_is_said_to_the_technician(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")

    path = await reported(browser, {"access": "call", "lang": "en", "text": "tap drips"})

    ticket = await ticket_at(site, path)
    assert ticket["description"] == "tap drips\nPlease call before you come."
    assert ticket["language"] == "en"


async def test_a_word_of_danger_says_what_to_do_meanwhile(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")

    page = await browser.get(await reported(browser, {"text": "厨房水管爆裂，水漫到走廊"}))

    assert "先关总水阀" in words(page.text)
    assert "按紧急处理" in words(page.text)
    assert "021-5555 0110" in (await browser.get("/r/report")).text
    assert 'href="tel:021-55550110"' in page.text


async def test_the_same_words_once_more_lead_to_the_first_ticket(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    first = await reported(browser)
    second = await reported(browser)

    page = await browser.get(second)
    assert "是不是同一件事？" in words(page.text)
    hidden = hidden_fields(page.text, f"{second}/same")
    answer = await browser.client.post(f"{second}/same", data=hidden)

    assert answer.headers["location"] == first
    assert (await ticket_at(site, second))["state"] == "cancelled"
    assert "是不是同一件事？" not in words((await browser.get(second)).text)


async def test_anothers_report_of_the_same_place_is_told_to_the_desk(site: PortalUnderTest) -> None:
    neighbour = await site.as_person("neighbour", ("resident", "demo"))
    theirs = await ticket_at(site, await reported(neighbour, {"place": "pump-room"}))
    browser = await site.as_("resident")

    path = await reported(browser, {"place": "pump-room", "text": "水泵很响"})
    page = await browser.get(path)
    assert theirs["reference"] in words(page.text)
    same = {**hidden_fields(page.text, f"{path}/same")}
    answer = await browser.client.post(f"{path}/same", data=same)

    assert answer.headers["location"] == path
    after = await browser.get(path)
    assert f"和 {theirs['reference']} 是同一件事" in words(after.text)
    assert "是不是同一件事？" not in words(after.text)


async def test_mine_is_another(site: PortalUnderTest) -> None:
    browser = await site.as_("resident")
    await reported(browser)
    path = await reported(browser)

    answer = await browser.submit(f"{path}/same", {})

    assert answer.headers["location"] == path
    assert (await ticket_at(site, path))["state"] == "open"
    assert "是不是同一件事？" not in words((await browser.get(path)).text)


async def test_while_tickets_is_away_what_was_written_stays_and_is_sent_once(
    site: PortalUnderTest,
) -> None:
    browser = await site.as_("resident")
    form = {**hidden_fields((await browser.get("/r/report")).text, "/r/report"), **REPORT}
    site.stop("tickets")

    away = await browser.client.post("/r/report", data=form)
    script = await browser.client.post(
        "/r/report", data=form, headers={"accept": "application/json"}
    )
    site.start("tickets")
    again = {**form, "_key": _last_key(away.text), "_csrf": form["_csrf"]}

    async def sent_to() -> str:
        answer = await browser.client.post("/r/report", data=again)
        return str(answer.headers.get("location", ""))

    sent = await eventually(sent_to)  # tickets is left alone for a moment after it has failed
    kept = await browser.client.post("/r/report", data=form)

    assert away.status_code == script.status_code == 503
    assert fields_of(away.text, ["text"]) == {"text": "厨房水管漏水"}
    assert "不会报两次" in words(away.text)
    assert _last_key(away.text) == form["_key"]
    assert sent == kept.headers["location"]
    assert len(await tickets_of(site)) == 1


def _last_key(html: str) -> str:
    report = html[html.index('action="/r/report"') :]
    return report.split('name="_key" value="')[-1].partition('"')[0]


async def test_of_a_site_that_is_not_known_while_tickets_is_away_the_words_stay(
    portal: PortalUnderTest,
) -> None:
    browser = await portal.as_("resident")
    portal.stop("tickets")

    answer = await browser.submit("/r/report", REPORT)

    assert answer.status_code == 503
    assert "厨房水管漏水" in answer.text
    assert 'action="/r/report"' in answer.text


async def test_a_resident_of_two_sites_says_which(site: PortalUnderTest) -> None:
    tickets = await site.service("tickets")
    async with tickets.http(role="admin", id="admin", site="garden") as http:
        body: dict[str, Any] = {
            "code": "GARDEN",
            "name": "花园",
            "time_zone": "Asia/Shanghai",
            "buildings": [],
        }
        body["categories"] = [{"code": "plumbing"}]
        assert (await http.put("/v1/sites/garden", json=body)).status_code == 201
    browser = await site.as_person("li", ("resident", "demo"), ("resident", "garden"))

    choice = await browser.get("/r/report")
    answer = await browser.submit("/r/report", {**REPORT, "site": "garden", "place": "1-101"})
    foreign = await browser.submit("/r/report", {**REPORT, "site": "elsewhere"})

    assert "哪个小区？" in words(choice.text)
    assert 'href="/r/report?site=garden"' in choice.text
    assert answer.status_code == 303
    assert foreign.status_code == 404
