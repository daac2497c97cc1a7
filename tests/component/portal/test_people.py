"""Accounts as staff invite, change and shut them: no one grants more than they have."""

import asyncio
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services.portal.actions.sessions import begin_session
from services.portal.domain.session import SessionKind
from shared.ids import PersonId
from tests.component.portal.signing_in import (
    PASSWORD,
    is_signed_in,
    mailed_links,
    make_account,
    put_recipient,
    rows_of,
    with_mail,
)
from tests.support.portal import Browser, PortalUnderTest, hidden_fields

NEW = {
    "name": "李娜",
    "email": "lina@example.com",
    "phone": "",
    "language": "zh-CN",
    "role": "resident",
    "site": "demo",
    "unit": "3-1202",
}


@pytest.fixture(autouse=True)
async def services(portal: PortalUnderTest, tmp_path: Any) -> None:
    """A site, and notify with mail."""
    await with_mail(portal, tmp_path)
    await portal.make_site()


async def _staff(
    portal: PortalUnderTest, role: str = "admin", site: str = "demo", id: str = "boss"
) -> Browser:
    return await portal.as_person(id, (role, site), name="The Boss")


async def _invite(browser: Browser, **fields: str) -> httpx.Response:
    return await browser.submit("/ops/people/new", {**NEW, **fields}, at="/ops/people/new")


def _account(person_id: str) -> str:
    return f"/ops/people/account/{quote(person_id)}"


async def _id_of(portal: PortalUnderTest, email: str = "lina@example.com") -> str:
    (row,) = await rows_of(portal, f"select person_id from accounts where email = '{email}'")
    return str(row["person_id"])


async def test_a_resident_is_invited_and_comes_in(portal: PortalUnderTest) -> None:
    boss = await _staff(portal, site="*")

    answer = await _invite(boss)

    assert answer.status_code == 303, answer.text
    id = await _id_of(portal)
    assert answer.headers["location"] == _account(id)
    assert "登录链接已发出" in (await boss.get(answer.headers["location"])).text
    tickets = await portal.service("tickets")
    async with tickets.http(role="admin", id="root", site="*") as http:
        record = (await http.get(f"/v1/sites/demo/people/{id}")).json()
    assert [each["unit"] for each in record["units"]] == ["3-1202"]
    notify = await portal.service("notify")
    async with notify.http(role="admin", id="root", site="*") as http:
        recipient = (await http.get(f"/v1/recipients/{id}")).json()
    assert (recipient["name"], recipient["email"]) == ("李娜", "lina@example.com")
    (link,) = await mailed_links(notify)
    resident = portal.stranger()
    entered = await resident.submit(link, at=link)
    assert entered.headers["location"] == "/r"
    assert await is_signed_in(resident)


async def test_a_site_invites_whom_notify_hears_of_a_moment_later(portal: PortalUnderTest) -> None:
    boss = await _staff(portal, role="manager")
    asked = asyncio.create_task(_invite(boss))

    async def pass_facts_on() -> None:
        while not asked.done():
            await portal.settle()
            await asyncio.sleep(0)

    await pass_facts_on()

    assert (await asked).status_code == 303
    assert len(await mailed_links(await portal.service("notify"))) == 1


async def test_the_same_form_twice_makes_one_account(portal: PortalUnderTest) -> None:
    boss = await _staff(portal, site="*")
    page = await boss.get("/ops/people/new")
    data = {**hidden_fields(page.text, "/ops/people/new"), **NEW, "email": ""}

    answers = await asyncio.gather(
        *(boss.client.post("/ops/people/new", data=data) for _ in range(3))
    )

    assert {each.status_code for each in answers} == {303}
    assert len({each.headers["location"] for each in answers}) == 1
    assert len(await rows_of(portal, "select * from accounts where name = '李娜'")) == 1


@pytest.mark.parametrize(
    ("by", "role", "allowed"),
    [
        ("dispatcher", "resident", True),
        ("dispatcher", "technician", False),
        ("dispatcher", "manager", False),
        ("manager", "technician", True),
        ("manager", "dispatcher", True),
        ("manager", "admin", False),
        ("admin", "admin", True),
    ],
)
async def test_no_one_gives_more_than_they_have(
    portal: PortalUnderTest, by: str, role: str, allowed: bool
) -> None:
    boss = await _staff(portal, role=by)

    answer = await _invite(boss, role=role, email="")

    assert answer.status_code == (303 if allowed else 403), answer.text
    made = await rows_of(portal, "select grants from accounts where name = '李娜'")
    assert bool(made) is allowed


@pytest.mark.parametrize("site", ["*", "elsewhere"])
async def test_no_one_gives_a_role_elsewhere(portal: PortalUnderTest, site: str) -> None:
    boss = await _staff(portal, role="admin")

    answer = await _invite(boss, role="manager", site=site)

    assert answer.status_code == 403
    assert await rows_of(portal, "select * from accounts where name = '李娜'") == []


@pytest.mark.parametrize("role", ["resident", "technician"])
async def test_people_who_are_no_staff_see_no_accounts(portal: PortalUnderTest, role: str) -> None:
    await make_account(portal, "wu")
    browser = await _staff(portal, role=role)

    for path in ("/ops/people", "/ops/people/new", _account("wu"), "/ops/people/integrations"):
        assert (await browser.get(path)).status_code == 403
    assert (await browser.submit(f"{_account('wu')}/disable")).status_code == 403


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "姓名要写"),
        ({"email": "lina"}, "这不像一个邮箱"),
        ({"phone": "12"}, "这不像一个手机号"),
        ({"unit": ""}, "业主要写房号"),
        ({"unit": "99-9999"}, "没有这个房号"),
        ({"role": "integration"}, "请选一个角色"),
        ({"site": ""}, "请选一个项目"),
        ({"name": "👩" * 5000}, "姓名要写"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(
    portal: PortalUnderTest, fields: dict[str, str], said: str
) -> None:
    boss = await _staff(portal)

    answer = await _invite(boss, **fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="lina@example.com"' in answer.text or "email" in fields
    assert await rows_of(portal, "select * from accounts where email = 'lina@example.com'") == []


async def test_an_address_of_another_site_is_taken_and_nothing_else_is_told(
    portal: PortalUnderTest,
) -> None:
    await make_account(portal, "wu", ("resident", "elsewhere"), email="lina@example.com")
    boss = await _staff(portal)

    answer = await _invite(boss)

    assert answer.status_code == 409
    assert "已有账号" in answer.text
    assert "Li Na" not in answer.text
    assert (await boss.get(_account("wu"))).status_code == 404
    assert "Li Na" not in (await boss.get("/ops/people")).text


async def test_a_person_of_the_site_is_given_a_second_role(portal: PortalUnderTest) -> None:
    await make_account(portal, "wu", ("technician", "demo"), email="lina@example.com")
    boss = await _staff(portal, site="*")

    answer = await _invite(boss)

    assert answer.headers["location"] == _account("wu")
    (row,) = await rows_of(
        portal, "select grants, units, name from accounts where email is not null"
    )
    assert [each["role"] for each in row["grants"]] == ["technician", "resident"]
    assert (row["units"], row["name"]) == (["3-1202"], "Li Na")


async def test_when_tickets_is_stopped_nothing_is_made(portal: PortalUnderTest) -> None:
    boss = await _staff(portal)
    page = await boss.get("/ops/people/new")
    portal.stop("tickets")

    data = {**hidden_fields(page.text, "/ops/people/new"), **NEW}
    answer = await boss.client.post("/ops/people/new", data=data)

    assert answer.status_code == 503
    assert "没有保存" in answer.text
    assert await rows_of(portal, "select * from accounts where name = '李娜'") == []


async def test_when_notify_is_stopped_the_account_is_made_and_it_is_said(
    portal: PortalUnderTest,
) -> None:
    boss = await _staff(portal, site="*")
    portal.stop("notify")

    answer = await _invite(boss)

    assert answer.status_code == 303
    assert "还没有存下联系方式" in (await boss.get(answer.headers["location"])).text
    portal.start("notify")
    path = answer.headers["location"]
    saved = await boss.submit(f"{path}/contacts", {**NEW, "name": "李娜娜"}, at=path)
    assert saved.status_code == 303
    notify = await portal.service("notify")
    async with notify.http(role="admin", id="root", site="*") as http:
        recipient = (await http.get(f"/v1/recipients/{await _id_of(portal)}")).json()
    assert recipient["name"] == "李娜娜"


async def test_a_person_who_is_shut_out_is_out_everywhere(portal: PortalUnderTest) -> None:
    person = await portal.as_person("wu", ("technician", "demo"))
    await make_account(portal, "wu", ("technician", "demo"), password=PASSWORD)
    boss = await _staff(portal, role="manager")

    answer = await boss.submit(f"{_account('wu')}/disable", at=_account("wu"))

    assert answer.status_code == 303
    assert not await is_signed_in(person)
    entered = await portal.stranger().submit(
        "/login", {"user": "wu", "password": PASSWORD}, at="/login"
    )
    assert entered.status_code == 403
    assert "已停用" in (await boss.get(_account("wu"))).text

    await boss.submit(f"{_account('wu')}/enable", at=_account("wu"))
    entered = await portal.stranger().submit(
        "/login", {"user": "wu", "password": PASSWORD}, at="/login"
    )
    assert entered.status_code == 303
    assert not await is_signed_in(person)


async def test_a_sign_in_that_was_under_way_while_an_account_was_shut_is_over_when_it_is_opened(
    portal: PortalUnderTest,
) -> None:
    await make_account(portal, "wu", ("technician", "demo"), disabled=True)
    async with portal.state.database.transaction(actor="test") as tx:
        _, token = begin_session(tx, person_id=PersonId("wu"), kind=SessionKind.STAFF)
    browser = portal.stranger()
    browser.client.cookies.set("fettle_session", token, domain="127.0.0.1", path="/")
    boss = await _staff(portal, role="manager")

    opened = await boss.submit(f"{_account('wu')}/enable", at=_account("wu"))

    assert opened.status_code == 303
    assert not await is_signed_in(browser)


async def test_a_role_that_is_taken_away_is_gone_from_the_next_page_on(
    portal: PortalUnderTest,
) -> None:
    person = await portal.as_person("wu", ("dispatcher", "demo"))
    assert (await person.get("/ops/people")).status_code == 200
    boss = await _staff(portal, role="manager")

    answer = await boss.submit(
        f"{_account('wu')}/grants/remove", {"role": "dispatcher", "site": "demo"}
    )

    assert answer.status_code == 303, answer.text
    assert (await person.get("/ops/people")).status_code == 403


async def test_who_moves_out_is_recorded_to(portal: PortalUnderTest) -> None:
    boss = await _staff(portal, site="*")
    await _invite(boss)
    id = await _id_of(portal)

    await boss.submit(f"{_account(id)}/grants/remove", {"role": "resident", "site": "demo"})

    tickets = await portal.service("tickets")
    async with tickets.http(role="admin", id="root", site="*") as http:
        record = (await http.get(f"/v1/sites/demo/people/{id}")).json()
    assert record["units"] == []
    (row,) = await rows_of(portal, f"select grants, units from accounts where person_id = '{id}'")
    assert (row["grants"], row["units"]) == ([], [])


@pytest.mark.parametrize("verb", ["disable", "enable", "remove", "hand-over", "contacts"])
async def test_who_is_more_than_the_visitor_is_not_changed_by_them(
    portal: PortalUnderTest, verb: str
) -> None:
    await make_account(portal, "chief", ("admin", "demo"), email="chief@example.com")
    boss = await _staff(portal, role="manager")

    answer = await boss.submit(f"{_account('chief')}/{verb}", NEW)

    assert answer.status_code == 403
    (row,) = await rows_of(portal, "select * from accounts where person_id = 'chief'")
    assert (row["disabled_at"], row["email"]) == (None, "chief@example.com")


async def test_no_one_changes_what_they_are_themself(portal: PortalUnderTest) -> None:
    boss = await _staff(portal, site="*")

    answers = [
        await boss.submit(f"{_account('boss')}/disable"),
        await boss.submit(f"{_account('boss')}/grants", {"role": "manager", "site": "demo"}),
        await boss.submit(f"{_account('boss')}/grants/remove", {"role": "admin", "site": "*"}),
    ]

    assert [each.status_code for each in answers] == [403, 403, 403]
    assert await is_signed_in(boss)


async def test_a_person_is_removed_with_all_that_lets_them_in(portal: PortalUnderTest) -> None:
    notify = await portal.service("notify")
    person = await portal.as_person("wu", ("technician", "demo"))
    await make_account(portal, "wu", ("technician", "demo"), email="w@x.cn", password=PASSWORD)
    await put_recipient(notify, "wu", "w@x.cn")
    boss = await _staff(portal, site="*")
    link = portal.state.ways_in.ticket_links

    ask = await boss.get(f"{_account('wu')}/remove")
    answer = await boss.submit(f"{_account('wu')}/remove", at=f"{_account('wu')}/remove")

    assert "不能恢复" in ask.text
    assert answer.headers["location"] == "/ops/people"
    assert not await is_signed_in(person)
    for table in ("accounts", "passwords"):
        assert await rows_of(portal, f"select * from {table} where person_id = 'wu'") == []
    async with notify.http(role="admin", id="root", site="*") as http:
        assert (await http.get("/v1/recipients/wu")).status_code == 404
    assert (await boss.get(_account("wu"))).status_code == 404
    assert link is not None


async def test_when_a_service_is_stopped_a_person_is_shut_out_and_removed_later(
    portal: PortalUnderTest,
) -> None:
    person = await portal.as_person("wu", ("technician", "demo"))
    boss = await _staff(portal, site="*")
    portal.stop("notify")

    first = await boss.submit(f"{_account('wu')}/remove")

    assert first.status_code == 503
    assert not await is_signed_in(person)
    portal.start("notify")
    assert (await boss.submit(f"{_account('wu')}/remove")).status_code == 303


async def test_a_link_is_handed_over_to_a_person_who_never_came(portal: PortalUnderTest) -> None:
    boss = await _staff(portal, site="*")
    await _invite(boss, email="")
    (row,) = await rows_of(portal, "select person_id from accounts where name = '李娜'")
    path = _account(row["person_id"])

    page = await boss.submit(f"{path}/hand-over", at=path)

    (link,) = re.findall(r"http://127.0.0.1:8000(/login/link/[\w-]+)", page.text)
    resident = portal.stranger()
    await resident.submit(link, at=link)
    assert await is_signed_in(resident)
    assert (await boss.submit(f"{path}/hand-over")).status_code == 409


async def test_people_are_found_and_paged_by_name(portal: PortalUnderTest) -> None:
    for n in range(60):
        await portal.as_person(f"p-{n}", ("resident", "demo"), name=f"Person {n:02}")
    boss = await _staff(portal, role="dispatcher")

    first = (await boss.get("/ops/people")).text
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = (await boss.get(older.replace("&amp;", "&"))).text
    found = (await boss.get("/ops/people?q=person%2007")).text

    rows = [re.findall(r">(Person \d\d)<", page) for page in (first, second)]
    assert rows[0] + rows[1] == [f"Person {n:02}" for n in range(60)]
    assert re.findall(r">(Person \d\d)<", found) == ["Person 07"]


@pytest.mark.parametrize(
    "query",
    ["q=%25", "q=_", "q=%00", "role=king", "site=%27", "after=x&name=y", "q=" + "x" * 201, "q=👩"],
)
async def test_an_odd_search_is_answered(portal: PortalUnderTest, query: str) -> None:
    boss = await _staff(portal)

    answer = await boss.get(f"/ops/people?{query}")

    assert answer.status_code in (200, 400, 422), answer.text
