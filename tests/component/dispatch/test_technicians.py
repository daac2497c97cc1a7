"""Keeping the list of technicians, and what becomes of their work when they change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.dispatch.store.assignments import lock_for_assignment
from shared.contracts import SiteV1, Window
from shared.contracts.dispatch import JobState, OfferState
from shared.db.transaction import Kind
from shared.ids import SiteId, TechnicianId
from tests.component.dispatch.world import (
    HAND_OUT,
    a_ticket,
    answer,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rest,
    said_of,
    work,
)
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent

_MONDAY = {"weekday": 1, "start": "08:00", "end": "16:00"}
LI: dict[str, Any] = {
    "name": "Li Wei",
    "sites": ["demo"],
    "skills": [{"code": "plumbing", "level": 2}],
    "home": {"lat": 31.23, "lon": 121.47},
    "capacity": 3,
    "shifts": [{"weekday": 1, "start": "00:00", "end": "24:00"}],
}


async def keep(
    dispatch: Component,
    method: str,
    path: str,
    body: Any = None,
    *,
    role: str = "dispatcher",
    site: str = "demo",
) -> Any:
    async with dispatch.http(role=role, id="dana", site=site) as http:
        return await http.request(method, f"/v1/technicians{path}", json=body)


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

    made = await keep(dispatch, "PUT", "/li", {**LI, "shifts": [_MONDAY, dated]})
    again = await keep(dispatch, "PUT", "/li/shifts", {"shifts": made.json()["shifts"]})

    assert made.json()["shifts"] == [_MONDAY, {**dated, "weekday": 1}]
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
        ({"shifts": [{**_MONDAY, "date": "2099-01-06"}]}, "/shifts/0"),
        ({"shifts": [{**_MONDAY, "date": "2099-02-30"}]}, "/shifts/0/date"),
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


async def test_a_removed_technicians_work_looks_for_somebody_else(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", home={"lat": 31.2304, "lon": 121.4737})
    begun, accepted, offered = a_ticket(), a_ticket(), a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, begun)
    await work(dispatch, "li", job_id, "start")
    await offered_and_accepted(dispatch, accepted)
    await dispatch.hears(offered)
    await rest(dispatch)

    await keep(dispatch, "DELETE", "/li")
    await put_technician(dispatch, "wang")
    await rest(dispatch)

    for ticket in (begun, accepted, offered):
        job = (await order_of(dispatch, ticket)).jobs[0]
        assert job.state is JobState.OFFERED
        assert job.offers[-1].technician_id == "wang"
    assert (await said_of(dispatch, begun))[-2:] == ["returned", "offered"]


async def test_when_a_leave_begins_accepted_jobs_are_returned_and_work_that_has_begun_is_finished(
    component: MakeComponent,
) -> None:
    clock = SettableClock(datetime.now(UTC))
    dispatch = await component("dispatch", clock=clock)
    await put_technician(dispatch, "li")
    begun, accepted = a_ticket(), a_ticket()
    begun_job, _ = await offered_and_accepted(dispatch, begun)
    await work(dispatch, "li", begun_job, "start")
    await offered_and_accepted(dispatch, accepted)
    start = clock.now() + timedelta(hours=1)

    planned = await keep(dispatch, "PUT", "/li/leave", {"leave": [_window(start, hours=24)]})
    await rest(dispatch)
    before = (await order_of(dispatch, accepted)).jobs[0].state
    clock.move(hours=1, seconds=1)
    await rest(dispatch)

    assert planned.status_code == 200, planned.text
    assert before is JobState.ACCEPTED
    order = await order_of(dispatch, accepted)
    assert (order.jobs[0].state, order.unassignable[0].codes) == (
        JobState.WAITING,
        ("on_leave", "cooling_down"),
    )
    assert (await work(dispatch, "li", begun_job, "complete")).status_code == 200


async def test_a_waiting_job_is_offered_when_the_next_shift_begins(
    component: MakeComponent,
) -> None:
    monday_7 = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 07:00 in Shanghai
    clock = SettableClock(monday_7)
    dispatch = await component("dispatch", clock=clock)
    await put_technician(dispatch, "li", shifts=[{"weekday": 1, "start": "08:00", "end": "16:00"}])
    await put_rules(dispatch, retry_s=86400)
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    early = await order_of(dispatch, ticket)

    clock.move(minutes=59)
    nothing = await dispatch.runs_due(HAND_OUT)
    clock.move(minutes=1)
    await rest(dispatch)

    assert [barred.codes for barred in early.unassignable] == [("off_shift",)]
    assert nothing == 0
    assert (await order_of(dispatch, ticket)).jobs[0].state is JobState.OFFERED


async def test_shifts_are_meant_in_the_sites_zone_and_an_unknown_zone_stops_nothing(
    component: MakeComponent,
) -> None:
    # Monday: 17:00 in Shanghai, 10:00 in Berlin
    clock = SettableClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    dispatch = await component("dispatch", clock=clock)
    await put_technician(dispatch, "li", shifts=[{"weekday": 1, "start": "08:00", "end": "16:00"}])
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    in_shanghai = (await order_of(dispatch, ticket)).unassignable[0].codes

    await dispatch.hears(a_site("Atlantis/Centre", version=1))
    await rest(dispatch)
    nowhere = (await order_of(dispatch, ticket)).jobs[0].state
    await dispatch.hears(a_site("Europe/Berlin", version=2))
    await rest(dispatch)

    assert (in_shanghai, nowhere) == (("off_shift",), JobState.WAITING)
    assert (await order_of(dispatch, ticket)).jobs[0].state is JobState.OFFERED


async def test_an_offer_that_a_technician_can_no_longer_take_is_withdrawn(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    changed = await keep(dispatch, "PUT", "/li/skills", {"skills": [{"code": "lock"}]})
    await rest(dispatch)

    assert changed.status_code == 200
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]
    assert (offer.state, offer.reason) == (OfferState.WITHDRAWN, "no_longer_eligible")
    assert (await answer(dispatch, "li", offer.id)).status_code == 409


async def test_the_last_position_decides_who_is_nearest(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "homely", home={"lat": 31.2304, "lon": 121.4737})
    await put_technician(dispatch, "roaming", home={"lat": 31.3, "lon": 121.4737})
    await put_technician(dispatch, "lost", home={"lat": 31.3, "lon": 121.4737})
    async with dispatch.http(role="technician", id="roaming") as http:
        put = await http.put(
            "/v1/technicians/roaming/position", json={"lat": 31.2304, "lon": 121.4737}
        )
        foreign = await http.put("/v1/technicians/homely/position", json={"lat": 0, "lon": 0})
    async with dispatch.http(role="technician", id="homely") as http:
        await http.put("/v1/technicians/homely/position", json={"lat": 31.4, "lon": 121.4737})
    ticket = a_ticket()

    await dispatch.hears(ticket)
    await rest(dispatch)

    assert (put.status_code, foreign.status_code) == (200, 404)
    assert (await order_of(dispatch, ticket)).jobs[0].offers[0].technician_id == "roaming"
    assert len(await dispatch.said("dispatch.technician.changed.v1")) == 3


async def test_a_technician_who_comes_near_gets_what_was_too_far_away(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_rules(dispatch, max_distance_m=1000)
    await put_technician(dispatch, "li", home={"lat": 31.3, "lon": 121.4737})
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    far = (await order_of(dispatch, ticket)).unassignable[0].codes

    async with dispatch.http(role="technician", id="li") as http:
        await http.put("/v1/technicians/li/position", json={"lat": 31.2304, "lon": 121.4737})
    await rest(dispatch)

    assert far == ("too_far",)
    assert (await order_of(dispatch, ticket)).jobs[0].state is JobState.OFFERED


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


def a_site(time_zone: str, *, version: int) -> SiteV1:
    return SiteV1(
        id="demo", version=version, site_id="demo", code="DEMO", name="Demo", time_zone=time_zone
    )


def _window(start: datetime, *, hours: int) -> dict[str, str]:
    return {"start": start.isoformat(), "end": (start + timedelta(hours=hours)).isoformat()}


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
