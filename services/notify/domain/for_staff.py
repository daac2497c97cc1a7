"""What there is to say to the dispatchers and managers of a ticket's site."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from pydantic import JsonValue

from services.notify.domain.about_tickets import for_desk
from services.notify.domain.heard_by_staff import heard_by_staff
from services.notify.domain.holders import TAKEN
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, Staff, stamp
from services.notify.domain.occasion import Occasion
from services.notify.domain.roads import opened_for_desk
from shared.contracts import TicketV1
from shared.contracts.dispatch import JobState, JobV1, OfferState, OfferV1, WorkOrderState
from shared.contracts.tickets import Priority, TicketState

_OVER = frozenset({TicketState.CLOSED, TicketState.CANCELLED})
_IN_VAIN = frozenset({OfferState.DECLINED, OfferState.EXPIRED})
_NO_LONGER_ABLE = "no_longer_eligible"
"""Why dispatch withdraws an offer whose technician does not meet a rule any more."""
_TOLD_AGAIN = frozenset({"none_left", "by_hand"})
"""Ask for a decision: again each time that others were asked in vain."""


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
            *_to_assign(known, staff),
            *_untaken(known, staff),
            *_ineligible(known, staff, now),
            *heard_by_staff(known, staff),
            *_danger(known, staff),
            *opened_for_desk(known, staff),
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
    if known.ticket.state in _OVER or known.awaits_end:
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


def _to_assign(known: Known, staff: Staff) -> Iterator[Occasion]:
    """Yield that a job waits for a dispatcher to choose, each time that it does so anew; of an
    emergency `emergency.untaken` says it.
    """
    order, ticket = known.work_order, known.ticket
    if order is None or order.left_to_desk_at is None or ticket.state in _OVER:
        return
    if order.state is WorkOrderState.WAITING and ticket.priority is not Priority.EMERGENCY:
        cause = f"{order.id}/{order.cycle}/{stamp(order.left_to_desk_at)}"
        yield for_desk(known, staff, Kind.JOB_TO_ASSIGN, cause, order.left_to_desk_at, {})


def _untaken(known: Known, staff: Staff) -> Iterator[Occasion]:
    """Yield that an emergency has no taker: none of those who are free can have it and the busy are
    asked, all who were asked together did not take it, no technician is left to ask, or a
    dispatcher has to choose. Each once while it waits, the last two again when others were asked in
    vain since; all of them anew when it has lost its technician, or was raised again.
    """
    order, ticket = known.work_order, known.ticket
    if order is None or ticket.priority is not Priority.EMERGENCY or ticket.state in _OVER:
        return
    if order.state is not WorkOrderState.WAITING or order.cycle != ticket.cycle:
        return
    jobs = [job for job in order.jobs if job.cycle == order.cycle]
    asked = [offer for job in jobs for offer in job.offers]
    offers = [offer for job in jobs for offer in _since_it_was_lost(job.offers)]
    raised_at = _raised_at(ticket)
    again = _times_lost(jobs)
    why: dict[str, datetime | None] = {
        "none_free": min((each.offered_at for each in offers if each.interrupts), default=None),
        "not_taken": _asked_in_vain(offers, since=raised_at),
        "none_left": order.unassignable_at,
        "by_hand": order.left_to_desk_at,
    }
    for reason, since in why.items():
        if since is None:
            continue
        cause = f"{order.id}/{order.cycle}/{reason}"
        if reason in _TOLD_AGAIN:
            cause += f"/{len(asked)}"
        if again:
            cause += f"/lost-{again}"
        if raised_at > ticket.opened_at:
            cause += f"/{stamp(raised_at)}"
        more: dict[str, JsonValue] = {
            "why": reason,
            "asked": len({offer.technician_id for offer in asked}),
        }
        yield for_desk(known, staff, Kind.EMERGENCY_UNTAKEN, cause, max(since, raised_at), more)


def _raised_at(ticket: TicketV1) -> datetime:
    """Return since when it is an emergency: what was so of it before alarmed none."""
    since = ticket.opened_at
    for before, after in pairwise(ticket.classes):
        if after.priority is Priority.EMERGENCY and before.priority is not Priority.EMERGENCY:
            since = after.at
    return since


def _since_it_was_lost(offers: Sequence[OfferV1]) -> Sequence[OfferV1]:
    """Return the offers made after the last that was accepted, whose technician does not have the
    job any more.
    """
    taken = [offer.offered_at for offer in offers if offer.state is OfferState.ACCEPTED]
    return [offer for offer in offers if not taken or offer.offered_at > max(taken)]


def _times_lost(jobs: Sequence[JobV1]) -> int:
    """Return how often a technician had the work and it waits all the same: it was given back or
    taken away, or a second visit is needed.
    """
    return sum(
        before.state in TAKEN and step.state in (JobState.WAITING, JobState.FOLLOW_UP)
        for job in jobs
        for before, step in pairwise(job.steps)
    )


def _asked_in_vain(offers: Sequence[OfferV1], *, since: datetime) -> datetime | None:
    """Return when the last of those who were asked together had said no, or nothing, or could not
    take it any more; None while one of all who were asked may still take it for the first time.
    """
    together: dict[datetime, list[OfferV1]] = defaultdict(list)
    for offer in offers:
        together[offer.offered_at].append(offer)
    rounds = [
        ended
        for asked in together.values()
        if all(_is_in_vain(offer) for offer in asked)
        and (ended := max(offer.decided_at or offer.expires_at for offer in asked)) >= since
    ]
    return min(rounds, default=None)


def _is_in_vain(offer: OfferV1) -> bool:
    return offer.state in _IN_VAIN or (
        offer.state is OfferState.WITHDRAWN and offer.reason == _NO_LONGER_ABLE
    )


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
