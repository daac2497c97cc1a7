"""What exists for a caller: `see_…` to read, `lock_…` to change. Every action of a caller begins
here.
"""

from collections.abc import Sequence
from uuid import UUID

from services.tickets.domain.access import (
    demand_staff,
    may_act,
    may_keep_people,
    may_leave,
    may_manage,
    may_manage_all,
    may_open,
    may_read_internal,
    may_see,
    may_see_person,
    may_see_site,
    may_take_part,
    sees_whole,
)
from services.tickets.domain.held import HeldWork
from services.tickets.domain.person import Person
from services.tickets.domain.sharing import (
    public_part,
    without_internal,
    without_those_who_joined,
)
from services.tickets.domain.site import Site, UnknownSite
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import IllegalStep
from services.tickets.domain.work_view import held_job
from services.tickets.store import people, queries, sites
from shared.auth.caller import Caller, Role
from shared.contracts import ClocksV1
from shared.db.transaction import Kind, Transaction
from shared.errors import Forbidden, Invalid, NotFound
from shared.ids import PersonId, TicketId
from shared.messaging.people import record_id
from shared.messaging.snapshots import find_snapshot


async def see_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Return the ticket, for reading. Raises NotFound."""
    return await _seen(tx, await queries.load_ticket(tx, ticket_id), by=by)


async def see_ticket_with_snapshots(
    tx: Transaction, ticket_id: TicketId, *, by: Caller
) -> tuple[Ticket, HeldWork | None, ClocksV1 | None]:
    """Return the ticket with what is held of its work order and its clocks. Raises NotFound."""
    ticket, order, clocks = await queries.load_with_snapshots(tx, ticket_id)
    return await _seen(tx, ticket, by=by), order, clocks


async def lock_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Return the ticket, for the caller to change. Raises NotFound, and Forbidden for those who may
    only read it.
    """
    return await _acted_on(tx, await queries.lock_ticket(tx, ticket_id), by=by)


async def lock_going_on(
    tx: Transaction, ticket_id: TicketId, *, by: Caller
) -> tuple[Ticket, Ticket]:
    """Return the ticket, for the caller to take part in, and the one for which that counts: what a
    resident does with a duplicate counts for the ticket that goes on. Staff do what they do with
    the one that they name. Both are the same where nothing was merged.

    Raises NotFound, and Forbidden for those who may only read it.
    """
    line = await lock_line(tx, ticket_id)
    ticket = await demand_part(tx, line[0] if line else None, by=by)
    return ticket, ticket if by.is_staff(ticket.site_id) else line[-1]


async def lock_line_to_follow(
    tx: Transaction, ticket_id: TicketId, *, by: Caller
) -> Sequence[Ticket]:
    """Return the ticket and, of a duplicate, those that it was merged into: who follows the one
    follows them all. Raises NotFound, Forbidden.
    """
    line = await lock_line(tx, ticket_id)
    if not any(may_leave(by, ticket) for ticket in line):
        await demand_part(tx, line[0] if line else None, by=by)
    return line


async def lock_to_comment(
    tx: Transaction, ticket_id: TicketId, *, by: Caller
) -> tuple[Ticket, Ticket, UUID | None]:
    """Return what `lock_going_on` does, for the caller to comment, and the job of the ticket's
    present cycle that they do or did as its technician.

    Raises NotFound, and Forbidden for those who may only read it.
    """
    line = await lock_line(tx, ticket_id)
    if line and (job_id := await own_job(tx, line[0], by=by)) is not None:
        return line[0], line[0], job_id
    ticket = await demand_part(tx, line[0] if line else None, by=by)
    return ticket, ticket if by.is_staff(ticket.site_id) else line[-1], None


async def lock_tickets_to_merge(
    tx: Transaction, ticket_id: TicketId, *, into: TicketId, by: Caller
) -> tuple[Ticket, Ticket]:
    """Return the duplicate and the ticket that it is merged into, which is the one that goes on
    where `into` is a duplicate itself; locked in order of id.

    Raises NotFound, Forbidden, IllegalStep where `into` is a duplicate of this very one, and
    Invalid where there is no such other for the caller.
    """
    if by.only not in (None, into):
        raise Invalid("There is no such ticket to be a duplicate of.", field="/duplicate_of")
    line, tickets = await queries.lock_line(tx, into, ticket_id)
    duplicate = await _acted_on(tx, tickets.get(ticket_id), by=by)
    demand_staff(by, duplicate.site_id, "merge tickets")
    if not line or not by.is_staff(line[-1].site_id):
        raise Invalid("There is no such ticket to be a duplicate of.", field="/duplicate_of")
    if line[-1].id == duplicate.id and len(line) > 1:
        raise IllegalStep("merge", state=line[0].state, legal=frozenset())
    return duplicate, line[-1]


async def lock_merged_line(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Sequence[Ticket]:
    """Return the ticket and those that it was merged into, for staff to undo that; locked in order
    of id. Raises NotFound, Forbidden.
    """
    line, _ = await queries.lock_line(tx, ticket_id)
    ticket = await _acted_on(tx, line[0] if line else None, by=by)
    demand_staff(by, ticket.site_id, "unmerge tickets")
    return line


async def as_seen(tx: Transaction, ticket: Ticket, *, by: Caller) -> tuple[Ticket, bool]:
    """Return the ticket as the caller is shown it, and whether they share it from another flat:
    then without the words, the names and the flat of the others.
    """
    if may_read_internal(by, ticket, now=tx.now):
        return ticket, False
    ticket = without_internal(ticket)
    if not ticket.joined:
        return ticket, False
    if sees_whole(by, await _site_of_neighbours(tx, ticket, by=by), ticket, now=tx.now):
        return without_those_who_joined(ticket, to=by.id), False
    return public_part(ticket, to=by.id), True


async def see_site(tx: Transaction, site_id: str, *, by: Caller) -> Site:
    """Return the site. Raises NotFound, also where the caller has no role."""
    site = await sites.load_site(tx, site_id) if may_see_site(by, site_id) else None
    if site is None:
        raise NotFound("There is no such site.")
    return site


async def see_site_to_report_at(tx: Transaction, site_id: str, *, by: Caller) -> Site:
    """Return the site. Raises UnknownSite, also where the caller may not open tickets."""
    site = await sites.load_site(tx, site_id) if may_open(by, site_id) else None
    if site is None:
        raise UnknownSite("There is no such site.", field="/site_id")
    return site


async def lock_site(tx: Transaction, site_id: str, *, by: Caller) -> Site | None:
    """Return the site, for the caller to change, None while there is none. Raises Forbidden."""
    if not may_manage(by, site_id):
        raise Forbidden("Only managers and admins of the site change it.")
    return await sites.lock_site(tx, site_id)


async def see_site_to_keep_people(tx: Transaction, site_id: str, *, by: Caller) -> Site:
    """Return the site, for the caller to say who belongs there. Raises Forbidden, NotFound."""
    if not may_keep_people(by, site_id):
        raise Forbidden("Only staff and integrations of the site say who belongs there.")
    site = await sites.load_site(tx, site_id)
    if site is None:
        raise NotFound("There is no such site.")
    return site


async def see_person(tx: Transaction, site_id: str, person_id: PersonId, *, by: Caller) -> Person:
    """Return the record of a person at a site. Raises NotFound."""
    person = None
    if may_see_person(by, site_id, person_id):
        person = await people.load_person(tx, record_id(site_id, person_id), for_update=False)
    if person is None or person.removed_at is not None:
        raise NotFound("There is no record of this person at the site.")
    return person


def demand_every_site(by: Caller) -> None:
    """Raise Forbidden for those who are not admin of every site."""
    if not may_manage_all(by):
        raise Forbidden("Only an admin of every site republishes what is said of them all.")


async def lock_every_site(tx: Transaction, *, by: Caller) -> list[Site]:
    """Return all sites, locked. Raises Forbidden."""
    demand_every_site(by)
    return [
        site
        for site_id in await sites.find_site_ids(tx)
        if (site := await sites.lock_site(tx, site_id))
    ]


async def _seen(tx: Transaction, ticket: Ticket | None, *, by: Caller) -> Ticket:
    if ticket is None:
        raise no_such_ticket()
    if not may_see(by, None, ticket, now=tx.now):
        site = await _site_of_neighbours(tx, ticket, by=by)
        if not may_see(by, site, ticket, now=tx.now):
            raise no_such_ticket()
    return ticket


async def lock_line(tx: Transaction, ticket_id: TicketId) -> Sequence[Ticket]:
    """Return the ticket and those that it was merged into, locked in order of id."""
    if tx.kind is Kind.LOCKING:
        line, _ = await queries.lock_line(tx, ticket_id)
        return line
    ticket = await queries.lock_ticket(tx, ticket_id)
    if ticket is not None and ticket.duplicate_of is not None:
        tx.demand_locks()
    return [] if ticket is None else [ticket]


async def demand_part(tx: Transaction, ticket: Ticket | None, *, by: Caller) -> Ticket:
    """Return the ticket, for the caller to take part in. Raises NotFound, and Forbidden for those
    who may only read it.
    """
    if ticket is not None and may_take_part(by, None, ticket):
        return ticket
    return await _acted_on(tx, ticket, by=by)


async def own_job(tx: Transaction, ticket: Ticket, *, by: Caller) -> UUID | None:
    """Return the job of the ticket's present cycle that the caller, who has no other part in it,
    does or did.
    """
    if not by.has(Role.TECHNICIAN, ticket.site_id) or may_take_part(by, None, ticket):
        return None
    order = await find_snapshot(tx, HeldWork, str(ticket.id))
    return held_job(order, cycle=ticket.cycle, technician_id=by.id) if order else None


async def _acted_on(tx: Transaction, ticket: Ticket | None, *, by: Caller) -> Ticket:
    if ticket is None:
        raise no_such_ticket()
    if may_act(by, None, ticket):
        return ticket
    site = await _site_of_neighbours(tx, ticket, by=by)
    if may_act(by, site, ticket):
        return ticket
    if may_see(by, site, ticket, now=tx.now):
        raise Forbidden("You may read this ticket, not act on it.")
    raise no_such_ticket()


async def _site_of_neighbours(tx: Transaction, ticket: Ticket, *, by: Caller) -> Site | None:
    """Return the ticket's site where it may decide: it says whether those of a unit share what is
    reported for it.
    """
    return await sites.load_site(tx, ticket.site_id) if by.homes else None


def no_such_ticket() -> NotFound:
    return NotFound("There is no such ticket.")
