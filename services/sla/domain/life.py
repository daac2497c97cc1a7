"""What the dated steps of a ticket and its work order say about the time between: holds,
resolutions, and who came when.

It is kept with the clocks: all that they are computed from and nothing else, so that most news can
be seen to leave them as they are. What equals its default is not stored, so no default may change.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.sla.domain.held import HeldWork
from services.sla.domain.working_time import Period
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.categories import Road
from shared.contracts.tickets import Appointment, Classing, TicketState
from shared.standing import (
    BEEN_THERE,
    OVER,
    TAKEN,
    cancelled_since,
    follows_dispatch,
    reopened_cycle,
)


@dataclass(frozen=True, kw_only=True)
class Hold:
    """On hold from `since` until `until` (None: still)."""

    since: datetime
    until: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Resolved from `since` until it was reopened (None: it stands); `by_staff` when no job brought
    it about.
    """

    since: datetime
    until: datetime | None = None
    by_staff: bool


@dataclass(frozen=True, kw_only=True)
class TicketLife:
    """The ticket's part.

    `responded_at` is when staff took it on or told the resident something, as the ticket says.
    """

    opened_at: datetime
    site_id: str
    channel: str
    cycle: int
    classes: tuple[Classing, ...]
    holds: tuple[Hold, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    responded_at: datetime | None = None
    cancelled_at: datetime | None = None
    appointments: tuple[Appointment, ...] = ()
    is_history: bool = False
    """Whether it is as it ended in a former system: then no step says when a technician came."""
    arrived_at: datetime | None = None
    """When a technician came, as the former system said."""


@dataclass(frozen=True, kw_only=True)
class WorkLife:
    """The work order's part: when a job was first taken on, and for each cycle when a technician
    was first on site.
    """

    taken_at: datetime | None = None
    came_at: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Life:
    """A ticket with what dispatch has made of it so far; the work order may not be known yet."""

    ticket: TicketLife
    work: WorkLife

    def runs_like(self, other: "Life") -> bool:
        """Return whether their clocks run alike; which of the two told of the response first does
        not matter.
        """
        if self == other:
            return True
        mine, theirs = (
            replace(life.ticket, responded_at=life.responded_at()) for life in (self, other)
        )
        return mine == theirs and self.work.came_at == other.work.came_at

    def responded_at(self) -> datetime | None:
        told = (self.ticket.responded_at, self.work.taken_at)
        return min((at for at in told if at is not None), default=None)

    def arrived_at(self, *, from_cycle: int) -> datetime | None:
        """Return when a technician was first on site, for a job of that cycle or a later one."""
        return min(
            (at for cycle, at in self.work.came_at.items() if cycle >= from_cycle), default=None
        )

    def reopened_at(self) -> datetime | None:
        """Return when it was last reopened; None if it never was."""
        ended = [
            resolution.until
            for resolution in self.ticket.resolutions
            if resolution.until is not None
        ]
        return ended[-1] if ended else None

    def at_desk(self) -> list[Period]:
        """Return the periods in which the desk saw to it, and no technician had to come; the last
        may have no end yet.
        """
        classes = self.ticket.classes
        ends = [*(each.at for each in classes[1:]), None]
        return [
            Period(each.at, until)
            for each, until in zip(classes, ends, strict=True)
            if each.road is Road.DESK
        ]

    def holds(self, reasons: Collection[str]) -> list[Period]:
        """Return the periods in which it was on hold for one of these reasons; the last may have no
        end yet.
        """
        return [
            Period(hold.since, hold.until) for hold in self.ticket.holds if hold.reason in reasons
        ]


def ticket_life(ticket: TicketV1) -> TicketLife:
    """Return the ticket's part. One that was reopened after it had ended in a former system begins
    with its reopening: what was before was promised by others.
    """
    imported = ticket.imported
    if imported is not None and imported.ended and not ticket.is_history:
        ticket = _since_reopening(ticket)
    return TicketLife(
        opened_at=ticket.opened_at,
        site_id=ticket.site_id,
        channel=ticket.channel,
        cycle=reopened_cycle(ticket.steps),
        classes=_classes(ticket),
        holds=tuple(_holds(ticket)),
        resolutions=tuple(_resolutions(ticket)),
        responded_at=_responded_at(ticket),
        cancelled_at=cancelled_since(ticket.steps),
        appointments=ticket.appointments,
        is_history=ticket.is_history,
        arrived_at=imported.arrived_at if imported is not None and ticket.is_history else None,
    )


def _since_reopening(ticket: TicketV1) -> TicketV1:
    steps = tuple(step for step in ticket.steps if step.cycle > 1)
    opened_at = steps[0].at
    answered_at = ticket.answered_at
    current = max((n for n, each in enumerate(ticket.classes) if each.at <= opened_at), default=0)
    return ticket.model_copy(
        update={
            "steps": steps,
            "opened_at": opened_at,
            "classes": ticket.classes[current:],
            "answered_at": answered_at if answered_at and answered_at >= opened_at else None,
        }
    )


def work_life(order: WorkOrderV1 | HeldWork | None) -> WorkLife:
    jobs = order.jobs if order is not None else ()
    came_at: dict[int, datetime] = {}
    for job in jobs:
        came = [step.at for step in job.steps if step.state in BEEN_THERE]
        if came:
            came_at[job.cycle] = min([*came, came_at.get(job.cycle, came[0])])
    taken = (step.at for job in jobs for step in job.steps if step.state in TAKEN)
    return WorkLife(taken_at=min(taken, default=None), came_at=came_at)


def _classes(ticket: TicketV1) -> tuple[Classing, ...]:
    """Return category and priority over time; the first holds from the opening on, whatever date it
    bears.
    """
    first, *rest = ticket.classes or (
        Classing(
            at=ticket.opened_at,
            category=ticket.category,
            priority=ticket.priority,
            nature=ticket.nature,
            road=ticket.road,
        ),
    )
    return (first.model_copy(update={"at": ticket.opened_at}), *rest)


def _holds(ticket: TicketV1) -> Iterator[Hold]:
    ends = [*(step.at for step in ticket.steps[1:]), None]
    for step, until in zip(ticket.steps, ends, strict=bool(ticket.steps)):
        if step.state is TicketState.ON_HOLD and until != step.at:
            yield Hold(since=step.at, until=until, reason=step.reason)


def _resolutions(ticket: TicketV1) -> list[Resolution]:
    """Return every time it was resolved, until it was reopened if it was. Closing changes
    nothing.
    """
    found: list[Resolution] = []
    over = False
    for step in ticket.steps:
        if step.state in OVER and not over:
            found.append(Resolution(since=step.at, until=None, by_staff=not follows_dispatch(step)))
        elif step.state not in OVER and over:
            found[-1] = replace(found[-1], until=step.at)
        over = step.state in OVER
    return found


def _responded_at(ticket: TicketV1) -> datetime | None:
    """Return when the ticket was answered; one that is resolved has been, though a former system
    need not have said when.
    """
    answers = {TicketState.ASSIGNED, TicketState.RESOLVED}
    if ticket.is_history:
        answers = {TicketState.ASSIGNED}
    assigned = (step.at for step in ticket.steps if step.state in answers)
    answered = () if ticket.answered_at is None else (ticket.answered_at,)
    return min((*assigned, *answered), default=None)
