"""Nobody is staff to themselves: who reports for themselves neither answers, confirms nor rates it
as staff.
"""

import pytest

from tests.component.tickets.arranging import Tickets

MARKS = {"speed": 5, "quality": 5, "manner": 5}


async def test_staff_who_answer_themselves_meet_no_promise(tickets: Tickets) -> None:
    own = await tickets.open(as_="dispatcher")

    said = await tickets.post(
        f"tickets/{own['id']}/comments", {"text": "在看了"}, status=201, as_="dispatcher"
    )

    after = await tickets.get(own["id"], as_="dispatcher")
    assert said["by_staff"] is False
    assert (after["answered_at"], after["told"]) == (None, [])


async def test_the_word_of_another_of_staff_answers_what_staff_reported(tickets: Tickets) -> None:
    own = await tickets.open(as_="dispatcher")

    said = await tickets.post(
        f"tickets/{own['id']}/comments", {"text": "在看了"}, status=201, as_="manager"
    )

    assert said["by_staff"] is True
    assert (await tickets.get(own["id"], as_="dispatcher"))["answered_at"] is not None


async def test_what_staff_entered_for_a_resident_is_answered_by_others_of_them(
    tickets: Tickets,
) -> None:
    theirs = await tickets.open(as_="dispatcher", reporter_id="resident-1")
    path = f"tickets/{theirs['id']}/comments"

    await tickets.post(path, {"text": "在看了"}, status=201, as_="dispatcher")
    told = await tickets.get(theirs["id"])
    await tickets.post(path, {"text": "师傅马上到"}, status=201, as_="manager")

    assert (len(told["told"]), told["answered_at"]) == (1, None)
    assert (await tickets.get(theirs["id"]))["answered_at"] is not None
    assert await tickets.said() == ["opened", "amended", "answered"]


@pytest.mark.parametrize(("verb", "body"), [("rating", MARKS), ("confirm", {})])
async def test_who_settled_it_neither_confirms_nor_rates_it(
    tickets: Tickets, verb: str, body: dict[str, int]
) -> None:
    own = await tickets.open(as_="dispatcher")
    resolved = await tickets.post(
        f"tickets/{own['id']}/resolve", {"note": "好了"}, as_="dispatcher"
    )
    assert "confirm" not in resolved["legal"]

    refused = await tickets.post(f"tickets/{own['id']}/{verb}", body, status=403, as_="dispatcher")

    assert refused["code"] == "settled_by_yourself"
    assert (await tickets.get(own["id"], as_="dispatcher"))["version"] == resolved["version"]


async def test_staff_do_not_rate_what_they_entered_for_a_resident(tickets: Tickets) -> None:
    theirs = await tickets.open(as_="dispatcher", reporter_id="resident-1")
    await tickets.post(f"tickets/{theirs['id']}/resolve", {"note": "好了"}, as_="dispatcher")

    for who in ("dispatcher", "manager"):
        refused = await tickets.post(f"tickets/{theirs['id']}/rating", MARKS, status=403, as_=who)
        assert refused["code"] == "not_the_reporter"
    await tickets.post(f"tickets/{theirs['id']}/rating", MARKS)
