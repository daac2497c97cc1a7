"""Danger is looked for in all that people write about a ticket, at any time."""

from typing import Any

import pytest

from shared.contracts.dispatch import JobState, WorkOrderState
from tests.component.tickets.arranging import DEMO, Tickets, an_order


async def reclassified(tickets: Tickets) -> list[Any]:
    return await tickets.component.said("tickets.ticket.reclassified.v1")


async def lowered(tickets: Tickets, ticket: Any) -> Any:
    """The ticket after a dispatcher has settled on its being normal."""
    now = await tickets.get(ticket["id"], as_="dispatcher")
    return await tickets.send(
        "PATCH",
        f"tickets/{ticket['id']}",
        {"priority": "normal", "reason": "looked at it"},
        as_="dispatcher",
        headers={"If-Match": f'"{now["version"]}"'},
    )


@pytest.mark.parametrize(
    "said",
    [
        {"title": "着火了"},
        {"description": "My mother is stuck in the elevator"},
        {"answers": {"what": "有人被困在电梯里"}},
        {"category": "電梯關人了"},
        {"address": "Gate 2, there is smoke"},
    ],
)
async def test_a_report_is_read_in_all_its_parts(tickets: Tickets, said: dict[str, Any]) -> None:
    opened = await tickets.open(**{"description": "help", **said})

    [danger] = opened["danger"]
    assert (opened["priority"], danger["cause"]) == ("emergency", "resident-1")
    assert danger["at"] == opened["opened_at"]


async def test_the_fields_of_an_import_are_not_a_persons_words(tickets: Tickets) -> None:
    opened = await tickets.open(
        as_="integration", channel="import", answers={"type": "Sewer Issues: Flooding"}
    )

    assert (opened["priority"], opened["danger"]) == ("normal", [])


async def test_a_residents_comment_raises_and_says_so_with_it(tickets: Tickets) -> None:
    opened = await tickets.open(description="socket loose")

    await tickets.post(f"tickets/{opened['id']}/comments", {"text": "着火了！冒烟！"}, status=201)

    now = await tickets.get(opened["id"])
    assert (now["priority"], now["version"]) == ("emergency", 2)
    assert [danger["words"] for danger in now["danger"]] == [["着火", "冒烟"]]
    [fact] = await reclassified(tickets)
    assert fact.detail == {"reason": None, "danger": "着火, 冒烟"}
    assert fact.snapshot.classes[-1].priority == "emergency"
    timeline = await tickets.send("GET", f"tickets/{opened['id']}/timeline")
    assert [line["name"] for line in timeline["items"]] == ["opened", "comment", "reclassified"]


async def test_staff_write_of_danger_without_raising_anything(tickets: Tickets) -> None:
    opened = await tickets.open()

    for public in (True, False):
        await tickets.post(
            f"tickets/{opened['id']}/comments",
            {"text": "Is there a smell of gas? Smoke?", "public": public},
            status=201,
            as_="dispatcher",
        )

    assert (await tickets.get(opened["id"]))["priority"] == "normal"


async def test_the_answer_that_ends_a_hold_raises_in_the_same_version(tickets: Tickets) -> None:
    opened = await tickets.open()
    held = await tickets.post(
        f"tickets/{opened['id']}/hold", {"reason": "waiting_resident"}, as_="dispatcher"
    )

    await tickets.post(f"tickets/{opened['id']}/comments", {"text": "漏电了"}, status=201)

    now = await tickets.get(opened["id"])
    assert (now["state"], now["priority"]) == ("open", "emergency")
    assert now["version"] == held["version"] + 1
    [fact] = await reclassified(tickets)
    assert fact.detail["also"] == ["released"]


async def test_the_reason_of_a_reopening_raises(tickets: Tickets) -> None:
    opened = await tickets.open()
    await tickets.post(f"tickets/{opened['id']}/resolve", {"note": "ok"}, as_="dispatcher")

    reopened = await tickets.post(f"tickets/{opened['id']}/reopen", {"reason": "爆管了，漏电"})

    assert (reopened["priority"], reopened["cycle"]) == ("emergency", 2)
    [fact] = await reclassified(tickets)
    assert fact.detail == {"reason": None, "danger": "爆管, 漏电", "also": ["reopened"]}


async def test_the_note_of_a_hold_and_the_reason_of_another_category_raise(
    tickets: Tickets,
) -> None:
    held, classed = await tickets.open(), await tickets.open(title="other")

    first = await tickets.post(
        f"tickets/{held['id']}/hold",
        {"reason": "waiting_parts", "note": "插座冒烟，等配件"},
        as_="dispatcher",
    )
    second = await tickets.send(
        "PATCH",
        f"tickets/{classed['id']}",
        {"category": "lift", "reason": "电梯困人"},
        as_="dispatcher",
        headers={"If-Match": '"1"'},
    )

    assert (first["state"], first["priority"]) == ("on_hold", "emergency")
    assert (second["category"], second["priority"], second["version"]) == ("lift", "emergency", 2)


async def test_staff_who_set_the_priority_have_read_the_words(tickets: Tickets) -> None:
    opened = await tickets.open()

    changed = await tickets.send(
        "PATCH",
        f"tickets/{opened['id']}",
        {"description": "爆管了", "priority": "urgent", "reason": "no fire, a drip"},
        as_="dispatcher",
        headers={"If-Match": '"1"'},
    )

    assert changed["priority"] == "urgent"
    assert [danger["words"] for danger in changed["danger"]] == [["爆管"]]


async def test_the_same_words_do_not_raise_again_and_new_ones_do(tickets: Tickets) -> None:
    opened = await tickets.open(description="插座冒烟")
    await lowered(tickets, opened)
    path = f"tickets/{opened['id']}/comments"

    await tickets.post(path, {"text": "还在冒烟"}, status=201)
    same = await tickets.get(opened["id"])
    await tickets.post(path, {"text": "现在着火了"}, status=201)
    new = await tickets.get(opened["id"])

    assert (same["priority"], new["priority"]) == ("normal", "emergency")
    assert [danger["words"] for danger in new["danger"]] == [["冒烟"], ["着火"]]


async def test_danger_on_a_ticket_that_is_over_is_noted_for_staff(tickets: Tickets) -> None:
    opened = await tickets.open()
    await tickets.post(f"tickets/{opened['id']}/resolve", {"note": "ok"}, as_="dispatcher")

    rated = await tickets.post(
        f"tickets/{opened['id']}/rating",
        {"speed": 1, "quality": 1, "manner": 3, "text": "到现在还在漏电"},
    )
    cancelled = await tickets.open(title="other")
    ended = await tickets.post(f"tickets/{cancelled['id']}/cancel", {"reason": "着火了，我打119"})

    assert (rated["state"], rated["priority"]) == ("resolved", "emergency")
    assert (ended["state"], ended["priority"]) == ("cancelled", "normal")
    assert [danger["words"][0] for danger in ended["danger"]] == ["着火"]


async def test_a_sites_own_words_count_in_comments(tickets: Tickets) -> None:
    await tickets.send(
        "PUT",
        "sites/demo",
        {**DEMO, "danger_words": ["马蜂窝"]},
        as_="admin",
        headers={"If-Match": '"1"'},
    )
    opened = await tickets.open()
    path = f"tickets/{opened['id']}/comments"

    await tickets.post(path, {"text": "没有马蜂窝"}, status=201)
    calm = await tickets.get(opened["id"])
    await tickets.post(path, {"text": "门口有马蜂窝"}, status=201)

    assert calm["priority"] == "normal"
    assert (await tickets.get(opened["id"]))["priority"] == "emergency"


async def test_why_a_technician_gives_a_job_back_is_read_once_however_often_it_is_heard(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()
    accepted = an_order(opened["id"], WorkOrderState.ACCEPTED, JobState.ACCEPTED, version=2, at=now)
    returned = an_order(
        opened["id"],
        WorkOrderState.WAITING,
        JobState.ACCEPTED,
        JobState.WAITING,
        version=3,
        at=now,
        reason="现场漏气，要燃气公司",
    )

    await tickets.component.hears(accepted, returned, returned)

    ticket = await tickets.get(opened["id"])
    assert (ticket["state"], ticket["priority"]) == ("open", "emergency")
    assert [danger["words"] for danger in ticket["danger"]] == [["漏气"]]
    assert len(await reclassified(tickets)) == 1


async def test_residents_learn_no_id_of_the_technician_who_wrote_of_danger(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    path, now = f"tickets/{opened['id']}", tickets.component.clock.now()
    had = (JobState.ACCEPTED, JobState.WAITING)
    who: dict[str, Any] = {"technician": "technician-1", "at": now}
    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.ACCEPTED, *had[:1], version=2, **who)
    )

    await tickets.post(f"{path}/comments", {"text": "漏气"}, status=201, as_="technician")
    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.WAITING, *had, version=3, reason="着火了", **who)
    )

    ticket = await tickets.get(opened["id"])
    assert [danger["words"][0] for danger in ticket["danger"]] == ["漏气", "着火"]
    assert all(danger["cause"].startswith("job:") for danger in ticket["danger"])
    lines = await tickets.send("GET", f"{path}/timeline")
    assert "technician-1" not in f"{ticket} {lines}"


async def merge(tickets: Tickets, duplicate: Any, target: Any) -> None:
    path = f"tickets/{duplicate['id']}/merge"
    await tickets.post(path, {"duplicate_of": target["id"]}, as_="dispatcher")


async def test_a_duplicates_words_raise_the_ticket_that_goes_on_and_stay_when_it_is_taken_out(
    tickets: Tickets,
) -> None:
    target = await tickets.open(description="no light on the stairs")
    duplicate = await tickets.open(id="ben", description="the light smells burnt, sparks")

    tickets.component.clock.move(minutes=1)
    await merge(tickets, duplicate, target)
    raised = await tickets.get(target["id"], as_="dispatcher")
    await tickets.post(f"tickets/{duplicate['id']}/unmerge", as_="dispatcher")
    after = await tickets.get(target["id"], as_="dispatcher")

    assert (raised["priority"], raised["version"]) == ("emergency", 2)
    [danger] = raised["danger"]
    assert (danger["words"], danger["cause"]) == (["burning smell", "sparks"], "ben")
    [fact] = await reclassified(tickets)
    assert (fact.snapshot.reference, fact.snapshot.followers) == (target["reference"], ("ben",))
    assert fact.snapshot.danger[0].at > fact.snapshot.opened_at  # so that notify tells the desk
    assert (after["priority"], after["danger"]) == ("emergency", raised["danger"])


async def test_what_a_comment_on_the_duplicate_said_raises_too_and_the_same_words_do_not(
    tickets: Tickets,
) -> None:
    target = await tickets.open(description="插座冒烟")
    await lowered(tickets, target)
    duplicate, another = await tickets.open(id="ben"), await tickets.open(id="ben")
    for each, text in ((duplicate, "冒烟"), (another, "冒烟，着火了")):
        await tickets.post(f"tickets/{each['id']}/comments", {"text": text}, status=201, id="ben")

    await merge(tickets, duplicate, target)
    same = await tickets.get(target["id"], as_="dispatcher")
    await merge(tickets, another, target)
    new = await tickets.get(target["id"], as_="dispatcher")

    assert (same["priority"], new["priority"]) == ("normal", "emergency")
    assert [danger["words"] for danger in new["danger"]] == [["冒烟"], ["着火"]]


async def test_what_staff_settled_on_the_duplicate_is_noted_and_raises_nothing(
    tickets: Tickets,
) -> None:
    target = await tickets.open(description="no light")
    duplicate = await tickets.open(id="ben", description="sparks")
    await lowered(tickets, duplicate)

    await merge(tickets, duplicate, target)

    now = await tickets.get(target["id"], as_="dispatcher")
    assert (now["priority"], now["danger"][0]["words"]) == ("normal", ["sparks"])


async def test_who_reported_the_other_ticket_learns_nothing_of_a_duplicates_words(
    tickets: Tickets,
) -> None:
    target = await tickets.open(description="no light")
    await merge(tickets, await tickets.open(id="ben", description="sparks"), target)

    seen = await tickets.get(target["id"])
    timeline = await tickets.send("GET", f"tickets/{target['id']}/timeline")

    assert (seen["priority"], seen["danger"]) == ("emergency", [])
    assert not [line for line in timeline["items"] if "sparks" in str(line)]
