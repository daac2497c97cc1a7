"""Lists in full: each ticket as its own view has it, read for all rows at once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts import ClocksV1
from shared.contracts.attachments import WorkPhoto
from shared.contracts.dispatch import Barred, JobState, WorkOrderState
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from tests.component.tickets.arranging import DEMO, Tickets, a_technician, an_order
from tests.component.tickets.attaching import attach
from tests.support.images import PDF
from tests.support.statements import statements_of

RESIDENT: dict[str, Any] = {"as_": "resident", "id": "resident-1"}
STAFF: dict[str, Any] = {"as_": "dispatcher", "id": "dispatcher-1"}
PEOPLE: list[dict[str, Any]] = [
    RESIDENT,
    STAFF,
    {"as_": "resident", "id": "resident-2", "units": ["3-1202"]},
    {"as_": "resident", "id": "resident-3", "units": ["3-1201"]},
    {"as_": "technician", "id": "tech-1"},
    {"as_": "integration", "id": "integration-1"},
    {"as_": "dispatcher", "id": "dispatcher-1", "site": "elsewhere"},
]


@pytest.fixture
async def opened(tickets: Tickets) -> list[Any]:
    """One that a technician comes for, one that none can take, one of which no service has said
    anything, and one of another flat that was merged into the first.
    """
    await tickets.send(
        "PUT",
        "sites/demo",
        {**DEMO, "residents_see_unit": True},
        as_="admin",
        headers={"If-Match": '"1"'},
    )
    comes = await tickets.open(unit="3-1202")
    stuck = await tickets.open(unit="3-1202")
    unheard_of = await tickets.open(as_="integration", spot="lobby-3")
    merged = await tickets.open(id="resident-3", unit="3-1201")
    await tickets.post(f"tickets/{merged['id']}/merge", {"duplicate_of": comes["id"]}, as_="admin")
    files = [
        await attach(tickets, comes["id"], PDF, name="bill.pdf", as_="dispatcher", query=query)
        for query in ("", "?visibility=internal")
    ]
    now = tickets.component.clock.now()
    accepted = an_order(
        comes["id"],
        WorkOrderState.ACCEPTED,
        JobState.ACCEPTED,
        at=now,
        planned_arrival=now + timedelta(hours=1),
    )
    photos = tuple(WorkPhoto(id=UUID(each["id"])) for each in files)
    job = accepted.jobs[0].model_copy(update={"photos": photos})
    waits = an_order(stuck["id"], WorkOrderState.WAITING, JobState.WAITING, at=now)
    barred = (Barred(technician_id="tech-1", codes=("lacks_skill",)),)
    due = ClockV1(
        kind=ClockKind.ARRIVAL,
        state=ClockState.RUNNING,
        started_at=now,
        due_at=now + timedelta(hours=2),
    )
    clocks = ClocksV1(
        id=accepted.id,
        version=1,
        site_id="demo",
        policy_id="default",
        policy_version=1,
        clocks=(due,),
    )
    await tickets.component.hears(
        accepted.model_copy(update={"jobs": (job,)}),
        waits.model_copy(update={"unassignable_at": now, "unassignable": barred}),
        a_technician("tech-1", "Maria Lopez"),
        clocks,
        clocks.model_copy(update={"id": waits.id}),
    )
    return [comes, stuck, unheard_of, merged]


async def in_full(tickets: Tickets, query: str = "", **who: Any) -> list[Any]:
    answer = await tickets.send("GET", f"tickets?in_full=true{query}", **who)
    items: list[Any] = answer["items"]
    return items


async def test_each_is_listed_as_its_own_view_has_it_for_that_reader(
    tickets: Tickets, opened: list[Any]
) -> None:
    for who in PEOPLE:
        listed = await in_full(tickets, **who)
        short = await tickets.send("GET", "tickets", **who)

        assert listed == [await tickets.get(each["id"], **who) for each in listed], who
        assert [each["id"] for each in listed] == [each["id"] for each in short["items"]], who


async def test_residents_learn_who_comes_and_staff_more_than_that(
    tickets: Tickets, opened: list[Any]
) -> None:
    comes, stuck, unheard_of, _ = opened

    theirs = {each["id"]: each for each in await in_full(tickets, **RESIDENT)}
    desk = {each["id"]: each for each in await in_full(tickets, **STAFF)}

    work, whole = [found[comes["id"]]["work"] for found in (theirs, desk)]
    assert (work["technician"], work["technician_id"], len(work["photos"])) == ("Maria", None, 1)
    assert (whole["technician_id"], len(whole["photos"])) == ("tech-1", 2)
    assert theirs[stuck["id"]]["work"]["unassignable_at"] is not None
    assert theirs[stuck["id"]]["work"]["unassignable"] == []
    assert len(desk[stuck["id"]]["work"]["unassignable"]) == 1
    assert [each["kind"] for each in theirs[stuck["id"]]["clocks"]] == ["arrival"]
    assert (desk[unheard_of["id"]]["work"], desk[unheard_of["id"]]["clocks"]) == (None, [])


async def test_a_longer_list_asks_the_database_no_more_often(
    tickets: Tickets, opened: list[Any]
) -> None:
    for _ in range(6):
        await tickets.open(as_="integration", spot="lobby-3")
    await in_full(tickets, **STAFF)  # a new connection has to learn the types of arrays, once

    asked = []
    for limit in (1, 10):
        with statements_of(tickets.component.database) as sent:
            listed = await in_full(tickets, f"&limit={limit}", **STAFF)
        asked.append((len(listed), len(sent)))

    (few, sent_for_few), (many, sent_for_many) = asked
    assert (few, many) == (1, 10)
    assert sent_for_many <= sent_for_few + 1, "technicians, of whom the newest ticket has none"


async def test_pages_in_full_follow_one_another(tickets: Tickets, opened: list[Any]) -> None:
    async with tickets.component.http(role="dispatcher", id="dispatcher-1") as client:
        first = await client.get("/v1/tickets?in_full=true&limit=3")
        rest = await client.get(first.links["next"]["url"])

    listed = [each["id"] for page in (first, rest) for each in page.json()["items"]]
    assert listed == [each["id"] for each in reversed(opened)]
    assert "clocks" in rest.json()["items"][0]


async def test_the_order_of_what_falls_due_is_not_listed_in_full(tickets: Tickets) -> None:
    refused = await tickets.send("GET", "tickets?order=due&in_full=true", status=422, **STAFF)

    assert refused["field"] == "in_full"
