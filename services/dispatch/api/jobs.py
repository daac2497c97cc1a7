"""Looking at jobs, and at why they go to whom."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.dispatch.actions.explain_job import explain_job
from services.dispatch.api.deps import StaffCaller, StaffOrTechnician, demand_staff
from services.dispatch.api.schemas import ExplanationOut, JobOut, JobsOut, StandingOut
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.queries import list_work_orders
from services.dispatch.store.work_orders import find_work_orders, work_order_of_job
from shared.auth.caller import STAFF, Caller
from shared.contracts import TicketV1
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.http.fields import Identifier
from shared.http.paging import Paging
from shared.http.requests import Tx, etag
from shared.http.routing import action_router
from shared.ids import TechnicianId
from shared.messaging.snapshots import find_snapshot

router = action_router("/v1/jobs", tag="jobs")


@router.get("")
async def list_jobs(
    caller: StaffOrTechnician,
    tx: Tx,
    page: Paging,
    response: Response,
    site_id: Annotated[Identifier | None, Query()] = None,
    state: Annotated[JobState | None, Query()] = None,
    ticket_id: Annotated[UUID | None, Query()] = None,
    technician_id: Annotated[Identifier | None, Query()] = None,
) -> JobsOut:
    """Newest work orders first, `limit` of them with their jobs.

    Staff see those of their sites, technicians their own.
    """
    staff = any(grant.role in STAFF for grant in caller.roles)
    if not staff:
        technician_id = caller.id
    found = await list_work_orders(
        tx,
        sites=caller.sites(*STAFF) if staff else None,
        site_id=site_id,
        state=state,
        ticket_id=ticket_id,
        technician_id=technician_id,
        before=page.before,
        most=page.most,
    )
    ids = page.cut(found, response, lambda id: id)
    orders = await find_work_orders(tx, ids, for_update=False)
    jobs = [
        (orders[id], job)
        for id in ids
        for job in reversed(orders[id].jobs)
        if state in (None, job.state)
    ]
    if not staff:
        return JobsOut(
            items=tuple(
                JobOut.of(o, j, only_offers_to=caller.id)
                for o, j in jobs
                if _is_theirs(o, j.id, caller)
            )
        )
    return JobsOut(
        items=tuple(
            JobOut.of(order, job)
            for order, job in jobs
            if technician_id in (None, job.technician_id)
        )
    )


@router.get("/{job_id}")
async def get_job(job_id: UUID, caller: StaffOrTechnician, tx: Tx, response: Response) -> JobOut:
    """With what its technician needs to know of the ticket."""
    job = await see_job(tx, job_id, caller)
    etag(response, job.version)
    return job


@router.get("/{job_id}/explanation")
async def explain(
    job_id: UUID,
    caller: StaffCaller,
    tx: Tx,
    technician_id: Annotated[Identifier | None, Query()] = None,
) -> ExplanationOut:
    """For every technician of the site (or the one asked about) the rules that bar them, or their
    place in the ranking.
    """
    order = await work_order_of_job(tx, job_id, for_update=False)
    demand_staff(caller, order.site_id)
    mode, found = await explain_job(
        tx, order, job_id, about=None if technician_id is None else TechnicianId(technician_id)
    )
    items = tuple(
        StandingOut.of(each, None if each.ranked is None else n)
        for n, each in enumerate(found, start=1)
    )
    return ExplanationOut(
        job_id=job_id, state=order.job(job_id).state, mode=mode, held=order.need.held, items=items
    )


async def see_job(tx: Transaction, job_id: UUID, caller: Caller) -> JobOut:
    """Raises NotFound for what the caller may not see."""
    order = await work_order_of_job(tx, job_id, for_update=False)
    staff = caller.is_staff(order.site_id)
    if not staff and not _is_theirs(order, job_id, caller):
        raise NotFound(f"There is no job {job_id}.")
    ticket = await find_snapshot(tx, TicketV1, order.id)
    return JobOut.of(order, order.job(job_id), ticket, only_offers_to=None if staff else caller.id)


def _is_theirs(order: WorkOrder, job_id: UUID, caller: Caller) -> bool:
    job = order.job(job_id)
    return TechnicianId(caller.id) in {
        job.technician_id,
        *(offer.technician_id for offer in job.open_offers),
    }
