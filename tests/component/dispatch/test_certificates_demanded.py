"""Work that a site's rules demand certificates for goes to technicians who have them."""

from datetime import date, timedelta

from shared.contracts import SkillNeed
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Priority
from tests.component.dispatch.certified import (
    MONDAY,
    TODAY,
    TOMORROW,
    a_certificate,
    barred,
    on_monday,
)
from tests.component.dispatch.world import (
    a_ticket,
    answer,
    decide,
    offered_and_accepted,
    order_of,
    put_certificates,
    put_technician,
    rest,
    said_of,
    work,
)
from tests.support.component import MakeComponent


async def test_work_goes_to_who_has_what_it_demands_from_the_moment_that_it_is_recorded(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    ticket, emergency = a_ticket(), a_ticket(priority=Priority.EMERGENCY)
    await dispatch.hears(ticket, emergency)
    await rest(dispatch)
    without = [await barred(dispatch, each) for each in (ticket, emergency)]

    await put_certificates(dispatch, "li", a_certificate(date(2026, 11, 22)))
    await rest(dispatch)
    over = await said_of(dispatch, ticket)
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    await rest(dispatch)

    assert without == [["certificate_missing"]] * 2
    assert over == ["created", "unassignable"]
    for each in (ticket, emergency):
        assert (await order_of(dispatch, each)).jobs[0].state is JobState.OFFERED


async def test_a_site_may_name_a_skill_of_the_ticket_and_other_work_is_free(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(
        component, certificates={}, skill_certificates={"lift": ["lift_repair"]}
    )
    await put_technician(dispatch, "li", skills=[{"code": "plumbing"}, {"code": "lift"}])
    plain, lift = a_ticket(), a_ticket(skills=[SkillNeed(code="lift")])

    await dispatch.hears(plain, lift)
    await rest(dispatch)

    assert (await order_of(dispatch, plain)).jobs[0].state is JobState.OFFERED
    assert await barred(dispatch, lift) == ["certificate_missing"]


async def test_a_second_visit_demands_what_its_own_skills_demand(component: MakeComponent) -> None:
    dispatch = await on_monday(
        component, certificates={}, skill_certificates={"electric": ["low_voltage"]}
    )
    await put_technician(dispatch, "li", skills=[{"code": "plumbing"}, {"code": "electric"}])
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)

    asked = await work(
        dispatch, "li", job_id, "follow-up", reason="live", skills=[{"code": "electric"}]
    )
    await rest(dispatch)

    assert asked.status_code == 200, asked.text
    assert await barred(dispatch, ticket) == ["certificate_missing"]


async def test_an_offer_is_not_accepted_for_a_day_on_which_the_certificate_is_over(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    tomorrow = (MONDAY + timedelta(days=1)).isoformat()
    refused = await answer(dispatch, "li", offer.id, planned_arrival=tomorrow)
    accepted = await answer(dispatch, "li", offer.id)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_eligible"), refused.text
    assert refused.json()["codes"] == ["certificate_expired"]
    assert "23 Nov 2026" in refused.json()["detail"]
    assert accepted.status_code == 200, accepted.text


async def test_a_day_that_ends_between_offer_and_answer_ends_the_certificate_without_any_event(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    dispatch.clock.move(hours=13, minutes=30)  # half past eleven at night
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    dispatch.clock.move(minutes=40)
    late = await answer(dispatch, "li", offer.id)

    assert (late.status_code, late.json()["codes"]) == (409, ["certificate_expired"])
    assert (await order_of(dispatch, ticket)).jobs[0].state is JobState.OFFERED


async def test_what_is_taken_from_a_technicians_list_takes_their_offers_back(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TOMORROW))
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    await put_certificates(dispatch, "li")
    await rest(dispatch)

    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]
    assert (offer.state, offer.reason) == (OfferState.WITHDRAWN, "no_longer_eligible")
    assert await barred(dispatch, ticket) == ["certificate_missing"]


async def test_not_even_a_dispatcher_with_a_reason_assigns_against_a_certificate(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component, mode="manual", assign_without_consent=True)
    await put_certificates(dispatch, "li", a_certificate(date(2026, 11, 22)))
    ticket = a_ticket()
    await dispatch.hears(ticket)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id

    refused = await decide(dispatch, job_id, "assign", technician_id="li", overrule="no other")
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    assigned = await decide(dispatch, job_id, "assign", technician_id="li")

    assert (refused.status_code, refused.json()["codes"]) == (409, ["certificate_expired"])
    assert (assigned.status_code, assigned.json()["state"]) == (200, "accepted"), assigned.text


async def test_an_agreed_visit_after_the_last_day_bars_and_an_earlier_one_does_not(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TOMORROW))
    visits = [
        a_ticket(visit=(MONDAY + timedelta(days=days), MONDAY + timedelta(days=days, hours=1)))
        for days in (1, 2)
    ]

    await dispatch.hears(*visits)
    await rest(dispatch)

    assert (await order_of(dispatch, visits[0])).jobs[0].state is JobState.OFFERED
    assert await barred(dispatch, visits[1]) == ["certificate_expired"]
