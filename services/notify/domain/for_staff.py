"""What there is to say to the dispatchers and managers of a ticket's site."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import JsonValue

from services.notify.domain.about_tickets import for_desk
from services.notify.domain.heard_by_staff import heard_by_staff
from services.notify.domain.holders import TAKEN
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, Staff, stamp
from services.notify.domain.occasion import Occasion
from shared.contracts.dispatch import OfferState, OfferV1, WorkOrderState
from shared.contracts.tickets import Priority, TicketState

_OVER = frozenset({TicketState.CLOSED, TicketState.CANCELLED})
_IN_VAIN = frozenset({OfferState.DECLINED, OfferState.EXPIRED})


def for_staff(known: Known, *, now: datetime) -> list[Occasion]:
    """Return every occasion of this ticket since each of them has been listening.

    `now` dates what lasts until now.
    """
    return [
        occasion
        for staff in known.staff
        for occasion in (
            *_clocks(known, staff),
            *_unassignable(known, staff, now),
            *_untaken(known, staff),
            *_ineligible(known, staff, now),
            *heard_by_staff(known, staff),
            *_danger(known, staff),
        )
    ]


def _clocks(known: Known, staff: Staff) -> Iterator[Occasion]:
    for told in known.clocks.announced if known.clocks else ():
        if told.skipped or told.announced_at < staff.since:
            continue
        kind = Kind.CLOCK_BREACHED if told.threshold >= 100 else Kind.CLOCK_WARNED
        cause = f"{known.ticket.id}/{told.clock}/{told.threshold}/{stamp(told.due_at)}"
        more: dict[str, JsonValue] = {
            "clock": told.clock.value,
            "threshold": told.threshold,
            "due_at": stamp(told.due_at),
        }
        yield for_desk(known, staff, kind, cause, told.fell_at, more)


def _unassignable(known: Known, staff: Staff, now: datetime) -> Iterator[Occasion]:
    """Yield that no technician can take the job, or that the site has none; again when others were
    asked in vain since.
    """
    order = known.work_order
    if known.ticket.state in _OVER:
        return  # it is dated now, so a work order of old that is heard again would be news
    if order is None or (order.unassignable_at is None and not order.unassignable):
        return
    offers = sum(len(job.offers) for job in order.jobs)
    barred: list[JsonValue] = [
        {"technician_id": each.technician_id, "codes": list(each.codes)}
        for each in order.unassignable[:50]
    ]
    yield for_desk(
        known,
        staff,
        Kind.JOB_UNASSIGNABLE,
        f"{order.id}/{order.cycle}/{offers}",
        now,
        {"barred": barred},
    )


def _untaken(known: Known, staff: Staff) -> Iterator[Occasion]:
    """Yield that an emergency has no taker: none of those who are free can have it and the busy are
    asked, all who were asked together did not take it, or no technician is left to ask. Each once,
    the last again when others were asked in vain since.
    """
    order, ticket = known.work_order, known.ticket
    if order is None or ticket.priority is not Priority.EMERGENCY or ticket.state in _OVER:
        return
    if order.state is not WorkOrderState.WAITING or order.cycle != ticket.cycle:
        return
    offers = [offer for job in order.jobs if job.cycle == order.cycle for offer in job.offers]
    asked = len({offer.technician_id for offer in offers})
    why: dict[str, datetime | None] = {
        "none_free": min((each.offered_at for each in offers if each.interrupts), default=None),
        "not_taken": _asked_in_vain(offers),
        "none_left": order.unassignable_at,
    }
    for reason, since in why.items():
        if since is not None:
            cause = f"{order.id}/{order.cycle}/{reason}"
            if reason == "none_left":
                cause = f"{cause}/{len(offers)}"
            more: dict[str, JsonValue] = {"why": reason, "asked": asked}
            yield for_desk(known, staff, Kind.EMERGENCY_UNTAKEN, cause, since, more)


def _asked_in_vain(offers: Sequence[OfferV1]) -> datetime | None:
    """Return when the last of those who were asked together had said no, or nothing; None while one
    of all who were asked may still take it for the first time.
    """
    together: dict[datetime, list[OfferV1]] = defaultdict(list)
    for offer in offers:
        together[offer.offered_at].append(offer)
    rounds = [
        max(offer.decided_at or offer.expires_at for offer in asked)
        for asked in together.values()
        if all(offer.state in _IN_VAIN for offer in asked)
    ]
    return min(rounds, default=None)


def _ineligible(known: Known, staff: Staff, now: datetime) -> Iterator[Occasion]:
    """Yield that the technician who holds a job does not meet a rule for it any more; the job stays
    theirs until staff or they decide.
    """
    if known.work_order is None or known.ticket.state in _OVER:
        return
    for job in known.work_order.jobs:
        if job.holder_bars and job.technician_id is not None and job.state in TAKEN:
            cause = f"{job.id}/{job.technician_id}/{'+'.join(job.holder_bars)}"
            more: dict[str, JsonValue] = {
                "job_id": str(job.id),
                "technician_id": job.technician_id,
                "technician": known.name_of(job.technician_id),
                "codes": list(job.holder_bars),
            }
            yield for_desk(known, staff, Kind.JOB_INELIGIBLE, cause, now, more)


def _danger(known: Known, staff: Staff) -> Iterator[Occasion]:
    """Yield that there are words of danger which were not there when the ticket was opened: staff
    may have settled on another priority. Who wrote them knows.
    """
    ticket = known.ticket
    for found in ticket.danger:
        if found.at <= ticket.opened_at or found.at < staff.since or found.cause == staff.id:
            continue
        cause = f"{ticket.id}/{stamp(found.at)}"
        yield for_desk(
            known, staff, Kind.TICKET_DANGER, cause, found.at, {"danger": list(found.words)}
        )
