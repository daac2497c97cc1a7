"""Offers as they begin: open from now on, by the database's clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from services.dispatch.domain.case import Case
from services.dispatch.domain.eligibility import has_room
from services.dispatch.domain.job import Offer
from services.dispatch.domain.offering import offer_job
from services.dispatch.domain.presence import shift_end
from services.dispatch.domain.rules import MIN_LIFETIME_S
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import OfferState
from shared.ids import OfferId, TechnicianId, new_id


def held_out(
    order: WorkOrder,
    job_id: UUID,
    candidates: Iterable[Candidate],
    case: Case,
    *,
    offered_at: datetime,
) -> WorkOrder:
    """Return the work order with the job offered to each of them, at most until their shift ends
    if it is for now.
    """
    lifetime = case.rules.lifetime(order.need.priority)
    soonest = offered_at + timedelta(seconds=MIN_LIFETIME_S)
    offers = []
    for each in candidates:
        ends = shift_end(each.technician, case)
        until = offered_at + lifetime
        offers.append(
            new_offer(
                each.technician.id,
                offered_at=offered_at,
                expires_at=until if ends is None else max(soonest, min(until, ends)),
                interrupts=not has_room(each, case),
            )
        )
    return offer_job(order, job_id, offers, at=case.now)


def new_offer(
    technician_id: TechnicianId,
    *,
    offered_at: datetime,
    expires_at: datetime,
    interrupts: bool = False,
    assigned_by: str | None = None,
    overrule: str | None = None,
) -> Offer:
    return Offer(
        id=OfferId(new_id()),
        technician_id=technician_id,
        state=OfferState.OPEN,
        offered_at=offered_at,
        expires_at=expires_at,
        interrupts=interrupts,
        assigned_by=assigned_by,
        overrule=overrule,
    )
