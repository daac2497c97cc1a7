"""A ticket's timeline as it happens: server-sent events that resume from `Last-Event-ID`."""

from collections.abc import Sequence

from fastapi import Request, Response

from services.tickets.actions.read_tickets import MAX_LINES, read_timeline
from services.tickets.actions.recording import topic_of
from services.tickets.api.tickets import Reader
from services.tickets.api.timeline_schemas import EntryOut
from services.tickets.store.queries import Entry
from shared.db.transaction import Transaction
from shared.http.live import LiveEvent, event_stream, live, sequence_number
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.ids import TicketId

router = action_router("/v1/tickets", tag="tickets")


@router.get("/{ticket_id}/events", **event_stream(EntryOut))
async def watch(request: Request, ticket_id: TicketId, caller: Reader, tx: Tx) -> Response:
    """Send every line of the timeline that the caller may read, from the first or from
    `Last-Event-ID` on, and then new ones as they come.
    """

    async def look(tx: Transaction, after: int | None) -> Sequence[LiveEvent]:
        lines: list[Entry] = []
        last = after or 0
        while True:
            page = await read_timeline(tx, ticket_id, after=last, limit=MAX_LINES, by=caller)
            lines += page
            if len(page) < MAX_LINES:
                break
            last = page[-1].n
        return [LiveEvent(str(line.n), line.name, EntryOut.model_validate(line)) for line in lines]

    return await live(
        request, tx, look, by=caller, topic=topic_of(ticket_id), parse_id=sequence_number
    )
