"""Shifts that end, and what becomes of what their technicians were offered and hold."""

from datetime import datetime, timedelta
from typing import Any

from shared.contracts import SiteV1, SkillNeed
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import CategoryV1, Priority, TicketState
from tests.component.dispatch.world import (
    REVIEWS,
    a_ticket,
    answer,
    decide,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.component import Component, MakeComponent


def a_site(**minutes: int) -> SiteV1:
    """In UTC, with what the work of its categories takes."""
    return SiteV1(
        id="demo",
        version=1,
        site_id="demo",
        code="DEMO",
        name="Demo",
        time_zone="UTC",
        categories=tuple(
            CategoryV1(code=code, expected_minutes=takes) for code, takes in minutes.items()
        ),
    )


def shift_until(end: datetime) -> list[dict[str, Any]]:
    """The shift of that day, until then."""
    return [{"weekday": end.isoweekday(), "start": "00:00", "end": end.strftime("%H:%M")}]


async def put_shifts(dispatch: Component, id: str, shifts: list[dict[str, Any]]) -> None:
    async with dispatch.http(role="dispatcher", id="dana") as http:
        answered = await http.put(f"/v1/technicians/{id}/shifts", json={"shifts": shifts})
    assert answered.status_code == 200, answered.text


def noon(dispatch: Component) -> datetime:
    """Move the clock to the next noon in UTC, and return it."""
    now = dispatch.clock.now()
    dispatch.clock.move(
        seconds=(now.replace(hour=12, minute=0, second=0, microsecond=0) - now).total_seconds()
    )
    return dispatch.clock.now()


async def test_a_job_that_takes_an_hour_is_not_offered_half_an_hour_before_the_shift_ends(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    at = noon(dispatch)
    await dispatch.hears(a_site(plumbing=60, lock=15))
    await put_technician(
        dispatch,
        "li",
        shifts=shift_until(at + timedelta(minutes=30)),
        skills=[{"code": "plumbing"}, {"code": "lock"}],
        home={"lat": 31.2304, "lon": 121.4737},
    )
    long, short = a_ticket(), a_ticket(category="lock")
    emergency = a_ticket(priority=Priority.EMERGENCY)

    await dispatch.hears(long)
    await rest(dispatch)
    await dispatch.hears(short, emergency)
    await rest(dispatch)
    job_id = (await order_of(dispatch, long)).jobs[0].id
    async with dispatch.http(role="dispatcher", id="dana") as http:
        [why] = (await http.get(f"/v1/jobs/{job_id}/explanation")).json()["items"]
    barred = [await said_of(dispatch, each) for each in (long, short, emergency)]
    await put_rules(dispatch, overtime_s=1800)
    await rest(dispatch)

    assert barred == [["created", "unassignable"], ["created", "offered"], ["created", "offered"]]
    assert [bar["code"] for bar in why["bars"]] == ["shift_ends"]
    assert "12:30" in why["bars"][0]["sentence"]
    assert (await said_of(dispatch, long))[-1] == "offered"


async def test_accepted_work_that_takes_longer_under_another_category_is_told_to_the_desk(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    at = noon(dispatch)
    await dispatch.hears(a_site(plumbing=60, lock=15))
    await put_technician(
        dispatch,
        "li",
        shifts=shift_until(at + timedelta(minutes=45)),
        skills=[{"code": "plumbing"}, {"code": "lock"}],
    )
    ticket = a_ticket(category="lock")
    await offered_and_accepted(dispatch, ticket)

    await dispatch.hears(a_ticket(TicketState.ASSIGNED, id=ticket.id, version=2))

    [job] = (await order_of(dispatch, ticket)).jobs
    assert (job.state, job.holder_bars) == (JobState.ACCEPTED, ("shift_ends",))


async def test_after_the_shift_an_offer_is_not_accepted_any_more(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    at = noon(dispatch)
    await dispatch.hears(a_site(plumbing=10))
    await put_technician(dispatch, "li", shifts=shift_until(at + timedelta(minutes=30)))
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    dispatch.clock.move(minutes=30)
    late = await answer(dispatch, "li", offer.id)

    assert (late.status_code, late.json()["code"], late.json()["codes"]) == (
        409,
        "not_eligible",
        ["off_shift"],
    )
    assert await rows(dispatch, "select 1 from assignments") == []


async def test_what_a_dispatcher_has_assigned_may_be_accepted_off_shift(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    at = noon(dispatch)
    await dispatch.hears(a_site(plumbing=10))
    await put_technician(dispatch, "li", shifts=shift_until(at - timedelta(minutes=30)))
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id

    assigned = await decide(dispatch, job_id, "assign", technician_id="li")
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    assert assigned.status_code == 200, assigned.text
    assert (await answer(dispatch, "li", offer.id)).status_code == 200


async def test_offers_to_one_whose_shifts_are_changed_so_that_they_are_off_are_withdrawn(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    at = noon(dispatch)
    await dispatch.hears(a_site(plumbing=10))
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    await put_shifts(dispatch, "li", shift_until(at - timedelta(hours=1)))
    await dispatch.runs_due(REVIEWS)

    [offer] = (await order_of(dispatch, ticket)).jobs[0].offers
    assert (offer.state, offer.reason) == (OfferState.WITHDRAWN, "no_longer_eligible")


async def test_an_appointment_outside_the_shift_takes_offers_back_and_notes_it_of_accepted_work(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    at = noon(dispatch)
    await dispatch.hears(a_site(plumbing=10))
    await put_technician(dispatch, "li", shifts=shift_until(at + timedelta(hours=6)))
    offered, accepted = a_ticket(), a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, accepted)
    await dispatch.hears(offered)
    await rest(dispatch)
    night = (at + timedelta(hours=8), at + timedelta(hours=9))

    await dispatch.hears(
        a_ticket(id=offered.id, version=2, visit=night),
        a_ticket(TicketState.ASSIGNED, id=accepted.id, version=2, visit=night),
    )
    job = (await order_of(dispatch, accepted)).jobs[0]
    await put_technician(dispatch, "li")
    await dispatch.runs_due(REVIEWS)
    again = (await order_of(dispatch, accepted)).jobs[0]

    assert (await order_of(dispatch, offered)).jobs[0].offers[0].state is OfferState.WITHDRAWN
    assert (job.id, job.state, job.technician_id, job.holder_bars) == (
        job_id,
        JobState.ACCEPTED,
        "li",
        ("off_shift",),
    )
    assert (again.state, again.holder_bars) == (JobState.ACCEPTED, ())
    assert (await said_of(dispatch, accepted))[-2:] == ["holder_barred", "holder_barred"]


async def test_accepted_work_that_becomes_an_emergency_when_its_technician_is_off_shift_is_noted(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    at = noon(dispatch)
    await dispatch.hears(a_site(plumbing=10))
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    await put_shifts(dispatch, "li", shift_until(at - timedelta(hours=1)))
    await dispatch.runs_due(REVIEWS)
    before = (await order_of(dispatch, ticket)).jobs[0].holder_bars

    raised: dict[str, Any] = {"id": ticket.id, "priority": Priority.EMERGENCY}
    await dispatch.hears(a_ticket(TicketState.ASSIGNED, version=2, **raised))
    noted = (await order_of(dispatch, ticket)).jobs[0].holder_bars
    await work(dispatch, "li", job_id, "travel")
    await dispatch.hears(a_ticket(TicketState.IN_PROGRESS, version=3, category="lock", **raised))

    assert (before, noted) == ((), ("off_shift",))
    assert (await order_of(dispatch, ticket)).jobs[0].holder_bars == ("lacks_skill",)


async def test_of_accepted_work_that_becomes_another_trade_it_is_noted_and_forgotten_when_returned(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)

    lock = [SkillNeed(code="lock")]
    await dispatch.hears(
        a_ticket(TicketState.ASSIGNED, id=ticket.id, version=2, category="lock", skills=lock)
    )
    noted = (await order_of(dispatch, ticket)).jobs[0].holder_bars
    await work(dispatch, "li", job_id, "return", reason="not my trade")

    assert noted == ("lacks_skill",)
    assert (await order_of(dispatch, ticket)).jobs[0].holder_bars == ()
