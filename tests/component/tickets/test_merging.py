"""Two reports of one thing: the people of the merged one see, hear and take part in the other, and
learn nothing of those who reported it; and a merge can be undone.
"""

import asyncio
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shared.contracts.dispatch import JobState, WorkOrderState
from shared.db.migrations import upgrade
from tests.component.tickets.arranging import DEMO, Tickets, an_order
from tests.support.component import MakeComponent
from tests.support.engines import Databases

ANNA: dict[str, Any] = {"id": "anna"}
BEN: dict[str, Any] = {"id": "ben"}
DESK: dict[str, Any] = {"as_": "dispatcher"}
PRIVATE = ("PRIVATE", "anna", "1202")
GOOD = {"speed": 5, "quality": 5, "manner": 5, "text": "quick"}


async def of_anna(tickets: Tickets) -> Any:
    opened = await tickets.open(
        **ANNA,
        title="PRIVATE title",
        description="PRIVATE words",
        answers={"which_door": "PRIVATE answer"},
        unit="3-1202",
        address="PRIVATE porter",
    )
    await say(tickets, opened, "PRIVATE number", **ANNA)
    return opened


async def say(tickets: Tickets, ticket: Any, text: str, **who: Any) -> Any:
    return await tickets.post(f"tickets/{ticket['id']}/comments", {"text": text}, status=201, **who)


async def merge(tickets: Tickets, duplicate: Any, target: Any, *, status: int = 200) -> Any:
    return await tickets.post(
        f"tickets/{duplicate['id']}/merge", {"duplicate_of": target["id"]}, status=status, **DESK
    )


async def unmerge(tickets: Tickets, duplicate: Any, *, status: int = 200) -> Any:
    return await tickets.post(f"tickets/{duplicate['id']}/unmerge", status=status, **DESK)


async def lines(tickets: Tickets, ticket: Any, **who: Any) -> Any:
    return (await tickets.send("GET", f"tickets/{ticket['id']}/timeline", **who))["items"]


async def words(tickets: Tickets, ticket: Any, **who: Any) -> list[str | None]:
    return [line["text"] for line in await lines(tickets, ticket, **who) if line["comment_id"]]


async def followers(tickets: Tickets, ticket: Any) -> set[str]:
    return {*(await tickets.get(ticket["id"], **DESK))["followers"]}


@pytest.fixture
async def merged(tickets: Tickets) -> tuple[Any, Any]:
    """Ben's report, merged into Anna's."""
    target, duplicate = await of_anna(tickets), await tickets.open(**BEN, unit="3-1201")
    await merge(tickets, duplicate, target)
    return target, duplicate


async def test_a_merge_cancels_the_duplicate_and_brings_its_people_along(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged

    old, on = [await tickets.get(each["id"], **DESK) for each in (duplicate, target)]

    assert (old["state"], old["duplicate_of"]) == ("cancelled", target["id"])
    assert (old["steps"][-1]["merged_into"], old["legal"]) == (target["reference"], ["unmerge"])
    assert (on["followers"], on["version"]) == (["ben"], 2)
    assert await tickets.said() == ["opened", "opened", "cancelled", "amended"]


async def test_who_reported_the_duplicate_takes_part_in_the_ticket_that_goes_on(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, _ = merged
    path = f"tickets/{target['id']}"

    seen = await tickets.get(target["id"], **BEN)
    await say(tickets, target, "Dry in 1201, too", **BEN)
    urged = await tickets.post(f"{path}/urge", **BEN)
    await tickets.post(f"{path}/resolve", {"note": "pump fixed"}, **DESK)
    reopened = await tickets.post(f"{path}/reopen", {"reason": "still dry"}, **BEN)
    await tickets.post(f"{path}/resolve", {"note": "valve fixed"}, **DESK)
    closed = await tickets.post(f"{path}/confirm", **BEN)
    rated = await tickets.post(f"{path}/rating", GOOD, **BEN)
    await tickets.post(f"{path}/rating", {**GOOD, "speed": 1}, **ANNA)

    assert (seen["reference"], seen["state"]) == (target["reference"], "open")
    assert (urged["counted"], reopened["state"], closed["state"]) == (True, "open", "closed")
    assert [each["by"] for each in rated["ratings"]] == ["ben"]
    assert [
        (each["by"], each["speed"]) for each in (await tickets.get(target["id"], **DESK))["ratings"]
    ] == [("ben", 5), (None, 1)]
    assert await words(tickets, target, **DESK) == ["PRIVATE number", "Dry in 1201, too"]
    said = [line for line in await lines(tickets, target, **DESK) if line["name"] == "rated"]
    assert [line["detail"]["text"] for line in said] == ["quick", "quick"]


async def test_what_is_for_the_reporters_flat_is_refused_to_who_joined(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    path = f"tickets/{merged[0]['id']}"
    visit = {"start": "2098-01-01T10:00:00Z", "end": "2098-01-01T11:00:00Z"}

    await tickets.post(f"{path}/cancel", status=403, **BEN)
    await tickets.post(f"{path}/appointment", visit, status=403, **BEN)
    await tickets.send(
        "PATCH", path, {"title": "mine now"}, headers={"If-Match": '"2"'}, status=403, **BEN
    )
    await tickets.post(f"{path}/unmerge", status=403, **BEN)
    assert (await tickets.get(merged[0]["id"], **BEN))["legal"] == []


async def test_nothing_of_the_other_flat_is_shown_to_who_joined(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, _ = merged
    path = f"tickets/{target['id']}"
    await say(tickets, target, "PRIVATE again", **ANNA)
    await say(tickets, target, "On our way", **DESK)
    await tickets.post(f"{path}/resolve", {"note": "pump fixed"}, **DESK)
    await tickets.post(f"{path}/rating", {**GOOD, "text": "PRIVATE thanks"}, **ANNA)

    shown = [
        await tickets.get(target["id"], **BEN),
        await lines(tickets, target, **BEN),
        await tickets.send("GET", "tickets", **BEN),
        await tickets.post(f"{path}/reopen", {"reason": "dry"}, **BEN),
        await tickets.post(f"{path}/urge", **BEN),
        await tickets.send("PUT", f"{path}/follow", **BEN),
    ]
    await tickets.post(f"{path}/resolve", {"note": "pump fixed"}, **DESK)
    shown += [
        await tickets.post(f"{path}/confirm", **BEN),
        await tickets.post(f"{path}/rating", GOOD, **BEN),
    ]

    for each in shown:
        assert [private for private in PRIVATE if private in json.dumps(each)] == []
    assert await words(tickets, target, **BEN) == [None, None, "On our way"]
    notes = [line["detail"]["note"] for line in shown[1] if line["name"] == "resolved"]
    assert notes == ["pump fixed"]


async def test_the_flat_that_reported_it_is_shown_nothing_of_who_joined(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged
    path = f"tickets/{target['id']}"
    await say(tickets, target, "SECRET here", **BEN)
    await say(tickets, duplicate, "SECRET there", **BEN)
    await tickets.post(f"{path}/resolve", {"note": "pump fixed"}, **DESK)
    await tickets.post(f"{path}/rating", {**GOOD, "text": "SECRET thanks"}, **BEN)
    await tickets.post(f"{path}/reopen", {"reason": "SECRET reason"}, **BEN)
    await unmerge(tickets, duplicate)

    for shown in (
        await tickets.get(target["id"], **ANNA),
        await lines(tickets, target, **ANNA),
        await tickets.send("GET", "tickets", **ANNA),
        await tickets.post(f"{path}/urge", **ANNA),
        await tickets.send(
            "PATCH", path, {"title": "Kitchen"}, headers={"If-Match": '"7"'}, **ANNA
        ),
    ):
        assert [each for each in ("SECRET", "ben", "1201") if each in json.dumps(shown)] == []
    assert await words(tickets, target, **ANNA) == ["PRIVATE number", None, None]


async def test_the_list_of_who_joined_has_the_ticket_that_goes_on_and_is_no_way_to_guess(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged

    async def found(query: str = "") -> list[str]:
        answer = await tickets.send("GET", f"tickets?{query}", **BEN)
        return [ticket["id"] for ticket in answer["items"]]

    assert await found() == [duplicate["id"], target["id"]]
    assert await found("state=open") == [target["id"]]
    assert await found("q=PRIVATE") == []
    assert await found("reporter=anna") == []
    await unmerge(tickets, duplicate)
    assert await found() == [duplicate["id"]]


async def test_what_is_said_on_the_duplicate_is_said_on_the_ticket_that_goes_on(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged

    comment = await say(tickets, duplicate, "still dry", **BEN)
    urged = await tickets.post(f"tickets/{duplicate['id']}/urge", **BEN)
    await say(tickets, duplicate, "We took the two for one", **DESK)

    assert comment["ticket_id"] == urged["id"] == target["id"]
    [_, said, _] = await tickets.component.said("tickets.comment.added.v1")
    assert (said.snapshot.ticket_id, said.snapshot.author_id) == (UUID(target["id"]), "ben")
    line = (await lines(tickets, target, **DESK))[-2]
    assert (line["text"], line["detail"]) == ("still dry", {"said_on": duplicate["reference"]})
    assert await words(tickets, duplicate, **BEN) == ["still dry", "We took the two for one"]
    assert await words(tickets, target, **BEN) == [None, "still dry"]


async def test_an_answer_on_the_duplicate_ends_a_hold_that_waits_for_it(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged
    await tickets.post(f"tickets/{target['id']}/hold", {"reason": "waiting_resident"}, **DESK)

    await say(tickets, duplicate, "At home after six", **BEN)

    assert (await tickets.get(target["id"], **BEN))["state"] == "open"


async def test_reopening_confirming_and_rating_the_duplicate_is_done_to_what_goes_on(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged
    path = f"tickets/{duplicate['id']}"
    await tickets.post(f"tickets/{target['id']}/resolve", {"note": "fixed"}, **DESK)

    reopened = await tickets.post(f"{path}/reopen", {"reason": "dry"}, **BEN)
    await tickets.post(f"tickets/{target['id']}/resolve", {"note": "fixed"}, **DESK)
    confirmed = await tickets.post(f"{path}/confirm", **BEN)
    rated = await tickets.post(f"{path}/rating", GOOD, **BEN)

    assert {each["id"] for each in (reopened, confirmed, rated)} == {target["id"]}
    assert (rated["state"], rated["cycle"], len(rated["ratings"])) == ("closed", 2, 1)
    assert (await tickets.get(duplicate["id"], **BEN))["state"] == "cancelled"


@pytest.mark.parametrize("first", ["a into b", "b into c"])
async def test_a_line_of_merges_ends_at_one_ticket_for_all(tickets: Tickets, first: str) -> None:
    a, b, c = [await tickets.open(id=name) for name in ("anna", "ben", "cleo")]
    steps = [(a, b), (b, c)]
    for duplicate, target in steps if first == "a into b" else reversed(steps):
        await merge(tickets, duplicate, target)

    await say(tickets, a, "still dry", **ANNA)

    assert await followers(tickets, c) == {"anna", "ben"}
    assert await words(tickets, c, **DESK) == ["still dry"]
    for who in (ANNA, BEN):
        assert (await tickets.get(c["id"], **who))["reference"] == c["reference"]
    goes_on = b if first == "a into b" else c
    assert (await tickets.get(a["id"], **ANNA))["duplicate_of"] == goes_on["id"]


async def test_undoing_the_middle_of_a_line_takes_its_people_along_and_no_others(
    tickets: Tickets,
) -> None:
    a, b, c, d = [await tickets.open(id=name) for name in ("anna", "ben", "cleo", "dora")]
    for duplicate, target in ((a, b), (d, c), (b, c)):
        await merge(tickets, duplicate, target)
    assert await followers(tickets, c) == {"anna", "ben", "dora"}

    await unmerge(tickets, b)
    assert (await followers(tickets, c), await followers(tickets, b)) == ({"dora"}, {"anna"})
    await merge(tickets, b, c)
    await unmerge(tickets, a)

    assert (await followers(tickets, c), await followers(tickets, b)) == ({"ben", "dora"}, set())
    await tickets.get(c["id"], status=404, **ANNA)
    await tickets.get(b["id"], status=404, **ANNA)


async def test_an_undone_merge_is_a_ticket_of_its_own_again(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged

    again = await tickets.post(
        f"tickets/{duplicate['id']}/unmerge", {"reason": "another pipe"}, **DESK
    )

    assert (again["state"], again["cycle"], again["duplicate_of"]) == ("open", 2, None)
    assert await followers(tickets, target) == set()
    await tickets.get(target["id"], status=404, **BEN)
    await say(tickets, duplicate, "thank you", **BEN)
    assert await words(tickets, target, **DESK) == ["PRIVATE number"]
    assert await words(tickets, duplicate, **BEN) == ["thank you"]
    assert (await tickets.said())[-2:] == ["unmerged", "amended"]
    assert (await lines(tickets, target, **DESK))[-1]["detail"] == {
        "changed": ["followers"],
        "unmerged": duplicate["reference"],
    }
    await tickets.component.hears(
        an_order(
            duplicate["id"],
            WorkOrderState.ACCEPTED,
            JobState.ACCEPTED,
            cycle=2,
            at=tickets.component.clock.now(),
        )
    )
    assert (await tickets.get(duplicate["id"], **BEN))["state"] == "assigned"


async def test_there_is_nothing_to_undo_where_nothing_is_merged(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged
    cancelled = await tickets.open()
    await tickets.post(f"tickets/{cancelled['id']}/cancel")

    for ticket in (target, cancelled):
        refused = await unmerge(tickets, ticket, status=409)
        assert (refused["code"], refused["state"]) == (
            "illegal_step",
            "open" if ticket is target else "cancelled",
        )
    await unmerge(tickets, duplicate)
    await unmerge(tickets, duplicate, status=409)
    await tickets.post(f"tickets/{duplicate['id']}/unmerge", status=403, **BEN)
    await tickets.post(
        f"tickets/{duplicate['id']}/unmerge", status=404, as_="dispatcher", site="elsewhere"
    )


async def test_who_follows_no_more_is_out_until_they_follow_the_duplicate_again(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged

    await tickets.send("DELETE", f"tickets/{target['id']}/follow", status=204, **BEN)
    await tickets.get(target["id"], status=404, **BEN)
    await tickets.send("DELETE", f"tickets/{target['id']}/follow", status=404, **BEN)
    back = await tickets.send("PUT", f"tickets/{duplicate['id']}/follow", **BEN)

    assert (back["id"], back["followers"]) == (target["id"], ["ben"])
    await tickets.get(target["id"], **BEN)
    await tickets.send("DELETE", f"tickets/{duplicate['id']}/follow", status=204, **BEN)
    assert await followers(tickets, target) == set()


async def test_one_of_the_duplicates_flat_who_follows_it_comes_along(tickets: Tickets) -> None:
    await tickets.send(
        "PUT",
        "sites/demo",
        {**DEMO, "residents_see_unit": True},
        as_="admin",
        headers={"If-Match": '"1"'},
    )
    target, duplicate = await of_anna(tickets), await tickets.open(**BEN, unit="3-1201")
    flatmate: dict[str, Any] = {"id": "bea", "units": ["3-1201"]}
    await merge(tickets, duplicate, target)

    await say(tickets, duplicate, "SECRET dry", **flatmate)
    await tickets.get(target["id"], status=404, **flatmate)
    followed = await tickets.send("PUT", f"tickets/{duplicate['id']}/follow", **flatmate)

    assert followed["id"] == target["id"]
    assert [each for each in PRIVATE if each in json.dumps(followed)] == []
    assert await followers(tickets, target) == {"ben", "bea"}
    assert "SECRET" not in json.dumps(await lines(tickets, target, **ANNA))
    assert await words(tickets, duplicate, **BEN) == ["SECRET dry"]
    await unmerge(tickets, duplicate)
    assert await followers(tickets, target) == set()
    assert await followers(tickets, duplicate) == {"bea"}


async def test_merges_that_would_go_in_a_circle_are_refused(tickets: Tickets) -> None:
    a, b = await tickets.open(), await tickets.open()
    await merge(tickets, a, b)

    refused = await merge(tickets, b, a, status=409)

    assert refused["code"] == "illegal_step"
    assert (await tickets.get(b["id"]))["state"] == "open"


async def test_whatever_is_done_at_once_to_a_line_of_merges_ends_and_agrees(
    tickets: Tickets,
) -> None:
    a, b, c = [await tickets.open(id=name) for name in ("anna", "ben", "cleo")]
    await merge(tickets, a, b)

    async def do(path: str, body: dict[str, Any], role: str, id: str) -> int:
        async with tickets.component.http(role=role, id=id) as client:
            return (await client.post(f"/v1/tickets/{path}", json=body)).status_code

    statuses = await asyncio.gather(
        *(
            call
            for n in range(8)
            for call in (
                do(f"{a['id']}/comments", {"text": f"a{n}"}, "resident", "anna"),
                do(f"{b['id']}/merge", {"duplicate_of": c["id"]}, "dispatcher", "dana"),
                do(f"{b['id']}/comments", {"text": f"b{n}"}, "resident", "ben"),
                do(f"{b['id']}/unmerge", {}, "dispatcher", "dana"),
                do(f"{a['id']}/unmerge", {}, "dispatcher", "dana"),
                do(f"{a['id']}/merge", {"duplicate_of": b["id"]}, "dispatcher", "dana"),
            )
        )
    )

    assert {*statuses} <= {200, 201, 409}
    assert statuses.count(201) == 16
    newest = {
        name: await tickets.get(t["id"], **DESK) for name, t in zip("abc", (a, b, c), strict=True)
    }
    expected: dict[str, set[str]] = {"a": set(), "b": set(), "c": set()}
    if newest["a"]["duplicate_of"]:
        expected["b" if newest["a"]["duplicate_of"] == b["id"] else "c"] |= {"anna"}
    if newest["b"]["duplicate_of"]:
        expected["c"] |= {"ben"} | expected["b"]
    assert {name: {*ticket["followers"]} for name, ticket in newest.items()} == expected


async def test_what_was_said_on_a_duplicate_goes_with_the_ticket_for_which_it_counts(
    tickets: Tickets, merged: tuple[Any, Any]
) -> None:
    target, duplicate = merged
    await say(tickets, duplicate, "still dry", **BEN)

    tickets.component.clock.move(days=3000)
    while await tickets.component.runs_due("retention"):
        pass

    await tickets.get(duplicate["id"], status=404, **BEN)
    assert await words(tickets, target, **DESK) == ["PRIVATE number", "still dry"]


async def test_the_migration_knows_who_came_along_before_it(
    component: MakeComponent, databases: Databases
) -> None:
    url = await databases.fresh("tickets")
    tickets = Tickets(await component("tickets", database_url=url))
    await tickets.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
    a, b, c = [await tickets.open(id=name) for name in ("anna", "ben", "cleo")]
    await tickets.send("PUT", f"tickets/{a['id']}/follow", as_="manager")
    await merge(tickets, a, b)
    await merge(tickets, b, c)
    connection = await asyncpg.connect(url)
    try:
        stored = await connection.fetch("select id, joined from tickets order by id")
        await connection.execute(
            "alter table tickets drop column joined; "
            "update alembic_version set version_num = '0006'"
        )

        await upgrade(url, "tickets")

        filled = await connection.fetch("select id, joined from tickets order by id")
    finally:
        await connection.close()

    def people(rows: list[asyncpg.Record]) -> list[list[tuple[str, set[str]]]]:
        return [
            [(each["ticket_id"], {*each["people"]}) for each in json.loads(row["joined"])]
            for row in rows
        ]

    assert people(filled) == people(stored)
    assert [len(each) for each in people(filled)] == [0, 1, 1]


async def test_each_lists_exactly_what_they_can_read_also_of_what_was_merged(
    tickets: Tickets,
) -> None:
    opened = [await tickets.open(id=name) for name in ("anna", "ben", "cleo", "anna")]
    await tickets.send("PUT", f"tickets/{opened[1]['id']}/follow", as_="manager")
    for duplicate, target in ((0, 1), (1, 2), (3, 2)):
        await merge(tickets, opened[duplicate], opened[target])
    await unmerge(tickets, opened[3])
    await tickets.send("DELETE", f"tickets/{opened[2]['id']}/follow", status=204, **BEN)

    seen = {}
    for name in ("anna", "ben", "cleo", "manager-1"):
        listed = await tickets.send("GET", "tickets", id=name)
        async with tickets.component.http(id=name) as client:
            statuses = [
                (await client.get(f"/v1/tickets/{ticket['id']}")).status_code for ticket in opened
            ]
        read = [n for n, status in enumerate(statuses) if status == 200]
        assert [ticket["id"] for ticket in listed["items"]] == [
            opened[n]["id"] for n in reversed(read)
        ]
        seen[name] = read

    assert seen == {"anna": [0, 1, 2, 3], "ben": [1], "cleo": [2], "manager-1": [2]}
