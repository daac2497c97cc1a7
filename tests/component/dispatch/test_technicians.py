"""Keeping the list of technicians."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.dispatch.store.assignments import lock_for_assignment
from shared.contracts import Window
from shared.db.transaction import Kind
from shared.ids import SiteId, TechnicianId
from tests.component.dispatch.kept_technicians import LI, MONDAY_SHIFT, keep
from tests.component.dispatch.world import a_ticket, offered_and_accepted, put_technician
from tests.support.component import MakeComponent


async def test_putting_a_technician_again_changes_nothing_and_says_nothing(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")

    first = await keep(dispatch, "PUT", "/li", LI)
    again = await keep(dispatch, "PUT", "/li", LI)
    changed = await keep(dispatch, "PUT", "/li", {**LI, "name": "Li Na"})

    assert [each.status_code for each in (first, again, changed)] == [201, 200, 200]
    assert [each.headers["etag"] for each in (first, again, changed)] == ['"1"', '"1"', '"2"']
    assert {name: first.json()[name] for name in LI} == LI
    assert [
        fact.snapshot.name for fact in await dispatch.said("dispatch.technician.changed.v1")
    ] == ["Li Wei", "Li Na"]


async def test_a_removed_technician_comes_back_under_the_next_version(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await keep(dispatch, "PUT", "/li", LI)

    gone = await keep(dispatch, "DELETE", "/li")
    missing = await keep(dispatch, "GET", "/li")
    back = await keep(dispatch, "PUT", "/li", LI)

    assert (gone.status_code, missing.status_code, back.status_code, back.json()["version"]) == (
        204,
        404,
        201,
        3,
    )
    assert [fact.snapshot.removed_at is not None for fact in await dispatch.said()] == [
        False,
        True,
        False,
    ]


async def test_a_shift_of_a_date_is_kept_as_it_was_said_beside_the_week(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    dated = {"date": "2099-01-05", "start": "12:00", "end": "14:00"}

    made = await keep(dispatch, "PUT", "/li", {**LI, "shifts": [MONDAY_SHIFT, dated]})
    again = await keep(dispatch, "PUT", "/li/shifts", {"shifts": made.json()["shifts"]})

    assert made.json()["shifts"] == [MONDAY_SHIFT, {**dated, "weekday": 1}]
    assert (again.status_code, again.json()["version"]) == (200, made.json()["version"])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"sites": []}, "/sites"),
        ({"capacity": 0}, "/capacity"),
        ({"capacity": "3"}, "/capacity"),
        ({"capacity": True}, "/capacity"),
        ({"name": " "}, "/name"),
        ({"skills": [{"code": "plumbing", "level": 6}]}, "/skills/0/level"),
        ({"skills": [{"code": "plumbing"}, {"code": "plumbing"}]}, "/skills"),
        ({"shifts": [{"weekday": 8, "start": "08:00", "end": "16:00"}]}, "/shifts/0/weekday"),
        ({"shifts": [{"weekday": 1, "start": "08:00", "end": "25:00"}]}, "/shifts/0/end"),
        ({"shifts": [{"weekday": 1, "start": "08:00", "end": "08:00"}]}, "/shifts/0"),
        ({"shifts": [{"start": "08:00", "end": "16:00"}]}, "/shifts/0"),
        ({"shifts": [{**MONDAY_SHIFT, "date": "2099-01-06"}]}, "/shifts/0"),
        ({"shifts": [{**MONDAY_SHIFT, "date": "2099-02-30"}]}, "/shifts/0/date"),
        ({"home": {"lat": 91, "lon": 0}}, "/home/lat"),
        ({"nickname": "L"}, "/nickname"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(
    component: MakeComponent, change: dict[str, Any], pointer: str
) -> None:
    dispatch = await component("dispatch")

    refused = await keep(dispatch, "PUT", "/li", {**LI, **change})

    assert refused.status_code == 422, refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


async def test_only_who_keeps_technicians_at_a_site_says_who_works_there(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await keep(dispatch, "PUT", "/li", {**LI, "sites": ["demo", "other"]}, site="*")

    answers = [
        await keep(dispatch, "PUT", "/li", LI),
        await keep(dispatch, "DELETE", "/li"),
        await keep(dispatch, "PUT", "/new", LI, role="technician"),
        await keep(dispatch, "PUT", "/new", LI, role="resident"),
        await keep(dispatch, "PUT", "/new", {**LI, "sites": ["other"]}),
        await keep(dispatch, "PUT", "/new", LI, role="integration"),
    ]

    assert [each.status_code for each in answers] == [403, 403, 403, 403, 403, 201]


async def test_the_list_shows_those_of_ones_sites_page_by_page(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    for n in range(5):
        await put_technician(dispatch, f"t{n}")
    await put_technician(dispatch, "foreign", at="other", sites=["other"])

    first = await keep(dispatch, "GET", "?limit=3&site=demo")
    async with dispatch.http(role="dispatcher", id="dana") as http:
        rest_ = await http.get(first.links["next"]["url"])
        of_others = await http.get("/v1/technicians?site=other")
        strange = await http.get("/v1/technicians?cursor=t2")

    assert [each["id"] for each in first.json()["items"] + rest_.json()["items"]] == [
        "t0",
        "t1",
        "t2",
        "t3",
        "t4",
    ]
    assert "next" not in rest_.links
    assert (of_others.json()["items"], strange.status_code) == ([], 400)


async def test_technicians_are_republished_every_ten_days_and_when_asked(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await keep(dispatch, "PUT", "/li", LI)
    await keep(dispatch, "PUT", "/gone", LI)
    await keep(dispatch, "DELETE", "/gone")

    early = await dispatch.runs_due("restating")
    dispatch.clock.move(days=10, seconds=1)
    rung = await dispatch.runs_due("restating")
    dispatch.clock.move(seconds=1)
    refused = await keep(dispatch, "POST", ":republish", role="admin")
    asked = await keep(dispatch, "POST", ":republish", role="admin", site="*")

    assert (early, rung, refused.status_code, asked.json()) == (0, 1, 403, {"republished": 1})
    restated = await dispatch.said("dispatch.technician.restated.v1")
    assert [(fact.subject_id, fact.version) for fact in restated] == [("li", 1), ("li", 1)]


async def test_a_technician_is_read_with_all_that_they_hold(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "wang", skills=[])
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    for ticket in (a_ticket(), a_ticket(visit=(hour, hour + timedelta(hours=1)))):
        await offered_and_accepted(dispatch, ticket)

    taken = {}
    for kind in (Kind.LOCKING, Kind.OPTIMISTIC):
        async with dispatch.database.transaction(kind=kind) as tx:
            hands = [
                await lock_for_assignment(tx, TechnicianId(id), SiteId("demo"))
                for id in ("li", "wang", "zhou")
            ]
            taken[kind] = [(each.technician, list(each.held)) for each in hands]

    (busy, held), (idle, nothing), unknown = taken[Kind.LOCKING]
    assert busy is not None
    assert idle is not None
    assert sorted((each.visit for each in held), key=str) == [
        None,
        Window(start=hour, end=hour + timedelta(hours=1)),
    ]
    assert (idle.id, nothing, unknown) == ("wang", [], (None, []))
    assert [
        (who, sorted(what, key=lambda each: each.slot)) for who, what in taken[Kind.OPTIMISTIC]
    ] == taken[Kind.LOCKING]
