"""Technicians: who they are, what they can do, when they are there."""

from dataclasses import replace
from typing import Annotated

from fastapi import Query, Response

from services.dispatch.actions import change_technician as changing
from services.dispatch.actions.restate_technicians import restate_all
from services.dispatch.api.deps import (
    AdminCaller,
    KeeperCaller,
    StaffOrTechnician,
    demand_keeper,
    kept_sites,
    may_read,
)
from services.dispatch.api.technician_schemas import (
    LeaveIn,
    PositionIn,
    RestatedOut,
    ShiftsIn,
    SkillsIn,
    TechnicianIn,
    TechnicianOut,
    TechniciansOut,
    needs,
)
from services.dispatch.domain.technician import Technician
from services.dispatch.store.technicians import find_technicians, list_technicians, load_technician
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.http.fields import Identifier, Text
from shared.http.requests import Tx, etag
from shared.http.routing import action_router
from shared.ids import TechnicianId

router = action_router("/v1/technicians", tag="technicians")


@router.put("/{technician_id}", responses={201: {"model": TechnicianOut}})
async def put(
    technician_id: Identifier, body: TechnicianIn, caller: KeeperCaller, tx: Tx, response: Response
) -> TechnicianOut:
    """201 when they are new, else 200; the same again changes nothing.

    Leave and position are kept.
    """
    wanted = body.technician(technician_id)
    known = (await find_technicians(tx, [technician_id], for_update=False)).get(wanted.id)
    demand_keeper(
        caller, {*wanted.sites, *(known.sites if known and known.removed_at is None else ())}
    )
    technician, new = await changing.put_technician(tx, wanted)
    response.status_code = 201 if new else 200
    etag(response, technician.version)
    return TechnicianOut.of(technician)


@router.get("")
async def list_all(
    caller: KeeperCaller,
    tx: Tx,
    site_id: Annotated[Identifier | None, Query()] = None,
    after: Annotated[
        Text, Query(max_length=64, description="`next_after` of the page before.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> TechniciansOut:
    """By id; those of your sites."""
    sites = kept_sites(caller, site_id)
    found = await list_technicians(tx, sites=sites, after=after, most=limit + 1)
    more = len(found) > limit
    items = tuple(TechnicianOut.of(technician) for technician in found[:limit])
    return TechniciansOut(items=items, next_after=items[-1].id if more else None)


@router.get("/{technician_id}")
async def get_one(
    technician_id: Identifier, caller: StaffOrTechnician, tx: Tx, response: Response
) -> TechnicianOut:
    technician = await load_technician(tx, technician_id, for_update=False)
    if not may_read(caller, technician):
        raise NotFound(f"There is no technician {technician_id}.")
    etag(response, technician.version)
    return TechnicianOut.of(technician)


@router.delete("/{technician_id}", status_code=204)
async def remove(technician_id: Identifier, caller: KeeperCaller, tx: Tx) -> None:
    """What they hold looks for somebody else."""
    await _kept(tx, technician_id, caller)
    await changing.remove_technician(tx, TechnicianId(technician_id))


@router.put("/{technician_id}/skills")
async def put_skills(
    technician_id: Identifier, body: SkillsIn, caller: KeeperCaller, tx: Tx
) -> TechnicianOut:
    before = await _kept(tx, technician_id, caller)
    return TechnicianOut.of(
        await changing.change_technician(tx, before, replace(before, skills=needs(body.skills)))
    )


@router.put("/{technician_id}/shifts")
async def put_shifts(
    technician_id: Identifier, body: ShiftsIn, caller: KeeperCaller, tx: Tx
) -> TechnicianOut:
    """The whole week anew; null: no shifts are kept."""
    before = await _kept(tx, technician_id, caller)
    shifts = None if body.shifts is None else tuple(shift.shift() for shift in body.shifts)
    return TechnicianOut.of(
        await changing.change_technician(tx, before, replace(before, shifts=shifts))
    )


@router.put("/{technician_id}/leave")
async def put_leave(
    technician_id: Identifier, body: LeaveIn, caller: KeeperCaller, tx: Tx
) -> TechnicianOut:
    """All leave that is still to come anew.

    When one begins, accepted jobs look for somebody else; work that has begun goes on.
    """
    before = await _kept(tx, technician_id, caller)
    leave = changing.without_past([window.window() for window in body.leave], tx.now)
    return TechnicianOut.of(
        await changing.change_technician(tx, before, replace(before, leave=leave))
    )


@router.put("/{technician_id}/position")
async def put_position(
    technician_id: Identifier, body: PositionIn, caller: StaffOrTechnician, tx: Tx
) -> TechnicianOut:
    """Where they were seen, said by themselves or by staff; good for an hour.

    Earlier news changes nothing.
    """
    technician = await load_technician(tx, technician_id, for_update=False)
    if not may_read(caller, technician):
        raise NotFound(f"There is no technician {technician_id}.")
    at = tx.now if body.at is None else min(body.at, tx.now)
    return TechnicianOut.of(await changing.place_technician(tx, technician.id, body.point(), at=at))


@router.post(":restate")
async def restate(caller: AdminCaller, tx: Tx) -> RestatedOut:
    """Says again who the technicians are, two hundred at a time, those first of whom nothing was
    said for longest.
    """
    return RestatedOut(restated=await restate_all(tx, by=caller))


async def _kept(tx: Transaction, technician_id: str, caller: Caller) -> Technician:
    """Locked. Raises NotFound, and Forbidden unless the caller keeps technicians at all of their
    sites.
    """
    technician = await load_technician(tx, technician_id, for_update=True)
    demand_keeper(caller, set(technician.sites))
    return technician
