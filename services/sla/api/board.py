"""`GET /v1/board?site=` and its live stream."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from services.sla.actions.read_board import read_board, topic_of
from shared.auth.caller import STAFF, Caller
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Priority, TicketState
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier, Reply
from shared.http.live import LiveEvent, event_stream, live
from shared.http.requests import Tx, may
from shared.http.routing import action_router

router = action_router("/v1", tag="board")

Staff = Annotated[Caller, may(*STAFF)]

_MIN_INTERVAL_S = 1.0
"""The shortest time between two boards of a stream: people do not read a whole one faster."""


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

    `listeners` is how many people hear of the site's breaches: with 0 a broken promise is announced
    to no one. Null while that is not known.
    """

    site_id: str
    at: datetime
    counts: CountsOut
    listeners: int | None
    open: tuple[TicketOut, ...]
    at_risk: tuple[ClockOut, ...]
    breached: tuple[ClockOut, ...]


@router.get("/board")
@refuses(NotFound)
async def read(site: Identifier, caller: Staff, tx: Tx) -> BoardOut:
    return BoardOut.model_validate(await read_board(tx, site, by=caller))


@router.get("/board/events", **event_stream(BoardOut))
@refuses(NotFound)
async def watch(request: Request, site: Identifier, caller: Staff, tx: Tx) -> Response:
    """Send the whole board, at once and whenever something on it changes; an event's id is the time
    it shows.
    """

    async def look(tx: Transaction, after: datetime | None) -> Sequence[LiveEvent]:
        board = await read_board(tx, site, by=caller)
        return [LiveEvent(board.at.isoformat(), "board", BoardOut.model_validate(board))]

    return await live(
        request,
        tx,
        look,
        by=caller,
        topic=topic_of(site),
        parse_id=datetime.fromisoformat,
        min_interval_s=_MIN_INTERVAL_S,
    )
