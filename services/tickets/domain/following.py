"""Following dispatch: what a ticket becomes when its work order says something new.

The rules are one half of an agreement; the other half is dispatch's way of following tickets.
Whatever is doubled, late or lost on the way, both come to rest in states that agree, because each
acts on the other's newest snapshot alone, and only once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from pydantic import JsonValue

from services.tickets.domain.stretches import Stretch, missed_pauses, shown
from services.tickets.domain.ticket import STAFF_HOLD, Ticket
from services.tickets.domain.verbs import ENDED
from shared.contracts import WorkOrderV1
from shared.contracts.categories import Road
from shared.contracts.dispatch import IN_HAND, JobState, OfferState, WorkOrderState
from shared.contracts.tickets import TicketState as State

_TICKET_STATE_FOR: Mapping[WorkOrderState, State] = {
    WorkOrderState.WAITING: State.OPEN,
    WorkOrderState.ACCEPTED: State.ASSIGNED,
    WorkOrderState.TRAVELLING: State.IN_PROGRESS,
    WorkOrderState.ON_SITE: State.IN_PROGRESS,
    WorkOrderState.WORKING: State.IN_PROGRESS,
    WorkOrderState.PAUSED: State.ON_HOLD,
    WorkOrderState.DONE: State.RESOLVED,
}
_FACT_FOR: Mapping[State, str] = {
    State.OPEN: "unassigned",
    State.ASSIGNED: "assigned",
    State.IN_PROGRESS: "started",
    State.ON_HOLD: "held",
    State.RESOLVED: "resolved",
}
_WITH_A_TECHNICIAN = frozenset({State.ASSIGNED, State.IN_PROGRESS})
EARLIER_WORK = "earlier_work"


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of the timeline. `fact` says whether others are told: then the ticket is at its next
    version, which all that one order makes of it share, and what happened last names the fact.
    """

    ticket: Ticket
    name: str
    at: datetime
    cause: str
    detail: Mapping[str, JsonValue]
    fact: bool = True


def follow(
    ticket: Ticket, order: WorkOrderV1, *, at: datetime
) -> tuple[Ticket, tuple[Happening, ...]]:
    """Return the ticket after taking a newer snapshot of its work order into account, and what
    happened on the way, in order.

    `at` dates what the work order itself gives no time for. An order that was taken into account
    already changes nothing.
    """
    if order.version <= ticket.observed:
        return ticket, ()
    saw = replace(ticket, observed=order.version, admitted=admitted(order))
    if order.cycle != ticket.cycle:
        return _note_earlier_work(saw, order, at=at)
    target = _target(ticket, order)
    if ticket.state in ENDED or target is None:
        return saw, ()
    if ticket.state is State.ON_HOLD and ticket.hold == STAFF_HOLD and target is not State.RESOLVED:
        return _remember(saw, order, target, at=at)
    if missed := missed_pauses(ticket, order, target):
        return _walk(saw, order, missed)
    if target is ticket.state and not _changed_hands(ticket, order):
        return saw, ()
    way = _way(ticket, order, target)
    return _walk(saw, order, tuple(shown(order, to, at=at) for to in way))


def _target(ticket: Ticket, order: WorkOrderV1) -> State | None:
    """Return what the ticket should be by its work order; None where that has no say. A ticket of
    the desk whose technician gave the work up is open there.
    """
    if order.state is WorkOrderState.CANCELLED and ticket.road is Road.DESK:
        return State.OPEN
    return _TICKET_STATE_FOR.get(order.state)


def _way(ticket: Ticket, order: WorkOrderV1, target: State) -> tuple[State, ...]:
    """Return the states on the way to `target`. What was heard too late to be seen one by one was
    so all the same: a technician took the work before it was begun, or done, and had given it back
    before another took it.
    """
    given_back = _changed_hands(ticket, order) and target in _WITH_A_TECHNICIAN
    taken = (ticket.state is State.OPEN or given_back) and (
        target is State.IN_PROGRESS or (target is State.RESOLVED and _was_taken(order))
    )
    way = (State.ASSIGNED, target) if taken else (target,)
    return (State.OPEN, *way) if given_back else way


def _changed_hands(ticket: Ticket, order: WorkOrderV1) -> bool:
    """Return whether a technician lost the work, or left it to a second visit, since the ticket
    last took a step with one.
    """
    return ticket.state in _WITH_A_TECHNICIAN and any(
        (before.state in IN_HAND and step.state is JobState.WAITING)
        or step.state is JobState.FOLLOW_UP
        for job in order.jobs
        if job.cycle == order.cycle
        for before, step in pairwise(job.steps)
        if step.at > ticket.steps[-1].at
    )


def admitted(order: WorkOrderV1) -> dict[str, datetime | None]:
    """Return the technicians who may read the ticket: those who hold a job of it, and those with an
    open offer until it ends.
    """
    held_out = {
        offer.technician_id: offer.expires_at
        for job in order.jobs
        for offer in job.offers
        if offer.state is OfferState.OPEN
    }
    holding = {
        job.technician_id: None
        for job in order.jobs
        if job.state in IN_HAND and job.technician_id is not None
    }
    return {**held_out, **holding}


def _was_taken(order: WorkOrderV1) -> bool:
    return any(
        step.state is JobState.ACCEPTED
        for job in order.jobs
        if job.cycle == order.cycle
        for step in job.steps
    )


def _walk(
    ticket: Ticket, order: WorkOrderV1, way: tuple[Stretch, ...]
) -> tuple[Ticket, tuple[Happening, ...]]:
    happenings: list[Happening] = []
    version = ticket.version + 1
    for stretch in way:
        to, job, cause, reason = stretch.to, stretch.job, stretch.cause, stretch.reason
        if to is ticket.state or not ticket.has_room_for(to):
            continue  # but always for its end
        name = (
            "released"
            if ticket.state is State.ON_HOLD and to is not State.RESOLVED
            else _FACT_FOR[to]
        )
        stepped = ticket.step(
            to=to,
            at=stretch.since,
            cause=cause,
            reason=reason,
            hold=cause if to is State.ON_HOLD else None,
            before=ticket.state if to is State.ON_HOLD else None,
        )
        settled_by = job.technician_id if job and to is State.RESOLVED else ticket.settled_by
        ticket = replace(stepped, version=version, settled_by=settled_by)
        detail: dict[str, JsonValue] = {
            "technician_id": job.technician_id if job else None,
            "reason": reason,
            **_about_phone(stretch),
            **_about_visit(order, to),
        }
        happenings.append(
            Happening(ticket=ticket, name=name, at=ticket.steps[-1].at, cause=cause, detail=detail)
        )
    return ticket, tuple(happenings)


def _remember(
    ticket: Ticket, order: WorkOrderV1, target: State, *, at: datetime
) -> tuple[Ticket, tuple[Happening, ...]]:
    """Move only the state that the ticket returns to, while staff hold it."""
    if target in {State.ON_HOLD, ticket.before} or not ticket.has_room_for(target):
        return ticket, ()
    stretch = shown(order, target, at=at)
    ticket = ticket.changed(before=target)
    told = Happening(
        ticket=ticket,
        name=_FACT_FOR[target],
        at=max(stretch.since, ticket.steps[-1].at),
        cause=stretch.cause,
        detail={"while_held": True, **_about_visit(order, target)},
    )
    return ticket, (told,)


def _note_earlier_work(
    ticket: Ticket, order: WorkOrderV1, *, at: datetime
) -> tuple[Ticket, tuple[Happening, ...]]:
    ticket = ticket.noted()
    detail: dict[str, JsonValue] = {
        "cycle": order.cycle,
        "state": order.state.value,
        **_about_visit(order, _TICKET_STATE_FOR.get(order.state, State.OPEN)),
    }
    told = Happening(
        ticket=ticket, name=EARLIER_WORK, fact=False, at=at, cause="dispatch", detail=detail
    )
    return ticket, (told,)


def _about_phone(stretch: Stretch) -> dict[str, JsonValue]:
    """Return what the technician's phone said that the time was, where it said so."""
    said_at = stretch.said_at
    return {} if said_at is None else {"said_at": said_at.isoformat()}


def _about_visit(order: WorkOrderV1, to: State) -> dict[str, JsonValue]:
    """Return what the technician wrote of the visit that ended, whole, and that another follows."""
    if to not in {State.OPEN, State.RESOLVED}:
        return {}
    ended = JobState.COMPLETED if to is State.RESOLVED else JobState.FOLLOW_UP
    visits = [
        (job.steps[-1].at, job)
        for job in order.jobs
        if job.cycle == order.cycle and job.state is ended and job.steps
    ]
    if not visits:
        return {}
    at, visit = max(visits, key=lambda pair: pair[0])
    if ended is JobState.FOLLOW_UP and any(
        step.at > at for job in order.jobs for step in job.steps if step.state is JobState.ACCEPTED
    ):
        return {}  # the next visit was taken on meanwhile, and it is that which was given back
    more: dict[str, JsonValue] = {} if visit.note is None else {"note": visit.note}
    if ended is JobState.COMPLETED:
        return more
    return {"follow_up": True, "reason": visit.steps[-1].reason, **more}
