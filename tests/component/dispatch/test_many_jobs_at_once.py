"""Many jobs for few technicians: none is asked about more than they can hold, and all is done."""

import asyncio
from collections import Counter

from tests.component.dispatch.world import (
    HAND_OUT,
    a_ticket,
    put_technician,
    rest,
    rows,
    two_instances,
)
from tests.support.component import Component, MakeComponent


async def test_open_offers_count_so_that_nobody_is_asked_about_more_than_they_can_hold(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for n in range(12):
        await put_technician(dispatch, f"t{n:02}", capacity=3)
    tickets = [a_ticket() for _ in range(200)]

    await dispatch.hears(*tickets)
    await rest(dispatch)

    offered = Counter(
        row["technician_id"]
        for row in await rows(dispatch, "select technician_id from offers where state = 'open'")
    )
    assert set(offered.values()) == {3}
    assert len(offered) == 12
    assert await rows(dispatch, "select count(*) as n from jobs where state = 'waiting'") == [
        {"n": 164}
    ]


async def test_two_hundred_jobs_are_worked_off_by_twelve_technicians(
    component: MakeComponent,
) -> None:
    dispatch, second = await two_instances(component)
    for n in range(12):
        await put_technician(dispatch, f"t{n:02}", capacity=3)
    await dispatch.hears(*[a_ticket() for _ in range(200)])
    await rest(dispatch)

    rounds = 0
    while open_offers := await rows(
        dispatch, "select id, job_id, technician_id from offers where state = 'open'"
    ):
        rounds += 1
        await asyncio.gather(*(_take_and_finish(dispatch, offer) for offer in open_offers))
        await asyncio.gather(rest(dispatch), rest(second))

    assert await rows(dispatch, "select state, count(*) as n from jobs group by state") == [
        {"state": "completed", "n": 200}
    ]
    assert rounds < 10
    assert await rows(dispatch, "select 1 from offers where state <> 'accepted'") == []


async def test_two_instances_that_hand_out_at_once_ask_each_technician_about_what_they_can_hold(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    for n in range(4):
        await put_technician(first, f"t{n}", capacity=2)
    await first.hears(*[a_ticket() for _ in range(30)])

    await asyncio.gather(*(each.runs_due(HAND_OUT) for each in (first, second) * 4))

    offered = Counter(
        row["technician_id"] for row in await rows(first, "select technician_id from offers")
    )
    assert offered == {f"t{n}": 2 for n in range(4)}


async def _take_and_finish(dispatch: Component, offer: dict[str, str]) -> None:
    async with dispatch.http(role="technician", id=offer["technician_id"]) as http:
        assert (await http.post(f"/v1/offers/{offer['id']}/accept")).status_code == 200
        assert (await http.post(f"/v1/jobs/{offer['job_id']}/complete")).status_code == 200
