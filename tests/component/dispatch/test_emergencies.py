"""An emergency is offered to several technicians at once, also to those whose hands are full."""

import asyncio
from collections import Counter
from datetime import timedelta

from shared.contracts.dispatch import OfferState
from shared.contracts.tickets import Priority
from tests.component.dispatch.world import (
    DOUBLE_BOOKED,
    a_ticket,
    an_emergency,
    answer,
    begin_lower_work,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    two_instances,
)
from tests.support.component import MakeComponent


async def test_an_emergency_is_offered_at_once_to_the_nearest_three_for_a_minute(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for n in range(5):
        await put_technician(dispatch, f"t{n}", home={"lat": 31.2304 + n / 1000, "lon": 121.4737})
    ticket = a_ticket(priority=Priority.EMERGENCY)

    await dispatch.hears(ticket)
    await rest(dispatch)

    offers = (await order_of(dispatch, ticket)).jobs[0].offers
    assert {offer.technician_id for offer in offers} == {"t0", "t1", "t2"}
    assert {offer.expires_at - offer.offered_at for offer in offers} == {timedelta(seconds=60)}


async def test_a_job_that_becomes_an_emergency_is_offered_anew_to_the_nearest_three(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for n in range(4):
        await put_technician(dispatch, f"t{n}", home={"lat": 31.2304 + n / 1000, "lon": 121.4737})
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    await dispatch.hears(a_ticket(id=ticket.id, version=2, priority=Priority.EMERGENCY))
    await rest(dispatch)

    offers = (await order_of(dispatch, ticket)).jobs[0].offers
    assert [(offer.technician_id, offer.state, offer.reason) for offer in offers] == [
        ("t0", OfferState.WITHDRAWN, "now_an_emergency"),
        *((f"t{n}", OfferState.OPEN, None) for n in range(3)),
    ]


async def test_those_with_room_are_asked_first_and_the_busy_when_these_say_no(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await begin_lower_work(dispatch)
    await put_technician(dispatch, "wang", home={"lat": 31.30, "lon": 121.4737})

    emergency = await an_emergency(dispatch)
    first = (await order_of(dispatch, emergency)).jobs[0].offers
    await answer(dispatch, "wang", first[0].id, "decline")
    await rest(dispatch)
    then = (await order_of(dispatch, emergency)).jobs[0].offers

    assert [offer.technician_id for offer in first] == ["wang"]
    assert [(offer.technician_id, offer.state) for offer in then] == [
        ("wang", OfferState.DECLINED),
        ("li", OfferState.OPEN),
    ]


async def test_that_all_are_at_emergencies_is_said_at_once(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    await offered_and_accepted(dispatch, a_ticket(priority=Priority.EMERGENCY))

    second = await an_emergency(dispatch)

    assert await said_of(dispatch, second) == ["created", "unassignable"]
    [barred] = (await order_of(dispatch, second)).unassignable
    assert barred.codes == ("at_capacity",)


async def test_an_emergency_that_waits_is_offered_to_one_whose_hands_are_full_and_who_can_now(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await begin_lower_work(dispatch)
    emergency = await an_emergency(dispatch, category="lift")
    before = await said_of(dispatch, emergency)

    await put_technician(
        dispatch, "li", capacity=1, skills=[{"code": "plumbing"}, {"code": "lift"}]
    )
    await rest(dispatch)

    assert before == ["created", "unassignable"]
    assert (await order_of(dispatch, emergency)).jobs[0].offers[0].technician_id == "li"


async def test_a_technician_with_full_hands_takes_one_of_two_emergencies_at_once(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=1)
    await offered_and_accepted(first, a_ticket())
    offers = []
    for _ in range(2):
        emergency = await an_emergency(first)
        offers.append((await order_of(first, emergency)).jobs[0].offers[0].id)

    answers = await asyncio.gather(
        *(answer((first, second)[n % 2], "li", offer) for n, offer in enumerate(offers))
    )

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 1}
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"at_capacity"}
    assert await rows(first, DOUBLE_BOOKED) == []
