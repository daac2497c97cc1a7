"""Looking again at what a technician has in hand: they changed, went, or a leave of
theirs begins.
"""

from collections.abc import Sequence

from services.dispatch.actions.change_technician import next_review_of
from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.actions.recording import record
from services.dispatch.domain.case import Code
from services.dispatch.domain.eligibility import NEVER_OVERRULED, bars, holder_bars
from services.dispatch.domain.job import DOING, TAKEN, Job
from services.dispatch.domain.job_steps import note_holder_bars, take_away
from services.dispatch.domain.offering import withdraw_offers
from services.dispatch.domain.technician import Candidate, Technician
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.assignments import in_hand_of
from services.dispatch.store.technicians import find_technicians, set_review
from services.dispatch.store.work_orders import find_work_orders
from shared.contracts.dispatch import JobState, OfferState
from shared.db.transaction import Transaction
from shared.ids import TechnicianId

_LOSES_OFFERS = NEVER_OVERRULED | {Code.ON_LEAVE, Code.OFF_SHIFT}
_LOSES_ACCEPTED = frozenset({Code.NOT_THIS_SITE, Code.ON_LEAVE})


async def review_technicians(tx: Transaction, technician_ids: Sequence[TechnicianId]) -> None:
    """Withdraw offers that they can no longer take, return accepted jobs of those who are removed
    or on leave, and note of others which rules the technician does not meet any more. Offers that a
    dispatcher chose to make stay where a dispatcher may overrule the rule.

    Work that has begun is finished by a technician who is on leave; one who was removed loses that
    too.
    """
    for technician_id in technician_ids:
        await _review_technician(tx, technician_id)


async def _review_technician(tx: Transaction, technician_id: TechnicianId) -> None:
    in_hand = await in_hand_of(tx, technician_id)
    orders = await find_work_orders(tx, [order_id for order_id, _ in in_hand], for_update=True)
    technician = (await find_technicians(tx, [technician_id], for_update=True))[technician_id]
    for order in orders.values():
        await _review(tx, order, technician)
    taken_meanwhile = {
        order_id for order_id, _ in await in_hand_of(tx, technician_id)
    } - orders.keys()
    await set_review(
        tx, technician_id, tx.now if taken_meanwhile else next_review_of(technician, tx.now)
    )


async def _review(tx: Transaction, order: WorkOrder, technician: Technician) -> None:
    circumstances = await load_circumstances(tx, order.site_id)
    changes = [order]
    for job in order.open_jobs:
        case = circumstances.bare_case(order.need, order.skills_for(job), now=tx.now)
        barring = {bar.code for bar in bars(Candidate(technician=technician), case)}
        if job.open_offers and barring & _loses_offers(job, technician):
            decided_at = circumstances.database_now
            fewer = withdraw_offers(
                changes[-1],
                job.id,
                [technician.id],
                at=tx.now,
                decided_at=decided_at,
                reason="no_longer_eligible",
            )
            changes.append(fewer)
        elif _loses(job, technician) and barring & _loses_accepted(job):
            changes.append(take_away(changes[-1], job.id, at=tx.now, reason="technician_gone"))
        elif job.state in TAKEN and job.technician_id == technician.id:
            codes = holder_bars(
                technician,
                case,
                is_at_it=job.state in DOING,
                planned_arrival=job.planned_arrival,
            )
            changes.append(note_holder_bars(changes[-1], job.id, codes))
    await record(tx, order, *changes)


def _loses_offers(job: Job, technician: Technician) -> frozenset[Code]:
    """Return the rules for which their offer of the job is withdrawn."""
    mine = [offer for offer in job.open_offers if offer.technician_id == technician.id]
    if any(offer.overrule is not None for offer in mine):
        return NEVER_OVERRULED
    if any(offer.assigned_by is not None for offer in mine):
        return _LOSES_OFFERS - {Code.OFF_SHIFT}
    return _LOSES_OFFERS


def _loses_accepted(job: Job) -> frozenset[Code]:
    """Return the rules for which the job is taken from its technician."""
    taken = next((each for each in reversed(job.offers) if each.state is OfferState.ACCEPTED), None)
    overruled = taken is not None and taken.overrule is not None
    return _LOSES_ACCEPTED - {Code.ON_LEAVE} if overruled else _LOSES_ACCEPTED


def _loses(job: Job, technician: Technician) -> bool:
    if job.technician_id != technician.id:
        return False
    return (
        job.state in TAKEN if technician.removed_at is not None else job.state is JobState.ACCEPTED
    )
