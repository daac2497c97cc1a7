"""What becomes of the work of technicians who are removed, on leave, off shift or elsewhere."""

from datetime import UTC, datetime, timedelta

from shared.contracts import SiteV1
from shared.contracts.dispatch import JobState, OfferState
from tests.component.dispatch.kept_technicians import keep
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
from tests.support.component import MakeComponent


def a_site(time_zone: str, *, version: int) -> SiteV1:
    return SiteV1(
        id="demo", version=version, site_id="demo", code="DEMO", name="Demo", time_zone=time_zone
    )


def _window(start: datetime, *, hours: int) -> dict[str, str]:
    return {"start": start.isoformat(), "end": (start + timedelta(hours=hours)).isoformat()}


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
