"""Sites: kept here with buildings, units, spots and danger words; told to others without them."""

import asyncio
from dataclasses import replace
from typing import Any

from services.tickets.store.sites import MAX_PARSED, load_site, save_site
from shared.db.transaction import Kind
from tests.component.tickets.arranging import DEMO, Tickets


async def put(
    tickets: Tickets,
    body: Any,
    *,
    status: int = 200,
    version: int | None = None,
    site: str = "demo",
    as_: str = "admin",
) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return await tickets.send(
        "PUT", f"sites/{site}", body, status=status, as_=as_, headers=headers, site=site
    )


async def test_a_site_is_read_as_it_was_put(tickets: Tickets) -> None:
    site = await tickets.send("GET", "sites/demo")

    assert {name: site[name] for name in ("id", "version", "code", "time_zone", "lat")} == {
        "id": "demo",
        "version": 1,
        "code": "DEMO",
        "time_zone": "Asia/Shanghai",
        "lat": 31.2304,
    }
    assert [building["units"] for building in site["buildings"]] == [["1201", "1202"], ["101"]]
    assert [category["code"] for category in site["categories"]] == [
        "plumbing",
        "lift",
        "lock",
        "other",
    ]
    assert "困人" in site["danger_words"]
    [fact] = await tickets.component.said("tickets.site.changed.v1")
    assert (fact.snapshot.id, fact.snapshot.categories[0].skills[0].code, fact.version) == (
        "demo",
        "plumbing",
        1,
    )


async def test_an_existing_site_changes_only_for_who_has_read_it(tickets: Tickets) -> None:
    unread = await put(tickets, DEMO, status=428)
    stale = await put(tickets, DEMO, version=9, status=412)

    changed = await put(tickets, {**DEMO, "name": "Demo Park"}, version=1)

    assert (unread["code"], stale["code"], changed["version"]) == (
        "if_match_required",
        "stale_version",
        2,
    )
    assert [fact.version for fact in await tickets.component.said("tickets.site.changed.v1")] == [
        1,
        2,
    ]


async def test_a_site_that_does_not_exist_has_no_version_to_match(tickets: Tickets) -> None:
    await put(tickets, {**DEMO, "code": "NEW"}, version=1, status=412, site="new")
    created = await put(tickets, {**DEMO, "code": "NEW"}, status=201, site="new")

    assert created["version"] == 1


async def test_the_same_again_is_neither_a_version_nor_a_fact(tickets: Tickets) -> None:
    same = await put(tickets, DEMO, version=1)

    assert same["version"] == 1
    assert len(await tickets.component.said("tickets.site.changed.v1")) == 1


async def test_of_ten_who_create_it_at_once_one_does(tickets: Tickets) -> None:
    async def create() -> int:
        async with tickets.component.http(role="admin", id="admin-1", site="new") as client:
            return (await client.put("/v1/sites/new", json={**DEMO, "code": "NEW"})).status_code

    answers = await asyncio.gather(*(create() for _ in range(10)))

    assert sorted(answers) == [201] + [428] * 9


async def test_a_change_is_seen_by_the_next_report(tickets: Tickets) -> None:
    before = await tickets.open(unit="3-1301")

    await put(tickets, {**DEMO, "buildings": [{"code": "3", "units": ["1301"]}]}, version=1)
    after = await tickets.open(unit="3-1301")

    assert (before["place"]["address"], after["place"]["unit"]) == ("3-1301", "1301")


async def test_units_are_listed_with_their_entrances_and_read_back(tickets: Tickets) -> None:
    buildings = [
        {"code": "5", "units": ["1-1202", "2-1202", "101"]},
        {"code": "3号楼", "units": ["7"]},
    ]

    await put(tickets, {**DEMO, "buildings": buildings}, version=1)
    site = await tickets.send("GET", "sites/demo")
    opened = [await tickets.open(unit=unit) for unit in ("5-2-1202", "5-101", "三号楼7室")]

    assert [each["units"] for each in site["buildings"]] == [["1-1202", "2-1202", "101"], ["7"]]
    assert [
        tuple(each["place"][name] for name in ("building", "entrance", "unit")) for each in opened
    ] == [("5", "2", "1202"), ("5", None, "101"), ("3号楼", None, "7")]


async def test_only_managers_and_admins_of_the_site_change_it(tickets: Tickets) -> None:
    async with tickets.component.http(role="admin", id="admin-2", site="elsewhere") as client:
        foreign = await client.put("/v1/sites/demo", json=DEMO, headers={"If-Match": '"1"'})

    assert foreign.status_code == 403
    await put(tickets, DEMO, version=1, as_="resident", status=403)
    await put(tickets, DEMO, version=1, as_="dispatcher", status=403)
    await put(tickets, {**DEMO, "name": "Demo Park"}, version=1, as_="manager")
    await tickets.send("GET", "sites/demo", site="elsewhere", status=404)
    await tickets.send("GET", "sites/nowhere", site="*", as_="admin", status=404)


async def test_two_sites_do_not_share_a_code(tickets: Tickets) -> None:
    taken = await put(tickets, DEMO, status=409, site="other")

    assert taken["code"] == "site_code_taken"
    assert len(await tickets.component.said("tickets.site.changed.v1")) == 1


NO_SITES: list[dict[str, Any]] = [
    {"time_zone": "Mars/Base"},
    {"code": "demo"},
    {"name": ""},
    {"lat": 100},
    {"categories": [{"code": "a"}, {"code": "a"}]},
    {"categories": [{"code": "a", "skills": [{"code": "a", "level": 6}]}]},
    {"categories": [{"code": "a", "expected_minutes": "60"}]},
    {"categories": [{"code": "a", "checklist": [{"code": "dry"}, {"code": "dry"}]}]},
    {"buildings": [{"code": "3", "units": ["1", "1"]}]},
    {"buildings": [{"code": "3", "units": ["1-1-1202"]}]},
    {"buildings": [{"code": "3", "units": ["1-"]}]},
    {"buildings": [{"code": "3-1", "units": ["1202"]}]},
    {"danger_words": [""]},
    {"unknown": 1},
]


async def test_a_site_that_cannot_be_is_422(tickets: Tickets) -> None:
    for wrong in NO_SITES:
        await put(tickets, {**DEMO, **wrong}, version=1, status=422)

    assert (await tickets.send("GET", "sites/demo"))["version"] == 1


async def test_sites_are_said_again_on_demand_and_before_their_facts_are_gone(
    tickets: Tickets,
) -> None:
    await put(tickets, {**DEMO, "code": "NEW"}, status=201, site="new")

    demanded = await tickets.post("sites:republish", as_="admin", site="*")
    await tickets.post("sites:republish", as_="admin", site="demo", status=403)
    early = await tickets.component.runs_due("restating")
    tickets.component.clock.move(days=10)
    due = await tickets.component.runs_due("restating")

    assert (demanded["republished"], early, due) == (2, 0, 2)
    restated = await tickets.component.said("tickets.site.restated.v1")
    assert [(fact.subject_id, fact.version) for fact in restated] == [("demo", 1), ("new", 1)] * 2
    assert (await tickets.send("GET", "sites/demo"))["version"] == 1


async def test_a_site_that_every_report_needs_stays_parsed_however_many_others_there_are(
    tickets: Tickets,
) -> None:
    database = tickets.component.database
    others = [f"other-{number}" for number in range(MAX_PARSED)]
    async with tickets.component.tx() as tx:
        busy = await load_site(tx, "demo")
        assert busy is not None
        for number, id in enumerate(others):
            save_site(tx, replace(busy, id=id, code=f"O{number}"))

    for id in others:
        async with database.transaction(kind=Kind.OPTIMISTIC) as tx:
            assert await load_site(tx, "demo") is busy
        async with tickets.component.tx() as tx:
            assert await load_site(tx, id) is not None

    async with database.transaction(kind=Kind.OPTIMISTIC) as tx:
        assert await load_site(tx, "demo") is busy


async def test_sites_are_listed_to_those_who_have_a_role_there(tickets: Tickets) -> None:
    for site in ("annex", "beach"):
        await put(tickets, {**DEMO, "code": site.upper()}, status=201, site=site)

    first = await tickets.send("GET", "sites?limit=2", as_="admin", site="*")
    theirs = await tickets.send("GET", "sites", site="beach")
    none = await tickets.send("GET", "sites", site="nowhere")

    assert [site["id"] for site in first["items"]] == ["annex", "beach"]
    assert first["items"][0] == {
        "id": "annex",
        "version": 1,
        "code": "ANNEX",
        "name": "Demo Gardens",
        "time_zone": "Asia/Shanghai",
        "language": "zh-CN",
    }
    assert [site["id"] for site in theirs["items"]] == ["beach"]
    assert none["items"] == []
