"""Buildings are facts, and every place has a code that leads to it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from tests.component.tickets.arranging import DEMO, Tickets
from tests.component.tickets.test_sites import put
from tests.support.component import MakeComponent, Said
from tests.support.statements import statements_of

CHANGED, RESTATED = "tickets.building.changed.v1", "tickets.building.restated.v1"


async def _said(tickets: Tickets, type: str = CHANGED) -> list[tuple[str, int]]:
    return [(fact.subject_id, fact.version) for fact in await tickets.component.said(type)]


async def _newest(tickets: Tickets, id: str) -> Said:
    return [fact for fact in await tickets.component.said(CHANGED) if fact.subject_id == id][-1]


async def _codes(tickets: Tickets, query: str = "") -> dict[str, str]:
    """Code by place, `unit 3-1202`, as staff read them."""
    path = f"sites/demo/places{query}"
    items = (await tickets.send("GET", path, as_="dispatcher"))["items"]
    return {_place(item): item["code"] for item in items}


def _place(item: Mapping[str, Any]) -> str:
    unit = "-".join(item[name] for name in ("building", "entrance", "unit") if item[name])
    return f"{item['kind']} {item['spot'] or unit}"


async def test_buildings_are_told_with_the_site_that_lists_them(tickets: Tickets) -> None:
    told = {fact.subject_id: fact.snapshot for fact in await tickets.component.said(CHANGED)}

    assert told.keys() == {"demo:3", "demo:5"}
    assert (told["demo:3"].site_id, told["demo:3"].code, told["demo:3"].units) == (
        "demo",
        "3",
        {"1201": None, "1202": None},
    )
    assert [(spot.code, spot.lat) for spot in told["demo:3"].spots] == [("lobby-3", 31.23)]
    assert (told["demo:5"].units, told["demo:5"].spots) == ({"101": None}, ())


async def test_only_what_changed_is_told_again(tickets: Tickets) -> None:
    three, five = DEMO["buildings"]

    renamed = {**DEMO, "name": "Demo Park"}
    await put(tickets, renamed, version=1)
    more = {**renamed, "buildings": [three, {**five, "units": ["101", "102"]}]}
    await put(tickets, more, version=2)
    await put(tickets, more, version=3)

    assert await _said(tickets) == [("demo:3", 1), ("demo:5", 1), ("demo:5", 2)]
    assert (await _newest(tickets, "demo:5")).snapshot.units == {"101": None, "102": None}


async def test_a_building_that_is_gone_is_told_so_and_counts_on_when_it_is_back(
    tickets: Tickets,
) -> None:
    three, five = DEMO["buildings"]

    await put(tickets, {**DEMO, "buildings": [three]}, version=1)
    gone = (await _newest(tickets, "demo:5")).snapshot
    await put(tickets, {**DEMO, "buildings": [three], "name": "Demo Park"}, version=2)
    await put(tickets, {**DEMO, "buildings": [three, five]}, version=3)
    back = (await _newest(tickets, "demo:5")).snapshot

    assert (gone.version, gone.removed_at, gone.units) == (2, tickets.component.clock.now(), {})
    assert (back.version, back.removed_at, back.units) == (3, None, {"101": None})


async def test_units_are_listed_alone_or_with_their_area_and_read_as_they_were_put(
    tickets: Tickets,
) -> None:
    units = ["1201", {"unit": "1202", "area_m2": 89.474}, {"unit": "1203"}]
    body = {**DEMO, "buildings": [{"code": "3", "units": units}], "spots": []}

    await put(tickets, body, version=1)
    read = await tickets.send("GET", "sites/demo")
    again = {name: read[name] for name in body}
    unchanged = await put(tickets, again, version=2)

    assert read["buildings"][0]["units"] == ["1201", {"unit": "1202", "area_m2": 89.47}, "1203"]
    assert (await _newest(tickets, "demo:3")).snapshot.units == {
        "1201": None,
        "1202": 89.47,
        "1203": None,
    }
    assert unchanged["version"] == 2
    assert (await tickets.open(unit="3-1202"))["place"]["unit"] == "1202"


@pytest.mark.parametrize(
    ("units", "pointer"),
    [
        ([str(n) for n in range(1201)], "/buildings/0/units"),
        ([{"unit": "1", "area_m2": 0}], "/buildings/0/units/0"),
        ([{"unit": "1", "area_m2": "9"}], "/buildings/0/units/0"),
        ([{"unit": "1", "floor": 1}], "/buildings/0/units/0"),
        (["1", {"unit": "1", "area_m2": 9}], "/buildings/0/units"),
    ],
)
async def test_units_that_cannot_be_are_refused_with_their_place(
    tickets: Tickets, units: list[Any], pointer: str
) -> None:
    body = {**DEMO, "buildings": [{"code": "3", "units": units}]}

    refused = await put(tickets, body, version=1, status=422)

    places = [each["pointer"] for each in refused.get("errors", ())] or [refused["field"]]
    assert all(place.startswith(pointer) for place in places), refused
    assert len(await _said(tickets)) == 2


async def test_too_many_units_are_refused_with_what_to_do(tickets: Tickets) -> None:
    body = {**DEMO, "buildings": [{"code": "3", "units": [str(n) for n in range(1300)]}]}

    [fault] = (await put(tickets, body, version=1, status=422))["errors"]

    assert "1300 units, and a building takes 1200: list the rest as another" in fault["detail"]


async def test_buildings_are_said_again_on_demand_in_bounded_steps(tickets: Tickets) -> None:
    buildings = [{"code": str(n)} for n in range(50)]
    await put(tickets, {**DEMO, "buildings": buildings, "spots": []}, version=1)
    work = tickets.component.service.due_workers["restating_buildings"].work

    demanded = await tickets.post("sites:republish", as_="admin", site="*")
    at_once = await _said(tickets, RESTATED)
    due = await tickets.component.runs_due("restating_buildings")

    assert (demanded["republished"], demanded["buildings"]) == (1, 50)
    assert at_once == []
    assert (due, work.batch_size) == (50, 20)
    restated = await _said(tickets, RESTATED)
    assert {id for id, _ in restated} == {f"demo:{n}" for n in range(50)}
    assert dict(restated)["demo:3"] == 2
    assert await tickets.component.runs_due("restating_buildings") == 0


async def test_buildings_that_are_said_again_while_they_change_are_said_as_they_are(
    tickets: Tickets,
) -> None:
    async def change() -> None:
        for n in range(1, 9):
            units = [str(unit) for unit in range(n)]
            await put(tickets, {**DEMO, "buildings": [{"code": "3", "units": units}]}, version=n)

    async def restate() -> None:
        for _ in range(8):
            await tickets.post("sites:republish", as_="admin", site="*")
            await tickets.component.runs_due("restating_buildings")

    await asyncio.gather(change(), restate())

    told = [fact for fact in await tickets.component.said(CHANGED) if fact.subject_id == "demo:3"]
    again = [fact for fact in await tickets.component.said(RESTATED) if fact.subject_id == "demo:3"]
    assert sorted(fact.version for fact in told) == list(range(1, 10))
    content = {fact.version: fact.snapshot.units for fact in told}
    assert content[9].keys() == {str(unit) for unit in range(8)}
    assert again
    assert [fact.snapshot.units for fact in again] == [content[fact.version] for fact in again]


async def test_buildings_are_said_again_before_their_facts_are_gone(tickets: Tickets) -> None:
    await put(tickets, {**DEMO, "buildings": DEMO["buildings"][:1]}, version=1)

    early = await tickets.component.runs_due("restating_buildings")
    tickets.component.clock.move(days=10)
    due = await tickets.component.runs_due("restating_buildings")

    assert (early, due) == (0, 2)
    restated = await tickets.component.said(RESTATED)
    assert {(fact.subject_id, fact.version) for fact in restated} == {("demo:3", 1), ("demo:5", 2)}
    assert {fact.subject_id: fact.snapshot.removed_at is not None for fact in restated} == {
        "demo:3": False,
        "demo:5": True,
    }


@pytest.mark.parametrize("restated", [False, True])
async def test_what_an_instance_of_the_former_release_changed_is_told_soon(
    tickets: Tickets, restated: bool
) -> None:
    async with tickets.component.tx() as tx:
        await tx.execute(
            text("""update sites set revision = gen_random_uuid(), version = 2,
              buildings = cast(:buildings as jsonb) where id = 'demo'"""),
            buildings='[{"code": "7", "name": "", "units": ["1"], "lat": null, "lon": null}]',
        )

    if restated:  # the buildings that are told are due by chance
        tickets.component.clock.move(days=10)
        await tickets.component.runs_due("restating_buildings")
    told = await tickets.component.runs_due("telling_buildings")
    again = await tickets.component.runs_due("telling_buildings")

    assert (told, again) == (1, 0)
    grounds = ("demo:", 1)  # where the spot of a building is that is gone
    gone = [("demo:3", 2), ("demo:5", 2)]
    assert sorted((await _said(tickets))[2:]) == sorted([("demo:7", 1), grounds, *gone])
    assert set(await _codes(tickets)) == {"building 7", "unit 7-1", "spot lobby-3"}


async def test_sites_of_before_are_told_and_get_their_codes_once(tickets: Tickets) -> None:
    async with tickets.component.tx() as tx:
        for statement in (
            "delete from buildings",
            "delete from places",
            "update sites set told_revision = null",
        ):
            await tx.execute(text(statement))

    told = await tickets.component.runs_due("telling_buildings")

    assert told == 1
    assert (await _said(tickets))[2:] == [("demo:3", 1), ("demo:5", 1)]
    assert len(await _codes(tickets)) == 6


async def test_a_code_stays_whatever_its_place_is_called_and_comes_back_with_it(
    tickets: Tickets,
) -> None:
    three, five = DEMO["buildings"]
    before = await _codes(tickets)

    await put(tickets, {**DEMO, "buildings": [{**three, "name": "Tower"}], "spots": []}, version=1)
    without = await _codes(tickets)
    gone = [before["building 5"], before["unit 5-101"], before["spot lobby-3"]]
    for code in gone:
        await tickets.send("GET", f"places/{code}", status=404)
    await put(tickets, {**DEMO, "buildings": [three, {**five, "units": ["101", "102"]}]}, version=2)
    after = await _codes(tickets)

    assert before.keys() == {
        "building 3",
        "building 5",
        "spot lobby-3",
        "unit 3-1201",
        "unit 3-1202",
        "unit 5-101",
    }
    assert without.keys() == {"building 3", "unit 3-1201", "unit 3-1202"}
    assert without.items() <= before.items()
    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {"unit 5-102"}
    assert len(set(after.values())) == len(after)


async def test_a_code_says_which_place_it_is_to_those_with_a_role_there(tickets: Tickets) -> None:
    code = (await _codes(tickets))["unit 3-1202"]

    unit = await tickets.send("GET", f"places/{code}")
    written = await tickets.send("GET", f"places/{code.lower()[:5]}-{code.lower()[5:]}")

    assert unit == written
    assert unit == {
        "code": code,
        "site_id": "demo",
        "site_name": "Demo Gardens",
        "kind": "unit",
        "name": "",
        "building": "3",
        "entrance": None,
        "unit": "1202",
        "spot": None,
        "lat": 31.2301,
        "lon": 121.4731,
    }
    for role in ("technician", "integration", "dispatcher"):
        assert await tickets.send("GET", f"places/{code}", as_=role) == unit
    for unknown in ("2222222222", "nothing", "%20", code[:9]):
        await tickets.send("GET", f"places/{unknown}", status=404)
    await tickets.send("GET", f"places/{code}", site="elsewhere", status=404)


async def test_a_revoked_code_leads_nowhere_and_its_place_has_another(tickets: Tickets) -> None:
    codes = await _codes(tickets)
    code = codes["spot lobby-3"]

    given = await tickets.post(f"sites/demo/places/{code.lower()}:revoke", as_="dispatcher")

    assert (given["spot"], given["name"]) == ("lobby-3", "三号楼大堂")
    assert given["code"] not in codes.values()
    await tickets.send("GET", f"places/{code}", status=404)
    await tickets.post(f"sites/demo/places/{code}:revoke", as_="dispatcher", status=404)
    found = await tickets.send("GET", f"places/{given['code']}")
    assert found["spot"] == "lobby-3"
    assert (await _codes(tickets)) == {**codes, "spot lobby-3": given["code"]}


async def test_of_ten_who_revoke_a_code_at_once_one_does(tickets: Tickets) -> None:
    code = (await _codes(tickets))["building 3"]

    async def revoke() -> int:
        async with tickets.component.http(role="dispatcher", id="dispatcher-1") as client:
            return (await client.post(f"/v1/sites/demo/places/{code}:revoke")).status_code

    answers = await asyncio.gather(*(revoke() for _ in range(10)))

    assert sorted(answers) == [200] + [404] * 9


async def test_a_repeated_request_to_revoke_is_answered_alike(tickets: Tickets) -> None:
    path = f"sites/demo/places/{(await _codes(tickets))['building 3']}:revoke"
    key = {"Idempotency-Key": "once"}

    first, second = [
        await tickets.send("POST", path, as_="dispatcher", headers=key) for _ in range(2)
    ]

    assert first == second


async def test_only_staff_of_the_site_list_and_revoke_codes(tickets: Tickets) -> None:
    code = (await _codes(tickets))["building 3"]

    for role in ("resident", "technician", "integration"):
        await tickets.send("GET", "sites/demo/places", as_=role, status=403)
        await tickets.post(f"sites/demo/places/{code}:revoke", as_=role, status=403)
    for path, method in (("places", "GET"), (f"places/{code}:revoke", "POST")):
        await tickets.send(
            method, f"sites/demo/{path}", as_="manager", site="elsewhere", status=404
        )

    assert (await tickets.send("GET", f"places/{code}"))["building"] == "3"


async def test_codes_are_listed_in_pages_with_the_address_of_the_label(
    component: MakeComponent,
) -> None:
    tickets = Tickets(await component("tickets", public_url="https://fix.example"))
    await tickets.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
    listed = []
    path: str | None = "/v1/sites/demo/places?limit=4"
    async with tickets.component.http(role="dispatcher", id="dispatcher-1") as client:
        while path is not None:
            answer = await client.get(path)
            listed += answer.json()["items"]
            path = answer.links["next"]["url"] if "next" in answer.links else None
        units = (await client.get("/v1/sites/demo/places?kind=unit&limit=2")).json()["items"]
        bad = await client.get("/v1/sites/demo/places?cursor=nonsense")

    assert [_place(each) for each in listed] == [
        "building 3",
        "building 5",
        "spot lobby-3",
        "unit 3-1201",
        "unit 3-1202",
        "unit 5-101",
    ]
    assert {each["link"] for each in listed} == {
        f"https://fix.example/q/{each['code']}" for each in listed
    }
    assert [_place(each) for each in units] == ["unit 3-1201", "unit 3-1202"]
    assert bad.status_code == 400


async def test_a_label_has_no_address_where_none_is_set(tickets: Tickets) -> None:
    listed = await tickets.send("GET", "sites/demo/places", as_="dispatcher")

    assert {each["link"] for each in listed["items"]} == {None}


async def test_a_large_site_is_put_with_as_few_statements_as_a_small_one(
    tickets: Tickets,
) -> None:
    def grown(units: int) -> dict[str, Any]:
        buildings = [{"code": str(b), "units": [str(n) for n in range(units)]} for b in range(20)]
        return {**DEMO, "buildings": buildings, "spots": []}

    await put(tickets, grown(1), version=1)
    with statements_of(tickets.component.database) as few:
        await put(tickets, grown(2), version=2)
    with statements_of(tickets.component.database) as many:
        await put(tickets, grown(1000), version=3)

    with statements_of(tickets.component.database) as renamed:
        await put(tickets, {**grown(1000), "name": "Demo Park"}, version=4)

    assert len(renamed) < len(many) <= len(few) <= 12
    async with tickets.component.tx() as tx:
        row = await tx.row(text("select count(*) as n from places where removed_at is null"))
    assert row is not None
    assert row["n"] == 20 * 1001
