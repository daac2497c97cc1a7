"""Creating and reading what tickets need."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import Field

from services.__service__.actions.create___entity__ import create___entity__
from services.__service__.actions.seeing import see___entity__
from services.__service__.domain.__entity__ import TicketIsOver
from shared.auth.caller import STAFF, Caller, Role
from shared.contracts.__service__ import __Entity__State
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Body, Moment, Reply, ShortWords
from shared.http.requests import Tx, etag, may
from shared.http.routing import action_router
from shared.ids import TicketId

router = action_router("/v1/__entity__s", tag="__entity__s")

_Staff = Annotated[Caller, may(*STAFF)]
_Reader = Annotated[Caller, may(Role.INTEGRATION, *STAFF)]


class __Entity__In(Body):
    ticket_id: UUID
    text: Annotated[ShortWords, Field(min_length=1)]
    due_at: Moment


class __Entity__Out(Reply):
    id: UUID
    version: int
    site_id: str
    ticket_id: UUID
    state: __Entity__State
    text: str
    due_at: datetime


@router.post("", status_code=201)
@refuses(NotFound, TicketIsOver)
async def create(response: Response, body: __Entity__In, caller: _Staff, tx: Tx) -> __Entity__Out:
    """Ask for something that the ticket needs, while the ticket goes on."""
    __entity__ = await create___entity__(
        tx, TicketId(body.ticket_id), text=body.text, due_at=body.due_at, by=caller
    )
    response.headers["Location"] = f"/v1/__entity__s/{__entity__.id}"
    etag(response, __entity__.version)
    return __Entity__Out.model_validate(__entity__)


@router.get("/{__entity___id}")
async def read(__entity___id: UUID, response: Response, caller: _Reader, tx: Tx) -> __Entity__Out:
    __entity__ = await see___entity__(tx, __entity___id, by=caller)
    etag(response, __entity__.version)
    return __Entity__Out.model_validate(__entity__)
