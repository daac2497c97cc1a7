"""Tickets of a former system: history with its dates, or new reports, and each once."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.tickets.actions.import_tickets import TELLING_IMPORTED
from shared.contracts import TicketV1
from tests.component.tickets.arranging import DEMO, Tickets
from tests.component.tickets.importing import bad_cells, counts, send_list
from tests.support.clocks import SettableClock
from tests.support.component import MakeComponent

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Noon of a Monday in Shanghai."""
HEADINGS = (
    "工单号,状态,类别,优先级,描述,楼栋,房号,报修人,联系电话,维修人,"
    "报修时间,受理时间,派单时间,到达时间,开工时间,完成时间,关闭时间,取消时间,评分\n"
)
DONE = (
    "WX-1,已完成,水管,紧急,厨房水管漏水,3,1202,王女士,13800138000,李师傅,"
    "2026-02-01 09:00,2026-02-01 09:05,2026-02-01 09:10,2026-02-01 10:00,,2026-02-01 11:00,"
    "2026/2/2 18:00,,5分\n"
)
CANCELLED = "WX-2,已取消,lift,,电梯异响,,,,,,2026年2月3日 9:00,,,,,,,2026-02-03 10:00,\n"
OPEN = "WX-3,处理中,水管,,卫生间漏水,5,101,,,,2026-02-20 09:00,,2026-02-20 09:30,,,,,,\n"
LIST = HEADINGS + DONE + CANCELLED + OPEN


@pytest.fixture
async def tickets(component: MakeComponent) -> Tickets:
    made = Tickets(await component("tickets", clock=SettableClock(NOW)))
    await made.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
    return made


async def _listed(tickets: Tickets, query: str = "", *, as_: str = "dispatcher") -> list[Any]:
    found = await tickets.send("GET", f"tickets?site=demo&{query}", as_=as_)
    return list(found["items"])


async def _by_number(tickets: Tickets) -> dict[str, Any]:
    found = await _listed(tickets, "imported=true")
    return {each["imported"]["external_id"]: each for each in found}


async def _told(tickets: Tickets) -> dict[str, str]:
    """Publish what is due; return the fact of each ticket that was told."""
    await tickets.component.runs_due(TELLING_IMPORTED)
    return {
        fact.snapshot.imported.external_id: fact.type.split(".")[2]
        for fact in await tickets.component.said()
        if isinstance(fact.snapshot, TicketV1) and fact.snapshot.imported
    }


async def test_rows_become_history_with_their_dates_or_new_reports(tickets: Tickets) -> None:
    outcome = await send_list(tickets, "tickets", LIST)

    assert counts(outcome) == (3, 0, 0, 0, True)
    assert outcome["ignored"] == []
    taken = await _by_number(tickets)
    done, cancelled, new = taken["WX-1"], taken["WX-2"], taken["WX-3"]
    assert (done["state"], done["category"], done["priority"]) == ("closed", "plumbing", "urgent")
    assert [(step["state"], step["at"]) for step in done["steps"]] == [
        ("open", "2026-02-01T01:00:00Z"),
        ("assigned", "2026-02-01T01:10:00Z"),
        ("in_progress", "2026-02-01T02:00:00Z"),
        ("resolved", "2026-02-01T03:00:00Z"),
        ("closed", "2026-02-02T10:00:00Z"),
    ]
    assert (done["place"]["building"], done["place"]["unit"]) == ("3", "1202")
    assert done["channel"] == "import"
    assert done["ratings"][0]["quality"] == 5
    assert (cancelled["state"], cancelled["category"]) == ("cancelled", "lift")
    assert (new["state"], new["opened_at"]) == ("open", "2026-03-02T04:00:00Z")
    assert new["imported"]["opened_at"] == "2026-02-20T01:00:00Z"
    assert await _told(tickets) == {"WX-1": "imported", "WX-2": "imported", "WX-3": "opened"}


async def test_the_same_list_again_changes_and_tells_nothing(tickets: Tickets) -> None:
    await send_list(tickets, "tickets", LIST)
    before = await _by_number(tickets)
    await _told(tickets)
    facts = len(await tickets.component.said())

    again = await send_list(tickets, "tickets", LIST.replace("厨房水管漏水", "别的描述"))

    assert counts(again) == (0, 0, 3, 0, True)
    assert await _by_number(tickets) == before
    await _told(tickets)
    assert len(await tickets.component.said()) == facts


async def test_a_dry_run_changes_nothing(tickets: Tickets) -> None:
    outcome = await send_list(tickets, "tickets", LIST, dry_run=True)

    assert counts(outcome) == (3, 0, 0, 0, False)
    assert await _listed(tickets) == []
    assert await _told(tickets) == {}


async def test_history_is_found_by_filter_words_number_and_date(tickets: Tickets) -> None:
    await send_list(tickets, "tickets", LIST)
    live = await tickets.open(unit="3-1202")

    for query, expected in (
        ("imported=true", ["WX-3", "WX-2", "WX-1"]),
        ("imported=false", [None]),
        ("", [None, "WX-3", "WX-2", "WX-1"]),
        ("q=WX-2", ["WX-2"]),
        ("q=漏水&imported=true", ["WX-3", "WX-1"]),
        ("q=漏水&imported=false", [None]),
        ("state=closed", ["WX-1"]),
        ("opened_from=2026-02-02T00:00:00Z&opened_to=2026-02-10T00:00:00Z", ["WX-2"]),
    ):
        found = [
            (each["imported"] or {}).get("external_id") for each in await _listed(tickets, query)
        ]
        assert found == expected, query
    assert live["imported"] is None


async def test_staff_read_who_worked_on_it_there_and_residents_do_not(tickets: Tickets) -> None:
    await send_list(tickets, "tickets", LIST)
    done = (await _by_number(tickets))["WX-1"]

    path = f"tickets/{done['id']}/timeline"
    lines = (await tickets.send("GET", path, as_="dispatcher"))["items"]
    theirs = (await tickets.send("GET", path, id=done["reporter_id"]))["items"]

    names = ["opened", "assigned", "started", "resolved", "closed"]
    assert [line["name"] for line in lines] == [*names, "imported"]
    assert lines[-1]["detail"]["technician"] == "李师傅"
    assert lines[-1]["detail"]["reporter"] == "王女士"
    assert [line["name"] for line in theirs] == names
    assert "13800138000" not in str(lines)


async def test_the_reporter_is_the_person_of_the_list_of_residents(tickets: Tickets) -> None:
    await send_list(tickets, "people", "房号,电话\n3-1202,138 0013 8000\n")
    await send_list(tickets, "tickets", LIST)
    async with tickets.component.tx() as tx:
        (person,) = await tx.rows(text("select person_id from people"))

    assert (await _by_number(tickets))["WX-1"]["reporter_id"] == person["person_id"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("WX-9,已完成,,,,,,,,,2026-02-01 09:00,,,,,2026-02-01 08:00,,,", "完成时间"),
        ("WX-9,已完成,,,,,,,,,2026-02-01 09:00,,,,,2027-02-01 08:00,,,", "完成时间"),
        ("WX-9,已完成,,,,,,,,,2025-11-31 09:00,,,,,2026-02-01 08:00,,,", "报修时间"),
        ("WX-9,已完成,,,,,,,,,,,,,,2026-02-01 08:00,,,", "报修时间"),
        (",已完成,,,,,,,,,2026-02-01 09:00,,,,,2026-02-01 10:00,,,", "工单号"),
        ("WX-9,没有的,,,,,,,,,2026-02-01 09:00,,,,,2026-02-01 10:00,,,", "状态"),
        ("WX-9,已完成,,,,,,,,,2026-02-01 09:00,,,,,,,,", "完成时间"),
        ("WX-9,处理中,,,,,,,,,2026-02-01 09:00,,,,,2026-02-01 10:00,,,", "完成时间"),
        ("WX-9,已完成,,,,,,,,,2026-02-01 09:00,,,,,2026-02-01 10:00,,,6分", "评分"),
        ("WX-9,已完成,,,,,,,12,,2026-02-01 09:00,,,,,2026-02-01 10:00,,,", "联系电话"),
    ],
)
async def test_a_bad_row_is_named_and_keeps_all_out(
    tickets: Tickets, row: str, column: str
) -> None:
    refused = await send_list(tickets, "tickets", f"{HEADINGS}{DONE}{row}\n")

    assert counts(refused) == (1, 0, 0, 1, False)
    assert [(row_, heading) for row_, heading, _ in bad_cells(refused)] == [(3, column)]
    assert await _listed(tickets) == []


async def test_good_rows_go_in_where_the_bad_ones_are_skipped(tickets: Tickets) -> None:
    bad = "WX-9,已完成,,,,,,,,,2026-02-01 09:00,,,,,2026-02-01 08:00,,,\n"

    outcome = await send_list(tickets, "tickets", LIST + bad, on_error="skip")

    assert counts(outcome) == (3, 0, 0, 1, True)
    assert sorted(await _by_number(tickets)) == ["WX-1", "WX-2", "WX-3"]


async def test_two_lists_at_once_take_each_ticket_once(tickets: Tickets) -> None:
    rows = [
        f"WX-{n},已完成,,,漏水,,,,,,2026-02-01 09:00,,,,,2026-02-01 10:00,,,\n" for n in range(150)
    ]
    lists = (HEADINGS + "".join(rows), HEADINGS + "".join(reversed(rows)))

    outcomes = await asyncio.gather(*(send_list(tickets, "tickets", each) for each in lists))

    assert sorted(counts(each) for each in outcomes) == [
        (0, 0, 150, 0, True),
        (150, 0, 0, 0, True),
    ]
    async with tickets.component.tx() as tx:
        (row,) = await tx.rows(
            text("select count(*) as n, count(distinct reference) as refs from tickets")
        )
    assert (row["n"], row["refs"]) == (150, 150)


async def test_a_list_is_told_a_hundred_tickets_a_second(tickets: Tickets) -> None:
    rows = "".join(
        f"WX-{n},已完成,,,漏水,,,,,,2026-02-01 09:00,,,,,2026-02-01 10:00,,,\n" for n in range(250)
    )
    await send_list(tickets, "tickets", HEADINGS + rows)

    told = [len(await _told(tickets))]
    for _ in range(3):
        tickets.component.clock.move(seconds=1)
        told.append(len(await _told(tickets)))

    assert told == [100, 200, 250, 250]


async def test_history_that_is_reopened_lives_from_then_on(tickets: Tickets) -> None:
    recent = DONE.replace("2026-02-01", "2026-02-28").replace("2026/2/2", "2026/3/1")
    await send_list(tickets, "tickets", HEADINGS + recent)
    done = (await _by_number(tickets))["WX-1"]

    reopened = await tickets.post(
        f"tickets/{done['id']}/reopen", {"reason": "又漏了"}, id=done["reporter_id"]
    )

    assert (reopened["state"], reopened["cycle"], reopened["version"]) == ("open", 2, 2)
    assert await _told(tickets) == {"WX-1": "reopened"}
    (fact,) = [
        each for each in await tickets.component.said() if isinstance(each.snapshot, TicketV1)
    ]
    assert not fact.snapshot.is_history


async def test_what_ended_years_ago_is_kept_for_a_year_and_then_by_its_own_end(
    tickets: Tickets,
) -> None:
    old = "2016-02-01 09:00,,,,,2016-02-01 10:00,,,\n"
    recent = "2026-01-01 09:00,,,,,2026-01-01 10:00,,,\n"
    await send_list(tickets, "tickets", f"{HEADINGS}WX-1,,,,,,,,,,{old}WX-2,,,,,,,,,,{recent}")
    held = []

    for days in (1, 364, 2, 1826 - 61 - 367 - 1, 3):
        tickets.component.clock.move(days=days)
        await tickets.component.runs_due("retention")
        held.append(sorted(await _by_number(tickets)))

    assert held == [["WX-1", "WX-2"], ["WX-1", "WX-2"], ["WX-2"], ["WX-2"], []]


async def test_a_template_can_be_taken_over_without_a_change(tickets: Tickets) -> None:
    for language in ("zh-CN", "en"):
        async with tickets.component.http(role="dispatcher", id="dispatcher-1") as client:
            template = await client.get(
                "/v1/sites/demo/tickets:template", params={"language": language, "format": "xlsx"}
            )
            text = await client.get(
                "/v1/sites/demo/tickets:template", params={"language": language, "format": "csv"}
            )
            answer = await client.post(
                "/v1/sites/demo/tickets:import",
                files={"file": ("tickets.xlsx", template.content)},
                params={"dry_run": True},
            )
        assert counts(answer.json()) == (1, 0, 0, 0, False), answer.text
        assert text.text.removeprefix("\ufeff").isascii() is (language == "en"), text.text


async def test_a_resident_takes_nothing_over(tickets: Tickets) -> None:
    await send_list(tickets, "tickets", LIST, role="resident", status=403)
