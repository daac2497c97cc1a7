"""Who may see and change what: the one place that decides."""

from services.sla.domain.held import HeldTicket, HeldWork
from shared.auth.caller import STAFF, Caller, Role
from shared.contracts.dispatch import OfferState

MANAGERS = (Role.MANAGER, Role.ADMIN)


def may_see_terms(caller: Caller, site_id: str | None) -> bool:
    """Return whether the caller sees a policy or calendar of that site: its staff; staff of any
    site, where it is for all (None).
    """
    return caller.sites(*STAFF) != frozenset() if site_id is None else caller.is_staff(site_id)


def sites_seen(caller: Caller) -> frozenset[str] | None:
    """Return the sites whose own policies and calendars the caller sees; None for all."""
    return caller.sites(*STAFF)


def may_manage(caller: Caller, site_id: str | None) -> bool:
    """Return whether the caller writes the terms of that site: its managers and admins; those of
    every site, where they are for all (None).
    """
    sites = caller.sites(*MANAGERS)
    return sites is None or site_id in sites


def is_claimed(id: str, *, owner: str | None, site_id: str | None) -> bool:
    """Return whether another site holds a policy or calendar under the site's own id, which is the
    site's to take back.
    """
    return site_id == id and owner not in (None, site_id)


def may_see_board(caller: Caller, site_id: str) -> bool:
    return caller.is_staff(site_id)


def may_see_clocks(
    caller: Caller, site_id: str, ticket: HeldTicket | None, work: HeldWork | None
) -> bool:
    """Return whether the caller sees a ticket's clocks: staff and integrations of the site, the
    resident who reported or follows it, technicians with a job or an open offer of it.

    Once the ticket is forgotten but for its clocks (None), the first two alone.
    """
    if caller.is_staff(site_id) or caller.has(Role.INTEGRATION, site_id):
        return True
    if ticket is None:
        return False
    if caller.has(Role.RESIDENT, ticket.site_id) and caller.id in (
        ticket.reporter_id,
        *ticket.followers,
    ):
        return True
    return caller.has(Role.TECHNICIAN, ticket.site_id) and caller.id in _involved(work)


def _involved(work: HeldWork | None) -> set[str | None]:
    """Return the technicians with a job or an open offer."""
    jobs = work.jobs if work is not None else ()
    asked = {
        offer.technician_id
        for job in jobs
        for offer in job.offers
        if offer.state is OfferState.OPEN
    }
    return {job.technician_id for job in jobs} | asked
