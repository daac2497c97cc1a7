"""`GET /v1/board?site=` and its live stream."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.sla.actions.read_board import read_board, topic_of
from shared.auth.caller import STAFF, Caller
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Priority, TicketState
from shared.db.transaction import Database, Kind, Transaction
from shared.http.fields import Identifier, Reply
from shared.http.live import Happening, live
from shared.http.live import live_router as streams
from shared.http.requests import Tx, may
from shared.http.routing import action_router

router = action_router("/v1", tag="board")
live_router = streams("/v1", tag="board")

Staff = Annotated[Caller, may(*STAFF)]

_SHOWN_EVERY_S = 1.0
"""Nobody reads a whole board faster."""


class CountsOut(Reply):
    """`open` counts tickets that are not resolved; the others count clocks."""

    open: int
    at_risk: int
    breached: int


class TicketOut(Reply):
    """`due_at` is the earliest due time of what the ticket still waits for."""

    ticket_id: UUID
    reference: str
    category: str
    priority: Priority
    ticket_state: TicketState
    due_at: datetime | None


class ClockOut(TicketOut):
    kind: ClockKind


class BoardOut(Reply):
    """Each list has at most a hundred, the most urgent first; at risk is what falls due within an
    hour.
    """

    site_id: str
    at: datetime
    counts: CountsOut
    open: tuple[TicketOut, ...]
    at_risk: tuple[ClockOut, ...]
    breached: tuple[ClockOut, ...]


@router.get("/board")
async def read(site: Identifier, caller: Staff, tx: Tx) -> BoardOut:
    return BoardOut.model_validate(await read_board(tx, site, by=caller))


async def _watcher(request: Request, site: Identifier, caller: Staff) -> Caller:
    """The caller, once it is sure that the board is theirs to see."""
    database: Database = request.app.state.database
    async with database.transaction(kind=Kind.READING) as tx:
        await read_board(tx, site, by=caller)
    return caller


Watcher = Annotated[Caller, Depends(_watcher)]


@live_router.get("/board/live", response_class=EventSourceResponse)
async def watch(
    request: Request, site: Identifier, caller: Watcher
) -> AsyncIterator[ServerSentEvent]:
    """The whole board, at once and whenever something on it changes; an event's id is the time it
    shows.
    """

    async def show(tx: Transaction, after: str | None) -> Sequence[Happening]:
        board = await read_board(tx, site, by=caller)
        return [
            Happening(id=board.at.isoformat(), name="board", data=BoardOut.model_validate(board))
        ]

    async for event in live(request, topic_of(site), show, at_most_every_s=_SHOWN_EVERY_S):
        yield event
