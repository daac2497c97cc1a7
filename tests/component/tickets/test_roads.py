"""Tickets that the desk sees to: opened, answered, turned, listed and found."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts import WorkOrderV1
from shared.contracts.dispatch import JobState, WorkOrderState
from tests.component.tickets.arranging import DEMO, Tickets, an_order
from tests.component.tickets.test_amending import amend

COMPLAINT = {"code": "complaint", "names": {"zh-CN": "投诉"}, "nature": "complaint", "road": "desk"}
PRAISE = {"code": "praise", "nature": "praise", "road": "desk", "priority": "low"}
WITH_DESK = {**DEMO, "categories": [*DEMO["categories"], COMPLAINT, PRAISE]}


@pytest.fixture
async def desk(tickets: Tickets) -> Tickets:
    await tickets.send(
        "PUT", "sites/demo", WITH_DESK, as_="admin", headers={"If-Match": '"1"'}, site="demo"
    )
    return tickets


async def complain(desk: Tickets, words: str = "保安态度不好", **more: Any) -> Any:
    return await desk.open(category="complaint", description=words, **more)


async def test_a_site_says_the_nature_and_the_road_of_its_categories(desk: Tickets) -> None:
    site = await desk.send("GET", "sites/demo")

    assert [(each["code"], each["nature"], each["road"]) for each in site["categories"]] == [
        *((code, "fault", "dispatch") for code in ("plumbing", "lift", "lock", "other")),
        ("complaint", "complaint", "desk"),
        ("praise", "praise", "desk"),
    ]
    fact = (await desk.component.said("tickets.site.changed.v1"))[-1]
    assert [(each.nature, each.road) for each in fact.snapshot.categories[3:5]] == [
        ("fault", "dispatch"),
        ("complaint", "desk"),
    ]


@pytest.mark.parametrize("wrong", [{"nature": "rant"}, {"road": "desk "}, {"nature": None}])
async def test_no_other_nature_or_road_is_taken(tickets: Tickets, wrong: dict[str, Any]) -> None:
    body = {**DEMO, "categories": [{"code": "x", **wrong}]}

    refused = await tickets.send(
        "PUT", "sites/demo", body, as_="admin", headers={"If-Match": '"1"'}, status=422
    )

    assert refused["errors"][0]["pointer"].startswith("/categories/0/")


async def test_a_complaint_is_opened_answered_and_resolved_without_a_job(desk: Tickets) -> None:
    opened = await complain(desk)
    await desk.component.hears(
        an_order(opened["id"], WorkOrderState.CANCELLED, JobState.CANCELLED, at=_now(desk)),
    )
    await desk.post(
        f"tickets/{opened['id']}/comments", {"text": "已提醒保安"}, status=201, as_="dispatcher"
    )

    resolved = await desk.post(
        f"tickets/{opened['id']}/resolve", {"note": "已道歉"}, as_="dispatcher"
    )

    assert (opened["nature"], opened["road"], opened["state"]) == ("complaint", "desk", "open")
    assert (resolved["state"], resolved["answered_at"] is not None) == ("resolved", True)
    assert await desk.said() == ["opened", "answered", "resolved"]
    [fact] = await desk.component.said("tickets.ticket.opened.v1")
    assert (fact.snapshot.nature, fact.snapshot.road, fact.snapshot.classes[0].road) == (
        "complaint",
        "desk",
        "desk",
    )


async def test_that_no_job_is_made_is_not_shown_as_work_that_was_cancelled(desk: Tickets) -> None:
    complaint, leak = await complain(desk), await desk.open()
    for ticket in (complaint, leak):
        await desk.component.hears(
            WorkOrderV1(
                id=UUID(ticket["id"]),
                version=1,
                site_id="demo",
                observed=1,
                cycle=1,
                state=WorkOrderState.CANCELLED,
            )
        )

    views = [await desk.get(ticket["id"]) for ticket in (complaint, leak)]

    assert [view["work"] and view["work"]["state"] for view in views] == [None, "cancelled"]
    assert [view["state"] for view in views] == ["open", "open"]


def _now(desk: Tickets) -> Any:
    return desk.component.clock.now()


async def test_a_complaint_that_smells_of_gas_is_an_emergency_for_technicians(
    desk: Tickets,
) -> None:
    opened = await complain(desk, "楼道里燃气味很重，没人管")

    assert (opened["priority"], opened["nature"], opened["road"]) == (
        "emergency",
        "complaint",
        "dispatch",
    )


async def test_a_comment_of_danger_sends_a_complaint_to_technicians(desk: Tickets) -> None:
    opened = await complain(desk)

    await desk.post(f"tickets/{opened['id']}/comments", {"text": "现在还有燃气味"}, status=201)

    now = await desk.get(opened["id"])
    assert (now["priority"], now["road"], now["version"]) == ("emergency", "dispatch", 2)
    assert [each["road"] for each in now["classes"]] == ["desk", "dispatch"]
    [fact] = await desk.component.said("tickets.ticket.reclassified.v1")
    assert (fact.detail["danger"], fact.snapshot.road) == ("燃气", "dispatch")


async def test_danger_that_staff_write_beside_a_priority_of_emergency_is_for_technicians(
    desk: Tickets,
) -> None:
    opened = await complain(desk)

    raised = await amend(
        desk,
        opened,
        {"description": "有燃气味", "priority": "emergency", "reason": "they called"},
        as_="dispatcher",
    )

    assert (raised["priority"], raised["road"]) == ("emergency", "dispatch")


async def test_staff_turn_a_ticket_to_the_desk_and_back(desk: Tickets) -> None:
    opened = await desk.open()

    complaint = await amend(desk, opened, {"category": "complaint"}, as_="dispatcher")
    back = await amend(desk, complaint, {"category": "plumbing"}, as_="dispatcher")

    assert [(each["nature"], each["road"], each["skills"]) for each in (complaint, back)] == [
        ("complaint", "desk", []),
        ("fault", "dispatch", [{"code": "plumbing", "level": 1}]),
    ]


async def test_a_technician_who_gives_up_what_the_desk_sees_to_leaves_it_open(
    desk: Tickets,
) -> None:
    opened, now = await desk.open(), _now(desk)
    way = (JobState.WAITING, JobState.OFFERED, JobState.ACCEPTED)
    await desk.component.hears(
        an_order(opened["id"], WorkOrderState.ACCEPTED, *way, version=2, at=now)
    )
    taken = await desk.get(opened["id"])
    turned = await amend(desk, taken, {"category": "complaint"}, as_="dispatcher")

    ended = (*way, JobState.WAITING, JobState.CANCELLED)
    await desk.component.hears(
        an_order(opened["id"], WorkOrderState.CANCELLED, *ended, version=3, at=now, reason="ill")
    )

    assert (taken["state"], turned["state"]) == ("assigned", "assigned")
    assert (await desk.get(opened["id"]))["state"] == "open"
    assert (await desk.said())[-1] == "unassigned"


async def found(desk: Tickets, query: str, **who: Any) -> list[str]:
    answer = await desk.send("GET", f"tickets?{query}", **{"as_": "dispatcher", **who})
    return [each["reference"] for each in answer["items"]]


async def test_tickets_are_listed_by_nature_alone_and_with_other_filters(desk: Tickets) -> None:
    leak = await desk.open(description="厨房水管漏水")
    noise = await complain(desk, "楼上噪音")
    smell = await complain(desk, "楼道里燃气味很重")
    thanks = await desk.open(category="praise", description="谢谢师傅修好水管", as_="dispatcher")
    gone = await complain(desk, "保安不在", id="resident-2")
    await desk.post(f"tickets/{gone['id']}/cancel", {}, id="resident-2")
    leak, noise, smell, thanks, gone = (
        each["reference"] for each in (leak, noise, smell, thanks, gone)
    )

    assert await found(desk, "nature=fault") == [leak]
    assert await found(desk, "nature=complaint") == [gone, smell, noise]
    assert await found(desk, "nature=enquiry") == []
    assert await found(desk, "nature=complaint&state=open&state=on_hold") == [smell, noise]
    assert await found(desk, "nature=complaint&priority=emergency") == [smell]
    assert await found(desk, "nature=complaint&site=demo&limit=1") == [gone]
    assert await found(desk, "nature=complaint&opened_from=2020-01-01T00:00:00Z") == [
        gone,
        smell,
        noise,
    ]
    assert await found(desk, "nature=complaint", as_="admin", site="*") == [gone, smell, noise]
    assert await found(desk, "nature=complaint", as_="resident") == [smell, noise]
    assert await found(desk, "nature=complaint&reporter=resident-2") == [gone]


async def test_words_are_searched_within_a_nature(desk: Tickets) -> None:
    leak = await desk.open(description="厨房水管漏水")
    thanks = await desk.open(category="praise", description="谢谢师傅修好水管", as_="dispatcher")
    turned = await desk.open(description="水管太吵")
    await amend(desk, turned, {"category": "complaint"}, as_="dispatcher")
    leak, thanks, turned = (each["reference"] for each in (leak, thanks, turned))

    assert await found(desk, "q=水管") == [turned, thanks, leak]
    assert await found(desk, "q=水管&nature=fault") == [leak]
    assert await found(desk, "q=水管&nature=praise") == [thanks]
    assert await found(desk, "q=水管&nature=complaint") == [turned]
    assert await found(desk, "q=水管&nature=complaint", as_="admin", site="*") == [turned]


async def test_no_other_nature_is_asked_for(desk: Tickets) -> None:
    refused = await desk.send("GET", "tickets?nature=rant", as_="dispatcher", status=422)

    assert refused["errors"][0]["parameter"] == "nature"
