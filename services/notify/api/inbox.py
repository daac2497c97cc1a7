"""The inbox: what was said to the caller."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.notify.actions.read_messages import follow_inbox, read_inbox, read_message
from services.notify.actions.tell import inbox_of
from services.notify.api.schemas import InboxItemOut, InboxOut, NothingIn, ReadOut
from services.notify.domain.access import EVERYBODY
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.http.live import Happening, live
from shared.http.live import live_router as streams
from shared.http.paging import Paging
from shared.http.problems import BadRequest
from shared.http.requests import Tx, may
from shared.http.routing import action_router

router = action_router("/v1/inbox", tag="inbox")
live_router = streams("/v1/inbox", tag="inbox")

Anybody = Annotated[Caller, may(*EVERYBODY)]


@router.get("")
async def read(
    response: Response,
    page: Paging,
    caller: Anybody,
    tx: Tx,
    unread: Annotated[bool, Query()] = False,
) -> InboxOut:
    """Newest first; `unread` in the answer counts all that lie unread."""
    found, count = await read_inbox(
        tx, by=caller, before=page.before, most=page.most, unread=unread
    )
    cut = page.cut(found, response, lambda message: message.id)
    return InboxOut(items=[InboxItemOut.model_validate(each) for each in cut], unread=count)


@router.post("/{message_id}/read")
async def mark(message_id: UUID, _: NothingIn, caller: Anybody, tx: Tx) -> ReadOut:
    return ReadOut(id=message_id, unread=await read_message(tx, message_id, by=caller))


async def _last_seen(request: Request) -> UUID | None:
    last = request.headers.get("last-event-id")
    try:
        return UUID(last) if last else None
    except ValueError as error:
        raise BadRequest("`Last-Event-ID` has to be one that this stream gave out.") from error


@live_router.get("/events", response_class=EventSourceResponse)
async def watch(
    request: Request, caller: Anybody, _: Annotated[UUID | None, Depends(_last_seen)]
) -> AsyncIterator[ServerSentEvent]:
    """The last few messages, or those since `Last-Event-ID`, and then as they come."""

    async def read(tx: Transaction, after: str | None) -> Sequence[Happening]:
        found = await follow_inbox(tx, UUID(after) if after else None, by=caller)
        return [
            Happening(id=str(each.id), name=each.kind, data=InboxItemOut.model_validate(each))
            for each in found
        ]

    async for event in live(request, inbox_of(caller.id), read):
        yield event
