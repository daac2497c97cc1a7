"""Comments: public ones are told, internal ones are for staff."""

from datetime import timedelta
from typing import Any

import pytest

from tests.component.tickets.arranging import Tickets
from tests.component.tickets.test_amending import amend


async def names(tickets: Tickets, ticket_id: str, **who: Any) -> list[tuple[str, str | None]]:
    timeline = await tickets.send("GET", f"tickets/{ticket_id}/timeline", **who)
    return [(line["name"], line["text"]) for line in timeline["items"]]


async def test_the_first_public_word_of_staff_answers_the_ticket(tickets: Tickets) -> None:
    opened = await tickets.open()

    await tickets.post(
        f"tickets/{opened['id']}/comments", {"text": "On our way"}, status=201, as_="dispatcher"
    )
    await tickets.post(
        f"tickets/{opened['id']}/comments", {"text": "Five minutes"}, status=201, as_="dispatcher"
    )

    after = await tickets.get(opened["id"])
    assert (len(after["told"]), after["answered_at"], after["version"]) == (2, after["told"][0], 3)
    assert await tickets.said() == ["opened", "answered", "amended"]
    comments = await tickets.component.said("tickets.comment.added.v1")
    assert [
        (fact.snapshot.text, fact.snapshot.public, fact.snapshot.by_staff) for fact in comments
    ] == [
        ("On our way", True, True),
        ("Five minutes", True, True),
    ]


async def test_an_internal_comment_is_not_shown_to_residents_nor_counted_as_told(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()

    await tickets.post(
        f"tickets/{opened['id']}/comments",
        {"text": "Bring a ladder", "public": False},
        status=201,
        as_="dispatcher",
    )

    assert (await tickets.get(opened["id"]))["told"] == []
    assert await names(tickets, opened["id"]) == [("opened", None)]
    assert await names(tickets, opened["id"], as_="dispatcher") == [
        ("opened", None),
        ("comment", "Bring a ladder"),
    ]
    [fact] = await tickets.component.said("tickets.comment.added.v1")
    assert fact.snapshot.public is False


async def test_residents_write_no_internal_comments_and_their_own_answer_nothing(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()

    await tickets.post(
        f"tickets/{opened['id']}/comments", {"text": "psst", "public": False}, status=403
    )
    await tickets.post(f"tickets/{opened['id']}/comments", {"text": "When?"}, status=201)

    after = await tickets.get(opened["id"])
    assert (after["answered_at"], after["told"], after["version"]) == (None, [], 1)


async def test_the_residents_answer_ends_a_hold_that_waits_for_it(tickets: Tickets) -> None:
    opened = await tickets.open()
    await tickets.post(
        f"tickets/{opened['id']}/hold", {"reason": "waiting_resident"}, as_="dispatcher"
    )

    await tickets.post(
        f"tickets/{opened['id']}/comments", {"text": "At home after six"}, status=201
    )

    assert (await tickets.get(opened["id"]))["state"] == "open"
    assert await tickets.said() == ["opened", "held", "released"]
    assert [name for name, _ in await names(tickets, opened["id"])] == [
        "opened",
        "held",
        "comment",
        "released",
    ]


@pytest.mark.parametrize("visits", [True, False])
async def test_an_answer_in_the_ticket_itself_or_a_visit_ends_it_too(
    tickets: Tickets, visits: bool
) -> None:
    opened = await tickets.open()
    path = f"tickets/{opened['id']}"
    held = await tickets.post(f"{path}/hold", {"reason": "waiting_resident"}, as_="dispatcher")

    if visits:
        soon = tickets.component.clock.now() + timedelta(hours=1)
        visit = {"start": soon.isoformat(), "end": (soon + timedelta(hours=1)).isoformat()}
        answered = await tickets.post(f"{path}/appointment", visit)
    else:
        answered = await amend(tickets, held, {"answers": {"since": "yesterday"}})

    assert (answered["state"], answered["version"]) == ("open", held["version"] + 1)
    what = "appointed" if visits else "amended"
    assert [name for name, _ in await names(tickets, opened["id"])] == [
        *("opened", "held", what, "released")
    ]
    newest = (await tickets.component.said("tickets.ticket.released.v1"))[-1]
    assert newest.detail["also"] == [what]


async def test_an_answer_does_not_end_a_hold_that_waits_for_parts(tickets: Tickets) -> None:
    opened = await tickets.open()
    await tickets.post(
        f"tickets/{opened['id']}/hold", {"reason": "waiting_parts"}, as_="dispatcher"
    )

    await tickets.post(f"tickets/{opened['id']}/comments", {"text": "Any news?"}, status=201)

    assert (await tickets.get(opened["id"]))["state"] == "on_hold"


async def test_following_is_said_once_and_can_be_ended(tickets: Tickets) -> None:
    opened = await tickets.open()
    path = f"tickets/{opened['id']}/follow"

    await tickets.send("PUT", path, as_="manager")
    await tickets.send("PUT", path, as_="manager")
    followed = await tickets.get(opened["id"])
    await tickets.send("DELETE", path, as_="manager", status=204)

    assert followed["followers"] == ["manager-1"]
    assert await tickets.said() == ["opened", "amended", "amended"]
    assert (await tickets.get(opened["id"]))["followers"] == []
