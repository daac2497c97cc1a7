"""Who may see a ticket. What one may not see does not exist for them."""

from dataclasses import dataclass
from datetime import datetime

from services.tickets.domain.places import unit_key
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Somebody as one site knows them: what they are there, and the units that are theirs."""

    id: str
    is_staff: bool = False
    is_resident: bool = False
    is_technician: bool = False
    is_integration: bool = False
    units: frozenset[str] = frozenset()


def may_see(viewer: Viewer, ticket: Ticket, site: Site | None, *, now: datetime) -> bool:
    """Staff what is of their site; residents their own, and their unit's where the site allows;
    technicians what they hold or are offered; an integration what it entered.
    """
    if viewer.is_staff:
        return True
    if viewer.is_resident and (
        ticket.reporter_id == viewer.id or _is_their_units(viewer, ticket, site)
    ):
        return True
    if viewer.is_integration and ticket.entered_by == viewer.id:
        return True
    return viewer.is_technician and _is_admitted(viewer, ticket, now=now)


def reads_internal(viewer: Viewer, ticket: Ticket, *, now: datetime) -> bool:
    """Staff, and the technician who holds it or is offered it; everybody else reads what is public,
    also a technician who lives there.
    """
    return viewer.is_staff or (viewer.is_technician and _is_admitted(viewer, ticket, now=now))


def _is_their_units(viewer: Viewer, ticket: Ticket, site: Site | None) -> bool:
    return site is not None and site.residents_see_unit and unit_key(ticket.place) in viewer.units


def _is_admitted(viewer: Viewer, ticket: Ticket, *, now: datetime) -> bool:
    if viewer.id not in ticket.admitted:
        return False
    until = ticket.admitted[viewer.id]
    return until is None or now < until
