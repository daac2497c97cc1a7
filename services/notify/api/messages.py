"""What was said about a ticket, for the staff of its site."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.notify.actions.read_messages import read_about
from services.notify.api.schemas import MessageOut, MessagesOut
from shared.auth.caller import STAFF, Caller
from shared.http.paging import Paging
from shared.http.requests import Tx, may
from shared.http.routing import action_router

router = action_router("/v1/messages", tag="messages")

Staff = Annotated[Caller, may(*STAFF)]


@router.get("")
async def list_(
    response: Response, page: Paging, caller: Staff, tx: Tx, ticket_id: Annotated[UUID, Query()]
) -> MessagesOut:
    """Return every message about the ticket, also those that were stale, with how each delivery
    stands.
    """
    found = await read_about(tx, ticket_id, by=caller, before=page.before, limit=page.limit)
    return MessagesOut(
        items=[
            MessageOut.of(each.message, each.deliveries)
            for each in page.cut(found, response, lambda each: each.message.id)
        ]
    )
