"""Technicians: who they are, what they can do, when they are there."""

from typing import Annotated

from fastapi import Query, Response

from services.dispatch.actions import change_technician as changing
from services.dispatch.actions.republish_technicians import republish_all
from services.dispatch.actions.seeing import see_technician
from services.dispatch.api.deps import AdminCaller, StaffOrTechnician, TechnicianManager
from services.dispatch.api.technician_schemas import (
    CertificatesBody,
    CertificatesIn,
    LeaveIn,
    PositionIn,
    RepublishedOut,
    ShiftsIn,
    SkillsIn,
    TechnicianIn,
    TechnicianOut,
    TechniciansOut,
    needs,
    point_of,
)
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier, Subject
from shared.http.paging import SUBJECTS, Page, paged_by
from shared.http.requests import IfMatch, Tx, etag
from shared.http.routing import action_router
from shared.ids import SiteId

router = action_router("/v1/technicians", tag="technicians")


@router.put("/{technician_id}", responses={201: {"model": TechnicianOut}})
async def put(
    technician_id: Subject,
    body: TechnicianIn,
    caller: TechnicianManager,
    tx: Tx,
    response: Response,
) -> TechnicianOut:
    """Store the technician: 201 when they are new, else 200; the same again changes nothing.

    Leave and position are kept.
    """
    technician, new = await changing.put_technician(tx, body.technician(technician_id), by=caller)
    response.status_code = 201 if new else 200
    etag(response, technician.version)
    return TechnicianOut.of(technician)


@router.get("")
@refuses(NotFound)
async def list_all(
    caller: TechnicianManager,
    tx: Tx,
    page: Annotated[Page[str], paged_by(SUBJECTS, usual=100)],
    response: Response,
    site: Annotated[Identifier | None, Query()] = None,
) -> TechniciansOut:
    """Return the technicians of your sites, by id."""
    found = await changing.list_technicians(
        tx,
        by=caller,
        site_id=None if site is None else SiteId(site),
        after=page.last or "",
        limit=page.limit,
    )
    shown = page.cut(found, response, lambda technician: technician.id)
    return TechniciansOut(items=tuple(TechnicianOut.of(technician) for technician in shown))


@router.get("/{technician_id}")
async def get_one(
    technician_id: Subject, caller: StaffOrTechnician, tx: Tx, response: Response
) -> TechnicianOut:
    technician = await see_technician(tx, technician_id, by=caller)
    etag(response, technician.version)
    return TechnicianOut.of(technician)


@router.delete("/{technician_id}", status_code=204)
async def remove(technician_id: Subject, caller: TechnicianManager, tx: Tx) -> None:
    """Remove the technician; what they hold looks for another."""
    await changing.remove_technician(tx, technician_id, by=caller)


@router.put("/{technician_id}/skills")
async def put_skills(
    technician_id: Subject, body: SkillsIn, caller: TechnicianManager, tx: Tx
) -> TechnicianOut:
    skills = needs(body.skills)
    return TechnicianOut.of(await changing.change_skills(tx, technician_id, skills, by=caller))


@router.put("/{technician_id}/shifts")
async def put_shifts(
    technician_id: Subject, body: ShiftsIn, caller: TechnicianManager, tx: Tx
) -> TechnicianOut:
    """Replace all shifts, of the week and of single dates; null: no shifts are kept."""
    shifts = None if body.shifts is None else tuple(shift.shift() for shift in body.shifts)
    return TechnicianOut.of(await changing.change_shifts(tx, technician_id, shifts, by=caller))


@router.put("/{technician_id}/leave")
async def put_leave(
    technician_id: Subject, body: LeaveIn, caller: TechnicianManager, tx: Tx
) -> TechnicianOut:
    """Replace all leave that is still to come.

    When one begins, accepted jobs look for another technician; work that has begun goes on.
    """
    leave = [window.window() for window in body.leave]
    return TechnicianOut.of(await changing.change_leave(tx, technician_id, leave, by=caller))


@router.put("/{technician_id}/certificates")
async def put_certificates(
    technician_id: Subject,
    body: CertificatesBody,
    version: IfMatch,
    caller: TechnicianManager,
    tx: Tx,
    response: Response,
) -> TechnicianOut:
    """Replace all certificates of the technician, whose `ETag` is theirs: a list of them, or an
    object that has it as `certificates`.

    They count at once: for offers, for answers to them, and for what a dispatcher assigns.
    """
    listed = body.certificates if isinstance(body, CertificatesIn) else body
    certificates = [each.certificate() for each in listed]
    technician = await changing.change_certificates(
        tx, technician_id, certificates, version=version, by=caller
    )
    etag(response, technician.version)
    return TechnicianOut.of(technician)


@router.put("/{technician_id}/position")
async def put_position(
    technician_id: Subject, body: PositionIn, caller: StaffOrTechnician, tx: Tx
) -> TechnicianOut:
    """Store where they were seen, said by themselves or by staff; good for an hour.

    Earlier news changes nothing.
    """
    return TechnicianOut.of(
        await changing.place_technician(tx, technician_id, point_of(body), at=body.at, by=caller)
    )


@router.post(":republish")
async def republish(caller: AdminCaller, tx: Tx) -> RepublishedOut:
    """Republish the technicians, two hundred at a time, those first of whom nothing was said for
    longest.
    """
    return RepublishedOut(republished=await republish_all(tx, by=caller))
