"""Who is asked, when, and what happens when nobody is left."""

from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Place, Priority
from tests.component.dispatch.world import (
    HAND_OUT,
    OFFERS,
    a_promise,
    a_ticket,
    age_offers,
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
from tests.support.component import MakeComponent


async def test_the_nearest_is_asked_first_and_the_next_when_they_decline(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "far", home={"lat": 31.26, "lon": 121.4737})
    await put_technician(dispatch, "near", home={"lat": 31.231, "lon": 121.4737})
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    first = (await order_of(dispatch, ticket)).jobs[0].offers[-1]
    declined = await answer(dispatch, "near", first.id, "decline", reason="stuck in traffic")
    await rest(dispatch)

    assert first.technician_id == "near"
    assert declined.json()["state"] == "declined"
    job = (await order_of(dispatch, ticket)).jobs[0]
    assert [(offer.technician_id, offer.state, offer.reason) for offer in job.offers] == [
        ("near", OfferState.DECLINED, "stuck in traffic"),
        ("far", OfferState.OPEN, None),
    ]
    assert await said_of(dispatch, ticket) == ["created", "offered", "offer_declined", "offered"]


async def test_whoever_was_in_the_flat_before_is_preferred(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "a-new")
    await put_technician(dispatch, "b-known")
    place = Place(building="3", unit="1202")
    await put_rules(dispatch, mode="manual")
    first = a_ticket(place=place)
    await dispatch.hears(first)
    job_id = (await order_of(dispatch, first)).jobs[0].id
    await decide(dispatch, job_id, "assign", technician_id="b-known")
    await answer(dispatch, "b-known", (await order_of(dispatch, first)).jobs[0].offers[0].id)
    await work(dispatch, "b-known", job_id, "complete")

    await put_rules(dispatch, mode="plan")
    again = a_ticket(place=place)
    await dispatch.hears(again)
    await rest(dispatch)

    assert (await order_of(dispatch, again)).jobs[0].offers[0].technician_id == "b-known"


async def test_an_offer_that_nobody_answers_expires_two_seconds_after_its_end_and_goes_to_the_next(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "wang")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    await age_offers(dispatch, minutes=15, seconds=1)
    too_early = await dispatch.runs_due(OFFERS)
    await age_offers(dispatch, seconds=2)
    swept = await dispatch.runs_due(OFFERS)
    await rest(dispatch)

    assert (too_early, swept) == (0, 1)
    job = (await order_of(dispatch, ticket)).jobs[0]
    assert [offer.state for offer in job.offers] == [OfferState.EXPIRED, OfferState.OPEN]
    assert job.offers[0].decided_at == job.offers[0].expires_at
    assert job.offers[1].technician_id != offer.technician_id
    late = await answer(dispatch, offer.technician_id, offer.id)
    assert (late.status_code, late.json()["state"]) == (409, "expired")


async def test_when_nobody_else_is_left_they_are_asked_once_more_and_then_it_is_unassignable_once(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "zhou", skills=[{"code": "lock"}])
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    for _ in range(2):
        offer = (await order_of(dispatch, ticket)).jobs[0].offers[-1]
        assert (await answer(dispatch, "li", offer.id, "decline")).status_code == 200
        await rest(dispatch)
    dispatch.clock.move(minutes=30)
    await rest(dispatch)

    order = await order_of(dispatch, ticket)
    assert await said_of(dispatch, ticket) == [
        "created",
        *["offered", "offer_declined"] * 2,
        "unassignable",
    ]
    assert {barred.technician_id: barred.codes for barred in order.unassignable} == {
        "li": ("cooling_down",),
        "zhou": ("lacks_skill",),
    }
    assert order.unassignable_at is not None


async def test_after_the_cooling_down_they_are_asked_again(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    for _ in range(2):
        await answer(
            dispatch, "li", (await order_of(dispatch, ticket)).jobs[0].offers[-1].id, "decline"
        )
        await rest(dispatch)

    await age_offers(dispatch, hours=2)
    dispatch.clock.move(hours=2)
    await rest(dispatch)

    order = await order_of(dispatch, ticket)
    assert order.jobs[0].state is JobState.OFFERED
    assert order.unassignable_at is None
    assert order.unassignable == ()


async def test_a_site_without_technicians_is_unassignable_until_one_comes(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    alone = await order_of(dispatch, ticket)

    await put_technician(dispatch, "li")
    await rest(dispatch)

    assert alone.unassignable_at is not None
    assert await said_of(dispatch, ticket) == ["created", "unassignable", "offered"]


async def test_nobody_is_alarmed_when_everybody_is_merely_busy_and_the_most_urgent_comes_next(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())
    low, late, due = a_ticket(priority=Priority.LOW), a_ticket(), a_ticket()
    await dispatch.hears(low, late, due, *[a_promise(due, minutes=10), a_promise(late, minutes=90)])
    await rest(dispatch)
    waiting = [(await order_of(dispatch, ticket)).version for ticket in (low, late, due)]

    await work(dispatch, "li", job_id, "complete")
    await rest(dispatch)

    assert waiting == [1, 1, 1]
    states = [(await order_of(dispatch, ticket)).jobs[0].state for ticket in (low, late, due)]
    assert states == [JobState.WAITING, JobState.WAITING, JobState.OFFERED]


async def test_hundreds_of_rounds_that_come_to_nothing_still_make_a_fact_that_fits(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_rules(dispatch, cooling_down_s=0)
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    for _ in range(110):
        await dispatch.runs_due(HAND_OUT)
        offer = (await rows(dispatch, "select id from offers where state = 'open'"))[0]["id"]
        assert (
            await answer(dispatch, "li", offer, "decline", reason="不去" * 240)
        ).status_code == 200

    order = await order_of(dispatch, ticket)
    assert order.version == 220
    assert len(order.jobs[0].offers) <= 100
    assert len(order.jobs[0].steps) <= 61
    assert await rows(dispatch, "select count(*) as n from offers") == [{"n": 110}]
