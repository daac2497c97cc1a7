"""What Prometheus is told of jobs."""

import re

from shared.contracts.tickets import TicketState
from tests.component.dispatch.world import a_ticket, put_technician, rest
from tests.support.component import Component, MakeComponent


async def shown(dispatch: Component, metric: str) -> dict[str, float]:
    """Label → value, where the metric has one label, a minute later."""
    dispatch.clock.move(minutes=1)
    assert await dispatch.runs_due("counting") == 1
    return await shown_now(dispatch, metric)


async def shown_now(dispatch: Component, metric: str) -> dict[str, float]:
    """The same of what was counted last."""
    async with dispatch.http(role=None) as prometheus:
        text = (await prometheus.get("/metrics")).text
    return {
        label: float(value)
        for label, value in re.findall(rf'^{metric}{{\w+="([^"]+)"}} (\S+)$', text, re.MULTILINE)
    }


async def test_open_jobs_are_counted_by_state_and_those_that_ended_are_not(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    tickets = [a_ticket(), a_ticket(site_id="elsewhere"), a_ticket(site_id="elsewhere")]
    await dispatch.hears(*tickets, a_ticket(TicketState.CANCELLED))
    await rest(dispatch)
    before = await shown(dispatch, "fettle_open_jobs")

    await dispatch.hears(
        a_ticket(TicketState.CANCELLED, id=tickets[2].id, version=2, site_id="elsewhere")
    )
    assert await dispatch.runs_due("counting") == 0
    assert await shown_now(dispatch, "fettle_open_jobs") == before

    states = ("waiting", "offered", "accepted", "travelling", "on_site", "working", "paused")
    assert before == {**dict.fromkeys(states, 0), "waiting": 2, "offered": 1}
    assert await shown(dispatch, "fettle_open_jobs") == {**before, "waiting": 1}


async def test_work_that_no_technician_can_take_is_counted_at_its_site_until_one_can_or_it_ends(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    forgotten = a_ticket(site_id="elsewhere")
    await dispatch.hears(a_ticket(), a_ticket(), forgotten)
    await rest(dispatch)
    alone = await shown(dispatch, "fettle_unassignable_jobs")

    await put_technician(dispatch, "li")
    await rest(dispatch)
    after_li = await shown(dispatch, "fettle_unassignable_jobs")
    await dispatch.hears(
        a_ticket(TicketState.CANCELLED, id=forgotten.id, version=2, site_id="elsewhere")
    )

    assert alone == {"demo": 2, "elsewhere": 1}
    assert after_li == {"elsewhere": 1}
    assert await shown(dispatch, "fettle_unassignable_jobs") == {}
