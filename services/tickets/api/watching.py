"""A ticket's timeline as it happens: server-sent events that resume from `Last-Event-ID`."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.tickets.actions.read_tickets import MOST_LINES, read_timeline
from services.tickets.actions.recording import topic_of
from services.tickets.actions.seeing import see_ticket
from services.tickets.api.schemas import EntryOut
from services.tickets.api.tickets import Reader
from services.tickets.store.queries import Entry
from shared.auth.caller import Caller
from shared.db.transaction import Database, Kind, Transaction
from shared.errors import NotFound
from shared.http.live import Happening, live, live_router
from shared.http.problems import BadRequest
from shared.ids import TicketId

router = live_router("/v1/tickets", tag="tickets")


async def _watcher(request: Request, ticket_id: TicketId, caller: Reader) -> Caller:
    """The caller, once it is sure that the ticket exists for them and that the stream can begin
    where they say.
    """
    after = request.headers.get("last-event-id")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= 9):
        raise BadRequest("`Last-Event-ID` has to be one that this stream gave out.")
    database: Database = request.app.state.database
    async with database.transaction(kind=Kind.READING) as tx:
        await see_ticket(tx, ticket_id, by=caller)
    return caller


_Watcher = Annotated[Caller, Depends(_watcher)]


@router.get("/{ticket_id}/events", response_class=EventSourceResponse)
async def watch(
    request: Request, ticket_id: TicketId, caller: _Watcher
) -> AsyncIterator[ServerSentEvent]:
    """Every line of the timeline that the caller may read, from the first or from `Last-Event-ID`
    on, and then as they come.
    """

    async def read(tx: Transaction, after: str | None) -> Sequence[Happening]:
        lines: list[Entry] = []
        while True:
            try:
                more = await read_timeline(
                    tx, ticket_id, after=lines[-1].n if lines else int(after or 0), by=caller
                )
            except NotFound:
                break  # a technician whose job is gone sees no more
            lines += more
            if len(more) < MOST_LINES:
                break
        return [
            Happening(id=str(line.n), name=line.name, data=EntryOut.model_validate(line))
            for line in lines
        ]

    async for event in live(request, topic_of(ticket_id), read):
        yield event
