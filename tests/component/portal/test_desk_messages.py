"""What never arrived, endpoints, and dead letters, at the desk."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.arranged import arranged
from tests.support.filled_forms import fields_of
from tests.support.portal import SITE, Browser, PortalUnderTest, hidden_fields

_SERVICES = ("tickets", "dispatch", "sla", "notify")
_URL = "http://127.0.0.1:1/hook"
_LETTER = """
    insert into dead_letters (id, durable, stream_seq, fact_id, headers, body, reason, stack,
      attempts, parked_at)
    values (cast(:id as uuid), :durable, 7, 'fact-7', '{"ce-type": "tickets.ticket.opened.v1"}',
      '{"ticket": {}}', 'ValueError: cannot be', 'Traceback …', 3, now())"""
_LETTER_ID = "01900000-0000-7000-8000-000000000007"


@pytest.fixture
async def admin(portal: PortalUnderTest) -> Browser:
    await arranged(portal, "a site", _SERVICES, portal.make_site)
    return await portal.as_("admin")


async def _given_up(portal: PortalUnderTest, *, site: str = SITE) -> str:
    """Have a message to a technician's client given up; return the endpoint's id."""
    notify = await portal.service("notify")
    async with notify.http(role="admin", id="seed", site=site) as http:
        made = await http.post("/v1/endpoints", json={"owner": "demo-resident", "url": _URL})
        assert made.status_code == 201, made.text
    await portal.open_ticket()
    async with notify.tx() as tx:
        await tx.execute(
            text(
                "update deliveries set state = 'failed', "
                "reason = 'attempts_exhausted: answered 500'"
            )
        )
    endpoint: str = made.json()["id"]
    return endpoint


async def _letter(portal: PortalUnderTest, service: str = "sla") -> None:
    component = await portal.service(service)
    async with component.tx() as tx:
        columns = await tx.rows(
            text(
                "select column_name from information_schema.columns "
                "where table_name = 'dead_letters'"
            )
        )
        assert {row["column_name"] for row in columns} >= {"durable", "fact_id", "reason"}
        await tx.execute(text(_LETTER), id=_LETTER_ID, durable=f"{service}-tickets")


async def test_what_never_arrived_says_why_and_is_sent_again(
    portal: PortalUnderTest, admin: Browser
) -> None:
    await _given_up(portal)

    page = await admin.get("/ops/messages")
    assert "已收到您的报修" in page.text
    assert "多次重试后放弃 (对方答复 500)" in page.text
    again = await admin.client.post(
        "/ops/messages/resend", data=hidden_fields(page.text, "/ops/messages/resend")
    )

    assert (again.status_code, again.headers["location"]) == (303, f"/ops/messages?site={SITE}")
    notify = await portal.service("notify")
    async with notify.tx() as tx:
        rows = await tx.rows(text("select distinct state from deliveries"))
    assert {row["state"] for row in rows} == {"pending"}


async def test_what_goes_to_an_endpoint_of_others_is_not_offered_to_be_sent_again(
    portal: PortalUnderTest, admin: Browser
) -> None:
    await _given_up(portal, site="*")

    everywhere = await admin.get("/ops/messages")
    assert "/ops/messages/resend" in everywhere.text

    of_one_site = await portal.as_person("zhou-min", ("admin", SITE))
    page = await of_one_site.get("/ops/messages")

    assert "已收到您的报修" in page.text
    assert "/ops/messages/resend" not in page.text


async def test_people_whom_nothing_reaches_are_listed_with_their_telephone(
    portal: PortalUnderTest, admin: Browser
) -> None:
    notify = await portal.service("notify")
    async with notify.http(role="admin", id="seed", site="*") as http:
        contacts = {"name": "李娜", "phone": "138 0013 8000"}
        saved = await http.put("/v1/recipients/demo-resident", json=contacts)
        assert saved.is_success, saved.text
    await portal.open_ticket()

    page = await admin.get("/ops/messages?tab=people")

    assert 'href="tel:+8613800138000"' in page.text
    assert "李娜" in page.text


async def test_people_are_named_as_their_account_has_it_and_guests_as_guests(
    portal: PortalUnderTest, admin: Browser
) -> None:
    await portal.as_person("chen", ("resident", SITE), name="陈静")
    for id in ("chen", "guest-0123456789abcdef"):
        await portal.open_ticket(by=id)
    await portal.settle()

    page = await admin.get("/ops/messages?tab=people")

    assert "陈静" in page.text
    assert "扫码报修的访客" in page.text
    assert "guest-" not in page.text


async def test_an_endpoint_is_added_tried_changed_and_removed(
    portal: PortalUnderTest, admin: Browser
) -> None:
    shown = await admin.get("/ops/endpoints")
    fields = {**fields_of(shown.text, "/ops/endpoints"), "url": _URL, "kinds": "job.offered"}
    made = await admin.client.post("/ops/endpoints", data=fields)
    again = await admin.client.post("/ops/endpoints", data=fields)

    assert re.search(r'<code class="secret">whsec_[^<]+</code>', made.text)
    assert "whsec_" not in again.text
    id = re.search(r"/ops/endpoints/([0-9a-f-]{36})", made.text)
    assert id is not None
    path = f"/ops/endpoints/{id[1]}"
    assert path in again.text  # the same one, not a second

    page, tab = (await admin.get(path)).text, (await admin.get(path)).text
    tested = await admin.client.post(f"{path}/test", data=hidden_fields(page, f"{path}/test"))
    assert tested.status_code == 303
    changed = await admin.client.post(
        f"{path}/change", data={**fields_of(page, f"{path}/change"), "url": f"{_URL}/2"}
    )
    assert changed.status_code == 303
    mine = {**fields_of(tab, f"{path}/change"), "url": f"{_URL}/mine"}
    stale = await admin.client.post(f"{path}/change", data=mine)
    assert stale.status_code == 412
    assert 'role="alert"' in stale.text
    assert f'value="{_URL}/mine"' in stale.text
    fresh = fields_of((await admin.get(path)).text, f"{path}/change")
    assert fresh["kinds"] == "job.offered"
    await admin.client.post(f"{path}/change", data={**fresh, "kinds": ""})
    assert fields_of((await admin.get(path)).text, f"{path}/change").get("kinds", "") == ""
    rotated = await admin.client.post(f"{path}/rotate", data=hidden_fields(page, f"{path}/rotate"))
    assert "whsec_" in rotated.text

    unsure = await admin.client.post(f"{path}/remove", data=hidden_fields(page, f"{path}/remove"))
    assert unsure.status_code == 422
    sure = {**hidden_fields(page, f"{path}/remove"), "meant": "1"}
    assert (await admin.client.post(f"{path}/remove", data=sure)).status_code == 303
    assert (await admin.get(path)).status_code == 404


async def test_what_is_wrong_with_an_address_is_said_and_stays_written(
    portal: PortalUnderTest, admin: Browser
) -> None:
    fields = fields_of((await admin.get("/ops/endpoints")).text, "/ops/endpoints")

    for language, said in (("zh-CN", "这不是网址"), ("en", "This is no address such as")):
        await admin.get(f"/ops/endpoints?lang={language}")
        answer = await admin.client.post("/ops/endpoints", data={**fields, "url": "ftp://x"})

        assert answer.status_code == 422
        assert 'value="ftp://x"' in answer.text
        assert 'role="alert"' in answer.text
        assert said in answer.text


async def test_the_endpoint_of_another_site_is_not_there(
    portal: PortalUnderTest, admin: Browser
) -> None:
    endpoint = await _given_up(portal)
    outsider = await portal.as_person("boss", ("manager", "annex"))

    assert (await outsider.get(f"/ops/endpoints/{endpoint}")).status_code == 404
    assert endpoint not in (await outsider.get("/ops/endpoints")).text


async def test_a_dead_letter_is_looked_at_tried_again_and_given_up_when_it_is_meant(
    portal: PortalUnderTest, admin: Browser
) -> None:
    await _letter(portal)
    everywhere = await portal.as_person("root", ("admin", "*"))
    path = f"/ops/dead-letters/sla/{_LETTER_ID}"

    listed = await everywhere.get("/ops/dead-letters")
    page = (await everywhere.get(path)).text
    retried = await everywhere.client.post(
        f"{path}/retry", data=hidden_fields(page, f"{path}/retry")
    )
    unsure = await everywhere.client.post(f"{path}/drop", data=hidden_fields(page, f"{path}/drop"))
    sure = {**hidden_fields(page, f"{path}/drop"), "meant": "1"}
    dropped = await everywhere.client.post(f"{path}/drop", data=sure)

    assert path in listed.text
    assert "ValueError: cannot be" in page
    assert all("程序处理它时出错。" in each for each in (page, listed.text))
    assert "又失败了，仍留在这里。" in retried.text
    assert (retried.status_code, unsure.status_code, dropped.status_code) == (409, 422, 303)
    assert path not in (await everywhere.get("/ops/dead-letters")).text


@pytest.mark.parametrize("path", ["", f"/sla/{_LETTER_ID}"])
async def test_dead_letters_are_for_admins_of_every_site(
    portal: PortalUnderTest, admin: Browser, path: str
) -> None:
    await _letter(portal)
    of_one = await portal.as_person("root", ("admin", "annex"))
    manager = await portal.as_("manager")

    for browser in (of_one, manager):
        assert (await browser.get(f"/ops/dead-letters{path}")).status_code == 403


async def test_dead_letters_of_the_services_that_answer_are_shown(
    portal: PortalUnderTest, admin: Browser
) -> None:
    await _letter(portal)
    everywhere = await portal.as_person("root", ("admin", "*"))
    portal.stop("notify")

    page = await everywhere.get("/ops/dead-letters?lang=en")

    assert "Messages do not answer." in page.text
    assert _LETTER_ID in page.text


@pytest.mark.parametrize("path", ["/ops/messages", "/ops/messages?tab=people", "/ops/endpoints"])
async def test_what_notify_would_say_is_said_to_be_away(
    portal: PortalUnderTest, admin: Browser, path: str
) -> None:
    portal.stop("notify")

    page: Any = await admin.get(f"{path}{'&' if '?' in path else '?'}lang=en")

    assert page.status_code == 200
    assert "Messages do not answer." in page.text
