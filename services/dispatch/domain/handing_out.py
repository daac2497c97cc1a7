"""Handing out at one site as a plan: values in, decisions out. A better planner
takes the place of `plan`.

`plan` is greedy: the most urgent job first, and of equals the one that is due first, to the
technician who costs least. What it decides counts for the jobs after it, so that its decisions can
be carried out in their order, all or none of a job's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.dispatch.domain.asking import Ask, NoCandidate, reasons, whom_to_ask
from services.dispatch.domain.case import Bar, Case
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.eligibility import may_hold
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import Unable
from shared.ids import TechnicianId, TicketId


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A waiting job with all that the rules look at. `is_due`: to be compared with every candidate,
    because it is new, has changed or its time has come; any other job was refused by every
    technician who has not changed since, and only the turn's `changed` may help it.
    """

    id: UUID
    order_id: TicketId
    case: Case
    is_due: bool
    is_unassignable: bool = False
    """Whether that was said already."""
    is_left_to_desk: bool = False
    """Whether that was said already."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What happened at a site since the jobs that are not due were refused: these technicians have
    more room, or have changed.
    """

    changed: frozenset[TechnicianId] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Hold the job out to these technicians, best first."""

    job: Waiting
    technicians: tuple[TechnicianId, ...]


@dataclass(frozen=True, kw_only=True)
class Unassignable:
    """Say, once, that no technician can take the job and why; look again at `again_at`."""

    job: Waiting
    barred: tuple[Unable, ...]
    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class LeftToDesk:
    """Say, once, that an emergency waits for a dispatcher: the site's rules ask no technician."""

    job: Waiting
    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class LookAgain:
    """No look at the job is worth while before `at`, unless it or a technician changes."""

    job: Waiting
    at: datetime


Decision = Hold | Unassignable | LeftToDesk | LookAgain


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`decisions`, one a job at most, in the order of the jobs; `free_at`: when a changed
    technician who is barred from one of the jobs by time alone is worth a look again; `room_left`:
    whether a changed technician could hold another job.
    """

    decisions: tuple[Decision, ...]
    free_at: Mapping[TechnicianId, datetime]
    room_left: bool


def plan(
    turn: Turn, jobs: Sequence[Waiting], candidates: Sequence[Candidate], now: datetime
) -> Plan:
    """Return what to do about these jobs, the most urgent first as they come, with these
    technicians and what they hold.

    No technician gets more offers than they have room for; an emergency, about which several are
    asked, counts only what they hold.
    """
    planning = Planning(turn, candidates, now)
    for job in jobs:
        planning.decide(job)
    return planning.plan


class Planning:
    """`plan`, job by job, for a caller that has other things to do between two of them."""

    def __init__(self, turn: Turn, candidates: Sequence[Candidate], now: datetime) -> None:
        self._crew = Crew(candidates)
        self._changed = Crew(each for each in candidates if each.technician.id in turn.changed)
        self._now = now
        self._decisions: list[Decision] = []
        self._free_at: dict[TechnicianId, datetime] = {}

    def decide(self, job: Waiting) -> None:
        """Decide about the job that is the most urgent after those decided about already."""
        if not job.case.rules.asks(job.case.need):
            if job.is_due:
                self._decisions.append(_not_asked(job, self._now + job.case.rules.retry))
            return
        answer = whom_to_ask(job.case, self._crew if job.is_due else self._changed)
        if isinstance(answer, Ask):
            self._crew.offer(answer.best)
            self._changed.offer(answer.best)
            self._decisions.append(
                Hold(job=job, technicians=tuple(each.technician.id for each in answer.best))
            )
        elif job.is_due:
            self._decisions.append(_refused(job, answer, self._crew))
        else:
            _remember_lifting(self._free_at, self._changed, job.case)

    @property
    def plan(self) -> Plan:
        """Return what was decided so far."""
        room_left = any(each.places(counting_offers=True) > 0 for each in self._changed)
        return Plan(decisions=tuple(self._decisions), free_at=self._free_at, room_left=room_left)


def _refused(job: Waiting, answer: NoCandidate, crew: Crew) -> Unassignable | LookAgain:
    if answer.unassignable and not job.is_unassignable:
        return Unassignable(job=job, barred=reasons(job.case, crew), again_at=answer.again_at)
    return LookAgain(job=job, at=answer.again_at)


def _not_asked(job: Waiting, again_at: datetime) -> LeftToDesk | LookAgain:
    if job.case.need.is_emergency and not job.is_left_to_desk:
        return LeftToDesk(job=job, again_at=again_at)
    return LookAgain(job=job, at=again_at)


def _remember_lifting(free_at: dict[TechnicianId, datetime], crew: Crew, case: Case) -> None:
    """Note when technicians who are barred by time alone are worth a look again, within the retry
    time: after it the job is looked at anyhow.
    """
    for hand in crew.skilled(case):
        lifts = _lifts_at(crew.bars(hand, case)) if may_hold(hand, case) else None
        if lifts is not None and case.now < lifts < case.now + case.rules.retry:
            free_at[hand.technician.id] = min(lifts, free_at.get(hand.technician.id, lifts))


def _lifts_at(barring: Sequence[Bar]) -> datetime | None:
    """Return when all of it has lifted by itself; None where something of it does not."""
    moments = [bar.until for bar in barring if bar.until is not None]
    return max(moments, default=None) if len(moments) == len(barring) else None
