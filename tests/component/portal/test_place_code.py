"""A code on a wall: what the place is, and a report of it without an account."""

import re

import pytest

from services.portal.domain.after_report import after_report
from tests.component.portal.signing_in import stranger_at
from tests.support.images import an_image
from tests.support.portal import PortalUnderTest
from tests.support.residents import (
    as_json,
    as_staff,
    fields_of,
    photo,
    place_code,
    tickets_of,
    words,
)

_REPORT = {"category": "lift", "text": "电梯有异响", "lang": "zh-CN"}


@pytest.fixture
async def site(portal: PortalUnderTest) -> PortalUnderTest:
    await portal.make_site()
    for service in ("sla", "notify"):
        await portal.service(service)
    return portal


@pytest.fixture
async def code(site: PortalUnderTest) -> str:
    return await place_code(site, "spot", spot="lift-lobby-3")


async def test_it_says_what_the_place_is_however_it_is_written(
    site: PortalUnderTest, code: str
) -> None:
    browser = site.stranger()

    for written in (code, code.lower(), f"{code[:5]}%20{code[5:]}"):
        page = await browser.get(f"/q/{written}")
        assert page.status_code == 200
        assert "3号楼电梯厅" in words(page.text)
        assert "示范小区" in words(page.text)
        assert 'data-test="report-category-lift"' in page.text


async def test_a_guests_report_leads_to_its_page(site: PortalUnderTest, code: str) -> None:
    browser = site.stranger()
    contact = {"name": "过路人", "phone": "138 0013 8000"}

    answer = await browser.submit(
        f"/q/{code}", {**_REPORT, **contact}, [photo(an_image("JPEG"))], at=f"/q/{code}"
    )

    assert answer.status_code == 303
    assert re.fullmatch(r"/t/[\w.~-]+", answer.headers["location"])
    page = await browser.get(answer.headers["location"])
    assert "3号楼电梯厅" in words(page.text)
    assert "过路人" not in page.text
    (ticket,) = await tickets_of(site)
    assert ticket["place"]["spot"] == "lift-lobby-3"
    assert ticket["channel"] == "qr"
    assert ticket["reporter_id"].startswith("guest-")
    assert len(ticket["attachments"]) == 1
    await site.settle()
    reached = await as_staff(
        site, "GET", f"/v1/recipients/{ticket['reporter_id']}", service="notify"
    )
    assert (reached["name"], reached["phone"]) == ("过路人", "+8613800138000")
    confirmed = await browser.submit(f"{answer.headers['location']}/cancel")
    assert confirmed.status_code == 303


async def test_two_guests_do_not_see_each_others(site: PortalUnderTest, code: str) -> None:
    first = (await site.stranger().submit(f"/q/{code}", _REPORT)).headers["location"]
    second = (await site.stranger().submit(f"/q/{code}", {**_REPORT, "text": "灯坏了"})).headers[
        "location"
    ]

    assert first != second
    page = await site.stranger().get(second)
    assert "电梯有异响" not in page.text


async def test_a_double_click_makes_one_ticket(site: PortalUnderTest, code: str) -> None:
    browser = site.stranger()
    sent = {**_REPORT, "_key": "the-same-key-of-one-form"}

    first, second = [await browser.submit(f"/q/{code}", sent) for _ in range(2)]

    assert first.status_code == second.status_code == 303
    assert len(await tickets_of(site)) == 1


async def test_a_resident_is_taken_to_their_own_form(site: PortalUnderTest, code: str) -> None:
    browser = await site.as_("resident")

    answer = await browser.get(f"/q/{code}")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/r/report?site=demo&place={code}"


async def test_staff_see_what_the_place_is(site: PortalUnderTest, code: str) -> None:
    browser = await site.as_("dispatcher")

    assert (await browser.get(f"/q/{code}")).status_code == 200


@pytest.mark.parametrize("written", ["2222222222", "no-code", "%00", "x" * 300, "7KQM2XW9PI"])
async def test_a_code_that_is_none_says_so(site: PortalUnderTest, written: str) -> None:
    page = await site.stranger().get(f"/q/{written}")
    sent = await site.stranger().submit(f"/q/{written}", _REPORT)

    assert page.status_code == sent.status_code == 404
    assert "没有这个位置码" in words(page.text)


async def test_a_revoked_code_leads_nowhere(site: PortalUnderTest, code: str) -> None:
    await as_staff(site, "POST", f"/v1/sites/demo/places/{code}:revoke")

    assert (await site.stranger().get(f"/q/{code}")).status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"category": ""}, "请选一类"),
        ({"text": ""}, "请写一句话"),
        ({"phone": "call me"}, "请再看一下电话号码"),
        ({"phone": "1" * 60}, "请再看一下电话号码"),
        ({"name": "长" * 61}, "最多 60 个字"),
        ({"text": "😀" * 4001}, "太长了"),
    ],
)
async def test_what_is_wrong_is_said_beside_what_was_written(
    site: PortalUnderTest, code: str, change: dict[str, str], said: str
) -> None:
    browser = site.stranger()

    page = await browser.submit(f"/q/{code}", {**_REPORT, **change})
    script = await browser.submit(
        f"/q/{code}", {**_REPORT, **change}, headers={"accept": "application/json"}
    )

    assert page.status_code == script.status_code == 422
    assert said in words(page.text)
    assert said in as_json(script)["said"]
    if "text" not in change:
        assert fields_of(page.text, ["text"]) == {"text": "电梯有异响"}
    assert await tickets_of(site) == []


async def test_one_address_reports_so_often_and_no_more(site: PortalUnderTest, code: str) -> None:
    browser = site.stranger()
    texts = [{**_REPORT, "text": f"第 {n} 件"} for n in range(7)]

    answers = [await browser.submit(f"/q/{code}", text) for text in texts]

    assert [each.status_code for each in answers] == [303] * 6 + [429]
    assert "过一会儿再试" in words(answers[6].text)
    assert fields_of(answers[6].text, ["text"]) == {"text": "第 6 件"}
    site.clock.move(minutes=61)
    assert (await browser.submit(f"/q/{code}", texts[6])).status_code == 303


async def test_one_address_does_not_shut_the_place_for_others(
    site: PortalUnderTest, code: str
) -> None:
    elsewhere = stranger_at(site, "203.0.113.7")

    answers = [await elsewhere.submit(f"/q/{code}", _REPORT) for _ in range(13)]

    assert answers[-1].status_code == 429
    assert (await site.stranger().submit(f"/q/{code}", _REPORT)).status_code == 303


async def test_who_a_guest_is_does_not_tell_the_key_of_their_form(
    site: PortalUnderTest, code: str
) -> None:
    await site.stranger().submit(f"/q/{code}", {**_REPORT, "_key": "the-key-of-a-form"})

    (ticket,) = await tickets_of(site)
    assert "the-key-of-a-form" not in ticket["reporter_id"]


async def test_a_guest_is_told_no_ids_of_what_others_reported(
    site: PortalUnderTest, code: str
) -> None:
    await site.stranger().submit(f"/q/{code}", _REPORT)
    answer = await site.stranger().submit(f"/q/{code}", _REPORT)

    told = after_report(answer.cookies["fettle_reported"].strip('"'))
    assert [each.id for each in told.alike] == [None]


async def test_a_photo_of_an_odd_type_does_not_fail_the_report(
    site: PortalUnderTest, code: str
) -> None:
    odd = ("photo", ("a.jpg", an_image("JPEG"), "imagé/jpeg"))

    answer = await site.stranger().submit(f"/q/{code}", _REPORT, [odd])

    assert answer.status_code == 303
    assert len(await tickets_of(site)) == 1


async def test_notify_that_is_away_does_not_hold_a_report_up(
    site: PortalUnderTest, code: str
) -> None:
    site.stop("notify")

    answer = await site.stranger().submit(f"/q/{code}", {**_REPORT, "phone": "13800138000"})

    assert answer.status_code == 303


async def test_while_tickets_is_away_the_words_stay(site: PortalUnderTest, code: str) -> None:
    browser = site.stranger()
    await browser.get(f"/q/{code}")
    site.stop("tickets")

    shown = await browser.get(f"/q/{code}")
    sent = await browser.submit(f"/q/{code}", _REPORT)

    assert shown.status_code == sent.status_code == 503
    assert "现在收不了报修" in words(shown.text)
    assert 'value="电梯有异响"' in sent.text
    assert f'action="/q/{code}"' in sent.text


async def test_a_unit_and_a_building_have_codes_too(site: PortalUnderTest) -> None:
    unit = await place_code(site, "building", building="2")
    page = await site.stranger().get(f"/q/{unit}")

    assert "2号楼" in words(page.text)
    answer = await site.stranger().submit(f"/q/{unit}", _REPORT)
    assert answer.status_code == 303
    (ticket,) = await tickets_of(site)
    assert ticket["place"]["address"] == "2号楼"
    assert ticket["place"]["lat"] == 31.2304
