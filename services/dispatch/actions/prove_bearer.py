"""Who answers an offer or works on a job: proven by a technician's own token, or by one that is good for that alone.

The work order is locked and loaded with it, once for the proof and for what follows.
"""

from uuid import UUID

from services.dispatch.domain.work_order import Job, WorkOrder
from services.dispatch.store.work_orders import find_holders, lock_order_of_job, lock_order_of_offer
from shared.auth.caller import Caller, Credential
from shared.auth.work_tokens import WorkTokens
from shared.db.transaction import Transaction
from shared.errors import NotFound, Unauthenticated
from shared.ids import TechnicianId


async def prove_offer_holder(
    tx: Transaction, offer_id: UUID, bearer: Caller | Credential, tokens: WorkTokens
) -> tuple[WorkOrder, TechnicianId]:
    """The offer's work order, locked, and its technician.

    Raises Unauthenticated for a wrong offer token, NotFound for an offer that is not the caller's.
    """
    order = await lock_order_of_offer(tx, offer_id)
    offer = next((each for job in (order.jobs if order else ()) for each in job.offers if each.id == offer_id), None)
    if isinstance(bearer, Credential):
        if order is None or offer is None or not tokens.proves_offer(bearer.token, offer_id, offer.technician_id, offer.expires_at):
            raise Unauthenticated("The offer token is not good for this offer.")
    elif order is None or offer is None or offer.technician_id != TechnicianId(bearer.id):
        raise NotFound(f"There is no offer {offer_id}.")
    return order, offer.technician_id


async def prove_job_holder(
    tx: Transaction, job_id: UUID, bearer: Caller | Credential, tokens: WorkTokens
) -> tuple[WorkOrder, TechnicianId]:
    """The job's work order, locked, and somebody who holds the job or once held it.

    Raises Unauthenticated for a wrong job token, NotFound for anybody else.
    """
    order = await lock_order_of_job(tx, job_id)
    holder = None if order is None else await _holder(tx, order.job(job_id), bearer, tokens)
    if order is not None and holder is not None:
        return order, holder
    if isinstance(bearer, Credential):
        raise Unauthenticated("The job token is not good for this job.")
    raise NotFound(f"There is no job {job_id}.")


async def _holder(tx: Transaction, job: Job, bearer: Caller | Credential, tokens: WorkTokens) -> TechnicianId | None:
    def proven(technician_id: TechnicianId) -> bool:
        if isinstance(bearer, Credential):
            return tokens.proves_job(bearer.token, job.id, technician_id)
        return technician_id == TechnicianId(bearer.id)

    if job.technician_id is not None and proven(job.technician_id):
        return job.technician_id
    return next((each for each in await find_holders(tx, job.id) if proven(each)), None)
