"""Answering an offer. POST alone: a link that is merely looked at accepts no job."""

from uuid import UUID

from services.dispatch.actions.answer_offer import accept_offer, decline_offer
from services.dispatch.api.deps import OfferBearer, Tokens
from services.dispatch.api.schemas import AcceptedOut, AcceptIn, DeclinedOut, DeclineIn
from services.dispatch.domain.refusals import (
    AtCapacity,
    NotEligible,
    OfferDecided,
    TooManySteps,
    WindowsOverlap,
)
from shared.http.declared import refuses
from shared.http.requests import Tx
from shared.http.routing import action_router

router = action_router("/v1/offers", tag="offers")


@router.post("/{offer_id}/accept")
@refuses(OfferDecided, NotEligible, AtCapacity, WindowsOverlap, TooManySteps)
async def accept(
    offer_id: UUID, body: AcceptIn, bearer: OfferBearer, tokens: Tokens, tx: Tx
) -> AcceptedOut:
    """Accept the offer: the job is yours, with a token for its steps.

    An answer counts until two seconds after the offer's end. A repeat gets the same answer, with a
    token made anew, while the job is still yours; 409 says what was decided, or became of it,
    instead.
    """
    taken = await accept_offer(tx, offer_id, by=bearer, planned_arrival=body.planned_arrival)
    job, offer = taken.offer(offer_id)
    token = tokens.job_token(job.id, taken.id, offer.technician_id)
    return AcceptedOut(job_id=job.id, job_token=token)


@router.post("/{offer_id}/decline")
@refuses(OfferDecided, TooManySteps)
async def decline(offer_id: UUID, body: DeclineIn, bearer: OfferBearer, tx: Tx) -> DeclinedOut:
    """Decline the offer, until two seconds after its end. A repeat gets the same answer; 409 says
    what was decided instead.
    """
    declined = await decline_offer(tx, offer_id, by=bearer, reason=body.reason)
    job, _ = declined.offer(offer_id)
    return DeclinedOut(job_id=job.id)
