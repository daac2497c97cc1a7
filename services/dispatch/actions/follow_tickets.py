"""Following tickets: the work orders are made what the tickets ask for."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.dispatch.actions.circumstances import Circumstances, load_circumstances
from services.dispatch.actions.offer_at_once import claim_turns, offer_at_once
from services.dispatch.actions.recording import record
from services.dispatch.domain.case import Code
from services.dispatch.domain.eligibility import holder_bars, newly_barred
from services.dispatch.domain.following import follow
from services.dispatch.domain.holding import overlapping
from services.dispatch.domain.job import DOING, TAKEN
from services.dispatch.domain.job_steps import note_holder_bars, take_away
from services.dispatch.domain.need import need_of
from services.dispatch.domain.offering import withdraw_offers
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.assignments import assignments_of, move_visit
from services.dispatch.store.candidates import find_candidates, find_loads
from services.dispatch.store.technicians import find_technicians
from services.dispatch.store.work_orders import find_work_orders
from shared.contracts import TicketV1
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.ids import SiteId, TechnicianId, TicketId
from shared.messaging.ended_tickets import ended_long_ago


async def follow_tickets(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    """Make the work orders what the tickets ask for.

    Harmless to repeat, in any order, after any gap. Tickets that are as they ended in a former
    system ask for nothing.
    """
    tickets = [ticket for ticket in tickets if not ticket.is_history]
    if not tickets:
        return
    turns = await claim_turns(tx, tickets)
    orders = await find_work_orders(tx, [ticket.id for ticket in tickets], for_update=True)
    tickets = [
        ticket
        for ticket in tickets
        if ticket.id in orders or not ended_long_ago(ticket, now=tx.now)
    ]
    await _lock_holders_of_moved_visits(tx, orders, tickets)
    new: dict[TicketId, WorkOrder] = {}
    already_waiting: set[SiteId] = set()
    for ticket in tickets:
        before = orders.get(ticket.id)
        after = follow(before, ticket)
        if after.waits and (before is None or _begins(before, after)):
            new[after.id] = after
            continue
        changes = (
            [after]
            if before is None or before.need == after.need
            else await _need_changed(tx, before, after)
        )
        await record(tx, before, *changes)
        if changes[-1].waits:
            already_waiting.add(after.site_id)
    found = await offer_at_once(
        tx, turns, [order for order in new.values() if order.site_id not in already_waiting]
    )
    for id, order in new.items():
        changes = [order, found.offered[id]] if id in found.offered else [order]
        await record(tx, orders.get(id), *changes, again_at=found.again_at.get(id))


def _begins(before: WorkOrder, after: WorkOrder) -> bool:
    """Return whether work begins with the job that waits: in another cycle, or though there was
    none to do.
    """
    return after.cycle > before.cycle or not before.open_jobs


async def _lock_holders_of_moved_visits(
    tx: Transaction, orders: Mapping[UUID, WorkOrder], tickets: Sequence[TicketV1]
) -> None:
    """Lock the technicians whose agreed visits moved, all at once, in the order of their ids."""
    moved = [
        orders[ticket.id]
        for ticket in tickets
        if ticket.id in orders and orders[ticket.id].need.visit != need_of(ticket).visit
    ]
    holders = {
        job.technician_id
        for order in moved
        for job in order.open_jobs
        if job.technician_id is not None
    }
    if holders:
        await find_technicians(tx, holders, for_update=True)


async def _need_changed(tx: Transaction, before: WorkOrder, order: WorkOrder) -> list[WorkOrder]:
    """Return the work order and what becomes of it: offers to technicians who are no longer able
    are withdrawn, and all of them once it is an emergency, which goes to several at once; accepted
    work stays, unless its visit cannot be kept, and says which rules its technician does not meet.
    """
    changes = [order]
    for job in order.open_jobs:
        if job.open_offers:
            changes.append(await _without_the_unable(tx, before, changes[-1], job.id))
        elif job.state in TAKEN and job.technician_id is not None:
            if before.need.visit != order.need.visit:
                changes.append(await _visit_moved(tx, changes[-1], job.id, job.technician_id))
            changes.append(await _holder_looked_at(tx, before, changes[-1], job.id))
    return changes


async def _without_the_unable(
    tx: Transaction, before: WorkOrder, order: WorkOrder, job_id: UUID
) -> WorkOrder:
    circumstances = await load_circumstances(tx, order.site_id)
    holders = [offer.technician_id for offer in order.job(job_id).open_offers]
    raised = order.need.is_emergency and not before.need.is_emergency
    unable = (
        holders
        if raised
        else await _no_longer_able(tx, before, order, job_id, holders, circumstances)
    )
    return withdraw_offers(
        order,
        job_id,
        unable,
        at=tx.now,
        decided_at=circumstances.database_now,
        reason="now_an_emergency" if raised else "no_longer_eligible",
    )


async def _no_longer_able(
    tx: Transaction,
    before: WorkOrder,
    order: WorkOrder,
    job_id: UUID,
    holders: Sequence[TechnicianId],
    circumstances: Circumstances,
) -> list[TechnicianId]:
    """Return those whom a rule bars now that did not bar them when they were asked."""
    was, now = (
        circumstances.bare_case(each.need, each.skills_for(order.job(job_id)), now=tx.now)
        for each in (before, order)
    )
    candidates = {
        each.technician.id: each for each in await find_candidates(tx, order.site_id, also=holders)
    }
    return [
        holder
        for holder in holders
        if holder not in candidates or newly_barred(candidates[holder], was=was, now=now)
    ]


async def _holder_looked_at(
    tx: Transaction, before: WorkOrder, order: WorkOrder, job_id: UUID
) -> WorkOrder:
    job = order.job(job_id)
    if job.technician_id is None:
        return order  # the visit cannot be kept
    circumstances = await load_circumstances(tx, order.site_id)
    found = await find_technicians(tx, [job.technician_id], for_update=False)
    was, now = (
        circumstances.bare_case(each.need, each.skills_for(job), now=tx.now)
        for each in (before, order)
    )
    codes = holder_bars(
        found[job.technician_id],
        now,
        is_at_it=job.state in DOING,
        planned_arrival=job.planned_arrival,
    )
    if now.expected_minutes > was.expected_minutes:  # as another category takes
        for each in await find_loads(tx, [job.technician_id]):
            too_long = newly_barred(each, was=was, now=now) & {Code.SHIFT_ENDS}
            codes = tuple(sorted({*codes, *(code.value for code in too_long)}))
    return note_holder_bars(order, job_id, codes)


async def _visit_moved(
    tx: Transaction, order: WorkOrder, job_id: UUID, technician_id: TechnicianId
) -> WorkOrder:
    await tx.flush()  # what others of the batch have just given up is not held any more
    others = [held for held in await assignments_of(tx, technician_id) if held.job_id != job_id]
    if not overlapping(others, order.need.visit):
        await move_visit(tx, job_id, order.need.visit)
        return order
    if order.job(job_id).state is not JobState.ACCEPTED:
        return order  # who has begun goes on, and the visit that was agreed first keeps its time
    return take_away(order, job_id, at=tx.now, reason="windows_overlap")
