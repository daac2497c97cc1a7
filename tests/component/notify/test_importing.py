"""How people are reached, from a list: saved once, and a blank cell says nothing."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from shared.contracts import PersonV1
from shared.importing.columns import person_of
from shared.importing.rows import SheetRow
from tests.support.component import Component
from tests.support.lists import bad_cells, counts

LIST = (
    "工号,房号,业主,手机,邮箱\n"
    "wang,3-1202,王小明,138 0013 8000,Wang@Example.com\n"
    "wang,5-101,王小明,13800138000,\n"
    ",3-1201,李,１３８００１３８００１,\n"
)
LI = str(person_of(SheetRow(4, {"id": None, "phone": "+8613800138001"}), "demo"))


async def take(notify: Component, text_: str, **more: Any) -> Any:
    """Send a list of the site `demo`."""
    async with notify.http(role=more.pop("role", "dispatcher"), id="dana") as client:
        answer = await client.post(
            "/v1/recipients:import",
            params={"site": "demo", **more},
            files={"file": ("list.csv", text_.encode())},
        )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def contacts(notify: Component, id: str) -> list[Any] | None:
    async with notify.tx() as tx:
        row = await tx.row(
            text("select version, name, phone, email from recipients where id = :id"), id=id
        )
    return None if row is None else [row[name] for name in ("version", "name", "phone", "email")]


async def test_contacts_are_saved_once(notify: Component) -> None:
    first = await take(notify, LIST)
    again = await take(notify, LIST)

    assert (counts(first), counts(again)) == ((2, 0, 1, 0, True), (0, 0, 3, 0, True))
    assert first["ignored"] == ["房号"]
    assert await contacts(notify, "wang") == [1, "王小明", "+8613800138000", "Wang@example.com"]
    assert await contacts(notify, LI) == [1, "李", "+8613800138001", None]


async def test_a_blank_cell_says_nothing(notify: Component) -> None:
    await take(notify, LIST)

    outcome = await take(notify, "工号,姓名,邮箱\nwang,王大明,\n")

    assert counts(outcome) == (0, 1, 0, 0, True)
    assert await contacts(notify, "wang") == [2, "王大明", "+8613800138000", "Wang@example.com"]


async def test_a_dry_run_saves_nothing(notify: Component) -> None:
    assert counts(await take(notify, LIST, dry_run=True)) == (2, 0, 1, 0, False)
    assert await contacts(notify, "wang") is None


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ("li,,1380013800,\n", [(3, "手机", "1380013800")]),
        ("li,,,li@localhost\n", [(3, "邮箱", "li@localhost")]),
        (",李,,\n", [(3, "手机", "")]),
        ("li,李,,\nli,李明,,\n", [(3, "姓名", "李"), (4, "姓名", "李明")]),
    ],
)
async def test_bad_rows_keep_all_out_unless_they_are_skipped(
    notify: Component, rows: str, problems: list[Any]
) -> None:
    text_ = f"工号,姓名,手机,邮箱\nwang,王,13800138000,\n{rows}"

    refused = await take(notify, text_)
    kept_out = await contacts(notify, "wang")
    skipped = await take(notify, text_, on_error="skip")

    assert bad_cells(refused) == bad_cells(skipped) == problems
    assert (refused["taken"], kept_out) == (False, None)
    assert skipped["taken"] is True
    assert await contacts(notify, "wang") == [1, "王", "+8613800138000", None]


async def test_a_person_of_another_site_is_named(notify: Component) -> None:
    await notify.hears(PersonV1(id="elsewhere/li", version=1, site_id="elsewhere", person_id="li"))

    outcome = await take(notify, "工号,姓名\nwang,王\nli,李\n", on_error="skip")

    assert counts(outcome) == (1, 0, 0, 1, True)
    assert bad_cells(outcome) == [(3, "工号", "li")]
    assert await contacts(notify, "li") is None


async def test_many_people_are_saved_some_at_a_time(notify: Component) -> None:
    rows = "".join(f"p{n},名{n},{13800000000 + n}\n" for n in range(3000))

    outcome = await take(notify, f"工号,姓名,手机\n{rows}")

    assert counts(outcome) == (3000, 0, 0, 0, True)
    assert await contacts(notify, "p2999") == [1, "名2999", "+8613800002999", None]


async def test_two_lists_at_once_lose_nothing(notify: Component) -> None:
    people = [f"p{n}" for n in range(500)]
    lists = [
        "工号,姓名\n" + "".join(f"{p},{p}\n" for p in people),
        "工号,手机\n" + "".join(f"{p},{13800000000 + n}\n" for n, p in enumerate(people[::-1])),
    ]

    outcomes = await asyncio.gather(*(take(notify, each) for each in lists))

    assert [each["taken"] for each in outcomes] == [True, True]
    async with notify.tx() as tx:
        row = await tx.row(
            text(
                "select count(*) as n from recipients where name is not null and phone is not null"
            )
        )
    assert row is not None
    assert row["n"] == 500


async def test_who_may(notify: Component) -> None:
    for role in ("dispatcher", "manager", "admin", "integration"):
        await take(notify, LIST, role=role, dry_run=True)
    async with notify.http(role="resident") as client:
        refused = await client.post("/v1/recipients:import?site=demo", content=LIST.encode())
    async with notify.http(role="manager", site="elsewhere") as client:
        foreign = await client.post("/v1/recipients:import?site=demo", content=LIST.encode())
    assert (refused.status_code, foreign.status_code) == (403, 404)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_template_is_taken_as_it_is(notify: Component, format: str, language: str) -> None:
    query = {"site": "demo", "format": format, "language": language}
    async with notify.http(role="manager") as client:
        template = await client.get("/v1/recipients:template", params=query)
        answer = await client.post("/v1/recipients:import?site=demo", content=template.content)

    assert counts(answer.json()) == (1, 0, 0, 0, True), answer.text
    if (format, language) == ("csv", "en"):
        assert template.text.removeprefix("\ufeff").isascii(), template.text
