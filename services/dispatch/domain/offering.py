"""Offers: a job is held out, and exactly one answer decides each offer."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.dispatch.domain.job import Job, Offer, Pool, withdrawn
from services.dispatch.domain.refusals import IllegalStep, NotInPool, OfferDecided
from services.dispatch.domain.work_order import Unable, WorkOrder
from shared.contracts.dispatch import JobState, OfferState
from shared.ids import TechnicianId

GRACE = timedelta(seconds=2)


def offer_job(
    order: WorkOrder, job_id: UUID, offers: Sequence[Offer], *, at: datetime
) -> WorkOrder:
    """Offer the job. Raises NotFound, and IllegalStep unless it waits and its ticket is not held by
    staff.
    """
    job = order.job(job_id)
    if job.state is not JobState.WAITING or order.need.held:
        state = "held" if order.need.held else job.state
        raise IllegalStep(
            f"A job that is {state} cannot be offered.", verb="assign", state=state, legal=[]
        )
    asked = offers[0].technician_id if len(offers) == 1 else None
    offered = replace(job, offers=(*job.offers, *offers)).stepped(JobState.OFFERED, at=at, by=asked)
    return order.changed(offered).assignable()


def accept(
    order: WorkOrder,
    offer_id: UUID,
    *,
    at: datetime,
    decided_at: datetime,
    planned_arrival: datetime | None,
) -> WorkOrder:
    """Give the job to the technician, and withdraw every other open offer of it.

    Raises NotFound and OfferDecided.
    """
    job, offer = _undecided(order, offer_id)
    won = replace(offer, state=OfferState.ACCEPTED, decided_at=decided_at)
    lost = withdrawn(job.with_offers([won]), at=decided_at, reason="accepted_by_other")
    taken = job.with_offers([won, *lost]).stepped(
        JobState.ACCEPTED,
        at=at,
        by=offer.technician_id,
    )
    theirs = replace(taken, technician_id=offer.technician_id, holder_bars=())
    return order.changed(theirs.arriving(planned_arrival, at=theirs.steps[-1].at))


def assign(
    order: WorkOrder,
    job_id: UUID,
    offer: Offer,
    *,
    at: datetime,
    planned_arrival: datetime | None = None,
) -> WorkOrder:
    """Add an offer born accepted: a technician grabbed the job, or a dispatcher chose them where
    the site needs no consent.

    Raises as `offer_job`.
    """
    offered = offer_job(
        order, job_id, [replace(offer, state=OfferState.OPEN, decided_at=None)], at=at
    )
    return accept(
        offered, offer.id, at=at, decided_at=offer.offered_at, planned_arrival=planned_arrival
    )


def decline(
    order: WorkOrder, offer_id: UUID, *, at: datetime, decided_at: datetime, reason: str
) -> WorkOrder:
    """Decline the technician's offer. Raises NotFound and OfferDecided."""
    job, offer = _undecided(order, offer_id)
    gone = replace(offer, state=OfferState.DECLINED, decided_at=decided_at, reason=reason)
    return order.changed(_with_decided(job, [gone], at=at, reason=reason))


def expire(order: WorkOrder, offer_ids: Collection[UUID], *, at: datetime) -> WorkOrder:
    """Expire offers that were not answered in time; each ended when it said it would.

    What has its answer already keeps it.
    """
    waiting: list[Job] = []
    for job in order.jobs:
        gone = [_gone(offer) for offer in job.open_offers if offer.id in offer_ids]
        if gone:
            waiting.append(_with_decided(job, gone, at=at, reason=None))
    return order.changed(*waiting) if waiting else order


def withdraw_offers(
    order: WorkOrder,
    job_id: UUID,
    technicians: Sequence[TechnicianId],
    *,
    at: datetime,
    decided_at: datetime,
    reason: str,
) -> WorkOrder:
    """Withdraw the open offers of these technicians; the order is unchanged when there are none.

    Raises NotFound.
    """
    job = order.job(job_id)
    gone = [
        offer
        for offer in withdrawn(job, at=decided_at, reason=reason)
        if offer.technician_id in technicians
    ]
    return order.changed(_with_decided(job, gone, at=at, reason=reason)) if gone else order


def mark_unassignable(order: WorkOrder, unable: Sequence[Unable], *, at: datetime) -> WorkOrder:
    """Record that no technician can take a job of it now, for these reasons; once, until it was
    offered again.
    """
    return (
        order
        if order.unassignable_at is not None
        else replace(order.changed(), unassignable=tuple(unable), unassignable_at=at)
    )


def leave_to_desk(order: WorkOrder, *, at: datetime) -> WorkOrder:
    """Record that it waits for a dispatcher's choice, and is in no pool; once, until it was
    offered.
    """
    if order.left_to_desk_at is not None:
        return order
    waiting = [
        replace(job, pool=None)
        for job in order.jobs
        if job.state is JobState.WAITING and job.pool is not None
    ]
    return replace(order.changed(*waiting), left_to_desk_at=at)


def put_in_pool(order: WorkOrder, job_id: UUID, pool: Pool) -> WorkOrder:
    """Let technicians grab the job. Raises NotFound."""
    return order.changed(replace(order.job(job_id), pool=pool)).assignable()


def winner_of(job: Job) -> TechnicianId | None:
    """Return who took the job last; None where it was taken by none."""
    won = _won(job)
    return None if won is None else won.technician_id


def decided(order: WorkOrder, offer_id: UUID, *, winner: str | None = None) -> OfferDecided:
    """Return the refusal of a late answer: which answer the offer had and when, and when the job
    was taken and by whom (`winner`, a name); of a job that the technician took and has no longer,
    what became of it.
    """
    job, offer = order.offer(offer_id)
    if offer.state is OfferState.ACCEPTED and not job.held_by(offer.technician_id):
        return _held_no_more(job, offer)
    won = _won(job)
    return OfferDecided(
        f"The offer is {offer.state} already.",
        state=offer.state,
        decided_at=_text(offer.decided_at),
        accepted_at=_text(None if won is None else won.decided_at),
        accepted_by=winner,
        job_state=job.state,
    )


def _held_no_more(job: Job, offer: Offer) -> OfferDecided:
    ended = job.end_of_hold(offer.technician_id)
    return OfferDecided(
        f"You accepted the offer, and the job is yours no longer: it is {job.state} now.",
        state=offer.state,
        decided_at=_text(offer.decided_at),
        accepted_at=_text(offer.decided_at),
        job_state=job.state,
        ended_at=_text(ended.at if ended else None),
        reason=ended.reason if ended else None,
    )


def not_in_pool(order: WorkOrder, job_id: UUID, *, winner: str | None = None) -> NotInPool:
    """Return the refusal to a technician who grabs a job that is not in the pool: its state, when
    it was taken and by whom (`winner`, a name), and when its time in the pool ends or ended.
    """
    job = order.job(job_id)
    waits = job.state in (JobState.WAITING, JobState.OFFERED)
    won = None if waits else _won(job)
    return NotInPool(
        f"The job is {job.state}, and not to be grabbed now.",
        state=job.state,
        accepted_at=_text(None if won is None else won.decided_at),
        accepted_by=None if waits else winner,
        pool_until=_text(None if job.pool is None else job.pool.until),
    )


def demand_time_left(offer: Offer, *, at: datetime) -> None:
    """Raise OfferDecided for an answer that comes after the offer's end and the two seconds that an
    answer may be under way.
    """
    if at > offer.expires_at + GRACE:
        raise too_late(offer)


def too_late(offer: Offer) -> OfferDecided:
    """Return the refusal of an answer after the offer's end, even before the offer is swept
    away.
    """
    return OfferDecided(
        "The offer has expired.",
        state=OfferState.EXPIRED,
        decided_at=_text(offer.expires_at),
        accepted_at=None,
    )


def _won(job: Job) -> Offer | None:
    return next((each for each in reversed(job.offers) if each.state is OfferState.ACCEPTED), None)


def _undecided(order: WorkOrder, offer_id: UUID) -> tuple[Job, Offer]:
    job, offer = order.offer(offer_id)
    if offer.state is not OfferState.OPEN:
        raise decided(order, offer_id)
    return job, offer


def _gone(offer: Offer) -> Offer:
    return replace(offer, state=OfferState.EXPIRED, decided_at=offer.expires_at)


def _with_decided(job: Job, gone: Sequence[Offer], *, at: datetime, reason: str | None) -> Job:
    rest = job.with_offers(gone)
    asked = gone[0].technician_id if len(gone) == 1 else None
    return (
        rest if rest.open_offers else rest.stepped(JobState.WAITING, at=at, by=asked, reason=reason)
    )


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
