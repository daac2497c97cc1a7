"""A technician at work, and a dispatcher's decisions.

Every verb of a technician said again gets the same answer.
"""

from uuid import UUID

from services.dispatch.actions import assign_job as deciding
from services.dispatch.actions import work_on_job as working
from services.dispatch.actions.prove_bearer import prove_job_holder
from services.dispatch.api import schemas
from services.dispatch.api.deps import JobBearer, StaffCaller, demand_staff
from services.dispatch.api.schemas import JobOut
from services.dispatch.domain.job_steps import Verb
from services.dispatch.domain.work_order import Report, WorkOrder
from services.dispatch.store.work_orders import work_order_of_job
from shared.auth.caller import Caller
from shared.contracts.base import SkillNeed
from shared.db.transaction import Transaction
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.ids import TechnicianId

router = action_router("/v1/jobs", tag="job steps")


@router.post("/{job_id}/travel")
async def travel(job_id: UUID, body: schemas.TravelIn, bearer: JobBearer, tx: Tx) -> JobOut:
    order, by = await prove_job_holder(tx, job_id, bearer)
    after = await working.step_along_job(
        tx, order, job_id, Verb.TRAVEL, by=by, planned_arrival=body.planned_arrival
    )
    return _seen(after, job_id, by)


@router.post("/{job_id}/arrive")
async def arrive(job_id: UUID, body: schemas.NothingIn, bearer: JobBearer, tx: Tx) -> JobOut:
    order, by = await prove_job_holder(tx, job_id, bearer)
    return _seen(await working.step_along_job(tx, order, job_id, Verb.ARRIVE, by=by), job_id, by)


@router.post("/{job_id}/start")
async def start(job_id: UUID, body: schemas.NothingIn, bearer: JobBearer, tx: Tx) -> JobOut:
    order, by = await prove_job_holder(tx, job_id, bearer)
    return _seen(await working.step_along_job(tx, order, job_id, Verb.START, by=by), job_id, by)


@router.post("/{job_id}/pause")
async def pause(job_id: UUID, body: schemas.PauseIn, bearer: JobBearer, tx: Tx) -> JobOut:
    order, by = await prove_job_holder(tx, job_id, bearer)
    return _seen(await working.pause_job(tx, order, job_id, by=by, reason=body.reason), job_id, by)


@router.post("/{job_id}/resume")
async def resume(job_id: UUID, body: schemas.NothingIn, bearer: JobBearer, tx: Tx) -> JobOut:
    order, by = await prove_job_holder(tx, job_id, bearer)
    return _seen(await working.step_along_job(tx, order, job_id, Verb.RESUME, by=by), job_id, by)


@router.post("/{job_id}/return")
async def give_back(job_id: UUID, body: schemas.ReturnIn, bearer: JobBearer, tx: Tx) -> JobOut:
    """The job looks for somebody else; you are not asked again until you have cooled down."""
    order, by = await prove_job_holder(tx, job_id, bearer)
    return _seen(await working.return_job(tx, order, job_id, by=by, reason=body.reason), job_id, by)


@router.post("/{job_id}/complete")
async def complete(job_id: UUID, body: schemas.ReportIn, bearer: JobBearer, tx: Tx) -> JobOut:
    """Done. Steps that were skipped are filled in."""
    order, by = await prove_job_holder(tx, job_id, bearer)
    return _seen(
        await working.complete_job(tx, order, job_id, by=by, report=_report(body)), job_id, by
    )


@router.post("/{job_id}/follow-up")
async def follow_up(job_id: UUID, body: schemas.FollowUpIn, bearer: JobBearer, tx: Tx) -> JobOut:
    """A second visit is needed; a linked job is created with it."""
    order, by = await prove_job_holder(tx, job_id, bearer)
    skills = (
        None
        if body.skills is None
        else tuple(SkillNeed(code=skill.code, level=skill.level) for skill in body.skills)
    )
    after = await working.ask_for_follow_up(
        tx, order, job_id, by=by, reason=body.reason, report=_report(body), skills=skills
    )
    return _seen(after, job_id, by)


@router.post("/{job_id}/assign")
async def assign(job_id: UUID, body: schemas.AssignIn, caller: StaffCaller, tx: Tx) -> JobOut:
    """Held out to this technician alone, or theirs at once where the site asks for no consent."""
    await _demand_staff_of(tx, job_id, caller)
    order = await deciding.assign_job(tx, job_id, TechnicianId(body.technician_id))
    return JobOut.of(order, order.job(job_id))


@router.post("/{job_id}/withdraw")
async def withdraw(job_id: UUID, body: schemas.NothingIn, caller: StaffCaller, tx: Tx) -> JobOut:
    """Open offers are taken back, or the job from its technician."""
    await _demand_staff_of(tx, job_id, caller)
    order = await deciding.withdraw_job(tx, job_id)
    return JobOut.of(order, order.job(job_id))


async def _demand_staff_of(tx: Transaction, job_id: UUID, caller: Caller) -> None:
    demand_staff(caller, (await work_order_of_job(tx, job_id, for_update=False)).site_id)


def _seen(order: WorkOrder, job_id: UUID, by: TechnicianId) -> JobOut:
    return JobOut.of(order, order.job(job_id), only_offers_to=by)


def _report(body: schemas.ReportIn) -> Report:
    parts = tuple(
        {"name": part, "quantity": 1} if isinstance(part, str) else part.model_dump()
        for part in body.parts
    )
    return Report(
        note=body.note,
        minutes=body.minutes,
        parts=parts,
        photos=body.photos,
        signature=body.signature,
    )
