"""Residents from a list: recorded once, told soon, and nothing of what was recorded is lost."""

import asyncio
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text

from services.tickets.actions.people import MOVING_OUT, REPUBLISHING_PEOPLE
from shared.contracts import PersonV1
from tests.component.tickets.arranging import DEMO, Tickets
from tests.component.tickets.importing import bad_cells, counts, send_list

LIST = (
    "工号,楼栋,单元,房号,业主,手机,入住日期,迁出日期\n"
    "wang,3号楼,,1202,王,13800138000,2026年1月5日,\n"
    "wang,5,,101,王,13800138000,2020/3/1,2025-12-31\n"
    ",3,,３号楼1201室,李,138 0013 8001,,\n"
)


async def _person(tickets: Tickets, id: str = "wang", *, status: int = 200) -> Any:
    path = f"sites/demo/people/{quote(id)}"
    return await tickets.send("GET", path, as_="dispatcher", status=status)


async def _record(tickets: Tickets, body: dict[str, Any], *, status: int = 200) -> Any:
    return await tickets.send("PUT", "sites/demo/people/wang", body, as_="manager", status=status)


async def _told(tickets: Tickets) -> list[tuple[str, str, int]]:
    """Publish what is due; return the facts of records so far."""
    await tickets.component.runs_due(REPUBLISHING_PEOPLE)
    return [
        (fact.type.split(".")[2], fact.snapshot.person_id, fact.version)
        for fact in await tickets.component.said()
        if isinstance(fact.snapshot, PersonV1)
    ]


async def test_residents_are_recorded_once_and_told_soon(tickets: Tickets) -> None:
    first = await send_list(tickets, "people", LIST)
    again = await send_list(tickets, "people", LIST)

    assert counts(first) == (3, 0, 0, 0, True)
    assert counts(again) == (0, 0, 3, 0, True)
    assert first["ignored"] == []
    wang = await _person(tickets)
    assert wang["version"] == 1
    assert wang["roles"] is None
    assert [(home["unit"], home["since"], home["until"]) for home in wang["units"]] == [
        ("3-1202", "2026-01-04T16:00:00Z", None),
        ("5-101", "2020-02-29T16:00:00Z", "2025-12-30T16:00:00Z"),
    ]
    told = await _told(tickets)
    assert sorted(name for name, *_ in told) == ["changed", "changed"]
    assert {version for *_, version in told} == {1}
    assert await _told(tickets) == told


async def test_a_person_without_a_number_has_the_same_id_each_time(tickets: Tickets) -> None:
    await send_list(tickets, "people", "房号,电话\n3-1202,13800138001\n")
    outcome = await send_list(tickets, "people", "房号,电话\n5-101,+86 138-0013-8001\n")

    assert counts(outcome) == (1, 0, 0, 0, True)
    ((_, id, _), *_) = await _told(tickets)
    assert [home["unit"] for home in (await _person(tickets, id))["units"]] == ["3-1202", "5-101"]
    assert "8001" not in id


async def test_a_list_adds_to_the_record_and_mends_it(tickets: Tickets) -> None:
    home = {"unit": "5-101", "since": "2020-01-01T00:00:00Z"}
    await _record(tickets, {"roles": ["resident"], "units": [home]}, status=201)

    outcome = await send_list(
        tickets, "people", "id,房号,迁出日期\nwang,5-101,2026-06-30\nwang,3-1202,\n"
    )

    assert counts(outcome) == (1, 1, 0, 0, True)
    wang = await _person(tickets)
    assert (wang["version"], wang["roles"]) == (2, ["resident"])
    assert [(each["unit"], each["since"]) for each in wang["units"]] == [
        ("3-1202", wang["units"][0]["since"]),
        ("5-101", "2020-01-01T00:00:00Z"),
    ]
    assert wang["units"][1]["until"] == "2026-06-29T16:00:00Z"
    assert [name for name, *_ in await _told(tickets)] == ["changed", "changed"]


async def test_what_was_told_already_is_said_again_as_what_it_is(tickets: Tickets) -> None:
    await send_list(tickets, "people", "id,房号\nwang,3-1202\n")
    await _told(tickets)
    tickets.component.clock.move(days=11)

    assert [name for name, *_ in await _told(tickets)] == ["changed", "restated"]


async def test_who_moves_out_before_it_was_told_is_told_all_the_same(tickets: Tickets) -> None:
    text_ = "id,房号,入住日期,迁出日期\nwang,3-1202,2020-01-01,2025-01-01\n"
    await send_list(tickets, "people", text_)

    await tickets.component.runs_due(MOVING_OUT)

    assert [name for name, *_ in await _told(tickets)] == ["changed"]


async def test_a_dry_run_writes_and_tells_nothing(tickets: Tickets) -> None:
    outcome = await send_list(tickets, "people", LIST, dry_run=True)

    assert counts(outcome) == (3, 0, 0, 0, False)
    await _person(tickets, status=404)
    assert await _told(tickets) == []


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("li,3-9999,,,", "房号", "no unit of the site"),
        ("li,101室,2026-01-01,2025-01-01,", "迁出日期", "after the day"),
        ("li,3-1202,,2020-01-01,", "迁出日期", "after the day"),
        ("li,3-1202,,,皇帝", "角色", "none of"),
        (",3-1202,,,", "phone", "neither"),
    ],
)
async def test_a_bad_row_is_named_and_keeps_all_out(
    tickets: Tickets, row: str, column: str, words: str
) -> None:
    heading = "工号,房号,入住日期,迁出日期,角色\n"

    outcome = await send_list(
        tickets, "people", f"{heading}wang,3-1202,,,\n{row}\n", role="manager"
    )

    (problem,) = outcome["problems"]
    assert (problem["row"], problem["column"]) == (3, column)
    assert words in problem["why"]
    assert counts(outcome) == (1, 0, 0, 1, False)
    await _person(tickets, status=404)


async def test_good_rows_go_in_where_the_bad_ones_are_skipped(tickets: Tickets) -> None:
    text_ = "id,房号\nwang,3-1202\nli,3-9\nwang,3-1202\nzhao,5-101\n"

    outcome = await send_list(tickets, "people", text_, on_error="skip")

    assert counts(outcome) == (1, 0, 0, 3, True)
    assert bad_cells(outcome) == [(2, "房号", "3-1202"), (3, "房号", "3-9"), (4, "房号", "3-1202")]
    await _person(tickets, status=404)
    await _person(tickets, "zhao")


async def test_a_dispatcher_says_where_people_live_and_not_what_they_are(tickets: Tickets) -> None:
    text_ = "id,房号,角色\nwang,3-1202,业主\n"

    refused = await send_list(tickets, "people", text_)
    taken = await send_list(tickets, "people", text_, role="manager")

    assert counts(refused) == (0, 0, 0, 1, False)
    assert counts(taken) == (1, 0, 0, 0, True)
    assert (await _person(tickets))["roles"] == ["resident"]


async def test_a_list_gives_roles_and_takes_none(tickets: Tickets) -> None:
    await _record(tickets, {"roles": ["technician"]}, status=201)

    outcome = await send_list(
        tickets, "people", "id,房号,角色\nwang,3-1202,业主、师傅\n", role="manager"
    )

    assert counts(outcome) == (1, 0, 0, 0, True)
    assert (await _person(tickets))["roles"] == ["resident", "technician"]


async def test_a_home_that_the_site_lists_no_more_is_mended_first(tickets: Tickets) -> None:
    await _record(tickets, {"units": [{"unit": "5-101"}]}, status=201)
    smaller = {**DEMO, "buildings": DEMO["buildings"][:1]}
    await tickets.send("PUT", "sites/demo", smaller, as_="manager", headers={"If-Match": '"1"'})

    outcome = await send_list(
        tickets, "people", "id,房号\nwang,3-1202\nli,3-1201\n", on_error="skip"
    )

    assert counts(outcome) == (1, 0, 0, 1, True)
    assert "5-101" in outcome["problems"][0]["why"]


async def test_a_person_has_so_many_homes(tickets: Tickets) -> None:
    units = [str(n) for n in range(1001, 1053)]
    await send_list(tickets, "places", "楼栋,房号\n" + "".join(f"9,{unit}\n" for unit in units))

    many = await send_list(
        tickets, "people", "id,房号\n" + "".join(f"wang,9-{unit}\n" for unit in units)
    )

    assert counts(many) == (0, 0, 0, 52, False)
    assert "more than 50 homes" in many["problems"][0]["why"]


async def test_a_record_made_by_hand_meanwhile_is_not_lost(tickets: Tickets) -> None:
    home = {"unit": "5-101", "since": "2020-01-01T00:00:00Z"}
    people = "".join(f"p{n},3-1202\n" for n in range(300))

    async def by_hand() -> None:
        async with tickets.component.http(role="manager") as client:
            answer = await client.put("/v1/sites/demo/people/wang", json={"units": [home]})
        assert answer.is_success, answer.text

    for _ in range(5):
        await asyncio.gather(
            by_hand(), send_list(tickets, "people", f"id,房号\nwang,3-1202\n{people}")
        )
        wang = await _person(tickets)
        assert "5-101" in {each["unit"] for each in wang["units"]}
        versions = [version for _, id, version in await _told(tickets) if id == "wang"]
        assert versions[-1] == wang["version"]


async def test_two_lists_at_once_lose_nothing(tickets: Tickets) -> None:
    people = [f"p{n}" for n in range(200)]
    lists = [
        "id,房号\n" + "".join(f"{person},{unit}\n" for person in order)
        for unit, order in (("3-1202", people), ("5-101", people[::-1]))
    ]

    outcomes = await asyncio.gather(*(send_list(tickets, "people", each) for each in lists))

    assert [counts(each) for each in outcomes] == [(200, 0, 0, 0, True)] * 2
    async with tickets.component.tx() as tx:
        (row,) = await tx.rows(
            text("select count(*) as n from people where jsonb_array_length(units) = 2")
        )
    assert row["n"] == 200


async def test_a_claim_that_the_list_does_not_name_is_left(tickets: Tickets) -> None:
    ticket = await tickets.open(id="neighbour", units=("3-1201",), unit="3-1201")
    async with tickets.component.http(id="wang", units=["3-1201"]) as client:
        await client.get(f"/v1/tickets/{ticket['id']}")

    await send_list(tickets, "people", "id,房号\nwang,3-1202\n")
    await _told(tickets)

    (fact,) = [
        each
        for each in await tickets.component.said("tickets.person.changed.v1")
        if each.subject_id == "demo/wang"
    ]
    assert fact.snapshot.units_left == ("3-1201",)
