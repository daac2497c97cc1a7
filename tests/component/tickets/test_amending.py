"""PATCH: text, place, windows; category and priority by staff."""

from typing import Any

import pytest

from tests.component.tickets.arranging import DEMO, Tickets


async def patch(
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

    amended = await patch(tickets, opened, {"title": "Kitchen", "unit": "3-1202"})

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
    stale = await patch(tickets, opened, {"title": "x"}, version=7, status=412)

    assert (missing["code"], stale["code"]) == ("if_match_required", "stale_version")


async def test_the_same_again_says_nothing(tickets: Tickets) -> None:
    opened = await tickets.open(title="Kitchen")

    same = await patch(tickets, opened, {"title": "Kitchen"})

    assert same["version"] == 1
    assert await tickets.said() == ["opened"]


async def test_staff_reclassify_with_a_reason(tickets: Tickets) -> None:
    opened = await tickets.open()

    unsaid = await patch(tickets, opened, {"priority": "low"}, status=422, as_="dispatcher")
    changed = await patch(
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

    changed = await patch(
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

    await patch(
        tickets,
        opened,
        {"priority": "emergency", "reason": "I want it", "title": "now"},
        status=403,
    )

    assert await tickets.said() == ["opened"]


async def test_danger_that_is_added_later_raises_the_priority(tickets: Tickets) -> None:
    opened = await tickets.open()

    amended = await patch(tickets, opened, {"description": "爆管了"})
    calmed = await patch(
        tickets, amended, {"priority": "normal", "reason": "only a drip"}, as_="dispatcher"
    )
    repeated = await patch(tickets, calmed, {"description": "爆管了, third floor"})

    assert (amended["priority"], calmed["priority"], repeated["priority"]) == (
        "emergency",
        "normal",
        "normal",
    )


async def test_answers_that_were_missing_take_the_mark_away(tickets: Tickets) -> None:
    opened = await tickets.open(category="lock")

    answered = await patch(tickets, opened, {"answers": {"which_door": "front"}})

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

    await patch(tickets, opened, body, status=422, as_="dispatcher")

    assert await tickets.said() == ["opened"]


async def test_what_has_ended_is_not_changed(tickets: Tickets) -> None:
    opened = await tickets.open()
    cancelled = await tickets.post(f"tickets/{opened['id']}/cancel")

    await patch(tickets, cancelled, {"title": "Kitchen"}, status=409)
    await patch(
        tickets, cancelled, {"priority": "low", "reason": "x"}, status=409, as_="dispatcher"
    )


async def test_coordinates_wipe_nothing_of_the_place(tickets: Tickets) -> None:
    opened = await tickets.open(unit="3-1202", address="ring at the porter's")

    amended = await patch(tickets, opened, {"location": {"lat": 31.2, "lon": 121.5}})

    place = amended["place"]
    assert (place["unit"], place["address"]) == ("1202", "ring at the porter's")
    assert (place["lat"], place["lon"]) == (31.2, 121.5)


async def test_null_clears_what_may_be_cleared(tickets: Tickets) -> None:
    opened = await tickets.open(
        title="Kitchen",
        unit="3-1202",
        address="wrong",
        location={"lat": 31.5, "lon": 121.5},
        answers={"since": "Monday"},
        preferred_windows=[{"start": "2026-05-01T09:00:00Z", "end": "2026-05-01T10:00:00Z"}],
    )

    without_words = await patch(
        tickets,
        opened,
        {"title": None, "description": None, "answers": None, "preferred_windows": None},
    )
    nowhere = await patch(
        tickets, without_words, {"unit": None, "spot": None, "address": None, "location": None}
    )
    again = await patch(tickets, nowhere, {"unit": None, "title": None, "answers": {}})

    assert [without_words[name] for name in ("title", "description")] == ["", ""]
    assert (without_words["answers"], without_words["preferred_windows"]) == ({}, [])
    assert without_words["place"] == opened["place"]
    assert not any(nowhere["place"].values())
    assert (opened["version"], nowhere["version"], again["version"]) == (1, 3, 3)


async def test_without_coordinates_of_its_own_a_place_has_those_of_its_building(
    tickets: Tickets,
) -> None:
    opened = await tickets.open(unit="3-1202", location={"lat": 31.5, "lon": 121.5})

    amended = await patch(tickets, opened, {"location": None})

    assert (amended["place"]["unit"], amended["place"]["lat"]) == ("1202", 31.2301)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"category": None}, "/category"),
        ({"priority": None}, "/priority"),
        ({"location": {"lat": 31.2}}, "/location/lon"),
        ({"location": {"lat": None, "lon": None}}, "/location/lat"),
    ],
)
async def test_what_cannot_be_cleared_is_422_and_names_the_field(
    tickets: Tickets, body: dict[str, Any], field: str
) -> None:
    opened = await tickets.open()

    refused = await patch(tickets, opened, body, status=422, as_="dispatcher")

    assert [each["pointer"] for each in refused["errors"]][:1] == [field]
    assert await tickets.said() == ["opened"]


async def test_answers_are_changed_one_by_one(tickets: Tickets) -> None:
    opened = await tickets.open(category="lock", answers={"which_door": "front"})

    added = await patch(tickets, opened, {"answers": {"since": "Monday"}})
    taken = await patch(tickets, added, {"answers": {"which_door": None}})

    assert added["answers"] == {"which_door": "front", "since": "Monday"}
    assert (taken["answers"], taken["needs_info"]) == ({"since": "Monday"}, True)


async def test_staff_choose_among_the_units_that_may_have_been_meant(tickets: Tickets) -> None:
    entrances = {"code": "8", "units": ["1-1202", "2-1202"]}
    site = {**DEMO, "buildings": [*DEMO["buildings"], entrances]}
    await tickets.send("PUT", "sites/demo", site, as_="admin", headers={"If-Match": '"1"'})

    opened = await tickets.open(unit="8栋1202")
    for_staff = await tickets.get(opened["id"], as_="dispatcher")
    chosen = await patch(tickets, opened, {"unit": "8-2-1202"}, as_="dispatcher")

    assert (opened["place"]["address"], opened["place"]["unit"]) == ("8栋1202", None)
    assert opened["place"]["candidates"] == []
    assert for_staff["place"]["candidates"] == ["8-1-1202", "8-2-1202"]
    assert {name: value for name, value in chosen["place"].items() if value} == {
        "building": "8",
        "entrance": "2",
        "unit": "1202",
    }
    [fact] = await tickets.component.said("tickets.ticket.amended.v1")
    assert (fact.snapshot.place.entrance, fact.detail) == ("2", {"changed": ["place"]})


async def test_the_reason_of_an_amendment_stays_on_the_timeline(tickets: Tickets) -> None:
    opened = await tickets.open()

    await patch(tickets, opened, {"title": "Kitchen", "reason": "misspelt"})

    timeline = await tickets.send("GET", f"tickets/{opened['id']}/timeline")
    assert timeline["items"][-1]["detail"] == {"changed": ["title"], "reason": "misspelt"}
