"""What the dated steps of jobs say of their ticket: which state it went into, when, and why; also
pauses that it hears of only when they are over, so that no clock counts time in which work waited.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from services.tickets.domain.ticket import STAFF_HOLD, Ticket
from services.tickets.domain.verbs import STEPS
from shared.contracts import WorkOrderV1
from shared.contracts.dispatch import JobState, JobV1
from shared.contracts.tickets import TicketState as State

_SHOWN_AS: Mapping[JobState, State] = {
    JobState.WAITING: State.OPEN,
    JobState.OFFERED: State.OPEN,
    JobState.ACCEPTED: State.ASSIGNED,
    JobState.TRAVELLING: State.IN_PROGRESS,
    JobState.ON_SITE: State.IN_PROGRESS,
    JobState.WORKING: State.IN_PROGRESS,
    JobState.PAUSED: State.ON_HOLD,
    JobState.COMPLETED: State.RESOLVED,
}
_SHOWN_BY: Mapping[State, frozenset[JobState]] = {
    to: frozenset(by for by, state in _SHOWN_AS.items() if state is to) for to in _SHOWN_AS.values()
}


@dataclass(frozen=True)
class Stretch:
    """A state that the ticket goes into, since when, and the job that shows it; None where none
    does.
    """

    to: State
    job: JobV1 | None
    since: datetime
    reason: str | None = None

    @property
    def cause(self) -> str:
        return f"job:{self.job.id}" if self.job else "dispatch"

    @property
    def said_at(self) -> datetime | None:
        """What the technician's phone said that the time was, where it said so."""
        steps = self.job.steps if self.job else ()
        shown = [
            step for step in steps if step.at == self.since and step.state in _SHOWN_BY[self.to]
        ]
        return shown[-1].said_at if shown else None


def missed_pauses(ticket: Ticket, order: WorkOrderV1, target: State) -> tuple[Stretch, ...]:
    """Return all states since the ticket's last step, where a pause among them is over, or the one
    that it stands in ended before; empty where no pause was missed, or the steps lead elsewhere.
    """
    if ticket.hold == STAFF_HOLD:
        return ()
    since = ticket.steps[-1].at
    steps = sorted(
        (
            Stretch(_SHOWN_AS[step.state], job, step.at, step.reason)
            for job in order.jobs
            if job.cycle == order.cycle
            for step in job.steps
            if step.at > since and step.state in _SHOWN_AS
        ),
        key=lambda stretch: stretch.since,
    )
    way = [next(alike) for _, alike in groupby(steps, key=lambda stretch: stretch.to)]
    if way and way[0].to is ticket.state:
        way = way[1:]
    passed = {stretch.to for stretch in way[:-1]}
    missed = State.ON_HOLD in passed or (
        ticket.state is State.ON_HOLD and State.IN_PROGRESS in passed
    )
    states = [ticket.state, *(stretch.to for stretch in way)]
    leads = states[-1] is target and all(step in STEPS for step in pairwise(states))
    return tuple(way) if missed and leads else ()


def shown(order: WorkOrderV1, to: State, *, at: datetime) -> Stretch:
    """Return the stretch that the ticket is in when it is `to`; `at` dates it where no job does."""
    job, since = _job_that_shows(order, to, at=at)
    return Stretch(to, job, since, _reason(job, to))


def _job_that_shows(
    order: WorkOrderV1, to: State, *, at: datetime
) -> tuple[JobV1 | None, datetime]:
    jobs = [job for job in order.jobs if job.cycle == order.cycle]
    now_so = [
        (job, since)
        for job in jobs
        if job.state in _SHOWN_BY[to] and (since := _since(job, to)) is not None
    ]
    if now_so:
        return (
            max(now_so, key=lambda pair: pair[1])
            if to is State.RESOLVED
            else min(now_so, key=lambda pair: pair[1])
        )
    passed = [(job, step.at) for job in jobs for step in job.steps if step.state in _SHOWN_BY[to]]
    if passed:
        return max(passed, key=lambda pair: pair[1])
    return next((job for job in jobs if job.state in _SHOWN_BY[to]), None), at


def _since(job: JobV1, to: State) -> datetime | None:
    """Return when the job's last unbroken stretch in what shows `to` began; None if its steps do
    not say.
    """
    began = None
    for step in reversed(job.steps):
        if step.state not in _SHOWN_BY[to]:
            break
        began = step.at
    return began


def _reason(job: JobV1 | None, to: State) -> str | None:
    if job is None or to not in {State.OPEN, State.ON_HOLD}:
        return None
    stated = next(
        (
            step.reason
            for step in reversed(job.steps)
            if step.state in _SHOWN_BY[to] and step.reason
        ),
        None,
    )
    return stated or job.reason
