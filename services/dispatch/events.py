"""The facts of dispatch: the only place where what is ours becomes everybody's."""

from dataclasses import replace

from pydantic import JsonValue
from pydantic_core import to_json

from services.dispatch.domain.technician import Technician
from services.dispatch.domain.telling import what_happened
from services.dispatch.domain.work_order import Job, WorkOrder
from shared.contracts.dispatch import OfferState, TechnicianV1, WorkOrderV1
from shared.messaging.facts import MAX_FACT_BYTES, Fact

_MOST_OFFERS = (100, 40, 10, 0)
_MOST_UNABLE = 100
_LONGEST_REASON = 100
_ROOM_FOR_DETAIL = 4096


def changed(before: WorkOrder | None, after: WorkOrder, **detail: JsonValue) -> Fact:
    """What happened between the two, named after what they differ in."""
    return Fact(WorkOrderV1, what_happened(before, after), snapshot(after), detail)


def snapshot(order: WorkOrder) -> WorkOrderV1:
    """The work order as others may see it: long reasons cut, and of the answered offers the newest that fit into a fact."""
    cut = replace(order, unassignable=order.unassignable[:_MOST_UNABLE], jobs=tuple(_with_short_reasons(job) for job in order.jobs))
    for most in _MOST_OFFERS:
        fitting = WorkOrderV1.model_validate(_with_newest_offers(cut, most), from_attributes=True)
        if len(to_json(fitting)) <= MAX_FACT_BYTES - _ROOM_FOR_DETAIL:
            break
    return fitting


def technician_changed(technician: Technician) -> Fact:
    return Fact(TechnicianV1, "changed", technician_snapshot(technician))


def technician_restated(technician: Technician) -> Fact:
    return Fact(TechnicianV1, "restated", technician_snapshot(technician))


def technician_snapshot(technician: Technician) -> TechnicianV1:
    return TechnicianV1.model_validate(technician, from_attributes=True)


def _with_newest_offers(order: WorkOrder, most: int) -> WorkOrder:
    offers = sorted((offer for job in order.jobs for offer in job.offers), key=lambda offer: offer.id)
    decided = [offer.id for offer in offers if offer.state is not OfferState.OPEN]
    gone = frozenset(decided[: max(0, len(offers) - most)])
    return replace(order, jobs=tuple(replace(job, offers=tuple(o for o in job.offers if o.id not in gone)) for job in order.jobs))


def _with_short_reasons(job: Job) -> Job:
    return replace(
        job,
        reason=_short(job.reason),
        steps=tuple(replace(step, reason=_short(step.reason)) for step in job.steps),
        offers=tuple(replace(offer, reason=_short(offer.reason)) for offer in job.offers),
    )


def _short(reason: str | None) -> str | None:
    return reason if reason is None or len(reason) <= _LONGEST_REASON else reason[: _LONGEST_REASON - 1] + "…"
