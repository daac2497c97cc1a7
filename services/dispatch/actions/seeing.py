"""What the caller may see (`see_…`) or change (`lock_…`), loaded once; what they may not see is not
there for them.
"""

from uuid import UUID

from services.dispatch.domain.access import (
    Bearer,
    is_theirs,
    may_act,
    may_answer,
    may_manage,
    may_see,
    may_see_technician,
    shares_technician,
    works_at,
)
from services.dispatch.domain.technician import Technician
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.technicians import find_technicians, load_technician
from services.dispatch.store.work_orders import (
    find_past_assignees,
    load_order_of_job,
    lock_order_of_job,
    lock_order_of_offer,
)
from shared.auth.caller import Caller, Credential, Role, WorkScheme
from shared.db.transaction import Transaction
from shared.errors import NotFound, Refused, Unauthenticated
from shared.ids import SiteId, TechnicianId
from shared.messaging.people import find_sites_of


async def see_job(tx: Transaction, job_id: UUID, *, by: Caller) -> WorkOrder:
    """Return the work order of a job that the caller may see. Raises NotFound."""
    order = await load_order_of_job(tx, job_id)
    if order is None or not may_see(by, order, order.job(job_id)):
        raise _no_such(WorkScheme.JOB, job_id)
    return order


async def see_managed_job(tx: Transaction, job_id: UUID, *, by: Caller) -> WorkOrder:
    """Return the work order of a job at a site whose staff the caller is. Raises NotFound."""
    return _managed(await load_order_of_job(tx, job_id), job_id, by)


async def lock_managed_job(tx: Transaction, job_id: UUID, *, by: Caller) -> WorkOrder:
    """Return the same work order, for the transaction to change. Raises NotFound."""
    return _managed(await lock_order_of_job(tx, job_id), job_id, by)


async def lock_job(tx: Transaction, job_id: UUID, *, by: Bearer) -> WorkOrder:
    """Return the work order of a job that the technician holds or once held, for the transaction to
    change.

    Raises Unauthenticated for a job token of another technician's job, NotFound for a job that is
    not the caller's.
    """
    order = await lock_order_of_job(tx, job_id)
    if order is None or not works_at(by, order.site_id):
        raise _not_theirs(by, WorkScheme.JOB, job_id)
    job = order.job(job_id)
    if not may_act(by, job) and not may_act(
        by, job, past_assignees=await find_past_assignees(tx, job_id)
    ):
        raise _not_theirs(by, WorkScheme.JOB, job_id)
    return order


async def lock_pooled_job(tx: Transaction, job_id: UUID, *, by: Caller) -> WorkOrder:
    """Return the work order of a job that was put into the pool at a site where the technician
    works, or that is theirs, for the transaction to change.

    Raises NotFound.
    """
    order = await lock_order_of_job(tx, job_id)
    if order is None or not works_at(by, order.site_id):
        raise _no_such(WorkScheme.JOB, job_id)
    job = order.job(job_id)
    if job.pool is None and not is_theirs(TechnicianId(by.id), job):
        raise _no_such(WorkScheme.JOB, job_id)
    return order


async def lock_offer(tx: Transaction, offer_id: UUID, *, by: Bearer) -> WorkOrder:
    """Return the work order of an offer to the technician, for the transaction to change.

    Raises Unauthenticated for an offer token of an offer to another, NotFound for an offer that is
    not the caller's.
    """
    order = await lock_order_of_offer(tx, offer_id)
    # One of a very long history is in the database alone.
    offers = (offer for job in (order.jobs if order else ()) for offer in job.offers)
    offer = next((each for each in offers if each.id == offer_id), None)
    if (
        order is None
        or offer is None
        or not works_at(by, order.site_id)
        or not may_answer(by, offer)
    ):
        raise _not_theirs(by, WorkScheme.OFFER, offer_id)
    return order


async def see_technician(tx: Transaction, technician_id: str, *, by: Caller) -> Technician:
    """Return the technician. Raises NotFound for one who is unknown, removed, or not the caller's
    to see.
    """
    return _seen(await load_technician(tx, technician_id, for_update=False), by)


async def lock_technician(tx: Transaction, technician_id: str, *, by: Caller) -> Technician:
    """Return the same technician, locked. Raises NotFound."""
    return _seen(await load_technician(tx, technician_id, for_update=True), by)


async def lock_managed_technician(tx: Transaction, technician_id: str, *, by: Caller) -> Technician:
    """Return a technician who works at a site where the caller manages technicians, locked.

    Raises NotFound.
    """
    technician = await load_technician(tx, technician_id, for_update=True)
    if not shares_technician(by, technician.sites):
        raise _no_such_technician(technician_id)
    return technician


async def lock_technician_to_put(
    tx: Transaction, technician_id: TechnicianId, *, by: Caller
) -> Technician | None:
    """Return the technician, a removed one too, for the caller to write; None while there is none.

    Their id belongs to the sites where they work, or worked last, and to those whose record of the
    person says that they are a technician. Raises NotFound where the caller manages technicians at
    none of these.
    """
    await tx.lock("technician", [technician_id])
    found = await find_technicians(tx, [technician_id], for_update=True)
    technician = found.get(technician_id)
    if technician is not None and shares_technician(by, technician.sites):
        return technician
    recorded = await find_sites_of(tx, technician_id, Role.TECHNICIAN)
    if (technician is not None or recorded) and not shares_technician(by, recorded):
        raise _no_such_technician(technician_id)
    return technician


def demand_managed(site_id: SiteId, *, by: Caller) -> None:
    """Raise NotFound unless the caller is staff of the site."""
    if not may_manage(by, site_id):
        raise NotFound(f"There is nothing at {site_id} for you.")


def _managed(order: WorkOrder | None, job_id: UUID, by: Caller) -> WorkOrder:
    if order is None or not may_manage(by, order.site_id):
        raise _no_such(WorkScheme.JOB, job_id)
    return order


def _seen(technician: Technician, by: Caller) -> Technician:
    if not may_see_technician(by, technician):
        raise _no_such_technician(technician.id)
    return technician


def _not_theirs(bearer: Bearer, what: WorkScheme, id: UUID) -> Refused:
    if isinstance(bearer, Credential):
        return Unauthenticated(f"The {what} token is not good for this {what}.")
    return _no_such(what, id)


def _no_such_technician(technician_id: str) -> NotFound:
    return NotFound(f"There is no technician {technician_id} for you.")


def _no_such(what: WorkScheme, id: UUID) -> NotFound:
    return NotFound(f"There is no {what} {id}.")
