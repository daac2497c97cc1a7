"""A site that puts its jobs into a pool."""

from typing import Any
from uuid import UUID

from shared.contracts.tickets import TicketV1
from tests.component.dispatch.world import order_of, pool_of, put_rules, put_technician, rest
from tests.support.component import Component, MakeComponent

HERE = {"lat": 31.2304, "lon": 121.4737}


async def with_a_pool(component: MakeComponent, *technicians: str, **rules: Any) -> Component:
    dispatch = await component("dispatch")
    for id in technicians:
        await put_technician(dispatch, id, home=HERE)
    await put_rules(dispatch, **{"mode": "pool", **rules})
    return dispatch


async def pooled(dispatch: Component, *tickets: TicketV1) -> list[UUID]:
    """Their jobs, in the pool."""
    await dispatch.hears(*tickets)
    await rest(dispatch)
    return [(await order_of(dispatch, ticket)).jobs[-1].id for ticket in tickets]


async def shown(dispatch: Component, technician: str, **query: Any) -> list[str]:
    return [
        each["job"]["id"] for each in (await pool_of(dispatch, technician, **query)).json()["items"]
    ]
