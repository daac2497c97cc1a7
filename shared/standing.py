"""How the clocks of a ticket stand by what the ticket and its work order say.

sla publishes that promises were made, moved, broken and settled, not that one of several was kept:
a service that holds the newest snapshots tells that at once. sla's own computation stays the
truth; here a clock only moves forward, from running or paused to its end.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from shared.contracts.categories import Road
from shared.contracts.dispatch import JobState
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.contracts.tickets import Appointment, Classing, TicketState, TicketStep

TAKEN = frozenset(JobState) - {JobState.WAITING, JobState.OFFERED, JobState.CANCELLED}
"""A job that was in one of these has been taken on, which answers the ticket."""
BEEN_THERE = frozenset(
    {JobState.ON_SITE, JobState.WORKING, JobState.PAUSED, JobState.COMPLETED, JobState.FOLLOW_UP}
)
"""A job that was in one of these has seen a technician on site."""
OVER = frozenset({TicketState.RESOLVED, TicketState.CLOSED})


class TimedTicket(Protocol):
    """What clocks depend on: a `TicketV1`, or the ticket as its owner holds it."""

    @property
    def opened_at(self) -> datetime: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def steps(self) -> Sequence[TicketStep]: ...
    @property
    def classes(self) -> Sequence[Classing]: ...


class TimedStep(Protocol):
    """A change of a job's state."""

    @property
    def at(self) -> datetime: ...
    @property
    def state(self) -> JobState: ...


class TimedJob(Protocol):
    """What clocks depend on: a `JobV1`, or what a listener holds of it."""

    @property
    def cycle(self) -> int: ...
    @property
    def steps(self) -> Sequence[TimedStep]: ...


def stand(
    clocks: Iterable[ClockV1], ticket: TimedTicket, jobs: Iterable[TimedJob]
) -> tuple[ClockV1, ...]:
    """Return the clocks that sla published as they stand now: those that the ticket or a job has
    stopped are met, late or cancelled.
    """
    jobs = tuple(jobs)
    cancelled_at = cancelled_since(ticket.steps)
    return tuple(
        clock
        if clock.stopped_at is not None
        else _unless_cancelled(_stopped(clock, *_end(clock, ticket, jobs)), cancelled_at)
        for clock in clocks
    )


def standing_visit(appointments: Sequence[Appointment]) -> Appointment | None:
    """Return the visit that is agreed or offered now; None where there is none, or it was
    cancelled.
    """
    newest = appointments[-1] if appointments else None
    return None if newest is None or newest.cancelled else newest


def follows_dispatch(step: TicketStep) -> bool:
    """Return whether the work order brought the step about; else a person did, whose id is the
    cause.
    """
    return step.cause == "dispatch" or step.cause.startswith("job:")


def cancelled_since(steps: Sequence[TicketStep]) -> datetime | None:
    """Return when the ticket was cancelled; None while it is not, also where it was merged and that
    was undone.
    """
    last = steps[-1] if steps else None
    return last.at if last is not None and last.state is TicketState.CANCELLED else None


def at_desk_since(classes: Sequence[Classing]) -> datetime | None:
    """Return since when the desk sees to the ticket, so that no technician has to come; None while
    technicians do.
    """
    since = None
    for classing in classes:
        since = (since or classing.at) if classing.road is Road.DESK else None
    return since


def reopened_cycle(steps: Sequence[TicketStep]) -> int:
    """Return the cycle that began when the ticket was last reopened, 1 if it never was: a merge
    that was undone begins a cycle of work, and no promise anew.
    """
    began = (
        after.cycle
        for before, after in pairwise(steps)
        if before.state in OVER and after.state not in OVER
    )
    return max(began, default=1)


def _stopped(clock: ClockV1, stop: datetime | None, unwanted: datetime | None) -> ClockV1:
    end = _earliest(stop, unwanted)
    if end is None:
        return clock
    if clock.due_at is not None and clock.due_at < end:
        return clock.model_copy(
            update={"state": ClockState.BREACHED, "stopped_at": end, "breached_at": clock.due_at}
        )
    # also one that sla said was broken, before it heard of this
    state = ClockState.MET if end == stop else ClockState.CANCELLED
    return clock.model_copy(update={"state": state, "stopped_at": end, "breached_at": None})


def _unless_cancelled(clock: ClockV1, cancelled_at: datetime | None) -> ClockV1:
    """Return the clock, cancelled if it was still waited for when the ticket was."""
    if clock.stopped_at is None or clock.stopped_at != cancelled_at:
        return clock
    return clock.model_copy(update={"state": ClockState.CANCELLED})


def _end(
    clock: ClockV1, ticket: TimedTicket, jobs: Sequence[TimedJob]
) -> tuple[datetime | None, datetime | None]:
    """Return when what was promised came about, and when it was no longer wanted."""
    cancelled_at = cancelled_since(ticket.steps)
    if clock.kind is ClockKind.RESPONSE:
        answers = [at for at in (ticket.answered_at, *_taken_on(ticket, jobs)) if at is not None]
        if clock.started_at > ticket.opened_at and reopened_cycle(ticket.steps) > 1:
            # it was reopened after it had ended in a former system, and answered there before
            answers = [at for at in answers if at >= clock.started_at]
        return _earliest(*answers), cancelled_at
    resolved = _standing_resolution(ticket)
    resolved_at = resolved.at if resolved else None
    if clock.kind is ClockKind.RESOLUTION:
        return resolved_at, cancelled_at
    unwanted_at = _earliest(cancelled_at, at_desk_since(ticket.classes))
    # A clock that began anew with the ticket's cycle waits for a technician of that cycle.
    since_cycle = reopened_cycle(ticket.steps) if clock.started_at > ticket.opened_at else 0
    came = (
        step.at
        for job in jobs
        if job.cycle >= since_cycle
        for step in job.steps
        if step.state in BEEN_THERE
    )
    if resolved is not None and not follows_dispatch(resolved):
        return _earliest(*came), _earliest(unwanted_at, resolved_at)
    return _earliest(*came, resolved_at), unwanted_at


def _taken_on(ticket: TimedTicket, jobs: Sequence[TimedJob]) -> Iterator[datetime]:
    yield from (
        step.at
        for step in ticket.steps
        if step.state in {TicketState.ASSIGNED, TicketState.RESOLVED}
    )
    yield from (step.at for job in jobs for step in job.steps if step.state in TAKEN)


def _standing_resolution(ticket: TimedTicket) -> TicketStep | None:
    """Return the step that resolved the ticket; None while it is not resolved."""
    found = None
    for step in ticket.steps:
        found = (found or step) if step.state in OVER else None
    return found


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
