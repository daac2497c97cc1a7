"""Who may see and manage what: people's messages and endpoints, audiences of sites."""

from dataclasses import dataclass

from services.notify.domain.endpoint import Endpoint
from services.notify.domain.kinds import DESK_KINDS, WORK_AND_DESK_KINDS, WORK_KINDS, Kind
from services.notify.domain.recipient import Recipient
from shared.auth.caller import STAFF, Caller, Role
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.dispatch import IN_HAND
from shared.errors import Forbidden
from shared.ids import PersonId, SiteId

EVERYBODY = tuple(Role)
MAY_MANAGE = (*STAFF, Role.INTEGRATION)
"""May register endpoints and languages for others, within their sites."""


def sites_managed(caller: Caller, owner: PersonId) -> frozenset[SiteId] | None:
    """Return of which sites the caller may have the owner's messages sent somewhere: None for all
    sites, an empty set where they may not.
    """
    sites = None if caller.id == owner else caller.sites(*MAY_MANAGE)
    return None if sites is None else frozenset(SiteId(site) for site in sites)


@dataclass(frozen=True, kw_only=True)
class Acquaintance:
    """Whether notify knows the person at one of the sites asked about (`shared`), and at any at
    all: they work or listen there, a record says so, or they were told of it.
    """

    shared: bool
    anywhere: bool


def may_register_for(caller: Caller, owner: PersonId, known: Acquaintance) -> bool:
    """Return whether the caller may have webhooks of the owner sent somewhere: one whom they share
    a site with, or who is not known anywhere yet. `known` is as of the sites they manage.
    """
    return sites_managed(caller, owner) is None or known.shared or not known.anywhere


@dataclass(frozen=True, kw_only=True)
class InboxScope:
    """Whose inbox, and what of it they may still read: the kinds for staff of sites whose staff
    they are, those for technicians of sites they work at, all others of sites where they are
    anything. None means every site; what is about no site is theirs anyway. Nothing of what others
    reported for units that they `left`, as `SITE/UNIT`; the site `*` is every one but those that
    are `decided`, because a record says where they live, or because they are staff there.
    """

    recipient: PersonId
    desk_sites: frozenset[str] | None
    work_sites: frozenset[str] | None
    sites: frozenset[str] | None
    left: frozenset[str]
    decided: frozenset[str]


def inbox_scope(caller: Caller) -> InboxScope:
    return InboxScope(
        recipient=caller.id,
        desk_sites=caller.sites(*MAY_MANAGE),
        work_sites=caller.sites(Role.TECHNICIAN),
        sites=caller.sites(*EVERYBODY),
        left=frozenset(f"{site}/{unit}" for site, unit in caller.left if not caller.is_staff(site)),
        decided=caller.recorded | (caller.sites(*STAFF) or frozenset()),
    )


def roles_told(kind: Kind) -> tuple[Role, ...]:
    """Return the roles, one of which a person needs at a site to be told such things of it."""
    if kind in DESK_KINDS:
        return MAY_MANAGE
    if kind in WORK_AND_DESK_KINDS:
        return (*MAY_MANAGE, Role.TECHNICIAN)
    return (Role.TECHNICIAN,) if kind in WORK_KINDS else EVERYBODY


def sites_seen(caller: Caller) -> frozenset[SiteId] | None:
    """Return the sites of which the caller may see everything that was said; None for all."""
    sites = caller.sites(*STAFF)
    return None if sites is None else frozenset(SiteId(site) for site in sites)


def may_see(caller: Caller, owner: PersonId) -> bool:
    """Return whether the caller reads and writes what is known of a person, but for their
    audience: they themself, staff and integrations.
    """
    return sites_managed(caller, owner) != frozenset()


def may_call(caller: Caller, ticket: TicketV1, order: WorkOrderV1 | None) -> bool:
    """Return whether the caller may know how to call the person who reported the ticket: staff of
    its site, and the technician who has a job of it in hand.
    """
    if caller.is_staff(ticket.site_id):
        return True
    has_it = order is not None and any(
        job.state in IN_HAND and job.technician_id == caller.id for job in order.jobs
    )
    return has_it and caller.has(Role.TECHNICIAN, ticket.site_id)


def may_manage(caller: Caller, endpoint: Endpoint) -> bool:
    """Return whether the endpoint exists for the caller, to see and to change: for its owner, and
    for those who may see all that is sent to it.
    """
    sites = sites_managed(caller, endpoint.owner)
    return sites is None or (endpoint.sites is not None and endpoint.sites <= sites)


def may_manage_audience(caller: Caller, site_id: SiteId) -> bool:
    """Return whether the caller says who hears of the site: its staff and integrations."""
    return any(caller.has(role, site_id) for role in MAY_MANAGE)


def audience_sites(caller: Caller) -> frozenset[SiteId] | None:
    """Return the sites whose audience the caller says, and so sees; None for all."""
    sites = caller.sites(*MAY_MANAGE)
    return None if sites is None else frozenset(SiteId(site) for site in sites)


def demand_audience(
    caller: Caller, before: Recipient | None, wanted: frozenset[tuple[str, SiteId]]
) -> None:
    """Raise Forbidden unless the caller may begin and end every listening that differs from
    `before`.
    """
    had = frozenset((each.role, each.site) for each in before.audience) if before else frozenset()
    for role, site in had ^ wanted:
        if not may_manage_audience(caller, site):
            raise Forbidden(
                f"Who hears of {site} as {role} is for the staff of that site to say.", site=site
            )
