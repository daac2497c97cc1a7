"""The desk's queue at a glance, and as it changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.tickets.actions.read_queue import count_queue_of, read_queue
from services.tickets.actions.recording import topic_of_queue
from services.tickets.api.queue_places import Queueing
from services.tickets.api.state import TicketsState
from services.tickets.api.tickets import Staff
from services.tickets.domain.queue_line import QueueCounts, QueueLine, QueueView
from services.tickets.domain.work_view import WorkView
from services.tickets.store.due_order import QueuePlace
from services.tickets.store.filters import Filters
from shared.contracts.categories import Nature, Road
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Place, Priority, TicketState
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier, Reply, Text
from shared.http.live import LiveEvent, event_stream, live
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.http.state import state_of

router = action_router("/v1/queue", tag="queue")

_MIN_INTERVAL_S = 1.0
"""The shortest time between two events of a stream: people do not read a queue faster."""
_Short = Annotated[Text | None, Query(max_length=200)]


class CountOut(Reply):
    """`first_at` is when the first of them falls or fell due, or since when it is so."""

    tickets: int
    first_at: datetime | None


class CountsOut(Reply):
    """Of tickets that are not resolved; each is counted once. At risk is what falls due next within
    an hour, breached what is overdue, unassignable what no technician can take, unheard where a
    resident's word waits for an answer. Of several sites, what another instance has changed shows a
    moment later; after 15 s, where its news was lost.
    """

    open: int
    on_hold: int
    at_risk: CountOut
    breached: CountOut
    unassignable: CountOut
    unheard: CountOut


class QueueLineOut(Reply):
    """A ticket as the desk reads it before opening it: the beginning of what was said, what falls
    due next, who does the work. `hold_reason` and `held_at` are of the hold that it is on.
    """

    id: UUID
    reference: str
    site_id: str
    state: TicketState
    priority: Priority
    category: str
    nature: Nature
    road: Road
    title: str
    description: str
    place: Place
    opened_at: datetime
    reporter_id: str
    needs_info: bool
    hold_reason: str | None
    held_at: datetime | None
    cancel_requested_at: datetime | None
    unheard_since: datetime | None
    due_at: datetime | None
    due_kind: ClockKind | None
    work: WorkView | None


class QueueOut(Reply):
    at: datetime
    counts: CountsOut
    items: tuple[QueueLineOut, ...]


class QueueNewsOut(Reply):
    at: datetime
    counts: CountsOut


@router.get("")
async def read(
    request: Request,
    response: Response,
    page: Queueing,
    caller: Staff,
    tx: Tx,
    site: _Short = None,
    view: Annotated[QueueView | None, Query(description="Left out: all that is open.")] = None,
    category: _Short = None,
    priority: Priority | None = None,
) -> QueueOut:
    """Return the tickets of your sites that are not resolved by what falls due next, or is overdue,
    and last those that wait for no promise; and how many there are at these sites.
    """
    filters = Filters(limit=page.limit, site_id=site, category=category, priority=priority)
    remembered = state_of(request, TicketsState).queue_counts
    glance = await read_queue(tx, filters, view, after=page.last, remembered=remembered, by=caller)
    shown = page.cut(glance.lines, response, _place)
    return QueueOut(
        at=glance.at,
        counts=_counts(glance.counts),
        items=tuple(QueueLineOut.model_validate(line) for line in shown),
    )


@router.get("/events", **event_stream(QueueNewsOut))
@refuses(NotFound)
async def watch(request: Request, site: Identifier, caller: Staff, tx: Tx) -> Response:
    """Send how many tickets there are at the site, at once and whenever one of them changes, or
    what is known of its work or its promises; an event's id is the time it shows.
    """

    async def look(tx: Transaction, after: datetime | None) -> Sequence[LiveEvent]:
        counts = _counts(await count_queue_of(tx, site, by=caller))
        news = QueueNewsOut(at=tx.now, counts=counts)
        return [LiveEvent(tx.now.isoformat(), "queue", news)]

    return await live(
        request,
        tx,
        look,
        by=caller,
        topic=topic_of_queue(site),
        parse_id=datetime.fromisoformat,
        min_interval_s=_MIN_INTERVAL_S,
    )


def _place(line: QueueLine) -> QueuePlace:
    return QueuePlace(line.id, line.due_at)


def _counts(counts: QueueCounts) -> CountsOut:
    return CountsOut.model_validate(counts)
