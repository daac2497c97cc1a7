"""Jobs as their staff and technicians look at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.dispatch.actions.seeing import see_job
from services.dispatch.domain.access import is_theirs, sites_managed, sites_worked_at, works_at
from services.dispatch.domain.job import Job, Offer
from services.dispatch.domain.promises import earliest_due
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.in_hand import find_names
from services.dispatch.store.promises import find_promised
from services.dispatch.store.queries import held_jobs, list_work_orders, offered_to
from services.dispatch.store.work_orders import find_work_orders
from shared.auth.caller import Caller
from shared.contracts import TicketV1
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.ids import SiteId, TechnicianId
from shared.messaging.snapshots import find_snapshot, find_snapshots


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A work order with those of its jobs that were asked for, newest first."""

    order: WorkOrder
    jobs: tuple[Job, ...]
    only_offers_to: TechnicianId | None
    """A technician is not shown who else was asked."""
    ticket: TicketV1 | None
    """For a technician, as far as it is held: once the job has ended, no other service shows it to
    them.
    """


@dataclass(frozen=True, kw_only=True)
class OwnJob:
    """A job that a technician holds or is offered, with its ticket once that is known."""

    order: WorkOrder
    job: Job
    offer: Offer | None
    ticket: TicketV1 | None


async def list_jobs(
    tx: Transaction,
    *,
    by: Caller,
    site_id: SiteId | None,
    state: JobState | None,
    ticket_id: UUID | None,
    technician_id: TechnicianId | None,
    before: UUID | None,
    limit: int,
) -> list[Listed]:
    """Return the newest `limit` work orders with such jobs: of the sites whose staff the caller is,
    or for a technician those they hold or are offered.
    """
    sites = sites_managed(by)
    own = None if sites is None or sites else TechnicianId(by.id)
    if own is not None and technician_id not in (None, own):
        return []
    ids = await list_work_orders(
        tx,
        sites=sites if own is None else sites_worked_at(by),
        site_id=site_id,
        state=state,
        ticket_id=ticket_id,
        technician_id=technician_id if own is None else own,
        before=before,
        limit=limit,
    )
    orders = await find_work_orders(tx, ids, for_update=False)
    tickets = {} if own is None else await find_snapshots(tx, TicketV1, ids)
    return [
        Listed(
            order=orders[id],
            jobs=tuple(
                job
                for job in reversed(orders[id].jobs)
                if state in (None, job.state)
                and (
                    technician_id in (None, job.technician_id)
                    if own is None
                    else is_theirs(own, job)
                )
            ),
            only_offers_to=own,
            ticket=tickets.get(str(id)),
        )
        for id in ids
    ]


async def find_names_in(tx: Transaction, listed: Sequence[Listed]) -> dict[str, str]:
    """Return what the technicians are called who hold these jobs, held them or were asked; none
    where a technician looks.
    """
    jobs = [job for each in listed if each.only_offers_to is None for job in each.jobs]
    steps = (step.technician_id for job in jobs for step in job.steps)
    offers = (offer.technician_id for job in jobs for offer in job.offers)
    ids = {id for id in (*steps, *offers) if id is not None}
    return await find_names(tx, ids) if ids else {}


async def see_job_with_ticket(
    tx: Transaction, job_id: UUID, *, by: Caller
) -> tuple[WorkOrder, TicketV1 | None]:
    """Return the job's work order, and its ticket once that is known. Raises NotFound."""
    order = await see_job(tx, job_id, by=by)
    orders = await _with_promises(tx, {order.id: order})
    return orders[order.id], await find_snapshot(tx, TicketV1, order.id)


async def list_own_offers(tx: Transaction, *, by: Caller) -> list[OwnJob]:
    """Return what is offered to the caller, the oldest offer first."""
    found = await offered_to(tx, by.id)
    orders = await find_work_orders(tx, [order_id for order_id, _, _ in found], for_update=False)
    tickets = await find_snapshots(tx, TicketV1, orders)
    mine = []
    for order_id, _, offer_id in found:
        job, offer = orders[order_id].offer(offer_id)
        ticket = tickets.get(str(order_id))
        if works_at(by, orders[order_id].site_id):
            mine.append(OwnJob(order=orders[order_id], job=job, offer=offer, ticket=ticket))
    return mine


async def list_own_jobs(tx: Transaction, *, by: Caller) -> list[OwnJob]:
    """Return what the caller holds, in the order in which they took it."""
    found = await held_jobs(tx, by.id)
    orders = await find_work_orders(tx, [order_id for order_id, _ in found], for_update=False)
    orders = await _with_promises(tx, orders)
    tickets = await find_snapshots(tx, TicketV1, orders)
    return [
        OwnJob(
            order=orders[order_id],
            job=orders[order_id].job(job_id),
            offer=None,
            ticket=tickets.get(str(order_id)),
        )
        for order_id, job_id in found
        if works_at(by, orders[order_id].site_id)
    ]


async def _with_promises(
    tx: Transaction, orders: Mapping[UUID, WorkOrder]
) -> dict[UUID, WorkOrder]:
    """Return them with the promise that falls due next by their jobs' own steps: sla does not say
    of each that it was kept.
    """
    due = {
        each.clocks.id: earliest_due(each.clocks, each.ticket, each.jobs)
        for each in await find_promised(tx, orders)
    }
    return {id: replace(order, due_at=due.get(id, order.due_at)) for id, order in orders.items()}
