"""What the technician does with a job they hold, verb by verb. Each returns the work order as it is
then. With what a technician's phone `said`, a step is dated as the site's rules have it.

Each raises Unauthenticated, NotFound, NotYours, IllegalStep, TooManySteps.
"""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import JsonValue

from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.actions.interrupt_work import interrupt_lower_work
from services.dispatch.actions.recording import REVIEWS, record
from services.dispatch.actions.seeing import lock_job
from services.dispatch.domain.access import Bearer, technician_of
from services.dispatch.domain.holding import demand_free_hands
from services.dispatch.domain.job import DOING, Report
from services.dispatch.domain.job_steps import (
    Verb,
    ask_follow_up,
    complete,
    give_back,
    not_yours,
    pause,
    plan_arrival,
    step_along,
)
from services.dispatch.domain.phone_time import PhoneTime
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.assignments import assignments_of, lock_for_assignment
from services.dispatch.store.technicians import name_of, set_review
from shared.contracts.base import SkillNeed
from shared.contracts.tickets import HoldReason
from shared.db.transaction import Transaction
from shared.ids import TechnicianId

_SAME_DAY = timedelta(hours=3)
"""An arrival that is no further ahead is looked at when a day ends, not before."""


async def step_along_job(
    tx: Transaction,
    job_id: UUID,
    verb: Verb,
    *,
    by: Bearer,
    said: PhoneTime | None = None,
    planned_arrival: datetime | None = None,
) -> WorkOrder:
    """Let the technician travel, arrive, start or resume; lower work gives way to an emergency.

    Raises AlreadyDoing, too.
    """
    order, technician_id = await _lock(tx, job_id, by)
    at = await _dated(tx, order, said)
    after = step_along(
        order, job_id, verb, by=technician_id, at=at, planned_arrival=planned_arrival
    )
    await _look_at_days_ahead(tx, technician_id, planned_arrival)
    return await _record(tx, order, after, job_id, said)


async def plan_arrival_at_job(
    tx: Transaction, job_id: UUID, *, by: Bearer, planned_arrival: datetime
) -> WorkOrder:
    """Let the technician expect to arrive at another time. Raises Invalid, too."""
    order, technician_id = await _lock(tx, job_id, by)
    after = plan_arrival(
        order, job_id, by=technician_id, at=tx.now, planned_arrival=planned_arrival
    )
    await _look_at_days_ahead(tx, technician_id, planned_arrival)
    return await _record(tx, order, after, job_id, None)


async def pause_job(
    tx: Transaction,
    job_id: UUID,
    *,
    by: Bearer,
    said: PhoneTime | None = None,
    reason: HoldReason,
) -> WorkOrder:
    order, technician_id = await _lock(tx, job_id, by)
    at = await _dated(tx, order, said)
    after = pause(order, job_id, by=technician_id, at=at, reason=reason)
    return await _record(tx, order, after, job_id, said, reason=reason)


async def return_job(
    tx: Transaction, job_id: UUID, *, by: Bearer, said: PhoneTime | None = None, reason: str
) -> WorkOrder:
    """Let the technician give the job back; it waits for others from when that is known, whatever
    a phone says.
    """
    order, technician_id = await _lock(tx, job_id, by)
    after = give_back(order, job_id, by=technician_id, at=tx.now, reason=reason)
    return await _record(tx, order, after, job_id, said, reason=reason)


async def complete_job(
    tx: Transaction, job_id: UUID, *, by: Bearer, said: PhoneTime | None = None, report: Report
) -> WorkOrder:
    order, technician_id = await _lock(tx, job_id, by)
    at = await _dated(tx, order, said)
    after = complete(order, job_id, by=technician_id, at=at, report=report)
    return await _record(tx, order, after, job_id, said, minutes=report.minutes)


async def ask_for_follow_up(
    tx: Transaction,
    job_id: UUID,
    *,
    by: Bearer,
    said: PhoneTime | None = None,
    reason: str,
    report: Report,
    skills: tuple[SkillNeed, ...] | None,
) -> WorkOrder:
    """Let the technician ask for a second visit; its job waits from when that is known, whatever a
    phone says.
    """
    order, technician_id = await _lock(tx, job_id, by)
    after = ask_follow_up(
        order, job_id, by=technician_id, at=tx.now, reason=reason, report=report, skills=skills
    )
    return await _record(tx, order, after, job_id, said, reason=reason)


async def _dated(tx: Transaction, order: WorkOrder, said: PhoneTime | None) -> datetime:
    """Return when a step is dated of which a phone said that."""
    if said is None or said.ahead is None:
        return tx.now
    circumstances = await load_circumstances(tx, order.site_id)
    return said.dated(now=tx.now, trusted=circumstances.rules.trusts_phones)


async def _lock(tx: Transaction, job_id: UUID, by: Bearer) -> tuple[WorkOrder, TechnicianId]:
    """Return the work order and who acts on it. Raises NotYours where another has the job, or none:
    who had it is told who has it now.
    """
    order, technician_id = await lock_job(tx, job_id, by=by), technician_of(by)
    job = order.job(job_id)
    if job.technician_id != technician_id:
        raise not_yours(job, technician_id, holder=await name_of(tx, job.technician_id))
    return order, technician_id


async def _look_at_days_ahead(
    tx: Transaction, technician_id: TechnicianId, planned_arrival: datetime | None
) -> None:
    """Have the technician's jobs looked at where they plan to arrive on another day: a certificate
    may be over by then.
    """
    if planned_arrival is not None and planned_arrival > tx.now + _SAME_DAY:
        tx.demand_locks()  # the work order's comes before the technician's
        await set_review(tx, technician_id, tx.now)
        tx.schedule(REVIEWS, tx.now)


async def _record(
    tx: Transaction,
    order: WorkOrder,
    after: WorkOrder,
    job_id: UUID,
    said: PhoneTime | None,
    **detail: JsonValue,
) -> WorkOrder:
    was, job = order.job(job_id), after.job(job_id)
    if said is not None and job.steps != was.steps:
        after = after.changed(job.said(said.said_at, received_at=tx.now))
    if job.technician_id is not None and job.state in DOING and was.state not in DOING:
        held = (await lock_for_assignment(tx, job.technician_id, order.site_id)).held
        if order.need.is_emergency and any(each.doing for each in held):
            await interrupt_lower_work(tx, order, job.technician_id)
            held = await assignments_of(tx, job.technician_id)
        demand_free_hands(held, job_id)
    await record(tx, order, after, detail={"job_id": str(job_id), **detail})
    return after
