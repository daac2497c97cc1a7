"""A site's places from a list: added to what is there, all or nothing, and the same list twice
changes nothing.
"""

import asyncio
import csv
from io import StringIO
from typing import Any

import pytest

from tests.component.tickets.arranging import DEMO, Tickets
from tests.component.tickets.importing import bad_cells, counts, send_list
from tests.support.component import MakeComponent

LIST = "楼栋,房号,面积,业主,电话\n3,101.0,89.5,王,1\n3,１０２,90,李,2\n3,1月2日,90,赵,3\n"
GOOD = "楼栋,单元,房号,面积\n3号楼,,1202,101.5\n3,,1203,\n7,1,101,88\n7,2,101,88\n"


async def _site(tickets: Tickets) -> Any:
    return await tickets.send("GET", "sites/demo", as_="manager")


def _units(building: Any) -> list[str]:
    """A building's units, those with an area too."""
    return [unit if isinstance(unit, str) else unit["unit"] for unit in building["units"]]


async def _said(tickets: Tickets) -> int:
    return len(await tickets.component.said("tickets.site.changed.v1"))


async def test_what_a_spreadsheet_made_of_rooms_is_read_or_named(tickets: Tickets) -> None:
    outcome = await send_list(tickets, "places", LIST, dry_run=True)

    assert counts(outcome) == (2, 0, 0, 1, False)
    assert bad_cells(outcome) == [(4, "房号", "1月2日")]
    assert "text" in outcome["problems"][0]["why"]
    assert (outcome["rows"], outcome["ignored"]) == (3, ["业主", "电话"])


async def test_a_dry_run_changes_nothing(tickets: Tickets) -> None:
    before = await _site(tickets)

    outcome = await send_list(tickets, "places", GOOD, dry_run=True)

    assert counts(outcome) == (3, 1, 0, 0, False)
    assert await _site(tickets) == before
    assert await _said(tickets) == 1


async def test_places_are_added_once_and_nothing_is_taken_away(tickets: Tickets) -> None:
    first = await send_list(tickets, "places", GOOD)
    site = await _site(tickets)
    again = await send_list(tickets, "places", GOOD)

    assert counts(first) == (3, 1, 0, 0, True)
    assert counts(again) == (0, 0, 4, 0, True)
    assert site["version"] == 2
    assert await _site(tickets) == site
    assert await _said(tickets) == 2
    units = {building["code"]: _units(building) for building in site["buildings"]}
    assert units == {"3": ["1201", "1202", "1203"], "5": ["101"], "7": ["1-101", "2-101"]}
    assert [spot["code"] for spot in site["spots"]] == ["lobby-3"]
    ticket = await tickets.open(unit="7栋2单元101室")
    assert (ticket["place"]["building"], ticket["place"]["entrance"]) == ("7", "2")


async def test_bad_rows_keep_the_others_out_unless_they_are_skipped(tickets: Tickets) -> None:
    refused = await send_list(tickets, "places", LIST)
    assert counts(refused) == (2, 0, 0, 1, False)
    assert (await _site(tickets))["version"] == 1

    taken = await send_list(tickets, "places", LIST, on_error="skip")

    assert counts(taken) == (2, 0, 0, 1, True)
    assert _units((await _site(tickets))["buildings"][0]) == ["1201", "1202", "101", "102"]


@pytest.mark.parametrize(
    ("rows", "column", "words"),
    [
        ("3,,01202", "房号", "3-1202"),
        ("3,1,1202", "单元", "3-1202"),
        ("3,,3-1202", "房号", "entrance 3"),
        ("3,,a b", "房号", "digits and Latin letters"),
        (f"{'楼' * 21},,1", "楼栋", "20 at most"),
        (",,1202", "楼栋", "write it in every row"),
    ],
)
async def test_what_may_be_another_place_is_asked(
    tickets: Tickets, rows: str, column: str, words: str
) -> None:
    outcome = await send_list(tickets, "places", f"楼栋,单元,房号\n{rows}\n5,,101\n")

    (problem,) = outcome["problems"]
    assert (problem["row"], problem["column"]) == (2, column)
    assert words in problem["why"]
    assert outcome["taken"] is False


async def test_a_room_alone_says_its_building_too(tickets: Tickets) -> None:
    outcome = await send_list(tickets, "places", "房号\n3-1203\n5-1-101\n1204\n", on_error="skip")

    assert counts(outcome) == (1, 0, 0, 2, True)
    assert [row for row, *_ in bad_cells(outcome)] == [3, 4]


async def test_two_rows_of_one_unit_are_named_both(tickets: Tickets) -> None:
    outcome = await send_list(tickets, "places", "楼栋,房号\n3号楼,1203\n5,102\n3,1203\n")

    assert [row for row, *_ in bad_cells(outcome)] == [2, 4]
    assert "2, 4" in outcome["problems"][0]["why"]


async def test_a_building_has_room_for_so_many(tickets: Tickets) -> None:
    rows = "".join(f"5,{n}\n" for n in range(1001, 2201))

    outcome = await send_list(tickets, "places", f"楼栋,房号\n{rows}")

    assert counts(outcome) == (1199, 0, 0, 1, False)
    assert "split it" in outcome["problems"][0]["why"]


async def test_two_lists_at_once_are_both_taken(tickets: Tickets) -> None:
    lists = ["楼栋,房号\n3,2001\n", "楼栋,房号\n3,2002\n"]

    outcomes = await asyncio.gather(*(send_list(tickets, "places", each) for each in lists))

    assert [counts(each) for each in outcomes] == [(1, 0, 0, 0, True)] * 2
    assert {"2001", "2002"} <= set(_units((await _site(tickets))["buildings"][0]))


async def test_a_key_takes_a_list_once(tickets: Tickets) -> None:
    key = {"Idempotency-Key": "list-1"}

    first = await send_list(tickets, "places", GOOD, headers=key)
    again = await send_list(tickets, "places", GOOD, headers=key)
    await send_list(tickets, "places", LIST, headers=key, status=422)

    assert first == again


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nothing of the kind\n", "expected the columns"),
        (b"PK\x03\x04 no workbook", "save it as .xlsx or as CSV"),
        (b"\xd0\xcf\x11\xe0" + bytes(5000), "save it as .xlsx or as CSV"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"   \n \n", "is empty"),
    ],
)
async def test_what_is_no_list_is_refused_with_what_to_do(
    tickets: Tickets, content: bytes, words: str
) -> None:
    async with tickets.component.http(role="manager") as client:
        answer = await client.post("/v1/sites/demo/places:import", content=content)

    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_sheet")
    assert words in answer.json()["detail"]
    assert "/tmp" not in answer.text


async def test_columns_are_named_by_hand(tickets: Tickets) -> None:
    text = "哪栋,哪间\n3,1203\n"

    outcome = await send_list(tickets, "places", text, map=["building=哪栋", "room=哪间"])

    assert counts(outcome) == (1, 0, 0, 0, True)
    unknown = await send_list(tickets, "places", text, map=["floor=哪间"], status=422)
    assert "no field floor" in unknown["detail"]
    await send_list(tickets, "places", text, map=["哪间"], status=422)


async def test_problems_come_as_a_file_to_those_who_accept_one(tickets: Tickets) -> None:
    async with tickets.component.http(role="manager") as client:
        answer = await client.post(
            "/v1/sites/demo/places:import",
            content=LIST.encode(),
            headers={"Accept": "text/csv"},
        )

    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["row", "column", "value", "why"]
    assert rows[1][:3] == ["4", "房号", "1月2日"]


@pytest.mark.parametrize("what", ["places", "people"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_template_is_taken_as_it_is(
    tickets: Tickets, what: str, format: str, language: str
) -> None:
    path, query = f"/v1/sites/demo/{what}", {"format": format, "language": language}
    async with tickets.component.http(role="manager") as client:
        template = await client.get(f"{path}:template", params=query)
        answer = await client.post(f"{path}:import", content=template.content)

    if (format, language) == ("csv", "en"):
        assert template.text.removeprefix("\ufeff").isascii(), template.text
    assert template.status_code == 200
    assert template.headers["content-disposition"].endswith(f'.{format}"')
    assert counts(answer.json()) == (1, 0, 0, 0, True), answer.text


async def test_who_may_import(tickets: Tickets, component: MakeComponent) -> None:
    for role in ("dispatcher", "manager", "admin", "integration"):
        await send_list(tickets, "places", GOOD, role=role, dry_run=True)
    for role in ("resident", "technician"):
        await send_list(tickets, "places", GOOD, role=role, status=403)
    await send_list(tickets, "places", GOOD, site="elsewhere", status=403)
    empty = Tickets(await component("tickets"))
    await send_list(empty, "places", GOOD, status=404)


async def test_an_area_stays_where_a_list_says_none(tickets: Tickets) -> None:
    await send_list(tickets, "places", "楼栋,房号,面积\n3,1202,101.5\n")

    outcome = await send_list(tickets, "places", "楼栋,房号\n3,1202\n")
    changed = await send_list(tickets, "places", "楼栋,房号,面积\n3,1202,100\n")

    assert counts(outcome) == (0, 0, 1, 0, True)
    assert counts(changed) == (0, 1, 0, 0, True)
    assert DEMO["buildings"][0]["units"] == _units((await _site(tickets))["buildings"][0])
