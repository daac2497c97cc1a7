"""Who answers an offer or works on a job: proven by a technician's own token, or by one that is good for that alone."""

from uuid import UUID

from services.dispatch.store.work_orders import find_holders, find_offers
from shared.auth.caller import Caller, Credential
from shared.auth.work_tokens import WorkTokens
from shared.db.transaction import Transaction
from shared.errors import NotFound, Unauthenticated
from shared.ids import TechnicianId, TicketId


async def prove_offer_holder(
    tx: Transaction, offer_id: UUID, bearer: Caller | Credential, tokens: WorkTokens
) -> tuple[TicketId, TechnicianId]:
    """The offer's work order and technician.

    Raises Unauthenticated for a wrong offer token, NotFound for an offer that is not the caller's.
    """
    offer = (await find_offers(tx, [offer_id])).get(offer_id)
    if isinstance(bearer, Credential):
        if offer is None or not tokens.proves_offer(bearer.token, offer_id, offer["technician_id"], offer["expires_at"]):
            raise Unauthenticated("The offer token is not good for this offer.")
    elif offer is None or offer["technician_id"] != bearer.id:
        raise NotFound(f"There is no offer {offer_id}.")
    return TicketId(offer["work_order_id"]), TechnicianId(offer["technician_id"])


async def prove_job_holder(tx: Transaction, job_id: UUID, bearer: Caller | Credential, tokens: WorkTokens) -> tuple[TicketId, TechnicianId]:
    """The job's work order, and somebody who holds the job or once held it.

    Raises Unauthenticated for a wrong job token, NotFound for anybody else.
    """
    found = await find_holders(tx, job_id)
    order_id, holders = found or (None, frozenset[TechnicianId]())
    if isinstance(bearer, Credential):
        holder = next((each for each in holders if tokens.proves_job(bearer.token, job_id, each)), None)
        if order_id is None or holder is None:
            raise Unauthenticated("The job token is not good for this job.")
        return TicketId(order_id), holder
    if order_id is None or TechnicianId(bearer.id) not in holders:
        raise NotFound(f"There is no job {job_id}.")
    return TicketId(order_id), TechnicianId(bearer.id)
