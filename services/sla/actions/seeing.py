"""Who may see and change what."""

from shared.auth.caller import STAFF, Caller, Role
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.dispatch import OfferState
from shared.errors import Conflict, Forbidden, NotFound

WRITERS = (Role.MANAGER, Role.ADMIN)


def sees(caller: Caller, site_id: str | None) -> bool:
    """Staff see the terms of their sites, and those for all sites."""
    return (
        bool(caller.sites(*STAFF) != frozenset()) if site_id is None else caller.is_staff(site_id)
    )


def require_writer(caller: Caller, site_id: str | None) -> None:
    """Raises Forbidden unless the caller is manager or admin of the site; of every site, where the
    terms are for all (None).
    """
    sites = caller.sites(*WRITERS)
    if sites is not None and site_id not in sites:
        where = "every site" if site_id is None else f"site {site_id}"
        raise Forbidden(f"Only a manager or an admin of {where} may write this.", site_id=site_id)


def require_owner(caller: Caller, owner: str | None, site_id: str | None) -> None:
    """What was written for one site cannot become another's.

    Raises NotFound, also for what the caller may not see, and Conflict.
    """
    if not sees(caller, owner):
        raise NotFound("This id is not yours to write.")
    if owner != site_id:
        raise Conflict(
            "It belongs to another site; write yours under an id of its own.", site_id=owner
        )


def sees_clocks(
    caller: Caller, site_id: str, ticket: TicketV1 | None, work_order: WorkOrderV1 | None
) -> bool:
    """Staff and integrations of the site, the resident who reported or follows it, technicians with
    a job or an open offer of it.

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
    jobs = work_order.jobs if work_order is not None else ()
    working = {job.technician_id for job in jobs}
    asked = {
        offer.technician_id
        for job in jobs
        for offer in job.offers
        if offer.state is OfferState.OPEN
    }
    return caller.has(Role.TECHNICIAN, ticket.site_id) and caller.id in working | asked
