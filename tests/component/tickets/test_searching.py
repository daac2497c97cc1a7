"""Search: words in any order, as people type them, and nothing that the caller may not see."""

from typing import Any

import asyncpg
import pytest

from services.tickets.store.pending_words import merge_if_many
from shared.db.migrations import upgrade
from tests.component.tickets.arranging import DEMO, Tickets
from tests.support.component import MakeComponent
from tests.support.engines import Databases
from tests.support.statements import statements_of

_WORDS = (
    "select ticket_id, site_id, said, array(select unnest(tokens) order by 1) as tokens "
    "from ticket_words order by ticket_id"
)
_AS_BEFORE = """
    drop table ticket_words; drop index tickets_by_site_and_state, tickets_by_unit,
      tickets_entered_for_others, tickets_by_update;
    alter table sites drop column close_after_working_days;
    alter table tickets drop column objection_ends_at;
    update alembic_version set version_num = '0002'"""
_HALF_DONE = """
    delete from ticket_words where ticket_id in (select ticket_id from ticket_words
      order by ticket_id offset 3);
    alter table sites drop column close_after_working_days;
    alter table tickets drop column objection_ends_at;
    drop index ticket_words_tokens, tickets_by_unit; update alembic_version
      set version_num = '0003'"""


async def found(tickets: Tickets, q: str, more: str = "", **who: Any) -> list[str]:
    async with tickets.component.http(
        **{"role": "dispatcher", "id": "dispatcher-1", **who}
    ) as client:
        answer = await client.get(
            "/v1/tickets",
            params={"q": q, **dict(part.split("=") for part in more.split("&") if part)},
        )
    assert answer.status_code == 200, answer.text
    return [ticket["id"] for ticket in answer.json()["items"]]


async def test_words_are_found_in_any_order_width_and_case(tickets: Tickets) -> None:
    pipe = await tickets.open(description="厨房漏水，ＡＢＣ牌热水器", unit="3-1202")
    lift = await tickets.open(title="The Lift LEAKS oil", description="", address="Gate_2")

    expected = {
        (
            "漏水",
            "水",
            "abc",
            "ａｂｃ牌",
            "3-1202",
            "热水器 厨房",
            "3-1202 漏水",
            "漏水　厨房",
            pipe["reference"],
        ): [pipe],
        ("leak", "oil lift", "LIFT", "gate_2 l oil", "Ｌｉｆｔ"): [lift],
        ("漏水 lift", "梯", "wisteria", "房厨", "水房", "leak_", "gate%"): [],
    }
    for questions, tickets_found in expected.items():
        for question in questions:
            assert await found(tickets, question) == [ticket["id"] for ticket in tickets_found], (
                question
            )


async def test_a_unit_is_found_by_its_key_and_as_people_say_it(tickets: Tickets) -> None:
    at_home = await tickets.open(description="厨房漏水", unit="三号楼1202")
    said = await tickets.open(description="三号楼1202门口的灯坏了", address="楼道")

    both = [said["id"], at_home["id"]]
    for question in ("三号楼1202", "三号楼"):
        for more in ("", "site=demo", "state=open", "site=demo&state=open"):
            assert await found(tickets, question, more) == both, (question, more)
    for question in ("3-1202", "3栋1202室", "３栋 1202", "厨房 3幢1202", "1202室 漏水", "3幢"):
        assert await found(tickets, question) == [at_home["id"]], question
    assert await found(tickets, "4号楼1202") == []


@pytest.mark.parametrize("question", ["", " ", "x", "a b", "　"])
async def test_a_question_without_two_characters_together_is_refused_unless_it_is_chinese(
    tickets: Tickets, question: str
) -> None:
    async with tickets.component.http(role="dispatcher") as client:
        answer = await client.get("/v1/tickets", params={"q": question})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text


async def test_a_ticket_is_found_by_what_it_says_now(tickets: Tickets) -> None:
    opened = await tickets.open(description="The tap drips")
    await tickets.send(
        "PATCH",
        f"tickets/{opened['id']}",
        {"description": "The boiler hums"},
        headers={"If-Match": '"1"'},
    )

    assert await found(tickets, "drips") == []
    assert await found(tickets, "boiler") == [opened["id"]]


async def test_a_search_is_cut_to_what_the_caller_may_see_and_to_the_other_filters(
    tickets: Tickets,
) -> None:
    mine = await tickets.open(description="leak")
    theirs = await tickets.open(description="leak", id="resident-2")
    lift = await tickets.open(description="leak", category="lift", id="resident-2")
    await tickets.post(f"tickets/{theirs['id']}/cancel", id="resident-2")

    assert await found(tickets, "leak", role="resident", id="resident-1") == [mine["id"]]
    assert await found(tickets, "leak", site="elsewhere") == []
    assert await found(tickets, "leak", role="admin", site="*") == [
        lift["id"],
        theirs["id"],
        mine["id"],
    ]
    assert await found(tickets, "leak", "category=lift") == [lift["id"]]
    assert await found(tickets, "leak", "state=cancelled") == [theirs["id"]]
    assert await found(tickets, "leak", "state=open") == [lift["id"], mine["id"]]
    assert await found(tickets, "leak", "reporter=resident-2") == [lift["id"], theirs["id"]]
    assert await found(tickets, "leak", "priority=emergency") == []
    await tickets.send(
        "PATCH",
        f"tickets/{mine['id']}",
        {"category": "lift"},
        as_="dispatcher",
        headers={"If-Match": '"1"'},
    )
    assert await found(tickets, "leak", "category=lift") == [lift["id"], mine["id"]]


async def test_the_migration_stores_what_the_service_would_have_stored(
    component: MakeComponent, databases: Databases
) -> None:
    url = await databases.fresh("tickets")
    tickets = Tickets(await component("tickets", database_url=url))
    await tickets.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
    for description in ("厨房漏水，ＡＢＣ牌热水器 ½", "The Lift LEAKS\noil\tStraße İ", "x", "") * 3:
        await tickets.open(description=description, unit="3-1202", address="Gate_2")
    connection = await asyncpg.connect(url)
    try:
        stored = await connection.fetch(_WORDS)
        await connection.execute(_AS_BEFORE)

        await upgrade(url, "tickets")

        assert len(stored) == 12
        assert await connection.fetch(_WORDS) == stored
    finally:
        await connection.close()


async def test_the_migration_goes_on_where_an_attempt_before_ended(
    component: MakeComponent, databases: Databases
) -> None:
    url = await databases.fresh("tickets")
    tickets = Tickets(await component("tickets", database_url=url))
    await tickets.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
    for number in range(6):
        await tickets.open(description=f"leak {number}")
    connection = await asyncpg.connect(url)
    try:
        stored = await connection.fetch(_WORDS)
        await connection.execute(_HALF_DONE)

        await upgrade(url, "tickets")

        assert await connection.fetch(_WORDS) == stored
        assert await connection.fetchval("select to_regclass('tickets_by_unit') is not null")
    finally:
        await connection.close()


async def test_words_are_stored_by_the_statement_that_stores_the_ticket(tickets: Tickets) -> None:
    await tickets.open(description="the site is known by now, and a block of numbers taken")

    with statements_of(tickets.component.database) as sent:
        await tickets.open(description="leak")

    assert ['"tickets"' in each for each in sent if '"ticket_words"' in each] == [True]


async def test_new_words_are_merged_into_their_index_once_there_are_many(tickets: Tickets) -> None:
    database = tickets.component.database
    opened = await tickets.open(description="leak in the kitchen")

    while_few = await merge_if_many(database)
    merged = await merge_if_many(database, many=10)
    again = await merge_if_many(database, many=10)

    assert (while_few, again) == (0, 0)
    assert merged > 0
    assert await found(tickets, "kitchen") == [opened["id"]]
