"""Who answers an offer or works on a job: a technician, by their own token or by one that is good
for that alone. Either is proven already; here it is compared with the rows.

The work order is loaded with it, once for the comparison and for what follows.
"""

from uuid import UUID

from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.work_orders import find_holders, take_order_of_job, take_order_of_offer
from shared.auth.caller import Caller, Credential, WorkScheme
from shared.db.transaction import Transaction
from shared.errors import NotFound, Refused, Unauthenticated
from shared.ids import TechnicianId


async def prove_offer_holder(
    tx: Transaction, offer_id: UUID, bearer: Caller | Credential
) -> tuple[WorkOrder, TechnicianId]:
    """Return the offer's work order, for the transaction to change, and its technician.

    Raises Unauthenticated for an offer token of somebody else's offer, NotFound for an offer that
    is not the caller's.
    """
    technician_id = _technician(bearer)
    order = await take_order_of_offer(tx, offer_id)
    offer = next(
        (
            each
            for job in (order.jobs if order else ())
            for each in job.offers
            if each.id == offer_id
        ),
        None,
    )
    if order is None or offer is None or offer.technician_id != technician_id:
        raise _not_theirs(bearer, WorkScheme.OFFER, offer_id)
    return order, technician_id


async def prove_job_holder(
    tx: Transaction, job_id: UUID, bearer: Caller | Credential
) -> tuple[WorkOrder, TechnicianId]:
    """Return the job's work order, for the transaction to change, and its technician, who holds the
    job or once held it.

    Raises Unauthenticated for a job token of somebody else's job, NotFound for a job that is not
    the caller's.
    """
    technician_id = _technician(bearer)
    order = await take_order_of_job(tx, job_id)
    if order is None or (
        order.job(job_id).technician_id != technician_id
        and technician_id not in await find_holders(tx, job_id)
    ):
        raise _not_theirs(bearer, WorkScheme.JOB, job_id)
    return order, technician_id


def _technician(bearer: Caller | Credential) -> TechnicianId:
    return bearer.technician_id if isinstance(bearer, Credential) else TechnicianId(bearer.id)


def _not_theirs(bearer: Caller | Credential, what: WorkScheme, id: UUID) -> Refused:
    if isinstance(bearer, Credential):
        return Unauthenticated(f"The {what} token is not good for this {what}.")
    return NotFound(f"There is no {what} {id}.")
