"""A technician who works at several sites, whose turns run side by side."""

import asyncio

from services.dispatch.actions.hand_out import hand_out
from services.dispatch.store.turns import claim_site
from shared.ids import SiteId
from tests.component.dispatch.world import (
    HAND_OUT,
    a_ticket,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    somebody_waits,
)
from tests.support.component import Component, MakeComponent
from tests.support.eventually import eventually

OPEN_OFFERS = "select count(*) as n from offers where technician_id = 'li' and state = 'open'"


async def put_li_at_two_sites(dispatch: Component, *, capacity: int) -> None:
    await put_technician(dispatch, "li", at="*", sites=["demo", "other"], capacity=capacity)


async def test_turns_at_two_sites_side_by_side_offer_no_more_than_a_technician_can_hold(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    here, there = a_ticket(), a_ticket(site_id="other")
    await dispatch.hears(here, there)
    await rest(dispatch)
    await put_li_at_two_sites(dispatch, capacity=1)

    async with dispatch.tx() as tx:
        taken = await claim_site(tx, [SiteId("other")], 1)
        await hand_out(tx, taken)
        await tx.flush()
        beside = asyncio.create_task(dispatch.runs_due(HAND_OUT))
        await eventually(lambda: somebody_waits(dispatch))
    await beside
    await rest(dispatch)

    assert await rows(dispatch, OPEN_OFFERS) == [{"n": 1}]
    assert (await said_of(dispatch, here))[-1] == "offered"
    assert (await said_of(dispatch, there))[-1] == "unassignable"


async def test_new_work_waits_for_the_alarm_while_another_sites_turn_offers_to_its_technician(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    here, there = a_ticket(), a_ticket(site_id="other")
    await dispatch.hears(here)
    await put_li_at_two_sites(dispatch, capacity=1)
    await rest(dispatch)
    assert (await said_of(dispatch, here))[-1] == "offered"
    second = a_ticket()
    await put_li_at_two_sites(dispatch, capacity=2)
    await rest(dispatch)

    async with dispatch.tx() as tx:
        await tx.lock("hand_out", ["demo"])
        await dispatch.hears(second)
        taken = await claim_site(tx, [], 1)
        await hand_out(tx, taken)
        await tx.flush()
        await dispatch.hears(there)
        batch_size = await said_of(dispatch, there)
    await rest(dispatch)

    assert batch_size == ["created"]
    assert await said_of(dispatch, second) == ["created", "offered"]
    assert await said_of(dispatch, there) == ["created"]
    assert await rows(dispatch, OPEN_OFFERS) == [{"n": 2}]


async def test_new_work_of_two_sites_in_a_batch_fills_the_hands_of_a_technician_of_both(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_li_at_two_sites(dispatch, capacity=2)
    await rest(dispatch)
    tickets = [a_ticket(), a_ticket(site_id="other"), a_ticket()]

    await dispatch.hears(*tickets)

    told = [await said_of(dispatch, ticket) for ticket in tickets]
    assert sorted(told) == [["created"], ["created", "offered"], ["created", "offered"]]
    assert await rows(dispatch, OPEN_OFFERS) == [{"n": 2}]
    assert (await order_of(dispatch, tickets[0])).site_id == "demo"
