"""Reading tickets, with what the other services have said about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.tickets.actions.seeing import (
    as_seen,
    see_ticket,
    see_ticket_with_snapshots,
)
from services.tickets.domain.access import demand_desk, may_read_internal, scope_of
from services.tickets.domain.held import HeldWork
from services.tickets.domain.search_units import with_units_by_key
from services.tickets.domain.sharing import learns_cause, reads_line
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.work_view import DueView, WorkView, due_views, technician_of, work_view
from services.tickets.store.due_order import Queued, QueuePlace, find_queue
from services.tickets.store.filters import Filters
from services.tickets.store.listing import find_tickets
from services.tickets.store.queries import (
    Entry,
    find_entries,
    find_newest_entries,
    find_snapshots_of,
)
from services.tickets.store.sites import load_site
from shared.auth.caller import Caller
from shared.contracts import ClocksV1, TechnicianV1
from shared.contracts.categories import Road
from shared.db.transaction import Transaction
from shared.ids import TicketId
from shared.messaging.snapshots import find_snapshots

MAX_LINES = 500
"""Lines of a timeline that are read at once."""
_FOR_STAFF = ("technician_id", "said_at")
"""Details of a line that residents do not read."""


@dataclass(frozen=True, kw_only=True)
class TicketWithView:
    """A ticket, and beside it who comes, when, and by when it was promised."""

    ticket: Ticket
    work: WorkView | None
    clocks: tuple[DueView, ...]


async def read_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> TicketWithView:
    """Return the ticket and what is beside it. Raises NotFound."""
    found = await see_ticket_with_snapshots(tx, ticket_id, by=by)
    [view] = await _with_views(tx, [_Found(*found)], by=by)
    return view


async def list_with_views(
    tx: Transaction, filters: Filters, *, by: Caller
) -> Sequence[TicketWithView]:
    """Return what `list_tickets` does, with what is beside each."""
    tickets = await find_tickets(tx, await _keyed(tx, filters), scope_of(by))
    if not tickets:
        return []
    held = await find_snapshots_of(tx, [ticket.id for ticket in tickets])
    return await _with_views(tx, [_Found(each, *held[each.id]) for each in tickets], by=by)


class _Found(NamedTuple):
    """A ticket that the caller sees, whole, with what is held of its work order and its clocks."""

    ticket: Ticket
    order: HeldWork | None
    clocks: ClocksV1 | None

    @property
    def work(self) -> HeldWork | None:
        """Return the work order: that the desk's has no job is no work that was cancelled."""
        order = self.order
        if order is not None and not order.jobs and self.ticket.road is Road.DESK:
            return None
        return order


async def _with_views(
    tx: Transaction, found: Sequence[_Found], *, by: Caller
) -> Sequence[TicketWithView]:
    """Return the tickets as the caller is shown them; their technicians are read all at once."""
    ids = {id for each in found if (id := technician_of(each.work)) is not None}
    technicians = await find_snapshots(tx, TechnicianV1, ids) if ids else {}
    return [await _with_view(tx, each, technicians, by=by) for each in found]


async def _with_view(
    tx: Transaction, found: _Found, technicians: Mapping[str, TechnicianV1], *, by: Caller
) -> TicketWithView:
    ticket, order = found.ticket, found.work
    shown, _ = await as_seen(tx, ticket, by=by)
    technician = technicians.get(technician_of(order) or "")
    work = work_view(order, technician, there={each.id for each in shown.attachments})
    if work is not None and not may_read_internal(by, ticket, now=tx.now):
        # residents learn a name to call, and no id to look up
        work = replace(work, technician_id=None, unassignable=())
    return TicketWithView(ticket=shown, work=work, clocks=due_views(found.clocks, ticket, order))


async def read_timeline(
    tx: Transaction, ticket_id: TicketId, *, after: int, limit: int, by: Caller
) -> Sequence[Entry]:
    """Return the lines after number `after` that the caller may read, oldest first,
    `limit` of them.

    Raises NotFound.
    """
    ticket = await see_ticket(tx, ticket_id, by=by)
    internal = may_read_internal(by, ticket, now=tx.now)
    entries = await find_entries(tx, ticket_id, after=after, internal=internal, limit=limit)
    return entries if internal else await _as_read(tx, entries, ticket, by=by)


async def read_newest_lines(
    tx: Transaction, ticket_id: TicketId, *, before: int | None, limit: int, by: Caller
) -> Sequence[Entry]:
    """Return the lines before number `before` (None: all) that the caller may read, newest first,
    `limit` of them.

    Raises NotFound.
    """
    ticket = await see_ticket(tx, ticket_id, by=by)
    internal = may_read_internal(by, ticket, now=tx.now)
    entries = await find_newest_entries(
        tx, ticket_id, before=before, internal=internal, limit=limit
    )
    return entries if internal else await _as_read(tx, entries, ticket, by=by)


async def _as_read(
    tx: Transaction, entries: Sequence[Entry], ticket: Ticket, *, by: Caller
) -> Sequence[Entry]:
    """Return the lines as those read them who are no staff."""
    entries = [_without_technician(entry) for entry in entries]
    if not ticket.joined:
        return entries
    _, shares = await as_seen(tx, ticket, by=by)
    return [_as_shared(entry, ticket, by=by, shares=shares) for entry in entries]


def _as_shared(entry: Entry, ticket: Ticket, *, by: Caller, shares: bool) -> Entry:
    """Return the line as those read it who share the ticket with people of another flat."""
    cause = entry.cause if learns_cause(ticket, entry, by=by.id, shares=shares) else ""
    if reads_line(ticket, entry, by=by.id, shares=shares):
        return replace(entry, cause=cause)
    return replace(entry, cause=cause, detail={}, text=None)


def _without_technician(entry: Entry) -> Entry:
    return replace(
        entry,
        detail={name: value for name, value in entry.detail.items() if name not in _FOR_STAFF},
    )


async def list_tickets(tx: Transaction, filters: Filters, *, by: Caller) -> Sequence[Ticket]:
    """Return what the caller may see of what the filters ask for, newest first. A unit among the
    words is found by its key, too.
    """
    found = await find_tickets(tx, await _keyed(tx, filters), scope_of(by))
    return [(await as_seen(tx, ticket, by=by))[0] for ticket in found]


async def list_queue(
    tx: Transaction, filters: Filters, *, after: QueuePlace | None, by: Caller
) -> Sequence[Queued]:
    """Return what the filters ask for of the tickets at the sites whose staff the caller is: by
    when what it waits for falls due next, and then what waits for nothing, newest first.

    Raises Forbidden for those who are staff nowhere.
    """
    scope = demand_desk(by)
    return await find_queue(tx, await _keyed(tx, filters), scope, after=after)


async def _keyed(tx: Transaction, filters: Filters) -> Filters:
    """Return the filters with the keys of units that the words may mean."""
    if not filters.words:
        return filters
    site = await load_site(tx, filters.site_id) if filters.site_id else None
    return replace(filters, keyed=with_units_by_key(filters.words, site))
