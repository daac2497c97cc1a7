"""What happened between two versions of a work order, in one past tense."""

from collections.abc import Mapping

from services.dispatch.domain.job import DOING, TAKEN, Job
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import JobState, OfferState

_FACT_FOR: Mapping[JobState, str] = {
    JobState.FOLLOW_UP: "follow_up",
    JobState.COMPLETED: "completed",
    JobState.ACCEPTED: "accepted",
    JobState.OFFERED: "offered",
    JobState.TRAVELLING: "travelling",
    JobState.ON_SITE: "arrived",
    JobState.WORKING: "started",
    JobState.PAUSED: "paused",
    JobState.CANCELLED: "cancelled",
}
_DECIDED: Mapping[OfferState, str] = {
    OfferState.DECLINED: "offer_declined",
    OfferState.EXPIRED: "offer_expired",
    OfferState.WITHDRAWN: "offer_withdrawn",
}


def what_happened(before: WorkOrder | None, after: WorkOrder) -> str:
    """Return one of the facts of WorkOrderV1. Where several jobs changed, the most telling."""
    if before is None:
        return "created" if after.jobs else "cancelled"
    known = {job.id: job for job in before.jobs}
    if after.cycle > before.cycle and after.open_jobs:
        return "created"
    moved = [
        (known[job.id], job)
        for job in after.jobs
        if job.id in known and known[job.id].state is not job.state
    ]
    if moved:
        return min((_moved(was, now) for was, now in moved), key=_telling)
    if any(
        job.id in known and known[job.id].planned_arrival != job.planned_arrival
        for job in after.jobs
    ):
        return "rescheduled"
    for job in after.jobs:
        for offer in job.offers:
            if offer.state in _DECIDED and offer not in known[job.id].offers:
                return _DECIDED[offer.state]
    if any(job.holder_bars != known[job.id].holder_bars for job in after.jobs if job.id in known):
        return "holder_barred"
    if any(
        job.pool is not None and job.pool != known[job.id].pool
        for job in after.jobs
        if job.id in known
    ):
        return "pooled"
    if after.left_to_desk_at is not None and before.left_to_desk_at is None:
        return "left_to_desk"
    return "unassignable" if after.unassignable_at is not None else "cancelled"


def _moved(was: Job, now: Job) -> str:
    if was.state is JobState.PAUSED and now.state in (JobState.WORKING, JobState.ACCEPTED):
        return "resumed"
    if was.state in DOING and now.state is JobState.ACCEPTED:
        return "paused"
    if now.state is JobState.WAITING:
        return "returned" if was.state in TAKEN else _given_up(was, now)
    return _FACT_FOR[now.state]


def _given_up(was: Job, now: Job) -> str:
    decided = [offer for offer in now.offers if offer not in was.offers and offer.state in _DECIDED]
    return _DECIDED[decided[-1].state]


def _telling(past_tense: str) -> int:
    order = list(_FACT_FOR.values())
    return order.index(past_tense) if past_tense in order else len(order)
