"""Following tickets: what a newer snapshot of a ticket makes of its work order."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from services.dispatch.domain.job import TAKEN, Job, ended, first_step, withdrawn
from services.dispatch.domain.need import need_of
from services.dispatch.domain.work_order import AT_DESK, WorkOrder
from shared.contracts.categories import Road
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.tickets import TicketState, TicketV1
from shared.ids import SiteId, TicketId

ENDED = frozenset({TicketState.RESOLVED, TicketState.CLOSED, TicketState.CANCELLED})


def follow(order: WorkOrder | None, ticket: TicketV1) -> WorkOrder:
    """Return the work order after taking a newer snapshot of its ticket into account; the same when
    it knew that already.

    The version rises only when a job or an offer changed. Steps are dated with the ticket's own,
    whenever they are heard of.
    """
    if order is None:
        return _begun(ticket)
    if ticket.version <= order.observed:
        return order
    saw = replace(order, observed=ticket.version, need=need_of(ticket))
    at = ticket.steps[-1].at
    if ticket.state in ENDED:
        gone = [
            ended(job, at=at, reason=f"ticket_{ticket.state}")
            for job in saw.open_jobs
            if job.cycle <= ticket.cycle
        ]
        return (
            saw.changed(*gone, cycle=ticket.cycle).assignable()
            if gone or saw.cycle != ticket.cycle
            else saw
        )
    if ticket.cycle > saw.cycle:
        gone = [ended(job, at=at, reason="ticket_reopened") for job in saw.open_jobs]
        again = [] if saw.need.at_desk else [saw.new_job(cycle=ticket.cycle, at=_wanted_at(ticket))]
        return saw.changed(*gone, *again, cycle=ticket.cycle).assignable()
    saw = _on_its_road(saw, ticket)
    if saw.need.held:
        back = [_taken_back(job, at=at) for job in saw.open_jobs if job.open_offers]
        return saw.changed(*back) if back else saw
    if ticket.state is not TicketState.ON_HOLD:
        resumed = [_released(job, at=at) for job in saw.open_jobs if _ended_knowingly(job, ticket)]
        return saw.changed(*resumed) if resumed else saw
    return saw


def _begun(ticket: TicketV1) -> WorkOrder:
    ticket_id = TicketId(ticket.id)
    need = need_of(ticket)
    first = first_step(ticket_id, cycle=ticket.cycle, number=1, at=_wanted_at(ticket))
    return WorkOrder(
        id=ticket_id,
        version=1,
        observed=ticket.version,
        site_id=SiteId(ticket.site_id),
        cycle=ticket.cycle,
        need=need,
        jobs=() if ticket.state in ENDED or need.at_desk else (first,),
    )


def _on_its_road(order: WorkOrder, ticket: TicketV1) -> WorkOrder:
    """Return the work order of a living ticket as its road wants it: at the desk without a job that
    no technician has taken, which is never undone; else with one, unless work is done already.
    """
    if order.need.at_desk:
        gone = [
            ended(job, at=ticket.classes[-1].at, reason=AT_DESK)
            for job in order.open_jobs
            if job.state not in TAKEN
        ]
        return order.changed(*gone).assignable() if gone else order
    if order.state is not WorkOrderState.CANCELLED:
        return order
    return order.changed(order.new_job(cycle=order.cycle, at=_wanted_at(ticket))).assignable()


def _wanted_at(ticket: TicketV1) -> datetime:
    """Return since when a technician is wanted: when the cycle began, or when the ticket was sent
    to dispatch in it.
    """
    began = next((step.at for step in ticket.steps if step.cycle == ticket.cycle), ticket.opened_at)
    sent = (
        after.at
        for before, after in pairwise(ticket.classes)
        if before.road is Road.DESK and after.road is Road.DISPATCH
    )
    return max([began, *sent])


def _taken_back(job: Job, *, at: datetime) -> Job:
    return job.with_offers(withdrawn(job, at=at, reason="ticket_held")).stepped(
        JobState.WAITING, at=at, reason="ticket_held"
    )


def _ended_knowingly(job: Job, ticket: TicketV1) -> bool:
    """Return whether staff ended a hold that this job caused, and had heard of the pause when they
    did.
    """
    return (
        job.state is JobState.PAUSED
        and job.paused_at_version is not None
        and ticket.observed >= job.paused_at_version
    )


def _released(job: Job, *, at: datetime) -> Job:
    return job.stepped(JobState.ACCEPTED, at=at, by=job.technician_id, reason="ticket_released")
