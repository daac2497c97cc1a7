"""Writing a changed work order: its rows, its assignments, its fact, and the news for whatever
waits. Every action ends here.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from pydantic import JsonValue

from services.dispatch import events
from services.dispatch.actions.follow_clocks import save_promises
from services.dispatch.domain.job import DOING, TAKEN, Job
from services.dispatch.domain.offering import GRACE
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.assignments import end_assignment, mark_doing
from services.dispatch.store.planning_queue import HAND_OUT, look_again, queue_job, queue_sites_of
from services.dispatch.store.work_orders import save_work_order
from shared.contracts.dispatch import JobState, OfferState
from shared.db.transaction import Transaction
from shared.ids import TechnicianId

OFFERS = "offers"
REVIEWS = "reviews"
CERTIFICATES = "certificates"


async def record(
    tx: Transaction,
    before: WorkOrder | None,
    *changes: WorkOrder,
    detail: Mapping[str, JsonValue] = MappingProxyType({}),
    again_at: datetime | None = None,
) -> None:
    """Write the work order locked as `before` as the last of its `changes`, and publish one fact
    that names them all.

    A job that begins to wait is looked at as soon as may be; where this transaction has looked
    already, not before `again_at`. Nothing is said to others while only what the ticket needs has
    changed.
    """
    after = changes[-1]
    if after == before or (before is not None and _is_old_news(before, after)):
        return
    save_work_order(tx, before, after)
    if after.is_news_after(before):
        tx.publish(events.changed(before, *changes, **detail))
        for job in after.jobs:
            tx.tell(topic_of(job.id))
    known = {job.id: job for job in before.jobs} if before is not None else {}
    freed: set[TechnicianId] = set()
    for job in after.jobs:
        was = known.get(job.id)
        if was is not None and was != job:
            _update_assignment(tx, was, job)
            freed |= _freed(was, job)
            if was.state in TAKEN and job.state is JobState.WAITING:
                # who had it has answered the ticket, and may have been there
                await save_promises(tx, [after.id])
    if freed:
        queue_sites_of(tx, freed)
    same_need = before is not None and before.need == after.need
    for job in after.open_jobs:
        if job.state is JobState.WAITING and not (same_need and _waits_on(known.get(job.id), job)):
            if again_at is None:
                queue_job(tx, after.site_id, job.id)
            else:
                look_again(
                    tx,
                    after.site_id,
                    job.id,
                    version=after.version,
                    observed=after.observed,
                    at=again_at,
                )
    for offer in (offer for job in after.jobs for offer in job.open_offers):
        tx.schedule(OFFERS, tx.now + (offer.expires_at - offer.offered_at) + GRACE)


def _waits_on(was: Job | None, job: Job) -> bool:
    """Return whether the job waits as before: whether it is in the pool is what a turn made of it,
    and no news for the next.
    """
    return was is not None and replace(was, pool=job.pool) == job


def _is_old_news(before: WorkOrder, after: WorkOrder) -> bool:
    """Return whether the ticket has only said what its work order made of it: nothing waits to be
    looked at again because of that.
    """
    return replace(after, observed=before.observed) == before and all(
        job.state in TAKEN for job in after.open_jobs
    )


def topic_of(job_id: UUID) -> str:
    """Return the topic of a job's live streams."""
    return f"job:{job_id}"


def _update_assignment(tx: Transaction, was: Job, job: Job) -> None:
    if was.state in TAKEN and job.state not in TAKEN:
        end_assignment(tx, job.id, ended_as=job.state)
        tx.schedule(HAND_OUT, tx.now)
    elif was.state in TAKEN and (was.state in DOING) != (job.state in DOING):
        mark_doing(tx, job.id, doing=job.state in DOING)


def _freed(was: Job, job: Job) -> set[TechnicianId]:
    """Return the technicians who are asked about one job less than before."""
    answers = {offer.id: offer.state for offer in job.offers}
    return {
        offer.technician_id
        for offer in was.open_offers
        if answers.get(offer.id) not in (OfferState.OPEN, OfferState.ACCEPTED)
    }
