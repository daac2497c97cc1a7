"""Who may see, act on and manage what: jobs, offers, technicians, sites' rules."""

from collections.abc import Collection

from services.dispatch.domain.job import Job, Offer
from services.dispatch.domain.technician import Technician
from services.dispatch.domain.work_order import WorkOrder
from shared.auth.caller import STAFF, Caller, Credential, Role
from shared.errors import Forbidden
from shared.ids import SiteId, TechnicianId

MAY_MANAGE_TECHNICIANS = (*STAFF, Role.INTEGRATION)
"""Staff, or the system that keeps the list of technicians for them."""

Bearer = Caller | Credential
"""A technician by their own token, or by one that is good for one offer or job alone."""


def technician_of(bearer: Bearer) -> TechnicianId:
    """Return the technician that the token stands for."""
    return bearer.technician_id if isinstance(bearer, Credential) else TechnicianId(bearer.id)


def works_at(bearer: Bearer, site_id: SiteId) -> bool:
    """Return whether the bearer is a technician of the site: by a role there, or by a token that
    is good for one offer or job.
    """
    return isinstance(bearer, Credential) or bearer.has(Role.TECHNICIAN, site_id)


def sites_worked_at(caller: Caller) -> frozenset[SiteId] | None:
    """Return the sites of which the caller is a technician: None for all."""
    sites = caller.sites(Role.TECHNICIAN)
    return None if sites is None else frozenset(SiteId(site) for site in sites)


def may_manage(caller: Caller, site_id: SiteId) -> bool:
    """Return whether the caller sees, assigns and withdraws all jobs of the site, and says how they
    are handed out: its staff.
    """
    return caller.is_staff(site_id)


def may_manage_all(caller: Caller) -> bool:
    """Return whether the caller is an admin of every site."""
    return caller.sites(Role.ADMIN) is None


def sites_managed(caller: Caller) -> frozenset[SiteId] | None:
    """Return the sites whose staff the caller is: None for all, an empty set for no staff."""
    sites = caller.sites(*STAFF)
    return None if sites is None else frozenset(SiteId(site) for site in sites)


def may_see(caller: Caller, order: WorkOrder, job: Job) -> bool:
    """Return whether the job exists for the caller: for the staff of its site, its technician and
    those it is offered to.
    """
    return may_manage(caller, order.site_id) or (
        works_at(caller, order.site_id) and is_theirs(TechnicianId(caller.id), job)
    )


def is_theirs(technician_id: TechnicianId, job: Job) -> bool:
    """Return whether the technician holds the job or is offered it."""
    return technician_id == job.technician_id or any(
        offer.technician_id == technician_id for offer in job.open_offers
    )


def offers_seen(caller: Caller, site_id: SiteId) -> TechnicianId | None:
    """Return whose offers alone the caller is shown: staff see who else was asked (None)."""
    return None if may_manage(caller, site_id) else TechnicianId(caller.id)


def may_answer(bearer: Bearer, offer: Offer) -> bool:
    """Return whether the offer is the bearer's to answer: the technician's who was asked."""
    return technician_of(bearer) == offer.technician_id


def may_act(bearer: Bearer, job: Job, *, past_assignees: Collection[TechnicianId] = ()) -> bool:
    """Return whether the bearer may try a step of the job: its technician, and those who held it
    before, who are told what it has become since.
    """
    return technician_of(bearer) in (job.technician_id, *past_assignees)


def may_see_technician(caller: Caller, technician: Technician) -> bool:
    """Return whether the technician exists for the caller: for themself, and for staff of one of
    their sites.
    """
    return TechnicianId(caller.id) == technician.id or any(
        caller.is_staff(site) for site in technician.sites
    )


def sites_listed(caller: Caller, site_id: SiteId | None) -> frozenset[SiteId] | None:
    """Return of which sites the caller may list technicians, `site_id` alone if given; None for
    all.
    """
    sites = caller.sites(*MAY_MANAGE_TECHNICIANS)
    if site_id is None:
        return None if sites is None else frozenset(SiteId(site) for site in sites)
    return frozenset({site_id}) if sites is None or site_id in sites else frozenset()


def shares_technician(caller: Caller, sites: Collection[SiteId]) -> bool:
    """Return whether the caller may manage technicians at one of these sites, and so those who
    work there.
    """
    return any(caller.has(role, site) for role in MAY_MANAGE_TECHNICIANS for site in sites)


def demand_technicians(caller: Caller, sites: Collection[SiteId]) -> None:
    """Raise Forbidden unless the caller may say who works at each of these sites."""
    foreign = sorted(
        site for site in sites if not any(caller.has(role, site) for role in MAY_MANAGE_TECHNICIANS)
    )
    if foreign:
        raise Forbidden(f"You keep no technicians at {', '.join(foreign)}.", sites=list(foreign))
