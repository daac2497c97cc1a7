"""Opening, reading and changing tickets."""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from services.tickets.actions.amend_ticket import amend_ticket
from services.tickets.actions.open_ticket import open_ticket
from services.tickets.actions.read_tickets import (
    MAX_LINES,
    list_queue,
    list_tickets,
    list_with_views,
    read_newest_lines,
    read_ticket,
    read_timeline,
)
from services.tickets.actions.seeing import as_seen
from services.tickets.api.patching import TicketPatch
from services.tickets.api.queue_places import Queueing
from services.tickets.api.schemas import (
    OpenedOut,
    QueuedTicketOut,
    TicketIn,
    TicketOut,
    TicketsOut,
    TicketViewOut,
)
from services.tickets.api.state import TicketsState
from services.tickets.api.timeline_schemas import EntryOut, TimelineOut
from services.tickets.domain.access import ACTORS, COMMENTERS, OPENERS, READERS
from services.tickets.domain.limits import TicketFull, TooManyChanges, TooManySteps
from services.tickets.domain.references import is_misread
from services.tickets.domain.search_words import words_of
from services.tickets.domain.site import UnknownSite
from services.tickets.domain.verbs import IllegalStep, ReasonDemanded
from services.tickets.store.due_order import QueuePlace
from services.tickets.store.filters import Filters
from shared.auth.caller import STAFF, Caller
from shared.contracts.categories import Nature
from shared.contracts.tickets import Priority, TicketState
from shared.errors import Invalid
from shared.http.declared import refuses
from shared.http.fields import MomentBound, Subject, Text
from shared.http.paging import NUMBERS, Page, paged_by
from shared.http.requests import IfMatch, Tx, etag, may
from shared.http.routing import Json, action_router
from shared.http.state import state_of
from shared.ids import TicketId

router = action_router("/v1/tickets", tag="tickets")

_Opener = Annotated[Caller, may(*OPENERS)]
Reader = Annotated[Caller, may(*READERS)]
Asker = Annotated[Caller, may(*ACTORS)]
Commenter = Annotated[Caller, may(*COMMENTERS)]
Staff = Annotated[Caller, may(*STAFF)]
_SEARCHED = (
    "Words in any order, each a part of title, description, reference or place; two characters or "
    "more, or one Chinese character. A unit is found by its key and as people say it: `3-1202`, "
    "`三号楼1202`."
)
_ORDERED = (
    "`newest`; or for staff `due`: what falls due next, or is overdue, comes first, and what waits "
    "for no promise last, newest first."
)
_IN_FULL = (
    "Each ticket with `visit`, `work` and `clocks`, as its own view has them; only in the order "
    "`newest`."
)
_Short = Annotated[Text | None, Query(max_length=200)]


@router.post("", status_code=201, response_model=OpenedOut)
@refuses(UnknownSite, TicketFull)
async def open_(
    request: Request, response: Response, body: TicketIn, caller: _Opener, tx: Tx
) -> Json:
    """Open a ticket. `possible_duplicates` are offered, never forced."""
    opened = await open_ticket(
        tx, body.report(), by=caller, numbers=state_of(request, TicketsState).numbers
    )
    response.headers["Location"] = f"/v1/tickets/{opened.ticket.id}"
    etag(response, opened.ticket.version)
    return OpenedOut.written(opened, caller)


class Order(StrEnum):
    NEWEST = "newest"
    DUE = "due"


class LineOrder(StrEnum):
    OLDEST = "oldest"
    NEWEST = "newest"


async def _filters(
    page: Queueing,
    site: _Short = None,
    state: Annotated[list[TicketState] | None, Query(max_length=7)] = None,
    category: _Short = None,
    priority: Priority | None = None,
    nature: Nature | None = None,
    reporter: Annotated[Subject | None, Query()] = None,
    reference: Annotated[
        Text | None,
        Query(max_length=40, description="As read over the phone; refused when misread."),
    ] = None,
    q: Annotated[Text | None, Query(max_length=100, description=_SEARCHED)] = None,
    opened_from: MomentBound | None = None,
    opened_to: MomentBound | None = None,
    updated_from: MomentBound | None = None,
    updated_to: MomentBound | None = None,
    imported: Annotated[
        bool | None, Query(description="Whether it was taken over from a former system.")
    ] = None,
) -> Filters:
    if reference is not None and is_misread(reference):
        raise Invalid(
            "This is no reference as it was given out; a sign was misread.", field="reference"
        )
    return Filters(
        limit=page.limit,
        site_id=site,
        states=tuple(state or ()),
        category=category,
        priority=priority,
        nature=nature,
        reporter_id=reporter,
        reference=reference.strip().upper() if reference else None,
        words=() if q is None else tuple(words_of(q)),
        opened_from=opened_from,
        opened_to=opened_to,
        updated_from=updated_from,
        updated_to=updated_to,
        imported=imported,
    )


@router.get("", response_model=TicketsOut)
async def list_(
    response: Response,
    page: Queueing,
    filters: Annotated[Filters, Depends(_filters)],
    caller: Reader,
    tx: Tx,
    order: Annotated[Order, Query(description=_ORDERED)] = Order.NEWEST,
    in_full: Annotated[bool, Query(description=_IN_FULL)] = False,
) -> TicketsOut | Json:
    """Return the tickets that the caller may see, newest first; or, to staff, those of their sites
    by what falls due next.
    """
    if order is Order.DUE:
        if in_full:
            raise Invalid("Only the order `newest` is listed in full.", field="in_full")
        queued = await list_queue(tx, filters, after=page.last, by=caller)
        shown = page.cut(queued, response, lambda each: each.place)
        return TicketsOut(
            items=[QueuedTicketOut.of_queued(each.ticket, caller, each.due_at) for each in shown]
        )
    if page.last is not None:
        filters = replace(filters, before=page.last.id)
    if in_full:
        views = page.cut(
            await list_with_views(tx, filters, by=caller),
            response,
            lambda view: QueuePlace(view.ticket.id),
        )
        return TicketsOut.in_full(views, caller)
    found = page.cut(
        await list_tickets(tx, filters, by=caller), response, lambda ticket: QueuePlace(ticket.id)
    )
    return TicketsOut(items=[TicketOut.of(ticket, caller) for ticket in found])


@router.get("/{ticket_id}", response_model=TicketViewOut)
async def read(ticket_id: TicketId, response: Response, caller: Reader, tx: Tx) -> Json:
    """Return one ticket: what was asked for, who comes, when, and by when it was promised."""
    view = await read_ticket(tx, ticket_id, by=caller)
    etag(response, view.ticket.version)
    return TicketViewOut.written(view, caller)


@router.patch("/{ticket_id}")
@refuses(IllegalStep, ReasonDemanded, TooManyChanges, TooManySteps, TicketFull, UnknownSite)
async def amend(
    ticket_id: TicketId,
    response: Response,
    body: TicketPatch,
    version: IfMatch,
    caller: Asker,
    tx: Tx,
) -> TicketOut:
    """Change text, place, windows or answers; as staff also category or priority."""
    ticket = await amend_ticket(tx, ticket_id, body.amendment(), version=version, by=caller)
    etag(response, ticket.version)
    shown, _ = await as_seen(tx, ticket, by=caller)
    return TicketOut.of(shown, caller)


@router.get("/{ticket_id}/timeline")
async def timeline(
    ticket_id: TicketId,
    response: Response,
    page: Annotated[Page[int], paged_by(NUMBERS, usual=MAX_LINES, max_size=MAX_LINES)],
    caller: Reader,
    tx: Tx,
    order: LineOrder = LineOrder.OLDEST,
) -> TimelineOut:
    """Return what happened, oldest first or newest first; residents read what is public."""
    if order is LineOrder.NEWEST:
        found = await read_newest_lines(
            tx, ticket_id, before=page.before, limit=page.limit, by=caller
        )
    else:
        found = await read_timeline(
            tx, ticket_id, after=page.last or 0, limit=page.limit, by=caller
        )
    entries = page.cut(found, response, lambda entry: entry.n)
    return TimelineOut(items=[EntryOut.model_validate(entry) for entry in entries])
