"""A technician without webhooks: what is offered to them, and what they hold."""

from services.dispatch.api.deps import TechnicianCaller
from services.dispatch.api.schemas import HeldOutOut, JobOut, JobsOut, OffersOut
from services.dispatch.store.queries import held_jobs, offered_to
from services.dispatch.store.work_orders import find_work_orders
from shared.contracts import TicketV1
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.messaging.snapshots import find_snapshots

router = action_router("/v1/me", tag="me")


@router.get("/offers")
async def my_offers(caller: TechnicianCaller, tx: Tx) -> OffersOut:
    """Open offers, oldest first.

    Answer with your own token at `/v1/offers/{offer_id}/accept` or `/decline`.
    """
    found = await offered_to(tx, caller.id)
    orders = await find_work_orders(tx, [order_id for order_id, _, _ in found], for_update=False)
    tickets = await find_snapshots(tx, TicketV1, orders)
    items = []
    for order_id, _, offer_id in found:
        job, offer = orders[order_id].offer(offer_id)
        seen = JobOut.of(
            orders[order_id], job, tickets.get(str(order_id)), only_offers_to=caller.id
        )
        items.append(HeldOutOut(offer_id=offer_id, expires_at=offer.expires_at, job=seen))
    return OffersOut(items=tuple(items))


@router.get("/jobs")
async def my_jobs(caller: TechnicianCaller, tx: Tx) -> JobsOut:
    """What you hold, in the order in which you took it."""
    found = await held_jobs(tx, caller.id)
    orders = await find_work_orders(tx, [order_id for order_id, _ in found], for_update=False)
    tickets = await find_snapshots(tx, TicketV1, orders)
    return JobsOut(
        items=tuple(
            JobOut.of(
                orders[order_id],
                orders[order_id].job(job_id),
                tickets.get(str(order_id)),
                only_offers_to=caller.id,
            )
            for order_id, job_id in found
        )
    )
