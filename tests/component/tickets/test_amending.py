"""PATCH: text, place, windows; category and priority by staff."""

from typing import Any

import pytest

from tests.component.tickets.arranging import Tickets


async def amend(
    tickets: Tickets,
    ticket: Any,
    body: dict[str, Any],
    *,
    status: int = 200,
    version: int | None = None,
    **who: Any,
) -> Any:
    headers = {"If-Match": f'"{version or ticket["version"]}"'}
    return await tickets.send(
        "PATCH", f"tickets/{ticket['id']}", body, status=status, headers=headers, **who
    )


async def test_a_resident_amends_words_and_place(tickets: Tickets) -> None:
    opened = await tickets.open()

    amended = await amend(tickets, opened, {"title": "Kitchen", "unit": "3-1202"})

    assert (amended["title"], amended["place"]["unit"], amended["version"]) == (
        "Kitchen",
        "1202",
        2,
    )
    [fact] = await tickets.component.said("tickets.ticket.amended.v1")
    assert fact.detail == {"changed": ["place", "title"]}


async def test_if_match_is_demanded_and_has_to_be_the_newest(tickets: Tickets) -> None:
    opened = await tickets.open()

    missing = await tickets.send("PATCH", f"tickets/{opened['id']}", {"title": "x"}, status=428)
    stale = await amend(tickets, opened, {"title": "x"}, version=7, status=412)

    assert (missing["code"], stale["code"]) == ("if_match_required", "stale_version")


async def test_the_same_again_says_nothing(tickets: Tickets) -> None:
    opened = await tickets.open(title="Kitchen")

    same = await amend(tickets, opened, {"title": "Kitchen"})

    assert same["version"] == 1
    assert await tickets.said() == ["opened"]


async def test_staff_reclassify_with_a_reason(tickets: Tickets) -> None:
    opened = await tickets.open()

    unsaid = await amend(tickets, opened, {"priority": "low"}, status=422, as_="dispatcher")
    changed = await amend(
        tickets,
        opened,
        {"priority": "low", "category": "lift", "reason": "can wait"},
        as_="dispatcher",
    )

    assert unsaid["code"] == "reason_demanded"
    assert (changed["priority"], changed["category"], changed["version"]) == ("low", "lift", 2)
    assert [skill["code"] for skill in changed["skills"]] == ["lift"]
    assert [(each["category"], each["priority"]) for each in changed["classes"]] == [
        ("plumbing", "normal"),
        ("lift", "low"),
    ]
    assert await tickets.said() == ["opened", "reclassified"]


async def test_both_at_once_are_one_version_and_one_fact_and_a_line_each(tickets: Tickets) -> None:
    opened = await tickets.open()

    changed = await amend(
        tickets,
        opened,
        {"title": "Kitchen", "priority": "urgent", "reason": "floods"},
        as_="dispatcher",
    )

    facts = [
        fact for fact in await tickets.component.said() if fact.type.startswith("tickets.ticket.")
    ]
    assert changed["version"] == 2
    assert [(fact.type, fact.version) for fact in facts] == [
        ("tickets.ticket.opened.v1", 1),
        ("tickets.ticket.reclassified.v1", 2),
    ]
    assert facts[1].detail == {"reason": "floods", "danger": None, "also": ["amended"]}
    timeline = await tickets.send("GET", f"tickets/{opened['id']}/timeline")
    assert [line["name"] for line in timeline["items"]] == ["opened", "amended", "reclassified"]


async def test_residents_do_not_reclassify(tickets: Tickets) -> None:
    opened = await tickets.open()

    await amend(
        tickets,
        opened,
        {"priority": "emergency", "reason": "I want it", "title": "now"},
        status=403,
    )

    assert await tickets.said() == ["opened"]


async def test_danger_that_is_added_later_raises_the_priority(tickets: Tickets) -> None:
    opened = await tickets.open()

    amended = await amend(tickets, opened, {"description": "爆管了"})
    calmed = await amend(
        tickets, amended, {"priority": "normal", "reason": "only a drip"}, as_="dispatcher"
    )
    repeated = await amend(tickets, calmed, {"description": "爆管了, third floor"})

    assert (amended["priority"], calmed["priority"], repeated["priority"]) == (
        "emergency",
        "normal",
        "normal",
    )


async def test_answers_that_were_missing_take_the_mark_away(tickets: Tickets) -> None:
    opened = await tickets.open(category="lock")

    answered = await amend(tickets, opened, {"answers": {"which_door": "front"}})

    assert (opened["needs_info"], answered["needs_info"]) == (True, False)


@pytest.mark.parametrize(
    "body",
    [
        {"category": "plumming"},
        {"state": "closed"},
        {"preferred_windows": [{"start": "2026-05-01T10:00:00Z", "end": "2026-05-01T09:00:00Z"}]},
    ],
)
async def test_what_cannot_be_is_422(tickets: Tickets, body: dict[str, Any]) -> None:
    opened = await tickets.open()

    await amend(tickets, opened, body, status=422, as_="dispatcher")

    assert await tickets.said() == ["opened"]


async def test_what_has_ended_is_not_changed(tickets: Tickets) -> None:
    opened = await tickets.open()
    cancelled = await tickets.post(f"tickets/{opened['id']}/cancel")

    await amend(tickets, cancelled, {"title": "Kitchen"}, status=409)
    await amend(
        tickets, cancelled, {"priority": "low", "reason": "x"}, status=409, as_="dispatcher"
    )
