"""What there is to say to technicians about offers and jobs."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from pydantic import JsonValue

from services.notify.domain.about_tickets import beginning
from services.notify.domain.holders import TAKEN
from services.notify.domain.job_view import (
    amended_since,
    comment_view,
    differs,
    job_view,
    not_in,
)
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, ToldJob, stamp
from services.notify.domain.occasion import Occasion
from services.notify.domain.shortening import COMMENT
from services.notify.domain.superseding import OWN
from shared.contracts.dispatch import (
    TAKEN_AWAY,
    JobState,
    JobStep,
    JobV1,
    OfferState,
    OfferV1,
)
from shared.contracts.notify import Decision
from shared.contracts.tickets import HoldReason, TicketState
from shared.ids import PersonId, SiteId
from shared.shortening import printable

_AT_WORK = frozenset({JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING})
_GONE = frozenset({OfferState.WITHDRAWN, OfferState.EXPIRED})
_TICKET_CANCELLED = "ticket_cancelled"
"""Why a job ends with its ticket that was cancelled."""


def for_technicians(known: Known, *, now: datetime) -> list[Occasion]:
    """Return every occasion of this ticket's jobs so far.

    `now` dates a change whose own time no snapshot has.
    """
    jobs = known.work_order.jobs if known.work_order else ()
    return [
        occasion
        for job in jobs
        for occasion in (
            *_offers(known, job),
            *_pooled(known, job),
            *_losses(known, job),
            *_changes(known, job, now),
        )
    ]


def _offers(known: Known, job: JobV1) -> Iterator[Occasion]:
    for offer in job.offers:
        yield _offered(known, job, offer)
        decided_at = offer.decided_at or offer.expires_at
        if offer.state is OfferState.ACCEPTED:
            yield _accepted(known, job, offer, decided_at)
        elif offer.state in _GONE and known.answers.get(offer.id) is Decision.ACCEPT:
            yield _ended(known, job, offer, Kind.OFFER_LOST, decided_at)
        elif offer.state is OfferState.WITHDRAWN:
            yield _ended(known, job, offer, Kind.OFFER_WITHDRAWN, decided_at)


def _offered(known: Known, job: JobV1, offer: OfferV1) -> Occasion:
    data: dict[str, JsonValue] = {
        "offer_id": str(offer.id),
        "expires_at": stamp(offer.expires_at),
        "job": job_view(known, job),
    }
    moot = None if offer.state is OfferState.OPEN else f"offer_{offer.state}"
    return _occasion(
        known,
        offer.technician_id,
        Kind.JOB_OFFERED,
        offer.id,
        offer.offered_at,
        data,
        until=offer.expires_at,
        moot=moot,
    )


def _pooled(known: Known, job: JobV1) -> Iterator[Occasion]:
    """Yield that the job may be grabbed, for each of those who are to be told."""
    if job.pool is None or job.state is not JobState.WAITING:
        return
    data: dict[str, JsonValue] = {
        "job_id": str(job.id),
        "pool_until": stamp(job.pool.until),
        "job": job_view(known, job),
    }
    cause = f"{job.id}/pooled/{stamp(job.pool.at)}"
    for technician_id in job.pool.told:
        yield _occasion(
            known,
            technician_id,
            Kind.JOB_POOLED,
            cause,
            job.pool.at,
            data,
            until=job.pool.until,
        )


def _accepted(known: Known, job: JobV1, offer: OfferV1, at: datetime) -> Occasion:
    data: dict[str, JsonValue] = {
        "offer_id": str(offer.id),
        "job_id": str(job.id),
        "job": job_view(known, job),
    }
    moot = (
        None
        if job.state in TAKEN and job.technician_id == offer.technician_id
        else "no_longer_held"
    )
    return _occasion(known, offer.technician_id, Kind.JOB_ACCEPTED, offer.id, at, data, moot=moot)


def _ended(known: Known, job: JobV1, offer: OfferV1, kind: Kind, at: datetime) -> Occasion:
    data: dict[str, JsonValue] = {
        "offer_id": str(offer.id),
        "job_id": str(job.id),
        "reference": known.ticket.reference,
        "reason": offer.reason or offer.state.value,
    }
    return _occasion(known, offer.technician_id, kind, offer.id, at, data)


def _losses(known: Known, job: JobV1) -> Iterator[Occasion]:
    """Yield an occasion for each technician who had the job and has it no more, other than by
    finishing it. Who gave it back knows, and is told nothing: what they were told of it stands no
    more.
    """
    for before, step in pairwise(job.steps):
        if before.state in TAKEN and step.state in (JobState.WAITING, JobState.CANCELLED):
            technician = step.technician_id or before.technician_id
            if technician is None or _awaits_ticket(known, step):
                continue
            written = _written_at_the_end(known, step)
            yield _step(
                known,
                job,
                technician,
                Kind.JOB_CANCELLED,
                step,
                {} if written is None else {"words": beginning(written)},
                moot=OWN if _was_given_back(step) else None,
                words=written,
            )


def _awaits_ticket(known: Known, step: JobStep) -> bool:
    """Return whether the work order has seen the end of a ticket that is held here as it was before
    it.
    """
    seen = known.work_order.observed if known.work_order else 0
    return step.reason == _TICKET_CANCELLED and known.ticket.version < seen


def _written_at_the_end(known: Known, step: JobStep) -> str | None:
    """Return why the ticket was cancelled, in the words of the person who did."""
    end = known.ticket.steps[-1]
    if step.reason != _TICKET_CANCELLED or end.state is not TicketState.CANCELLED:
        return None
    return known.note_at(end.at)


def _was_given_back(step: JobStep) -> bool:
    """Return whether the technician who had the job wanted it so."""
    return (
        step.state is JobState.WAITING and step.reason is not None and step.reason not in TAKEN_AWAY
    )


def _changes(known: Known, job: JobV1, now: datetime) -> Iterator[Occasion]:
    for before, step in pairwise(job.steps):
        if (
            before.state is JobState.PAUSED
            and step.state is JobState.ACCEPTED
            and step.technician_id is not None
        ):
            yield _step(
                known,
                job,
                step.technician_id,
                Kind.JOB_CHANGED,
                step,
                {"changed": ["resumed"], "job": job_view(known, job)},
            )
        elif before.state in _AT_WORK and step.reason == HoldReason.INTERRUPTED:
            technician = step.technician_id or before.technician_id
            if technician is not None:
                more: dict[str, JsonValue] = {
                    "changed": ["interrupted"],
                    "job": job_view(known, job),
                }
                yield _step(known, job, technician, Kind.JOB_CHANGED, step, more)
    if job.state not in TAKEN:
        return
    view = job_view(known, job)
    for told in known.told_jobs:
        if told.technician_id == job.technician_id and told.job_id == str(job.id):
            yield from _changes_since(known, job, told, view, now)


def _changes_since(
    known: Known, job: JobV1, told: ToldJob, view: dict[str, JsonValue], now: datetime
) -> Iterator[Occasion]:
    """Yield what has changed since the technician was told of the job, and what others have
    written.
    """
    amended = amended_since(told.job, known.ticket, to=told.technician_id)
    if changed := sorted({*differs(told.job, view), *amended}):
        data: dict[str, JsonValue] = {"job_id": str(job.id), "changed": [*changed], "job": view}
        cause = f"{job.id}/ticket/{known.ticket.version}"
        yield _occasion(known, told.technician_id, Kind.JOB_CHANGED, cause, now, data)
    for comment in not_in(told.job, known.comments):
        if comment.author_id != told.technician_id:
            data = {
                "job_id": str(job.id),
                "changed": ["comments"],
                "comment": comment_view(comment, COMMENT),
                "job": view,
            }
            yield _occasion(
                known, told.technician_id, Kind.JOB_CHANGED, comment.id, comment.at, data
            )


def _step(
    known: Known,
    job: JobV1,
    technician_id: str,
    kind: Kind,
    step: JobStep,
    more: dict[str, JsonValue],
    *,
    moot: str | None = None,
    words: str | None = None,
) -> Occasion:
    cause = f"{job.id}/{step.state}/{stamp(step.at)}"
    data: dict[str, JsonValue] = {
        "job_id": str(job.id),
        "reference": known.ticket.reference,
        "reason": step.reason,
        **more,
    }
    return _occasion(known, technician_id, kind, cause, step.at, data, moot=moot, words=words)


def _occasion(
    known: Known,
    technician_id: str,
    kind: Kind,
    cause: object,
    at: datetime,
    data: dict[str, JsonValue],
    *,
    until: datetime | None = None,
    moot: str | None = None,
    words: str | None = None,
) -> Occasion:
    technician = known.technicians.get(technician_id)
    return Occasion(
        recipient_id=PersonId(technician_id),
        kind=kind,
        cause=str(cause),
        at=at,
        ticket_id=known.ticket.id,
        site_id=SiteId(known.ticket.site_id),
        language=technician.language if technician else known.ticket.language,
        data=data,
        until=until,
        moot=moot,
        words=None if words is None else printable(words),
    )
