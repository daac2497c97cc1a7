"""A dispatcher decides: the job to this technician, or back from the one who has it."""

from uuid import UUID

from pydantic import JsonValue

from services.dispatch.actions.answer_offer import assignment_for
from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.actions.hand_out import new_offer
from services.dispatch.actions.recording import record
from services.dispatch.actions.seeing import lock_managed_job
from services.dispatch.domain.eligibility import LASTING, bars
from services.dispatch.domain.job import TAKEN
from services.dispatch.domain.job_steps import take_away
from services.dispatch.domain.offering import assign, offer_job
from services.dispatch.domain.refusals import IllegalStep, NotEligible
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.assignments import insert_assignment
from services.dispatch.store.candidates import find_candidates
from shared.auth.caller import Caller
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import TechnicianId

WITHDRAWN = "withdrawn_by_staff"


async def assign_job(
    tx: Transaction, job_id: UUID, technician_id: TechnicianId, *, by: Caller
) -> WorkOrder:
    """Offer the job to this technician alone, or give it to them at once where the site asks for no
    consent. Open offers to others are taken back.

    A dispatcher may overrule what passes (off shift, cooling down, too far), not what lasts.
    Raises NotFound, NotEligible, IllegalStep, AtCapacity, WindowsOverlap.
    """
    order = await lock_managed_job(tx, job_id, by=by)
    job = order.job(job_id)
    if job.state not in (JobState.WAITING, JobState.OFFERED):
        legal: list[JsonValue] = ["withdraw"] if job.state in TAKEN else []
        raise IllegalStep(
            f"A job that is {job.state} cannot be assigned.",
            verb="assign",
            state=job.state,
            legal=legal,
        )
    circumstances = await load_circumstances(tx, order.site_id)
    found = {
        each.technician.id: each
        for each in await find_candidates(tx, order.site_id, also=[technician_id])
    }
    if technician_id not in found:
        raise NotFound(f"There is no technician {technician_id}.")
    case = circumstances.bare_case(order.need, order.skills_for(job), now=tx.now)
    barring = [
        bar
        for bar in bars(found[technician_id], case, counting_offers=False)
        if bar.code in LASTING
    ]
    if barring:
        raise NotEligible(
            " ".join(bar.sentence for bar in barring), codes=[bar.code.value for bar in barring]
        )
    if job.open_offers:
        withdrawn = take_away(order, job_id, at=tx.now, reason="assigned_to_other")
        await record(tx, order, withdrawn)
        # The open offers' rows must be closed before another is opened: a technician has one open
        # offer of a job at most.
        await tx.flush()
        order = withdrawn
    offer = new_offer(
        technician_id, circumstances, circumstances.rules.lifetime(order.need.priority)
    )
    if circumstances.rules.assign_without_consent:
        insert_assignment(tx, await assignment_for(tx, order, job.id, technician_id))
        after = assign(order, job_id, offer, at=tx.now)
    else:
        after = offer_job(order, job_id, [offer], at=tx.now)
    await record(tx, order, after, detail={"technician_id": technician_id})
    return after


async def withdraw_job(tx: Transaction, job_id: UUID, *, by: Caller) -> WorkOrder:
    """Take back open offers, or the job from its technician; those are not asked again until they
    have cooled down.

    Raises NotFound and IllegalStep.
    """
    order = await lock_managed_job(tx, job_id, by=by)
    after = take_away(order, job_id, at=tx.now, reason=WITHDRAWN)
    await record(tx, order, after, detail={"job_id": str(job_id)})
    return after
