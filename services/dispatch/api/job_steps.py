"""A technician at work, and a dispatcher's decisions.

Every verb of a technician said again gets the same answer.
"""

from uuid import UUID

from pydantic import JsonValue

from services.dispatch.actions import assign_job as deciding
from services.dispatch.actions import work_on_job as working
from services.dispatch.actions.warn_of_hours import warn_of_hours, warn_of_windows
from services.dispatch.api import schemas
from services.dispatch.api.deps import JobBearer, StaffCaller
from services.dispatch.api.schemas import JobOut
from services.dispatch.domain.access import Bearer, technician_of
from services.dispatch.domain.job import Report
from services.dispatch.domain.job_steps import Verb
from services.dispatch.domain.refusals import (
    AlreadyDoing,
    AskedByAnother,
    AtCapacity,
    IllegalStep,
    NotEligible,
    NotYours,
    TooManySteps,
    WindowsOverlap,
)
from services.dispatch.domain.work_order import WorkOrder
from shared.http.declared import refuses
from shared.http.inputs import NothingIn
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.ids import TechnicianId

router = action_router("/v1/jobs", tag="job steps")

_STEP = (IllegalStep, NotYours, TooManySteps)


@router.post("/{job_id}/travel")
@refuses(*_STEP, AlreadyDoing)
async def travel(job_id: UUID, body: schemas.TravelIn, bearer: JobBearer, tx: Tx) -> JobOut:
    """Set out. Where the resident asked for another time, or agreed one, the answer has
    `warnings`.
    """
    after = await working.step_along_job(
        tx,
        job_id,
        Verb.TRAVEL,
        by=bearer,
        said=body.said(),
        planned_arrival=body.planned_arrival,
    )
    return await _warned(tx, after, job_id, bearer)


@router.post("/{job_id}/planned-arrival")
@refuses(*_STEP)
async def plan_arrival(
    job_id: UUID, body: schemas.PlannedArrivalIn, bearer: JobBearer, tx: Tx
) -> JobOut:
    """Expect to arrive at another time: the resident is told. Where they asked for another one, or
    agreed it, the answer has `warnings`.
    """
    after = await working.plan_arrival_at_job(
        tx, job_id, by=bearer, planned_arrival=body.planned_arrival
    )
    return await _warned(tx, after, job_id, bearer)


@router.post("/{job_id}/arrive")
@refuses(*_STEP, AlreadyDoing)
async def arrive(job_id: UUID, body: schemas.StepIn, bearer: JobBearer, tx: Tx) -> JobOut:
    after = await working.step_along_job(tx, job_id, Verb.ARRIVE, by=bearer, said=body.said())
    return _seen(after, job_id, bearer)


@router.post("/{job_id}/start")
@refuses(*_STEP, AlreadyDoing)
async def start(job_id: UUID, body: schemas.StepIn, bearer: JobBearer, tx: Tx) -> JobOut:
    after = await working.step_along_job(tx, job_id, Verb.START, by=bearer, said=body.said())
    return _seen(after, job_id, bearer)


@router.post("/{job_id}/pause")
@refuses(*_STEP)
async def pause(job_id: UUID, body: schemas.PauseIn, bearer: JobBearer, tx: Tx) -> JobOut:
    after = await working.pause_job(tx, job_id, by=bearer, said=body.said(), reason=body.reason)
    return _seen(after, job_id, bearer)


@router.post("/{job_id}/resume")
@refuses(*_STEP, AlreadyDoing)
async def resume(job_id: UUID, body: schemas.StepIn, bearer: JobBearer, tx: Tx) -> JobOut:
    after = await working.step_along_job(tx, job_id, Verb.RESUME, by=bearer, said=body.said())
    return _seen(after, job_id, bearer)


@router.post("/{job_id}/return")
@refuses(*_STEP)
async def give_back(job_id: UUID, body: schemas.ReturnIn, bearer: JobBearer, tx: Tx) -> JobOut:
    """Give the job back: it looks for another technician, and you are not asked again until you
    have cooled down.
    """
    after = await working.return_job(tx, job_id, by=bearer, said=body.said(), reason=body.reason)
    return _seen(after, job_id, bearer)


@router.post("/{job_id}/complete")
@refuses(*_STEP)
async def complete(job_id: UUID, body: schemas.ReportIn, bearer: JobBearer, tx: Tx) -> JobOut:
    """Complete the job. Steps that were skipped are filled in."""
    after = await working.complete_job(
        tx, job_id, by=bearer, said=body.said(), report=_report(body)
    )
    return _seen(after, job_id, bearer)


@router.post("/{job_id}/follow-up")
@refuses(*_STEP)
async def follow_up(job_id: UUID, body: schemas.FollowUpIn, bearer: JobBearer, tx: Tx) -> JobOut:
    """Ask for a second visit; a linked job is created with it."""
    skills = None if body.skills is None else tuple(skill.skill() for skill in body.skills)
    after = await working.ask_for_follow_up(
        tx,
        job_id,
        by=bearer,
        said=body.said(),
        reason=body.reason,
        report=_report(body),
        skills=skills,
    )
    return _seen(after, job_id, bearer)


@router.post("/{job_id}/assign")
@refuses(IllegalStep, AskedByAnother, NotEligible, AtCapacity, WindowsOverlap, TooManySteps)
async def assign(job_id: UUID, body: schemas.AssignIn, caller: StaffCaller, tx: Tx) -> JobOut:
    """Hold the job out to this technician alone, or give it to them at once where the site asks for
    no consent. With a reason to `overrule` them, no rule bars but skill and site. Where the
    resident is at home at other hours, the answer has `warnings`. With `asked` it is done only
    where no other of the staff has asked a technician since you looked.
    """
    technician_id = TechnicianId(body.technician_id)
    order = await deciding.assign_job(
        tx, job_id, technician_id, by=caller, overrule=body.overrule, seen=body.seen()
    )
    warnings = await warn_of_windows(tx, order, technician_id)
    return JobOut.of(order, order.job(job_id), warnings=warnings)


@router.post("/{job_id}/withdraw")
@refuses(IllegalStep, TooManySteps)
async def withdraw(job_id: UUID, body: NothingIn, caller: StaffCaller, tx: Tx) -> JobOut:
    """Open offers are taken back, or the job from its technician."""
    order = await deciding.withdraw_job(tx, job_id, by=caller)
    return JobOut.of(order, order.job(job_id))


def _seen(order: WorkOrder, job_id: UUID, bearer: Bearer) -> JobOut:
    return JobOut.of(order, order.job(job_id), only_offers_to=technician_of(bearer))


async def _warned(tx: Tx, after: WorkOrder, job_id: UUID, bearer: Bearer) -> JobOut:
    job, by = after.job(job_id), technician_of(bearer)
    warnings = await warn_of_hours(tx, after, by, planned_arrival=job.planned_arrival)
    return JobOut.of(after, job, only_offers_to=by, warnings=warnings)


def _report(body: schemas.ReportIn) -> Report:
    parts: tuple[dict[str, JsonValue], ...] = tuple(
        {"name": part, "quantity": 1}
        if isinstance(part, str)
        else {"name": part.name, "quantity": part.quantity}
        for part in body.parts
    )
    photos = (
        each if isinstance(each, schemas.PhotoIn) else schemas.PhotoIn(id=each)
        for each in body.photos
    )
    shown = {str(photo.id): photo.before for photo in photos}
    return Report(
        note=body.note,
        minutes=body.minutes,
        parts=parts,
        photos=tuple(id for id, before in shown.items() if not before),
        photos_before=tuple(id for id, before in shown.items() if before),
        signature=body.signature,
        checklist=tuple({"code": item.code, "done": item.done} for item in body.checklist),
    )
