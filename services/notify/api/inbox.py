"""The inbox: what was said to the caller."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.notify.actions.read_messages import (
    follow_inbox,
    read_inbox,
    read_message,
    read_messages,
)
from services.notify.actions.tell import inbox_of
from services.notify.api.schemas import InboxItemOut, InboxOut, ReadIn, ReadOut, UnreadOut
from services.notify.domain.access import EVERYBODY
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.http.inputs import NothingIn
from shared.http.live import LiveEvent, event_stream, live
from shared.http.paging import Paging
from shared.http.requests import Tx, may
from shared.http.routing import action_router

router = action_router("/v1/inbox", tag="inbox")

AnyCaller = Annotated[Caller, may(*EVERYBODY)]


@router.get("")
async def read(
    response: Response,
    page: Paging,
    caller: AnyCaller,
    tx: Tx,
    unread: Annotated[bool, Query()] = False,
) -> InboxOut:
    """Return messages, newest first; `unread` in the answer counts all that lie unread, up to
    1,000.
    """
    found, count = await read_inbox(
        tx, by=caller, before=page.before, limit=page.limit, unread=unread
    )
    cut = page.cut(found, response, lambda message: message.id)
    return InboxOut(items=[InboxItemOut.model_validate(each) for each in cut], unread=count)


@router.post(":read")
async def mark_all(body: ReadIn, caller: AnyCaller, tx: Tx) -> UnreadOut:
    """Mark what lies unread as read, up to the message that is the `newest` you have seen: 2,000
    at once, of which the newest; `unread` says how many are left.
    """
    return UnreadOut(unread=await read_messages(tx, body.newest, by=caller))


@router.post("/{message_id}/read")
async def mark(message_id: UUID, _: NothingIn, caller: AnyCaller, tx: Tx) -> ReadOut:
    return ReadOut(id=message_id, unread=await read_message(tx, message_id, by=caller))


@router.get("/events", **event_stream(InboxItemOut))
async def watch(request: Request, caller: AnyCaller, tx: Tx) -> Response:
    """Send the last few messages, or those since `Last-Event-ID`, and then new ones as they
    come.
    """

    async def look(tx: Transaction, after: UUID | None) -> Sequence[LiveEvent]:
        return [
            LiveEvent(str(each.id), each.kind, InboxItemOut.model_validate(each))
            for each in await follow_inbox(tx, after, by=caller)
        ]

    return await live(request, tx, look, by=caller, topic=inbox_of(caller.id), parse_id=UUID)
