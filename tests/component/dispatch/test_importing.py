"""Technicians and their rota from lists: added and mended, all or nothing, once."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.contracts import SiteV1, SkillNeed
from shared.contracts.tickets import CategoryV1, Priority
from tests.component.dispatch.world import put_technician
from tests.support.component import Component, MakeComponent
from tests.support.lists import bad_cells, counts, send_list

CREW = "工号,姓名,工种,电话,证书\n001,李师傅,电工:2、水暖,138 0013 8000,低压\n002,王师傅,修伞,,\n"
TECHNICIANS, ROTA = "sites/demo/technicians:import", "sites/demo/rota:import"


@pytest.fixture
async def dispatch(component: MakeComponent) -> Component:
    made = await component("dispatch")
    umbrellas = CategoryV1(
        code="umbrella",
        names={"zh-CN": "修伞"},
        skills=(SkillNeed(code="umbrella"),),
        priority=Priority.LOW,
    )
    await made.hears(
        SiteV1(
            id="demo",
            version=1,
            site_id="demo",
            code="DEMO",
            name="Demo",
            time_zone="Asia/Shanghai",
            categories=(umbrellas,),
        )
    )
    return made


async def _technician(dispatch: Component, id: str) -> Any:
    async with dispatch.http(role="dispatcher", id="dana") as client:
        answer = await client.get(f"/v1/technicians/{id}")
    return answer.json() if answer.is_success else None


def _skills(technician: Any) -> dict[str, int]:
    return {skill["code"]: skill["level"] for skill in technician["skills"]}


async def _changed(dispatch: Component) -> list[tuple[str, int]]:
    said = await dispatch.said("dispatch.technician.changed.v1")
    return [(fact.subject_id, fact.version) for fact in said]


async def test_technicians_are_taken_once_with_what_they_can_do(dispatch: Component) -> None:
    first = await send_list(dispatch, TECHNICIANS, CREW)
    again = await send_list(dispatch, TECHNICIANS, CREW)

    assert counts(first) == (2, 0, 0, 0, True)
    assert counts(again) == (0, 0, 2, 0, True)
    assert first["ignored"] == ["证书"]
    li, wang = await _technician(dispatch, "001"), await _technician(dispatch, "002")
    assert (li["name"], li["sites"], li["shifts"]) == ("李师傅", ["demo"], None)
    assert _skills(li) == {"electrical": 2, "plumbing": 1}
    assert _skills(wang) == {"umbrella": 1}
    assert await _changed(dispatch) == [("001", 1), ("002", 1)]


async def test_certificates_are_taken_one_a_row_with_their_last_day(dispatch: Component) -> None:
    await put_technician(dispatch, "003", name="赵师傅", skills=[])
    text = (
        "工号,姓名,证书,证号,发证日期,有效期至\n"
        "001,李师傅,低压电工证,T-1,2024年1月10日,2027/1/9\n001,李师傅,lift_repair,T-2,,46027\n"
        "002,王师傅,无,,,\n003,赵师傅,焊工,,2020-01-01,2099-12-31\n"
    )

    first = await send_list(dispatch, TECHNICIANS, text)
    again = await send_list(dispatch, TECHNICIANS, text)
    renewed = await send_list(dispatch, TECHNICIANS, text.replace("2027/1/9", "2033/1/9"))

    assert [counts(each) for each in (first, again, renewed)] == [
        (3, 1, 0, 0, True),
        (0, 0, 4, 0, True),
        (0, 1, 3, 0, True),
    ]
    assert first["ignored"] == []
    assert [each["code"] for each in first["remarks"]] == ["encoding", "good_from_today"]
    li, zhao = await _technician(dispatch, "001"), await _technician(dispatch, "003")
    low_voltage, lift = reversed(li["certificates"])
    assert low_voltage == {
        "kind": "low_voltage",
        "number": "T-1",
        "issued_on": "2024-01-10",
        "expires_on": "2033-01-09",
    }
    assert (lift["kind"], lift["number"], lift["expires_on"]) == (
        "lift_repair", "T-2", "2026-01-05",
    )  # fmt: skip
    assert [each["number"] for each in zhao["certificates"]] == ["-"]
    assert await _changed(dispatch) == [
        ("003", 1), ("001", 1), ("002", 1), ("003", 2), ("001", 2),
    ]  # fmt: skip


async def test_a_list_adds_to_what_a_technician_can_and_has(dispatch: Component) -> None:
    await put_technician(dispatch, "001", capacity=5)

    outcome = await send_list(dispatch, TECHNICIANS, "工号,姓名,技能\n001,李,水暖3级，电梯\n")

    assert counts(outcome) == (0, 1, 0, 0, True)
    li = await _technician(dispatch, "001")
    assert (li["version"], li["capacity"], len(li["shifts"])) == (2, 5, 7)
    assert _skills(li) == {"plumbing": 3, "lift": 1}


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("002,王,飞行", "工种", "none of"),
        ("002,,电工", "姓名", "is missing"),
        (",王,电工", "工号", "is missing"),
        ("001,王,电工", "工号", "more than once"),
    ],
)
async def test_a_bad_row_keeps_all_out(
    dispatch: Component, row: str, column: str, words: str
) -> None:
    outcome = await send_list(dispatch, TECHNICIANS, f"工号,姓名,工种\n001,李,电工\n{row}\n")

    problem = outcome["problems"][-1]
    assert (problem["row"], problem["column"]) == (3, column)
    assert words in problem["why"]
    assert outcome["taken"] is False
    assert await _changed(dispatch) == []


async def test_a_technician_of_another_site_is_not_taken(dispatch: Component) -> None:
    await put_technician(dispatch, "001", at="elsewhere", sites=["elsewhere"])

    outcome = await send_list(dispatch, TECHNICIANS, "工号,姓名\n001,李\n002,王\n", on_error="skip")

    assert counts(outcome) == (1, 0, 0, 1, True)
    assert bad_cells(outcome) == [(2, "工号", "001")]
    assert await _technician(dispatch, "001") is None


async def test_one_who_was_removed_is_back_as_listed(dispatch: Component) -> None:
    await put_technician(dispatch, "001")
    async with dispatch.http(role="dispatcher", id="dana") as client:
        await client.delete("/v1/technicians/001")

    outcome = await send_list(dispatch, TECHNICIANS, "工号,姓名,工种\n001,李,电工\n")

    assert counts(outcome) == (1, 0, 0, 0, True)
    li = await _technician(dispatch, "001")
    assert (li["version"], _skills(li)) == (3, {"electrical": 1})


async def test_two_lists_at_once_are_both_taken(dispatch: Component) -> None:
    lists = [f"工号,姓名,工种\n001,李,{trade}\n" for trade in ("电工", "电梯")]

    outcomes = await asyncio.gather(*(send_list(dispatch, TECHNICIANS, each) for each in lists))

    assert sorted(counts(each)[:2] for each in outcomes) == [(0, 1), (1, 0)]
    assert _skills(await _technician(dispatch, "001")) == {"electrical": 1, "lift": 1}
    assert sorted(await _changed(dispatch)) == [("001", 1), ("001", 2)]


async def test_a_dry_run_of_either_changes_nothing(dispatch: Component) -> None:
    outcome = await send_list(dispatch, TECHNICIANS, CREW, dry_run=True)
    await put_technician(dispatch, "003", shifts=None)
    rota = await send_list(dispatch, ROTA, "工号,周一\n003,早班\n", dry_run=True)

    assert (counts(outcome), counts(rota)) == ((2, 0, 0, 0, False), (1, 0, 0, 0, False))
    assert await _changed(dispatch) == [("003", 1)]


async def test_more_technicians_than_a_list_takes_are_refused(dispatch: Component) -> None:
    rows = "".join(f"{n},w\n" for n in range(1001))

    said = await send_list(dispatch, TECHNICIANS, f"工号,姓名\n{rows}", status=422)

    assert said["code"] == "list_too_long"


async def test_who_may(dispatch: Component) -> None:
    for path, text in ((TECHNICIANS, CREW), (ROTA, "工号,周一\n1,早\n")):
        for role in ("dispatcher", "manager", "admin", "integration"):
            await send_list(dispatch, path, text, role=role, dry_run=True)
        for role in ("resident", "technician"):
            await send_list(dispatch, path, text, role=role, status=403)
        await send_list(dispatch, path, text, site="elsewhere", status=403)


@pytest.mark.parametrize("what", ["technicians", "rota"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_template_is_taken_as_it_is(
    dispatch: Component, what: str, format: str, language: str
) -> None:
    await put_technician(dispatch, "li", shifts=None)
    path, query = f"/v1/sites/demo/{what}", {"format": format, "language": language}
    async with dispatch.http(role="manager") as client:
        template = await client.get(f"{path}:template", params=query)
        answer = await client.post(f"{path}:import", content=template.content)

    assert counts(answer.json()) == (1, 0, 0, 0, True), answer.text
    if (format, language) == ("csv", "en"):
        assert template.text.removeprefix("\ufeff").isascii(), template.text


def _shifts(technician: Any) -> list[tuple[int, str, str]]:
    return [(each["weekday"], each["start"], each["end"]) for each in technician["shifts"]]


async def test_a_week_is_as_the_list_says_and_other_days_stay(dispatch: Component) -> None:
    await put_technician(dispatch, "001")
    text = (
        "一月排班 早班：08:00-16:00；夜班 20:00～次日08:00,,,,\n"
        "工号,姓名,周一,周二,星期三,周日\n"
        "001,李,早,夜班,９:00—17:30、19:00-21:00,休\n"
    )

    first = await send_list(dispatch, ROTA, text)
    again = await send_list(dispatch, ROTA, text)

    assert (counts(first), counts(again)) == ((0, 1, 0, 0, True), (0, 0, 1, 0, True))
    li = await _technician(dispatch, "001")
    assert li["version"] == 2
    assert _shifts(li) == [
        (1, "08:00", "16:00"),
        (2, "20:00", "08:00"),
        (3, "09:00", "17:30"),
        (3, "19:00", "21:00"),
        *((day, "00:00", "24:00") for day in (4, 5, 6)),
    ]
    assert first["notes"] == ["read as GB18030 text"]


async def test_a_row_for_each_day_says_the_same(dispatch: Component) -> None:
    await put_technician(dispatch, "001", shifts=None)
    text = "工号,星期,班次,上班,下班\n001,周一,早班,,\n001,1,夜班,,\n001,周二,,9:00,18:00\n"
    await put_technician(dispatch, "002", shifts=None)
    ticked = "工号,周一,周二,周三,上班时间,下班时间\n002,√,×,是,9:00,18:00\n"

    outcome = await send_list(dispatch, ROTA, text)
    marked = await send_list(dispatch, ROTA, ticked)

    assert (counts(outcome), counts(marked)) == ((3, 0, 0, 0, True), (1, 0, 0, 0, True))
    assert _shifts(await _technician(dispatch, "002")) == [
        (1, "09:00", "18:00"),
        (3, "09:00", "18:00"),
    ]
    assert _shifts(await _technician(dispatch, "001")) == [
        (1, "00:00", "08:00"),
        (1, "08:00", "16:00"),
        (2, "09:00", "18:00"),
    ]
    assert [note for note in outcome["notes"] if "早班 is taken as 08:00–16:00" in note]


async def test_a_date_is_worked_as_the_list_says_or_is_leave_and_the_week_stays(
    dispatch: Component,
) -> None:
    week = {"weekday": 1, "start": "09:00", "end": "17:00"}
    await put_technician(dispatch, "001", shifts=[week])
    text = (
        "工号,日期,班次\n001,2099-01-05,早班\n001,2099/1/6,休\n"
        "001,2099年1月12日,夜班\n001,2099-01-12,中班\n"
    )

    first = await send_list(dispatch, ROTA, text)
    again = await send_list(dispatch, ROTA, text)

    assert (counts(first), counts(again)) == ((4, 0, 0, 0, True), (0, 0, 4, 0, True))
    li = await _technician(dispatch, "001")
    assert li["shifts"] == [
        week,
        {"weekday": 1, "start": "08:00", "end": "16:00", "date": "2099-01-05"},
        {"weekday": 1, "start": "00:00", "end": "08:00", "date": "2099-01-12"},
        {"weekday": 1, "start": "16:00", "end": "24:00", "date": "2099-01-12"},
    ]
    assert li["leave"] == [{"start": "2099-01-05T16:00:00Z", "end": "2099-01-06T16:00:00Z"}]


async def test_the_newest_list_counts_for_a_date(dispatch: Component) -> None:
    await put_technician(dispatch, "001", shifts=None)
    holiday = {"start": "2099-03-01T00:00:00Z", "end": "2099-03-09T00:00:00Z"}
    async with dispatch.http(role="dispatcher", id="dana") as client:
        await client.put("/v1/technicians/001/leave", json={"leave": [holiday]})
    head = "工号,日期,班次\n"
    await send_list(dispatch, ROTA, f"{head}001,2099-01-05,早班\n001,2099-01-06,早班\n")

    off = await send_list(dispatch, ROTA, f"{head}001,2099-01-05,休\n001,2099-01-06,夜班\n")
    back = await send_list(dispatch, ROTA, f"{head}001,2099-01-05,中班\n001,2099-03-02,早班\n")

    assert (counts(off), counts(back)) == ((1, 1, 0, 0, True), (2, 0, 0, 0, True))
    li = await _technician(dispatch, "001")
    assert [(each["date"], each["start"]) for each in li["shifts"]] == [
        ("2099-01-05", "16:00"),
        ("2099-01-06", "00:00"),
        ("2099-03-02", "08:00"),
    ]
    assert li["leave"] == [holiday], "what is longer than the date stays"


async def test_of_dates_that_are_over_nothing_is_kept(dispatch: Component) -> None:
    await put_technician(dispatch, "001", shifts=None)
    head = "工号,日期,班次\n"
    await send_list(dispatch, ROTA, f"{head}001,2099-01-05,早班\n")
    dispatch.clock.set(datetime(2099, 1, 8, tzinfo=UTC))

    outcome = await send_list(
        dispatch, ROTA, f"{head}001,2099-01-06,早班\n001,2099-01-07,夜班\n001,2099-01-04,休\n"
    )

    assert counts(outcome) == (1, 0, 2, 0, True)
    li = await _technician(dispatch, "001")
    assert [each["date"] for each in li["shifts"]] == ["2099-01-07"]
    assert li["leave"] == []


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("工号,周一\n001,早班\n009,早班\n", "工号", "no technician of the site"),
        ("工号,周一\n001,早班\n002,常白班\n", "周一", "no times are known"),
        ("工号,周一\n001,早班\n002,8:00-8:00\n", "周一", "another time"),
        ("工号,周一\n001,早班\n002,\n", "工号", "has no shift"),
        ("工号,周一,班次\n001,早班,\n002,√,\n", "班次", "is missing"),
        ("工号,星期,班次\n001,周一,早班\n002,周八,早班\n", "星期", "none of"),
        ("工号,星期,班次\n001,周一,早班\n002,周二,\n", "班次", "is missing"),
    ],
)
async def test_a_bad_row_of_a_rota_is_named(
    dispatch: Component, text: str, column: str, words: str
) -> None:
    await put_technician(dispatch, "001")
    await put_technician(dispatch, "002")

    outcome = await send_list(dispatch, ROTA, text)

    (problem,) = outcome["problems"]
    assert (problem["row"], problem["column"]) == (3, column)
    assert words in problem["why"]
    assert outcome["taken"] is False
