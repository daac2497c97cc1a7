"""A technician's answer to an offer, by HTTP or in a webhook's own reply: one action for both."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.dispatch.actions.circumstances import zone_named
from services.dispatch.actions.interrupt_work import interrupt_lower_work
from services.dispatch.actions.recording import record
from services.dispatch.actions.seeing import lock_offer
from services.dispatch.domain.access import Bearer
from services.dispatch.domain.arrival import demand_possible_arrival, possible_arrival
from services.dispatch.domain.case import Case
from services.dispatch.domain.eligibility import demand_certificates
from services.dispatch.domain.holding import Assignment, capacity_for, free_slot, one_beyond
from services.dispatch.domain.job import Job, Offer
from services.dispatch.domain.offering import (
    accept,
    decided,
    decline,
    demand_time_left,
    winner_of,
)
from services.dispatch.domain.presence import demand_on_shift
from services.dispatch.domain.refusals import AtCapacity, NotEligible, OfferDecided, WindowsOverlap
from services.dispatch.domain.rules import SiteRules
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.assignments import insert_assignment, lock_for_assignment
from services.dispatch.store.technicians import find_technicians, name_of
from services.dispatch.store.work_orders import find_offers, find_work_orders, require_answerable
from shared.contracts import OfferAnswerV1
from shared.contracts.base import Window
from shared.contracts.dispatch import OfferState
from shared.contracts.notify import Decision
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import JobId, new_id
from shared.telemetry import get_logger

log = get_logger(__name__)

_REFUSALS = (OfferDecided, AtCapacity, WindowsOverlap, NotEligible, NotFound)
"""Why an answer may come to nothing; raised before anything is written."""


async def accept_offer(
    tx: Transaction, offer_id: UUID, *, by: Bearer, planned_arrival: datetime | None
) -> WorkOrder:
    """Return the work order with the job taken. A repeat gets the same answer while the job is
    still the technician's.

    Raises Unauthenticated, NotFound, OfferDecided, AtCapacity, WindowsOverlap, NotEligible, or
    Invalid for an arrival that cannot be, before anything is written.
    """
    order = await lock_offer(tx, offer_id, by=by)
    return await _accept(tx, order, offer_id, planned_arrival=planned_arrival)


async def decline_offer(tx: Transaction, offer_id: UUID, *, by: Bearer, reason: str) -> WorkOrder:
    """Return the work order without the offer. A repeat gets the same answer.

    Raises Unauthenticated, NotFound, OfferDecided.
    """
    return await _decline(tx, await lock_offer(tx, offer_id, by=by), offer_id, reason=reason)


async def _accept(
    tx: Transaction, order: WorkOrder, offer_id: UUID, *, planned_arrival: datetime | None
) -> WorkOrder:
    job, offer = order.offer(offer_id)
    if offer.state is OfferState.ACCEPTED and job.held_by(offer.technician_id):
        return order
    if offer.state is not OfferState.OPEN:
        raise decided(order, offer_id, winner=await name_of_winner(tx, job))
    demand_possible_arrival(planned_arrival, at=tx.now)
    decided_at = _decide(tx, order, offer)
    assignment = await assignment_for(tx, order, job.id, offer, planned_arrival=planned_arrival)
    await interrupt_lower_work(tx, order, offer.technician_id)
    taken = accept(
        order, offer_id, at=tx.now, decided_at=decided_at, planned_arrival=planned_arrival
    )
    insert_assignment(tx, assignment)
    await record(tx, order, taken, detail={"technician_id": offer.technician_id})
    return taken


async def _decline(tx: Transaction, order: WorkOrder, offer_id: UUID, *, reason: str) -> WorkOrder:
    job, offer = order.offer(offer_id)
    if offer.state is OfferState.DECLINED:
        return order
    if offer.state is not OfferState.OPEN:
        raise decided(order, offer_id, winner=await name_of_winner(tx, job))
    decided_at = _decide(tx, order, offer)
    declined = decline(order, offer_id, at=tx.now, decided_at=decided_at, reason=reason)
    await record(tx, order, declined, detail={"technician_id": offer.technician_id})
    return declined


async def name_of_winner(tx: Transaction, job: Job) -> str | None:
    """Return what the technician is called who took the job last: those who were asked beside them
    are told.
    """
    return await name_of(tx, winner_of(job))


def _decide(tx: Transaction, order: WorkOrder, offer: Offer) -> datetime:
    """Return when the offer is decided, by the database's clock; that it is still open, and not
    over, is checked by the commit.

    Raises OfferDecided for an answer that is too late already.
    """
    at = order.read_at or tx.now
    demand_time_left(offer, at=at)
    require_answerable(tx, offer.id)
    return at


async def apply_answers(tx: Transaction, answers: Sequence[OfferAnswerV1]) -> None:
    """Accept or decline as the answers in webhooks' replies say.

    A lost race is no error: the technician who lost it is told by the work order's next snapshot.
    """
    offers = await find_offers(tx, [answer.id for answer in answers])
    # All locks before the first decision: a technician's before another work
    # order's would be the wrong way round.
    orders = await find_work_orders(
        tx, [offer.work_order_id for offer in offers.values()], for_update=True
    )
    await find_technicians(tx, [offer.technician_id for offer in offers.values()], for_update=True)
    for answer in answers:
        offer = offers.get(answer.id)
        if offer is None or offer.technician_id != answer.technician_id:
            log.warning("answer_to_no_offer", offer_id=str(answer.id))
            continue
        order = orders[offer.work_order_id]
        try:
            if answer.decision is Decision.ACCEPT:
                orders[order.id] = await _accept(
                    tx,
                    order,
                    answer.id,
                    planned_arrival=possible_arrival(answer.planned_arrival, at=tx.now),
                )
            else:
                orders[order.id] = await _decline(tx, order, answer.id, reason=answer.reason or "")
        except _REFUSALS as lost:
            log.info("answer_lost", offer_id=str(answer.id), code=lost.code)
        # What one technician takes is counted before they take the next.
        await tx.flush()


async def assignment_for(
    tx: Transaction,
    order: WorkOrder,
    job_id: JobId,
    offer: Offer,
    *,
    planned_arrival: datetime | None = None,
) -> Assignment:
    """Return the job's assignment, in a free slot of the technician who has the offer; an emergency
    and what a dispatcher has overruled may have one beyond their capacity.

    Raises NotEligible, AtCapacity and WindowsOverlap.
    """
    hands = await lock_for_assignment(tx, offer.technician_id, order.site_id)
    technician, held = hands.technician, hands.held
    if technician is None or technician.removed_at is not None:
        raise NotEligible("You no longer work here.", codes=["not_this_site"])
    zone = zone_named(hands.time_zone)
    if offer.assigned_by is None:
        demand_on_shift(technician, order.need, zone, now=tx.now)
    case = Case(
        site_id=order.site_id,
        need=order.need,
        skills=order.skills_for(order.job(job_id)),
        rules=SiteRules(
            certificates=hands.rules.certificates,
            skill_certificates=hands.rules.skill_certificates,
        ),
        zone=zone,
        now=tx.now,
        asked={},
    )
    demand_certificates(technician, case, arrival=planned_arrival)
    capacity = (
        capacity_for(held, capacity=technician.capacity, is_emergency=order.need.is_emergency)
        if offer.overrule is None
        else one_beyond(held, capacity=technician.capacity)
    )
    visit, id = _still_to_come(order.need.visit, tx.now), new_id()
    if visit is not None or any(assignment.slot > technician.capacity for assignment in held):
        # Unique keys bound how many jobs are held, but not agreed visits that overlap, nor slots
        # from when the capacity was higher.
        tx.demand_locks()
    slot = free_slot(held, capacity=capacity, visit=visit, chance=id.int)
    return Assignment(
        id=id,
        job_id=job_id,
        technician_id=offer.technician_id,
        slot=slot,
        capacity=capacity,
        doing=False,
        accepted_at=tx.now,
        visit=visit,
    )


def _still_to_come(visit: Window | None, now: datetime) -> Window | None:
    return visit if visit is not None and visit.end > now else None
