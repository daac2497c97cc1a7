"""A dispatcher decides: the job to this technician, or back from the one who has it."""

from collections.abc import Collection
from uuid import UUID

from pydantic import JsonValue

from services.dispatch.actions.answer_offer import assignment_for
from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.actions.interrupt_work import interrupt_lower_work
from services.dispatch.actions.making_offers import new_offer
from services.dispatch.actions.recording import record
from services.dispatch.actions.seeing import lock_managed_job
from services.dispatch.domain.access import may_see_technician
from services.dispatch.domain.eligibility import LASTING, NEVER_OVERRULED, bars, has_room
from services.dispatch.domain.job import TAKEN, Job
from services.dispatch.domain.job_steps import take_away
from services.dispatch.domain.language import Language
from services.dispatch.domain.offering import assign, offer_job
from services.dispatch.domain.refusals import AskedByAnother, IllegalStep, NotEligible
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.assignments import insert_assignment
from services.dispatch.store.candidates import find_candidates, with_emergencies
from services.dispatch.store.in_hand import find_names
from shared.auth.caller import Caller
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import TechnicianId

WITHDRAWN = "withdrawn_by_staff"


async def assign_job(
    tx: Transaction,
    job_id: UUID,
    technician_id: TechnicianId,
    *,
    by: Caller,
    overrule: str | None = None,
    seen: Collection[UUID] | None = None,
) -> WorkOrder:
    """Offer the job to this technician alone, or give it to them at once where the site asks for no
    consent. Open offers to others are taken back.

    A dispatcher may decide away what passes (off shift, cooling down, too far), and with the reason
    to `overrule` it also leave and full hands; never a missing skill or certificate, or a foreign
    site. `seen` are the offers of staff that the caller knew of; None: whatever others have asked
    is taken back.

    Raises NotFound, NotEligible, IllegalStep, AskedByAnother, AtCapacity, WindowsOverlap.
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
    if seen is not None:
        await _demand_unasked(tx, job, seen, by=by)
    circumstances = await load_circumstances(tx, order.site_id)
    found = [
        each
        for each in await find_candidates(tx, order.site_id, also=[technician_id])
        if each.technician.id == technician_id and may_see_technician(by, each.technician)
    ]
    if not found:
        raise NotFound(f"There is no technician {technician_id}.")
    [candidate] = await with_emergencies(tx, found)
    case = circumstances.bare_case(order.need, order.skills_for(job), now=tx.now)
    lasting = LASTING if overrule is None else NEVER_OVERRULED
    barring = [bar for bar in bars(candidate, case, counting_offers=False) if bar.code in lasting]
    if barring:
        spoken = case.spoken(Language.ENGLISH)
        raise NotEligible(
            " ".join(bar.say(spoken) for bar in barring),
            codes=[bar.code.value for bar in barring],
        )
    if job.open_offers:
        withdrawn = take_away(order, job_id, at=tx.now, reason="assigned_to_other")
        await record(tx, order, withdrawn)
        # The open offers' rows must be closed before another is opened: a technician has one open
        # offer of a job at most.
        await tx.flush()
        order = withdrawn
    now = circumstances.database_now
    offer = new_offer(
        technician_id,
        offered_at=now,
        expires_at=now + circumstances.rules.lifetime(order.need.priority),
        interrupts=order.need.is_emergency and not has_room(candidate, case),
        assigned_by=by.id,
        overrule=overrule,
    )
    if circumstances.rules.assign_without_consent:
        assignment = await assignment_for(tx, order, job.id, offer)
        await interrupt_lower_work(tx, order, technician_id)
        insert_assignment(tx, assignment)
        after = assign(order, job_id, offer, at=tx.now)
    else:
        after = offer_job(order, job_id, [offer], at=tx.now)
    detail: dict[str, JsonValue] = {"technician_id": technician_id}
    if overrule is not None:
        detail["overrule"] = overrule
    await record(tx, order, after, detail=detail)
    return after


async def _demand_unasked(tx: Transaction, job: Job, seen: Collection[UUID], *, by: Caller) -> None:
    """Raise AskedByAnother where another of the staff has asked a technician by an offer that is
    not among those `seen`.
    """
    others = (
        offer
        for offer in job.open_offers
        if offer.assigned_by not in (None, by.id) and offer.id not in seen
    )
    offer = next(others, None)
    if offer is None:
        return
    name = (await find_names(tx, [offer.technician_id])).get(offer.technician_id, "")
    raise AskedByAnother(
        f"{offer.assigned_by} has asked {offer.technician_id} since you looked.",
        offer_id=str(offer.id),
        technician_id=offer.technician_id,
        technician=name,
        assigned_by=offer.assigned_by,
        expires_at=offer.expires_at.isoformat(),
    )


async def withdraw_job(tx: Transaction, job_id: UUID, *, by: Caller) -> WorkOrder:
    """Take back open offers, or the job from its technician; those are not asked again until they
    have cooled down.

    Raises NotFound and IllegalStep.
    """
    order = await lock_managed_job(tx, job_id, by=by)
    after = take_away(order, job_id, at=tx.now, reason=WITHDRAWN)
    await record(tx, order, after, detail={"job_id": str(job_id)})
    return after
