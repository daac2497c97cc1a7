"""PATCH by RFC 7396: what is named changes, null clears it, the rest stays."""

from typing import Any

import pytest

from tests.component.tickets.arranging import DEMO, Tickets


async def amend(
    tickets: Tickets, ticket: Any, body: dict[str, Any], *, status: int = 200, **who: Any
) -> Any:
    headers = {"If-Match": f'"{ticket["version"]}"'}
    return await tickets.send(
        "PATCH", f"tickets/{ticket['id']}", body, status=status, headers=headers, **who
    )


async def test_coordinates_wipe_nothing_of_the_place(tickets: Tickets) -> None:
    opened = await tickets.open(unit="3-1202", address="ring at the porter's")

    amended = await amend(tickets, opened, {"location": {"lat": 31.2, "lon": 121.5}})

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

    without_words = await amend(
        tickets,
        opened,
        {"title": None, "description": None, "answers": None, "preferred_windows": None},
    )
    nowhere = await amend(
        tickets, without_words, {"unit": None, "spot": None, "address": None, "location": None}
    )
    again = await amend(tickets, nowhere, {"unit": None, "title": None, "answers": {}})

    assert [without_words[name] for name in ("title", "description")] == ["", ""]
    assert (without_words["answers"], without_words["preferred_windows"]) == ({}, [])
    assert without_words["place"] == opened["place"]
    assert not any(nowhere["place"].values())
    assert (opened["version"], nowhere["version"], again["version"]) == (1, 3, 3)


async def test_without_coordinates_of_its_own_a_place_has_those_of_its_building(
    tickets: Tickets,
) -> None:
    opened = await tickets.open(unit="3-1202", location={"lat": 31.5, "lon": 121.5})

    amended = await amend(tickets, opened, {"location": None})

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

    refused = await amend(tickets, opened, body, status=422, as_="dispatcher")

    assert [each["pointer"] for each in refused["errors"]][:1] == [field]
    assert await tickets.said() == ["opened"]


async def test_answers_are_changed_one_by_one(tickets: Tickets) -> None:
    opened = await tickets.open(category="lock", answers={"which_door": "front"})

    added = await amend(tickets, opened, {"answers": {"since": "Monday"}})
    taken = await amend(tickets, added, {"answers": {"which_door": None}})

    assert added["answers"] == {"which_door": "front", "since": "Monday"}
    assert (taken["answers"], taken["needs_info"]) == ({"since": "Monday"}, True)


async def test_staff_choose_among_the_units_that_may_have_been_meant(tickets: Tickets) -> None:
    entrances = {"code": "8", "units": ["1-1202", "2-1202"]}
    site = {**DEMO, "buildings": [*DEMO["buildings"], entrances]}
    await tickets.send("PUT", "sites/demo", site, as_="admin", headers={"If-Match": '"1"'})

    opened = await tickets.open(unit="8栋1202")
    for_staff = await tickets.get(opened["id"], as_="dispatcher")
    chosen = await amend(tickets, opened, {"unit": "8-2-1202"}, as_="dispatcher")

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

    await amend(tickets, opened, {"title": "Kitchen", "reason": "misspelt"})

    timeline = await tickets.send("GET", f"tickets/{opened['id']}/timeline")
    assert timeline["items"][-1]["detail"] == {"changed": ["title"], "reason": "misspelt"}
