"""Who answers an offer or works on a job: proven by a technician's own token, or by one that is good for that alone."""

from uuid import UUID

from services.dispatch.store.work_orders import find_offers, held_once_by
from shared.auth.caller import Caller, Credential
from shared.auth.work_tokens import WorkTokens
from shared.db.transaction import Transaction
from shared.errors import NotFound, Unauthenticated
from shared.ids import TechnicianId


async def prove_offer_holder(tx: Transaction, offer_id: UUID, bearer: Caller | Credential, tokens: WorkTokens) -> TechnicianId:
    """Raises Unauthenticated for a wrong offer token, NotFound for an offer that is not the caller's."""
    offer = (await find_offers(tx, [offer_id])).get(offer_id)
    if isinstance(bearer, Credential):
        if offer is None or not tokens.proves_offer(bearer.token, offer_id, offer["technician_id"], offer["expires_at"]):
            raise Unauthenticated("The offer token is not good for this offer.")
        return TechnicianId(offer["technician_id"])
    if offer is None or offer["technician_id"] != bearer.id:
        raise NotFound(f"There is no offer {offer_id}.")
    return TechnicianId(bearer.id)


async def prove_job_holder(tx: Transaction, job_id: UUID, bearer: Caller | Credential, tokens: WorkTokens) -> TechnicianId:
    """Somebody who holds the job or once held it. Raises Unauthenticated for a wrong job token, NotFound for anybody else."""
    holders = await held_once_by(tx, job_id)
    if isinstance(bearer, Credential):
        for holder in holders:
            if tokens.proves_job(bearer.token, job_id, holder):
                return holder
        raise Unauthenticated("The job token is not good for this job.")
    holder = TechnicianId(bearer.id)
    if holder not in holders:
        raise NotFound(f"There is no job {job_id}.")
    return holder
