"""What the dated steps of a ticket and its work order say about the time between: holds, resolutions, and who came when."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.sla.domain.working_time import Period
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import TicketState, TicketStep

_TAKEN = frozenset(JobState) - {JobState.WAITING, JobState.OFFERED, JobState.CANCELLED}
_BEEN_THERE = frozenset({JobState.ON_SITE, JobState.WORKING, JobState.PAUSED, JobState.COMPLETED, JobState.FOLLOW_UP})
_OVER = frozenset({TicketState.RESOLVED, TicketState.CLOSED})


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Resolved from `since` until it was reopened (None: it stands); `by_staff` when no job brought it about."""

    since: datetime
    until: datetime | None
    by_staff: bool


@dataclass(frozen=True)
class Life:
    """A ticket with what dispatch has made of it so far; the work order may not be known yet."""

    ticket: TicketV1
    work_order: WorkOrderV1 | None

    def holds(self, reasons: Collection[str]) -> list[Period]:
        """While it was on hold for one of these reasons; the last may have no end yet."""
        return [
            Period(step.at, until)
            for step, until in self._steps_with_end()
            if step.state is TicketState.ON_HOLD and step.reason in reasons and until != step.at
        ]

    def resolutions(self) -> list[Resolution]:
        """Every time it was resolved, until it was reopened if it was. Closing changes nothing."""
        found: list[Resolution] = []
        over = False
        for step in self.ticket.steps:
            if step.state in _OVER and not over:
                found.append(Resolution(since=step.at, until=None, by_staff=not _follows_dispatch(step)))
            elif step.state not in _OVER and over:
                found[-1] = Resolution(since=found[-1].since, until=step.at, by_staff=found[-1].by_staff)
            over = step.state in _OVER
        return found

    def cancelled_at(self) -> datetime | None:
        return next((step.at for step in self.ticket.steps if step.state is TicketState.CANCELLED), None)

    def reopened_at(self) -> datetime | None:
        """The last time; None if it never was."""
        ended = [resolution.until for resolution in self.resolutions() if resolution.until is not None]
        return ended[-1] if ended else None

    def responded_at(self) -> datetime | None:
        """When somebody first took it on or told the resident something; a ticket that is resolved has been answered."""
        assigned = (step.at for step in self.ticket.steps if step.state in {TicketState.ASSIGNED, TicketState.RESOLVED})
        answered = () if self.ticket.answered_at is None else (self.ticket.answered_at,)
        return min((*assigned, *answered, *self._job_steps(_TAKEN, from_cycle=0)), default=None)

    def arrived_at(self, *, from_cycle: int) -> datetime | None:
        """When a technician was first on site, for a job of that cycle or a later one."""
        return min(self._job_steps(_BEEN_THERE, from_cycle=from_cycle), default=None)

    def _job_steps(self, states: Collection[JobState], *, from_cycle: int) -> Iterator[datetime]:
        jobs = self.work_order.jobs if self.work_order is not None else ()
        return (step.at for job in jobs if job.cycle >= from_cycle for step in job.steps if step.state in states)

    def _steps_with_end(self) -> Iterator[tuple[TicketStep, datetime | None]]:
        steps = self.ticket.steps
        ends = [*(step.at for step in steps[1:]), None]
        return zip(steps, ends, strict=bool(steps))


def _follows_dispatch(step: TicketStep) -> bool:
    """Whether the work order brought it about; else a person did, whose id is the cause."""
    return step.cause == "dispatch" or step.cause.startswith("job:")


def merged(periods: list[Period]) -> list[Period]:
    """The same time in order, none overlapping or touching."""
    result: list[Period] = []
    for period in sorted(periods, key=lambda each: each.since):
        last = result[-1] if result else None
        if last is None or (last.until is not None and last.until < period.since):
            result.append(period)
        elif last.until is not None:
            result[-1] = Period(last.since, None if period.until is None else max(last.until, period.until))
    return result


def known_by(periods: list[Period], instant: datetime) -> list[Period]:
    """What had begun before `instant`, ended by then at the latest."""
    return [
        Period(period.since, instant if period.until is None else min(period.until, instant))
        for period in periods
        if period.since < instant
    ]
