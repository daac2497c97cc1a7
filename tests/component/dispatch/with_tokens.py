"""An open offer, and requests that carry a token instead of a login."""

from typing import Any

import httpx

from shared.auth.work_tokens import WorkTokens
from shared.clock import SystemClock
from tests.component.dispatch.world import a_ticket, order_of, rest
from tests.support.component import OFFER_KEYS, Component

TOKENS = WorkTokens(OFFER_KEYS, SystemClock())


async def an_open_offer(dispatch: Component, **more: Any) -> tuple[Any, Any]:
    """(ticket, offer)"""
    ticket = a_ticket(**more)
    await dispatch.hears(ticket)
    await rest(dispatch)
    return ticket, (await order_of(dispatch, ticket)).jobs[0].offers[0]


async def post(
    dispatch: Component, path: str, authorization: str | None = None, **more: Any
) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    async with dispatch.http(role=None) as http:
        return await http.post(path, headers=headers, **more)
