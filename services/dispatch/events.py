"""The facts of dispatch: the only place where its own state becomes what other services read."""

from dataclasses import dataclass, replace

from pydantic import JsonValue

from services.dispatch.domain.job import Job, Report
from services.dispatch.domain.technician import Technician
from services.dispatch.domain.telling import what_happened
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import (
    TAKEN_AWAY,
    JobState,
    OfferState,
    TechnicianV1,
    WorkOrderV1,
)
from shared.facts import MAX_FACT_BYTES, Fact
from shared.ids import OfferId
from shared.shortening import printable, shortened

_ROOM_FOR_DETAIL = 4096


@dataclass(frozen=True)
class _Cut:
    """How much of a long history a fact carries: answered offers, characters of a reason and of the
    notes of earlier visits, technicians who cannot take it, photos, what phones said, cycles that
    are over. The newest note is always whole, a reason (500 characters at most) where there is
    room.
    """

    offers: int
    reason: int
    note: int
    unable: int
    photos: bool = True
    said: bool = True
    earlier_cycles: bool = True


_CUTS = (
    _Cut(100, 500, 4000, 100),
    _Cut(100, 100, 4000, 100),
    _Cut(40, 100, 300, 100),
    _Cut(10, 30, 100, 40),
    _Cut(0, 10, 10, 20, photos=False, said=False),
    _Cut(0, 10, 10, 20, photos=False, said=False, earlier_cycles=False),
)
"""Tried in this order, until the work order fits into a fact."""


def changed(before: WorkOrder | None, *changes: WorkOrder, **detail: JsonValue) -> Fact:
    """Return one fact for all that happened to a work order since `before`, step by step: named
    after the last step, the others in `also`.
    """
    steps = zip((before, *changes), changes, strict=False)
    *earlier, last = [what_happened(was, now) for was, now in steps if now.is_news_after(was)]
    also = tuple(dict.fromkeys(past_tense for past_tense in earlier if past_tense != last))
    fitting, json = _fitting(changes[-1])
    return Fact(WorkOrderV1, last, fitting, detail, also, json)


def snapshot(order: WorkOrder) -> WorkOrderV1:
    """Return the work order as others may see it; of one with a very long history,
    what fits into a fact.
    """
    return _fitting(order)[0]


def _fitting(order: WorkOrder) -> tuple[WorkOrderV1, bytes]:
    """Return the snapshot, and how it is written."""
    for cut in _CUTS:
        fitting = WorkOrderV1.model_validate(_shortened(order, cut), from_attributes=True)
        json = fitting.fact_json()
        if len(json) <= MAX_FACT_BYTES - _ROOM_FOR_DETAIL:
            break
    return fitting, json


def technician_changed(technician: Technician) -> Fact:
    return Fact(TechnicianV1, "changed", technician_snapshot(technician))


def technician_warned(technician: Technician) -> Fact:
    return Fact(TechnicianV1, "certificate_warned", technician_snapshot(technician))


def technician_republished(technician: Technician) -> Fact:
    return Fact(TechnicianV1, "restated", technician_snapshot(technician))


def technician_snapshot(technician: Technician) -> TechnicianV1:
    return TechnicianV1.model_validate(technician, from_attributes=True)


def _shortened(order: WorkOrder, cut: _Cut) -> WorkOrder:
    """Open offers always stay."""
    decided = sorted(
        offer.id for job in order.jobs for offer in job.offers if offer.state is not OfferState.OPEN
    )
    gone = frozenset(decided[: max(0, len(decided) - cut.offers)])
    jobs = [job for job in order.jobs if cut.earlier_cycles or job.cycle == order.cycle]
    newest = max((job for job in jobs if job.note), key=lambda job: job.steps[-1].at, default=None)
    return replace(
        order,
        unassignable=order.unassignable[: cut.unable],
        jobs=tuple(_shortened_job(job, cut, gone, whole=job is newest) for job in jobs),
    )


def _shortened_job(job: Job, cut: _Cut, gone: frozenset[OfferId], *, whole: bool) -> Job:
    note = (
        None
        if job.note is None
        else printable(job.note)
        if whole
        else shortened(job.note, cut.note)
    )
    report = (job.report if cut.photos else None) or Report()
    return replace(
        job,
        report=Report(note=note, photos=report.photos, photos_before=report.photos_before),
        pool=job.pool if job.state is JobState.WAITING else None,
        reason=_short(job.reason, cut.reason),
        steps=tuple(
            replace(
                step,
                reason=_short(step.reason, cut.reason),
                said=step.said if cut.said else None,
            )
            for step in job.steps
        ),
        offers=tuple(
            replace(offer, reason=_short(offer.reason, cut.reason))
            for offer in job.offers
            if offer.id not in gone
        ),
    )


def _short(reason: str | None, limit: int) -> str | None:
    return reason if reason is None or reason in TAKEN_AWAY else shortened(reason, limit)
