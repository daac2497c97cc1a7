"""Who the caller is to a ticket, and the ticket if it exists for them."""

from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import Actor
from services.tickets.domain.visibility import Viewer, may_see
from services.tickets.store.queries import load_ticket, lock_ticket
from services.tickets.store.sites import load_site
from shared.auth.caller import Caller, Role
from shared.db.transaction import Transaction
from shared.errors import Forbidden, NotFound
from shared.ids import TicketId


def actor_of(caller: Caller, site_id: str) -> Actor:
    return Actor(id=caller.id, is_staff=caller.is_staff(site_id))


def viewer_of(caller: Caller, site_id: str) -> Viewer:
    return Viewer(
        id=caller.id,
        is_staff=caller.is_staff(site_id),
        is_resident=caller.has(Role.RESIDENT, site_id),
        is_technician=caller.has(Role.TECHNICIAN, site_id),
        is_integration=caller.has(Role.INTEGRATION, site_id),
        units=caller.units,
    )


async def see_ticket(tx: Transaction, ticket_id: TicketId, *, seen_by: Caller) -> Ticket:
    """The ticket, for reading. Raises NotFound, also for what the caller may not see."""
    ticket = await load_ticket(tx, ticket_id)
    if ticket is None:
        raise no_such_ticket()
    await demand_sight(tx, ticket, by=seen_by)
    return ticket


async def demand_sight(tx: Transaction, ticket: Ticket, *, by: Caller) -> None:
    """Raises NotFound for what the caller may not see."""
    if not await _is_seen(tx, ticket, viewer_of(by, ticket.site_id)):
        raise no_such_ticket()


async def take_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> tuple[Ticket, Actor]:
    """The ticket, locked, and who acts on it.

    Raises NotFound, and Forbidden for whoever may read it but not act on it.
    """
    ticket = await lock_ticket(tx, ticket_id)
    if ticket is None:
        raise no_such_ticket()
    await demand_action(tx, ticket, by=by)
    return ticket, actor_of(by, ticket.site_id)


async def demand_action(tx: Transaction, ticket: Ticket, *, by: Caller) -> None:
    """Raises NotFound for what the caller may not see, Forbidden for what they may only read."""
    viewer = viewer_of(by, ticket.site_id)
    acting = Viewer(
        id=viewer.id, is_staff=viewer.is_staff, is_resident=viewer.is_resident, units=viewer.units
    )
    if await _is_seen(tx, ticket, acting):
        return
    if await _is_seen(tx, ticket, viewer):
        raise Forbidden("You may read this ticket, not act on it.")
    raise no_such_ticket()


async def _is_seen(tx: Transaction, ticket: Ticket, viewer: Viewer) -> bool:
    if may_see(viewer, ticket, None, now=tx.now):
        return True
    return bool(viewer.units) and may_see(
        viewer, ticket, await load_site(tx, ticket.site_id), now=tx.now
    )


def no_such_ticket() -> NotFound:
    return NotFound("There is no such ticket.")
