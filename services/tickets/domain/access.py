"""Who may see, do and change what: the one place that decides. What a caller may not see does not
exist for them.

Which steps residents and staff may take in which state is a table of its own (`verbs.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.tickets.domain.places import unit_key
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket
from shared.auth.caller import STAFF, Caller, Credential, Home, Role
from shared.errors import Forbidden
from shared.ids import SiteId

Bearer = Caller | Credential
"""A person or machine by their own token, or a technician by a job's."""

READERS = (Role.RESIDENT, Role.TECHNICIAN, Role.INTEGRATION, *STAFF)
ACTORS = (Role.RESIDENT, *STAFF)
COMMENTERS = (Role.TECHNICIAN, *ACTORS)
OPENERS = (*ACTORS, Role.INTEGRATION)
MANAGERS = (Role.MANAGER, Role.ADMIN)
KEEPERS_OF_PEOPLE = (*STAFF, Role.INTEGRATION)
_KEEPERS_OF_ROLES = (*MANAGERS, Role.INTEGRATION)


def may_see(caller: Caller, site: Site | None, ticket: Ticket, *, now: datetime) -> bool:
    """Return whether the ticket exists for the caller: for those who take part in it or see the
    whole of it.

    `site` is the ticket's own; None, not loaded, shares nothing among neighbours.
    """
    return sees_whole(caller, site, ticket, now=now) or has_joined(caller, ticket)


def sees_whole(caller: Caller, site: Site | None, ticket: Ticket, *, now: datetime) -> bool:
    """Return whether the caller sees more than those who share the ticket from another flat: those
    who may act on it, technicians while they hold it or are offered it, the integration that
    entered it.
    """
    return (
        may_act(caller, site, ticket)
        or has_entered(caller, ticket)
        or _is_admitted(caller, ticket, now=now)
    )


def has_entered(caller: Caller, ticket: Ticket) -> bool:
    """Return whether the caller is the integration that entered the ticket."""
    return caller.has(Role.INTEGRATION, ticket.site_id) and ticket.entered_by == caller.id


def may_act(caller: Caller, site: Site | None, ticket: Ticket) -> bool:
    """Return whether the caller may change the ticket: staff of its site; residents their own
    reports, and those for their unit where the site shares them.
    """
    if caller.is_staff(ticket.site_id):
        return True
    return caller.has(Role.RESIDENT, ticket.site_id) and (
        ticket.reporter_id == caller.id or _is_shared(caller, site, ticket)
    )


def may_take_part(caller: Caller, site: Site | None, ticket: Ticket) -> bool:
    """Return whether the caller may comment on the ticket, urge it, confirm, reopen and rate it:
    those who may act on it, and residents whose report of the same was merged into it.
    """
    return may_act(caller, site, ticket) or has_joined(caller, ticket)


def has_joined(caller: Caller, ticket: Ticket) -> bool:
    """Return whether the caller is a resident who follows the ticket since a duplicate of it, which
    they reported or followed, was merged into it.
    """
    return (
        caller.id in ticket.followers
        and caller.id in ticket.joined_people
        and caller.has(Role.RESIDENT, ticket.site_id)
    )


def may_read_internal(caller: Caller, ticket: Ticket, *, now: datetime) -> bool:
    """Return whether the caller reads what is not public: staff, and the technician who holds the
    ticket or is offered it; not a technician who only lives there.
    """
    return caller.is_staff(ticket.site_id) or _is_admitted(caller, ticket, now=now)


def may_leave(caller: Caller, ticket: Ticket) -> bool:
    """Return whether the caller follows the ticket: they may stop also when they do not see it any
    more.
    """
    return caller.id in ticket.followers


def may_open(caller: Caller, site_id: str) -> bool:
    return any(caller.has(role, site_id) for role in OPENERS)


def may_report_for_others(caller: Caller, site_id: str) -> bool:
    """Return whether the caller may name another reporter, and a priority: staff, integrations."""
    return caller.is_staff(site_id) or caller.has(Role.INTEGRATION, site_id)


def demand_staff(caller: Caller, site_id: str, deed: str) -> None:
    """Raise Forbidden for those who are not staff of the site; `deed` says what only staff do."""
    if not caller.is_staff(site_id):
        raise Forbidden(f"Only staff {deed}.")


def may_see_site(caller: Caller, site_id: str) -> bool:
    return any(caller.has(role, site_id) for role in Role)


def sites_seen(caller: Caller) -> frozenset[str] | None:
    """Return the sites that the caller sees; None for all."""
    return caller.sites(*Role)


def may_manage(caller: Caller, site_id: str) -> bool:
    """Return whether the caller may change the site itself."""
    return any(caller.has(role, site_id) for role in MANAGERS)


def may_manage_all(caller: Caller) -> bool:
    """Return whether the caller is an admin of every site."""
    return caller.sites(Role.ADMIN) is None


def may_keep_people(caller: Caller, site_id: str) -> bool:
    """Return whether the caller says where the site's people live: staff and integrations."""
    return any(caller.has(role, site_id) for role in KEEPERS_OF_PEOPLE)


def may_keep_roles(caller: Caller, site_id: str) -> bool:
    """Return whether the caller says what people are at the site."""
    return any(caller.has(role, site_id) for role in _KEEPERS_OF_ROLES)


def demand_right_over_roles(
    caller: Caller, site_id: str, before: Sequence[str] | None, after: Sequence[str] | None
) -> None:
    """Raise Forbidden for a dispatcher who changes what a person is at the site: it would shut out
    a manager.
    """
    if before != after and not may_keep_roles(caller, site_id):
        raise Forbidden(
            "A dispatcher says where people live; what they are, `roles`, is for managers, admins "
            "and integrations: send them as they are recorded, or leave them out."
        )


def may_see_person(caller: Caller, site_id: str, person_id: str) -> bool:
    """Return whether the caller reads the record of the person at the site: they themself, those
    who keep it, and staff.
    """
    return caller.id == person_id or may_keep_people(caller, site_id) or caller.is_staff(site_id)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """`may_see` for many tickets at once: who looks, and at which sites they are what; None means
    every site.
    """

    id: str
    staff_sites: frozenset[str] | None
    resident_sites: frozenset[str] | None
    technician_sites: frozenset[str] | None
    integration_sites: frozenset[str] | None
    homes: frozenset[Home]
    recorded: frozenset[SiteId]


def scope_of(caller: Caller) -> Scope:
    return Scope(
        id=caller.id,
        staff_sites=caller.sites(*STAFF),
        resident_sites=caller.sites(Role.RESIDENT),
        technician_sites=caller.sites(Role.TECHNICIAN),
        integration_sites=caller.sites(Role.INTEGRATION),
        homes=caller.homes,
        recorded=caller.recorded,
    )


def demand_desk(caller: Caller) -> Scope:
    """Return what the caller sees, for the queue of their sites. Raises Forbidden for those who are
    staff nowhere.
    """
    scope = scope_of(caller)
    if scope.staff_sites == frozenset():
        raise Forbidden("Only staff read tickets in the order in which they fall due.")
    return scope


def _is_shared(caller: Caller, site: Site | None, ticket: Ticket) -> bool:
    """Return whether it was reported for a unit that the caller lives in, since they do, at a site
    that shares these.
    """
    if site is None or not site.residents_see_unit:
        return False
    since = caller.lives_since(ticket.site_id, unit_key(ticket.place))
    return since is not None and since <= ticket.opened_at


def _is_admitted(caller: Caller, ticket: Ticket, *, now: datetime) -> bool:
    if caller.id not in ticket.admitted or not caller.has(Role.TECHNICIAN, ticket.site_id):
        return False
    until = ticket.admitted[caller.id]
    return until is None or now < until
