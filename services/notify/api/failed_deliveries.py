"""`GET /v1/failed-deliveries`: what was given up, for the staff of its sites."""

from typing import Annotated

from fastapi import Query, Response

from services.notify.actions.read_messages import read_failed
from services.notify.api.messages import Staff
from services.notify.api.schemas import FailedDeliveriesOut, FailedDeliveryOut
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier
from shared.http.paging import Paging
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.ids import SiteId

router = action_router("/v1", tag="messages")


@router.get("/failed-deliveries")
@refuses(NotFound)
async def list_(
    response: Response,
    page: Paging,
    caller: Staff,
    tx: Tx,
    site: Annotated[Identifier | None, Query()] = None,
) -> FailedDeliveriesOut:
    """Return deliveries of your sites, or of `site`, that were given up, newest first. A page may
    have few of them, or none, and not be the last.
    """
    at = None if site is None else SiteId(site)
    found = await read_failed(tx, by=caller, site=at, before=page.before)
    shown = page.cut(found.items, response, lambda each: each.id)
    if len(shown) == len(found.items) and found.last is not None:
        page.goes_on(response, found.last)
    return FailedDeliveriesOut(items=[FailedDeliveryOut.model_validate(each) for each in shown])
