"""Handing out at one site as a plan: values in, decisions out. A better planner
takes the place of `plan`.

`plan` is greedy: the most urgent job first, and of equals the one that is due first, as its mode
says (`modes`), to the technician who costs least. What it decides counts for the jobs after it, so
that its decisions can be carried out in their order, all or none of a job's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.dispatch.domain.asking import Ask, NoCandidate, reasons
from services.dispatch.domain.case import Bar, Case
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.decisions import (
    Decision,
    Hold,
    LookAgain,
    PutInPool,
    Unassignable,
    Waiting,
)
from services.dispatch.domain.eligibility import may_hold
from services.dispatch.domain.modes import choosing
from services.dispatch.domain.technician import Candidate
from shared.ids import TechnicianId


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What happened at a site since the jobs that are not due were refused: these technicians have
    more room, or have changed.
    """

    changed: frozenset[TechnicianId] = frozenset()


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
        crew = self._crew if job.is_due else self._changed
        answer = choosing.decide(job, crew, now=self._now)
        if isinstance(answer, Ask):
            self._crew.offer(answer.best)
            self._changed.offer(answer.best)
            self._decisions.append(
                Hold(job=job, technicians=tuple(each.technician.id for each in answer.best))
            )
        elif isinstance(answer, NoCandidate):
            if job.is_due:
                self._decisions.append(_refused(job, answer, self._crew))
            else:
                _remember_lifting(self._free_at, self._changed, job.case)
        elif job.is_due or isinstance(answer, PutInPool):
            self._decisions.append(answer)

    @property
    def plan(self) -> Plan:
        """Return what was decided so far."""
        room_left = any(each.places(counting_offers=True) > 0 for each in self._changed)
        return Plan(decisions=tuple(self._decisions), free_at=self._free_at, room_left=room_left)


def _refused(job: Waiting, answer: NoCandidate, crew: Crew) -> Unassignable | LookAgain:
    if answer.unassignable and not job.is_unassignable:
        return Unassignable(job=job, barred=reasons(job.case, crew), again_at=answer.again_at)
    return LookAgain(job=job, at=answer.again_at)


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
