"""Opening: from a report to a ticket and its fact."""

import asyncio
from typing import Any

import pytest

from services.tickets.domain.references import BLOCK, is_misread
from shared.contracts.tickets import Channel
from tests.component.tickets.arranging import DEMO, Tickets
from tests.support.component import MakeComponent


async def test_a_report_becomes_an_open_ticket_with_a_reference_and_a_fact(
    tickets: Tickets,
) -> None:
    opened = await tickets.open(unit="3-1202", title="水管", location={"lat": 31.23, "lon": 121.47})

    assert (opened["state"], opened["version"], opened["priority"]) == ("open", 1, "normal")
    assert opened["reference"].startswith("DEMO-1001-")
    assert not is_misread(opened["reference"])
    assert opened["place"] == {
        "building": "3",
        "entrance": None,
        "unit": "1202",
        "spot": None,
        "address": None,
        "lat": 31.23,
        "lon": 121.47,
        "unit_said": None,
        "spot_said": None,
        "candidates": [],
    }
    assert opened["skills"] == [{"code": "plumbing", "level": 1}]
    facts = await tickets.component.said("tickets.ticket.opened.v1")
    assert [(str(fact.snapshot.id), fact.version, fact.actor) for fact in facts] == [
        (opened["id"], 1, "resident-1")
    ]
    assert (await tickets.get(opened["id"]))["reference"] == opened["reference"]


async def test_the_answer_says_where_the_ticket_is_and_its_version(tickets: Tickets) -> None:
    async with tickets.component.http() as client:
        answer = await client.post("/v1/tickets", json={"site_id": "demo", "category": "plumbing"})

    assert answer.headers["location"] == f"/v1/tickets/{answer.json()['id']}"
    assert answer.headers["etag"] == '"1"'


async def test_a_lift_with_somebody_in_it_is_an_emergency(tickets: Tickets) -> None:
    opened = await tickets.open(category="lift", description="三号楼电梯困人")

    assert opened["priority"] == "emergency"
    [fact] = await tickets.component.said("tickets.ticket.opened.v1")
    assert fact.detail == {"danger": "困人"}
    assert fact.snapshot.classes[0].priority == "emergency"


async def test_the_same_key_opens_one_ticket(tickets: Tickets) -> None:
    key = {"Idempotency-Key": "0b1c"}
    body = {"site_id": "demo", "category": "plumbing"}

    first = await tickets.send("POST", "tickets", body, status=201, headers=key)
    second = await tickets.send("POST", "tickets", body, status=201, headers=key)

    assert first == second
    assert await tickets.said() == ["opened"]
    await tickets.send("POST", "tickets", {**body, "title": "other"}, status=422, headers=key)


async def test_many_at_once_get_references_of_their_own(tickets: Tickets) -> None:
    opened = await asyncio.gather(*(tickets.open(title=f"number {n}") for n in range(120)))

    assert len({ticket["reference"] for ticket in opened}) == 120


async def test_numbers_are_taken_ahead_so_that_nobody_waits_and_few_are_lost(
    tickets: Tickets,
) -> None:
    await tickets.open()

    opened = await asyncio.gather(*(tickets.open(title=f"number {n}") for n in range(150)))

    numbers = sorted(int(ticket["reference"].split("-")[1]) for ticket in opened)
    assert len(set(numbers)) == 150
    assert numbers[-1] < numbers[0] + 150 + 2 * BLOCK


async def test_two_instances_never_give_out_the_same_number(
    component: MakeComponent, tickets: Tickets
) -> None:
    url = tickets.component.service.settings.database_url
    other = Tickets(await component("tickets", database_url=url))

    opened = await asyncio.gather(
        *((tickets, other)[n % 2].open(title=f"number {n}") for n in range(60))
    )

    assert len({ticket["reference"] for ticket in opened}) == 60


async def test_a_number_of_an_opening_that_failed_is_not_given_out_twice(tickets: Tickets) -> None:
    backwards = [{"start": "2026-05-01T10:00:00Z", "end": "2026-05-01T09:00:00Z"}]

    await tickets.post(
        "tickets",
        {"site_id": "demo", "category": "plumbing", "preferred_windows": backwards},
        status=422,
    )
    opened = [await tickets.open() for _ in range(3)]

    assert len({ticket["reference"] for ticket in opened}) == 3


async def test_a_code_that_another_site_takes_over_goes_on_where_its_numbers_ended(
    tickets: Tickets,
) -> None:
    before = await tickets.open()

    await tickets.send(
        "PUT", "sites/demo", {**DEMO, "code": "PARK"}, as_="admin", headers={"If-Match": '"1"'}
    )
    await tickets.send("PUT", "sites/other", DEMO, as_="admin", site="other", status=201)
    taken_over = await tickets.post(
        "tickets", {"site_id": "other", "category": "plumbing"}, status=201, site="other"
    )
    renamed = await tickets.open()

    assert before["reference"].startswith("DEMO-1001-")
    assert taken_over["reference"].startswith("DEMO-1002-")
    assert renamed["reference"].startswith("PARK-1001-")


NO_REPORTS: list[dict[str, Any]] = [
    {"site_id": "nowhere", "category": "plumbing"},
    {"category": "plumbing"},
    {"site_id": "demo"},
    {"site_id": "demo", "category": "plumbing", "colour": "red"},
    {"site_id": "demo", "category": "plumbing", "description": "x" * 4001},
    {"site_id": "demo", "category": "plumbing", "location": {"lat": 91, "lon": 0}},
    {"site_id": "demo", "category": "plumbing", "location": {"lat": "31", "lon": 121}},
    {"site_id": "demo", "category": "plumbing", "location": {"lat": 31}},
    {
        "site_id": "demo",
        "category": "plumbing",
        "preferred_windows": [{"start": "2026-05-01T10:00:00", "end": "2026-05-01T11:00:00Z"}],
    },
    {"site_id": "demo", "category": "plumbing", "channel": "telepathy"},
    {"site_id": "demo", "category": "plumbing", "title": "nul \u0000"},
    {"site_id": "demo", "category": 7},
    {"site_id": "demo", "category": "plumbing", "answers": {"a": 1}},
]


async def test_what_cannot_be_is_refused_and_nothing_is_said(tickets: Tickets) -> None:
    for body in NO_REPORTS:
        await tickets.post("tickets", body, status=422)

    assert await tickets.said() == []


async def test_without_a_token_nothing_is_opened(tickets: Tickets) -> None:
    async with tickets.component.http(role=None) as client:
        answer = await client.post("/v1/tickets", json={"site_id": "demo", "category": "plumbing"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_site_of_others_is_as_unknown_as_one_that_does_not_exist(tickets: Tickets) -> None:
    body = {"site_id": "demo", "category": "plumbing"}

    foreign = await tickets.post("tickets", body, status=422, site="elsewhere")
    missing = await tickets.post(
        "tickets", {**body, "site_id": "nowhere"}, status=422, site="nowhere"
    )

    assert foreign["code"] == missing["code"] == "unknown_site"


async def test_technicians_open_nothing(tickets: Tickets) -> None:
    await tickets.post(
        "tickets", {"site_id": "demo", "category": "plumbing"}, status=403, as_="technician"
    )


async def test_staff_open_for_a_resident_and_residents_for_themselves_alone(
    tickets: Tickets,
) -> None:
    by_staff = await tickets.open(
        as_="dispatcher", reporter_id="resident-9", channel="phone", priority="urgent"
    )

    assert (by_staff["reporter_id"], by_staff["entered_by"], by_staff["priority"]) == (
        "resident-9",
        "dispatcher-1",
        "urgent",
    )
    await tickets.get(by_staff["id"], id="resident-9")
    await tickets.post(
        "tickets",
        {"site_id": "demo", "category": "plumbing", "reporter_id": "resident-9"},
        status=403,
    )
    await tickets.post(
        "tickets", {"site_id": "demo", "category": "plumbing", "priority": "urgent"}, status=403
    )


async def test_a_resident_does_not_say_by_which_channel_they_come(tickets: Tickets) -> None:
    report = {"site_id": "demo", "category": "plumbing"}
    for channel in set(Channel) - {Channel.APP}:
        await tickets.post("tickets", {**report, "channel": channel}, status=403)

    opened = await tickets.open(channel="app")

    assert opened["channel"] == "app"


async def test_an_import_comes_with_an_address_alone(tickets: Tickets) -> None:
    opened = await tickets.open(
        as_="integration",
        channel="import",
        address="1760 Bush St",
        reporter_id="caller-7",
        title="Glazier",
        description="window",
        priority="low",
    )

    assert (opened["channel"], opened["place"]["address"], opened["priority"]) == (
        "import",
        "1760 Bush St",
        "low",
    )
    await tickets.get(opened["id"], as_="integration")
    await tickets.get(opened["id"], as_="integration", id="another-robot", status=404)


async def test_possible_duplicates_are_whole_for_staff_and_of_public_places_for_residents(
    tickets: Tickets,
) -> None:
    at_spot = await tickets.open(spot="lobby-3", title="lamp")
    in_unit = await tickets.open(unit="3-1202")

    for_staff = await tickets.open(as_="dispatcher", spot="lobby-3")
    for_neighbour = await tickets.open(id="resident-2", spot="lobby-3")
    in_the_same_unit = await tickets.open(id="resident-2", unit="3-1202")
    seen_by_staff = await tickets.open(as_="dispatcher", unit="3-1202")

    assert [other["id"] for other in for_staff["possible_duplicates"]] == [at_spot["id"]]
    assert for_staff["possible_duplicates"][0]["title"] == "lamp"
    assert [other["reference"] for other in for_neighbour["possible_duplicates"]] == [
        for_staff["reference"],
        at_spot["reference"],
    ]
    assert {other["id"] for other in for_neighbour["possible_duplicates"]} == {None}
    assert in_the_same_unit["possible_duplicates"] == []
    assert [other["id"] for other in seen_by_staff["possible_duplicates"]] == [
        in_the_same_unit["id"],
        in_unit["id"],
    ]


async def test_outdoors_duplicates_are_within_thirty_metres_and_72_hours(tickets: Tickets) -> None:
    first = await tickets.open(location={"lat": 31.23, "lon": 121.47})

    near = await tickets.open(location={"lat": 31.2302, "lon": 121.47})
    far = await tickets.open(location={"lat": 31.2402, "lon": 121.47})
    tickets.component.clock.move(hours=72, seconds=1)
    later = await tickets.open(location={"lat": 31.23, "lon": 121.47})

    assert [other["reference"] for other in near["possible_duplicates"]] == [first["reference"]]
    assert far["possible_duplicates"] == later["possible_duplicates"] == []


async def test_a_removed_category_is_still_understood_as_other(tickets: Tickets) -> None:
    without_lift = {
        **DEMO,
        "categories": [category for category in DEMO["categories"] if category["code"] != "lift"],
    }
    await tickets.open(category="lift")

    await tickets.send("PUT", "sites/demo", without_lift, as_="admin", headers={"If-Match": '"1"'})
    opened = await tickets.open(category="lift")

    assert (opened["category"], opened["needs_info"]) == ("other", True)
    assert opened["category_asked"] == "lift"


async def test_an_unknown_category_is_said_in_the_answer_on_the_timeline_and_in_the_fact(
    tickets: Tickets,
) -> None:
    known = await tickets.open()

    opened = await tickets.open(category="水电 & gas!", description="燃气味")

    assert known["category_asked"] is None
    assert (opened["category"], opened["category_asked"], opened["priority"]) == (
        "other",
        "水电 & gas!",
        "emergency",
    )
    [_, fact] = await tickets.component.said("tickets.ticket.opened.v1")
    timeline = await tickets.send("GET", f"tickets/{opened['id']}/timeline")
    assert (
        fact.detail
        == timeline["items"][0]["detail"]
        == {"danger": "燃气", "category_asked": "水电 & gas!"}
    )


async def test_the_words_of_an_unknown_category_are_read_by_all(tickets: Tickets) -> None:
    untitled = await tickets.open(category="空调不制冷")
    titled = await tickets.open(category="空调不制冷", title="Bedroom")

    by_staff = [await tickets.get(each["id"], as_="dispatcher") for each in (untitled, titled)]

    assert [each["title"] for each in by_staff] == ["空调不制冷", "Bedroom"]
    assert [each["answers"] for each in by_staff] == [{}, {"category_asked": "空调不制冷"}]
    found = await tickets.send("GET", "tickets?q=空调&site=demo", as_="dispatcher")
    assert [each["id"] for each in found["items"]] == [untitled["id"]]


@pytest.mark.parametrize(
    "where",
    [
        {"unit": "3-1202"},
        {"spot": "lobby-3"},
        {"address": "by the gate"},
        {"location": {"lat": 31.2, "lon": 121.5}},
        {},
    ],
)
async def test_who_taps_twice_is_shown_their_own_report_first(
    tickets: Tickets, where: dict[str, Any]
) -> None:
    first = await tickets.open(description="马桶堵了", **where)
    await tickets.open(id="resident-2", description="马桶堵了", **where)

    second = await tickets.open(description=" 马桶堵了 ", **where)
    tickets.component.clock.move(minutes=9)
    third = await tickets.open(description="马桶堵了", **where)

    shown = second["possible_duplicates"][0]
    assert (shown["id"], shown["state"], shown["reference"]) == (
        first["id"],
        "open",
        first["reference"],
    )
    assert [each["id"] for each in third["possible_duplicates"][:2]] == [second["id"], first["id"]]


async def test_of_taps_at_the_same_moment_each_but_one_is_shown_another(tickets: Tickets) -> None:
    await tickets.open(description="马桶堵了")  # so that the site is known
    said = {"site_id": "demo", "category": "plumbing", "unit": "3-1202", "description": "跳闸"}

    async with tickets.component.http() as client:
        answers = await asyncio.gather(
            *(client.post("/v1/tickets", json=said) for _ in range(3)),
            *(client.post("/v1/tickets", json={**said, "unit": "5-101"}) for _ in range(20)),
        )

    assert {answer.status_code for answer in answers} == {201}
    shown = [len(answer.json()["possible_duplicates"]) for answer in answers[:3]]
    assert sorted(shown) == [0, 1, 2]


async def test_what_one_said_long_ago_or_otherwise_is_not_said_twice(tickets: Tickets) -> None:
    await tickets.open(unit="3-1202", description="马桶堵了")

    other_words = await tickets.open(unit="3-1202", description="水龙头漏水")
    other_category = await tickets.open(unit="3-1202", description="马桶堵了", category="lift")
    tickets.component.clock.move(minutes=10, seconds=1)
    later = await tickets.open(unit="3-1202", description="马桶堵了")

    assert [each["possible_duplicates"] for each in (other_words, other_category, later)] == [
        [],
        [],
        [],
    ]


async def test_a_unit_is_the_same_however_it_was_written(tickets: Tickets) -> None:
    first = await tickets.open(unit="３号楼１２０２室")

    seen = await tickets.open(as_="dispatcher", unit="三栋1202")
    found = await tickets.send("GET", "tickets?q=3-1202&site=demo", as_="dispatcher")

    assert (first["place"]["unit"], first["place"]["lat"]) == ("1202", 31.2301)
    assert [each["id"] for each in seen["possible_duplicates"]] == [first["id"]]
    assert {each["id"] for each in found["items"]} == {first["id"], seen["id"]}


async def test_those_of_a_unit_with_an_entrance_share_it_by_its_key(tickets: Tickets) -> None:
    site = {
        **DEMO,
        "residents_see_unit": True,
        "buildings": [{"code": "5", "units": ["1-1202", "2-1202"]}],
    }
    await tickets.send("PUT", "sites/demo", site, as_="admin", headers={"If-Match": '"1"'})
    opened = await tickets.open(unit="5栋2单元1202")

    listed = await tickets.send("GET", "tickets", id="resident-2", units=("5-2-1202",))
    await tickets.get(opened["id"], id="resident-2", units=("5-2-1202",))
    await tickets.get(opened["id"], id="resident-2", units=("5-1-1202",), status=404)

    assert [each["id"] for each in listed["items"]] == [opened["id"]]
