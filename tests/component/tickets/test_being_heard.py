"""Technicians have a say, residents ask to cancel what is worked on, and what was done is there to
read.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from shared.contracts.dispatch import JobState, WorkOrderState
from shared.ids import new_id
from tests.component.tickets.arranging import DEMO, Tickets, a_technician, an_order
from tests.component.tickets.test_amending import amend
from tests.component.tickets.test_comments import names

IN_A_LONG_TIME, LATER = "2098-01-01T10:00:00Z", "2098-01-01T11:00:00Z"
_LENGTHEN = text("update tickets set entries = :lines")
ON_THE_WAY = (JobState.WAITING, JobState.ACCEPTED, JobState.TRAVELLING)


async def travelling(tickets: Tickets) -> Any:
    """A ticket whose technician `technician-1` is on the way."""
    opened = await tickets.open()
    await tickets.component.hears(
        an_order(
            opened["id"],
            WorkOrderState.TRAVELLING,
            *ON_THE_WAY,
            at=tickets.component.clock.now(),
            technician="technician-1",
        ),
        a_technician("technician-1"),
    )
    return await tickets.get(opened["id"])


async def test_the_technician_who_has_the_job_comments_and_residents_learn_no_id(
    tickets: Tickets,
) -> None:
    ticket = await travelling(tickets)
    path = f"tickets/{ticket['id']}"

    said = await tickets.post(
        f"{path}/comments", {"text": "nobody opens"}, status=201, as_="technician"
    )
    await tickets.post(
        f"{path}/comments", {"text": "dog", "public": False}, status=201, as_="technician"
    )

    assert (said["by_technician"], said["by_staff"]) == (True, False)
    lines = (await tickets.send("GET", f"{path}/timeline"))["items"]
    assert [(line["text"], line["by_technician"]) for line in lines[-1:]] == [
        ("nobody opens", True)
    ]
    assert lines[-1]["cause"].startswith("job:")
    assert "technician-1" not in str(lines)
    assert (await names(tickets, ticket["id"], as_="dispatcher"))[-1] == ("comment", "dog")
    facts = await tickets.component.said("tickets.comment.added.v1")
    assert [(fact.snapshot.by_technician, fact.snapshot.public) for fact in facts] == [
        (True, True),
        (True, False),
    ]
    assert (await tickets.get(ticket["id"]))["told"] == [said["at"]]


async def test_a_technician_who_had_the_job_in_this_cycle_may_still_comment_and_others_may_not(
    tickets: Tickets,
) -> None:
    ticket = await travelling(tickets)
    path = f"tickets/{ticket['id']}/comments"
    await tickets.component.hears(
        an_order(
            ticket["id"],
            WorkOrderState.WAITING,
            *ON_THE_WAY,
            JobState.WAITING,
            version=3,
            at=tickets.component.clock.now(),
            technician="technician-1",
            reason="ill",
        )
    )

    await tickets.post(path, {"text": "left my ladder"}, status=201, as_="technician")
    await tickets.post(path, {"text": "me too"}, status=404, as_="technician", id="technician-2")
    await tickets.post(path, {"text": "me too"}, status=404, as_="technician", site="elsewhere")
    await tickets.post(
        f"tickets/{ticket['id']}/resolve", {"note": "valve turned"}, as_="dispatcher"
    )
    await tickets.post(f"tickets/{ticket['id']}/reopen", {"reason": "drips"})
    await tickets.post(path, {"text": "once more"}, status=404, as_="technician")
    await tickets.post(f"tickets/{new_id()}/comments", {"text": "x"}, status=404, as_="technician")


async def test_a_resident_whose_technician_is_on_the_way_asks_to_cancel(tickets: Tickets) -> None:
    ticket = await travelling(tickets)
    path = f"tickets/{ticket['id']}"

    asked = await tickets.post(f"{path}/cancel", {"reason": "It fixed itself"}, status=202)
    again = await tickets.post(f"{path}/cancel", status=202)

    assert asked == again == {"requested": True}
    after = await tickets.get(ticket["id"])
    assert (after["state"], after["cancel_requested_at"] is not None) == ("in_progress", True)
    [fact] = await tickets.component.said("tickets.ticket.cancel_requested.v1")
    assert fact.snapshot.cancel_requested_at is not None
    assert fact.snapshot.note.text == "It fixed itself"
    assert "refuse_cancel" in (await tickets.get(ticket["id"], as_="dispatcher"))["legal"]
    cancelled = await tickets.post(f"{path}/cancel", {"reason": "as asked"}, as_="dispatcher")
    assert (cancelled["state"], cancelled["cancel_requested_at"]) == ("cancelled", None)


async def test_staff_refuse_to_cancel_and_residents_do_not(tickets: Tickets) -> None:
    ticket = await travelling(tickets)
    path = f"tickets/{ticket['id']}"

    early = await tickets.post(f"{path}/cancel:refuse", status=409, as_="dispatcher")
    await tickets.post(f"{path}/cancel", status=202)
    await tickets.post(f"{path}/cancel:refuse", status=403)
    refused = await tickets.post(
        f"{path}/cancel:refuse", {"reason": "The wall is open"}, as_="dispatcher"
    )

    assert early["code"] == "illegal_step"
    assert (refused["state"], refused["cancel_requested_at"]) == ("in_progress", None)
    assert (await tickets.said())[-2:] == ["cancel_requested", "cancel_refused"]


async def test_a_wish_to_cancel_is_carried_out_once_the_technician_gave_the_job_back(
    tickets: Tickets,
) -> None:
    ticket = await asked_to_cancel(tickets)

    await gives_back(tickets, ticket, "ill")

    after = await tickets.get(ticket["id"])
    assert (after["state"], after["cancel_requested_at"]) == ("cancelled", None)
    assert after["steps"][-1]["reason"] == "It fixed itself"
    [fact] = await tickets.component.said("tickets.ticket.cancelled.v1")
    assert (fact.snapshot.steps[-1].cause, fact.version) == ("resident-1", after["version"])
    assert await tickets.said() == ["opened", "started", "cancel_requested", "cancelled"]
    lines = (await tickets.send("GET", f"tickets/{ticket['id']}/timeline"))["items"]
    assert [line["name"] for line in lines[-3:]] == ["cancel_requested", "unassigned", "cancelled"]
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))


async def test_who_has_said_something_since_is_not_taken_at_their_wish(tickets: Tickets) -> None:
    ticket = await asked_to_cancel(tickets)
    path = f"tickets/{ticket['id']}"
    tickets.component.clock.move(minutes=1)
    await tickets.post(f"{path}/comments", {"text": "It is back, do come"}, status=201)

    await gives_back(tickets, ticket, "ill")

    after = await tickets.get(ticket["id"])
    assert (after["state"], after["cancel_requested_at"] is not None) == ("open", True)
    assert "cancel" in after["legal"]
    refused = await tickets.post(f"{path}/cancel:refuse", as_="dispatcher")
    assert refused["cancel_requested_at"] is None


async def test_what_the_technician_says_of_danger_is_not_cancelled_away(tickets: Tickets) -> None:
    ticket = await asked_to_cancel(tickets)

    await gives_back(tickets, ticket, "strong smell of gas in the kitchen")

    after = await tickets.get(ticket["id"])
    assert (after["state"], after["priority"]) == ("open", "emergency")
    assert after["cancel_requested_at"] is not None


async def asked_to_cancel(tickets: Tickets) -> Any:
    """A ticket whose technician is on the way, and which its resident asked to cancel."""
    ticket = await travelling(tickets)
    tickets.component.clock.move(minutes=1)
    await tickets.post(f"tickets/{ticket['id']}/cancel", {"reason": "It fixed itself"}, status=202)
    tickets.component.clock.move(minutes=1)
    return ticket


async def gives_back(tickets: Tickets, ticket: Any, reason: str) -> None:
    await tickets.component.hears(
        an_order(
            ticket["id"],
            WorkOrderState.WAITING,
            *ON_THE_WAY,
            JobState.WAITING,
            version=3,
            at=tickets.component.clock.now(),
            technician="technician-1",
            reason=reason,
        )
    )


async def test_what_a_resident_amends_while_the_technician_is_on_the_way_is_dated(
    tickets: Tickets,
) -> None:
    ticket = await travelling(tickets)

    await amend(tickets, ticket, {"unit": "3-1202", "description": "厨房和卫生间都漏"})

    [fact] = await tickets.component.said("tickets.ticket.amended.v1")
    [activity] = fact.snapshot.activities
    assert (activity.deed, activity.by, activity.changed) == (
        "amended",
        "resident-1",
        ("description", "place"),
    )


async def test_what_was_done_is_public_and_whole_on_the_timeline(tickets: Tickets) -> None:
    note = "NOTE-A keep the valve shut until nine. " * 90
    ticket = await travelling(tickets)
    order = an_order(
        ticket["id"],
        WorkOrderState.DONE,
        *ON_THE_WAY,
        JobState.COMPLETED,
        version=3,
        at=tickets.component.clock.now(),
        technician="technician-1",
    )
    done = order.jobs[0].model_copy(update={"note": note})

    await tickets.component.hears(order.model_copy(update={"jobs": (done,)}))

    lines = (await tickets.send("GET", f"tickets/{ticket['id']}/timeline"))["items"]
    assert (lines[-1]["name"], lines[-1]["detail"]["note"]) == ("resolved", note)
    [fact] = await tickets.component.said("tickets.ticket.resolved.v1")
    assert "note" not in fact.detail


def tomorrow(tickets: Tickets) -> dict[str, str]:
    start = tickets.component.clock.now().replace(microsecond=0) + timedelta(days=1)
    return {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}


async def test_a_visit_that_staff_set_is_an_offer_until_the_resident_agrees(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    path = f"tickets/{opened['id']}/appointment"

    offered = await tickets.post(path, tomorrow(tickets), as_="dispatcher")
    await tickets.post(f"{path}:confirm", status=403, as_="dispatcher")
    agreed = await tickets.post(f"{path}:confirm")
    again = await tickets.post(f"{path}:confirm", status=409)

    assert [each["proposed"] for each in agreed["appointments"]] == [True, False]
    assert offered["appointments"][0]["stands_at"] is not None
    assert again["code"] == "nothing_to_confirm"
    assert await tickets.said() == ["opened", "appointed", "appointed"]


async def test_a_resident_cancels_a_visit_and_the_ticket_goes_on(tickets: Tickets) -> None:
    opened = await tickets.open()
    path = f"tickets/{opened['id']}/appointment"
    await tickets.post(path, tomorrow(tickets))

    off = await tickets.send("DELETE", path)
    again = await tickets.send("DELETE", path, status=409)

    assert (off["state"], off["appointments"][-1]["cancelled"]) == ("open", True)
    assert again["code"] == "no_visit_agreed"


async def test_a_site_may_take_its_staffs_word_at_once(tickets: Tickets) -> None:
    site = await tickets.send("GET", "sites/demo", as_="admin")
    headers = {"If-Match": f'"{site["version"]}"'}
    body = {**DEMO, "visits_stand_after_hours": 0}
    changed = await tickets.send("PUT", "sites/demo", body, as_="admin", headers=headers)
    opened = await tickets.open()

    agreed = await tickets.post(
        f"tickets/{opened['id']}/appointment", tomorrow(tickets), as_="dispatcher"
    )

    assert (site["visits_stand_after_hours"], changed["visits_stand_after_hours"]) == (24, 0)
    assert agreed["appointments"][0]["proposed"] is False


async def test_no_resident_leaves_a_ticket_without_room_for_what_others_say(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    path, start = f"tickets/{opened['id']}", tickets.component.clock.now() + timedelta(days=30)
    visit = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
    await tickets.send("PUT", f"{path}/follow", as_="manager")
    async with tickets.component.tx() as tx:
        await tx.execute(_LENGTHEN, lines=499)
    await amend(tickets, opened, {"title": "tap"}, version=2)

    refused = [
        await amend(tickets, opened, {"title": "pipe"}, version=3, status=409),
        await tickets.post(f"{path}/appointment", visit, status=409),
        await tickets.send("PUT", f"{path}/follow", status=409, as_="dispatcher"),
    ]

    assert [(each["code"], each["limit"]) for each in refused] == [("too_many_changes", 500)] * 3
    await tickets.post(f"{path}/comments", {"text": "the tap"}, status=201)
    await tickets.send("DELETE", f"{path}/follow", status=204, as_="manager")
    await tickets.post(f"{path}/appointment", visit, as_="dispatcher")
    await tickets.post(f"{path}/cancel")
