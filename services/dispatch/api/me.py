"""A technician without webhooks: what is offered to them, and what they hold."""

from services.dispatch.actions.list_jobs import OwnJob, list_own_jobs, list_own_offers
from services.dispatch.api.deps import TechnicianCaller
from services.dispatch.api.schemas import HeldOutOut, JobOut, JobsOut, OffersOut
from shared.auth.caller import Caller
from shared.http.requests import Tx
from shared.http.routing import action_router

router = action_router("/v1/me", tag="me")


@router.get("/offers")
async def my_offers(caller: TechnicianCaller, tx: Tx) -> OffersOut:
    """Open offers, oldest first.

    Answer with your own token at `/v1/offers/{offer_id}/accept` or `/decline`.
    """
    return OffersOut(
        items=tuple(
            HeldOutOut(
                offer_id=each.offer.id, expires_at=each.offer.expires_at, job=_seen(each, caller)
            )
            for each in await list_own_offers(tx, by=caller)
            if each.offer is not None
        )
    )


@router.get("/jobs")
async def my_jobs(caller: TechnicianCaller, tx: Tx) -> JobsOut:
    """Return what you hold, in the order in which you took it."""
    return JobsOut(items=tuple(_seen(each, caller) for each in await list_own_jobs(tx, by=caller)))


def _seen(own: OwnJob, caller: Caller) -> JobOut:
    return JobOut.of(own.order, own.job, own.ticket, only_offers_to=caller.id)
