"""Grabbing a job from the pool 抢单: an offer that is born accepted."""

from datetime import datetime
from uuid import UUID

from services.dispatch.actions.answer_offer import assignment_for, name_of_winner
from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.actions.making_offers import new_offer
from services.dispatch.actions.recording import record
from services.dispatch.actions.seeing import lock_pooled_job
from services.dispatch.domain.arrival import demand_possible_arrival
from services.dispatch.domain.case import Case, Code
from services.dispatch.domain.eligibility import bars
from services.dispatch.domain.language import Language
from services.dispatch.domain.modes.pool import is_open
from services.dispatch.domain.offering import assign, not_in_pool
from services.dispatch.domain.refusals import NotEligible
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.assignments import insert_assignment
from services.dispatch.store.candidates import find_loads
from services.dispatch.store.waiting_jobs import load_case
from shared.auth.caller import Caller
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.ids import TechnicianId


async def grab_job(
    tx: Transaction, job_id: UUID, *, by: Caller, planned_arrival: datetime | None
) -> WorkOrder:
    """Return the work order with the job taken. A repeat gets the same answer while the job is
    still the technician's.

    Raises NotFound, NotInPool, NotEligible, AtCapacity, WindowsOverlap, or Invalid for an arrival
    that cannot be, before anything is written.
    """
    order = await lock_pooled_job(tx, job_id, by=by)
    job, technician_id = order.job(job_id), TechnicianId(by.id)
    if job.held_by(technician_id):
        return order
    if job.state is not JobState.WAITING:
        raise not_in_pool(order, job_id, winner=await name_of_winner(tx, job))
    circumstances = await load_circumstances(tx, order.site_id)
    if not is_open(job.pool, circumstances.rules, order.need, now=tx.now):
        raise not_in_pool(order, job_id)
    demand_possible_arrival(planned_arrival, at=tx.now)
    found = await load_case(tx, job_id, since=circumstances.cooled_since)
    await _demand_able(tx, technician_id, circumstances.case(found, now=tx.now))
    offer = new_offer(
        technician_id,
        offered_at=circumstances.database_now,
        expires_at=circumstances.database_now + circumstances.rules.lifetime(order.need.priority),
    )
    assignment = await assignment_for(tx, order, job.id, offer, planned_arrival=planned_arrival)
    insert_assignment(tx, assignment)
    taken = assign(order, job_id, offer, at=tx.now, planned_arrival=planned_arrival)
    await record(tx, order, taken, detail={"technician_id": technician_id})
    return taken


async def _demand_able(tx: Transaction, technician_id: TechnicianId, case: Case) -> None:
    """Raise NotEligible for the rules that bar the technician, but for full hands, which are
    counted under their lock.
    """
    for candidate in await find_loads(tx, [technician_id]):
        barring = [
            bar
            for bar in bars(candidate, case, counting_offers=False)
            if bar.code is not Code.AT_CAPACITY
        ]
        if barring:
            spoken = case.spoken(Language.ENGLISH)
            raise NotEligible(
                " ".join(bar.say(spoken) for bar in barring),
                codes=[bar.code.value for bar in barring],
            )
