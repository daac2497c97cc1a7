"""What a technician does with a job they hold, and what staff may take away again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.dispatch.domain.arrival import demand_possible_arrival
from services.dispatch.domain.job import DOING, OPEN, TAKEN, Job, Report, withdrawn
from services.dispatch.domain.refusals import IllegalStep, NotYours
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.base import SkillNeed
from shared.contracts.dispatch import TAKEN_AWAY, JobState
from shared.contracts.tickets import HoldReason
from shared.ids import TechnicianId


class Verb(StrEnum):
    TRAVEL = "travel"
    ARRIVE = "arrive"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RETURN = "return"
    COMPLETE = "complete"
    FOLLOW_UP = "follow-up"


_STATES_IN_ORDER = (JobState.ACCEPTED, JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING)
"""Steps may be skipped forward in this order; what was skipped is filled in."""

TECHNICIAN_MAY: Mapping[Verb, frozenset[JobState]] = {
    Verb.TRAVEL: frozenset({JobState.ACCEPTED}),
    Verb.ARRIVE: frozenset({JobState.ACCEPTED, JobState.TRAVELLING}),
    Verb.START: frozenset({JobState.ACCEPTED, JobState.TRAVELLING, JobState.ON_SITE}),
    Verb.PAUSE: frozenset({JobState.ON_SITE, JobState.WORKING}),
    Verb.RESUME: frozenset({JobState.PAUSED}),
    Verb.RETURN: TAKEN,
    Verb.COMPLETE: frozenset(_STATES_IN_ORDER),
    Verb.FOLLOW_UP: frozenset(_STATES_IN_ORDER),
}

_BEFORE_ARRIVAL = frozenset({JobState.ACCEPTED, JobState.TRAVELLING})

_BACK_AND_FORTH = frozenset({Verb.PAUSE, Verb.RETURN, Verb.FOLLOW_UP})
"""What could go on for ever, until no fact could hold it; the way to an end is never barred by how
often people went back.
"""

_LEADS_TO: Mapping[Verb, JobState] = {
    Verb.TRAVEL: JobState.TRAVELLING,
    Verb.ARRIVE: JobState.ON_SITE,
    Verb.START: JobState.WORKING,
    Verb.PAUSE: JobState.PAUSED,
    Verb.RESUME: JobState.WORKING,
    Verb.COMPLETE: JobState.COMPLETED,
    Verb.FOLLOW_UP: JobState.FOLLOW_UP,
}


def legal(job: Job) -> tuple[Verb, ...]:
    """Return the steps that the job's technician may take now."""
    return tuple(verb for verb, states in TECHNICIAN_MAY.items() if job.state in states)


def step_along(
    order: WorkOrder,
    job_id: UUID,
    verb: Verb,
    *,
    by: TechnicianId,
    at: datetime,
    planned_arrival: datetime | None = None,
) -> WorkOrder:
    """Travel, arrive, start or resume.

    Said again, it changes nothing but the planned arrival. Raises NotFound, NotYours, IllegalStep,
    TooManySteps, Invalid.
    """
    job = _held(order, job_id, by)
    if job.state is _LEADS_TO[verb]:
        return (
            order
            if planned_arrival is None
            else plan_arrival(order, job_id, by=by, at=at, planned_arrival=planned_arrival)
        )
    _demand(order, job, verb)
    demand_possible_arrival(planned_arrival, at=at)
    stepped = _walked(job, to=_LEADS_TO[verb], at=at)
    return order.changed(
        stepped
        if planned_arrival is None
        else stepped.arriving(planned_arrival, at=stepped.steps[-1].at)
    )


def plan_arrival(
    order: WorkOrder, job_id: UUID, *, by: TechnicianId, at: datetime, planned_arrival: datetime
) -> WorkOrder:
    """Expect to arrive at another time. Said again, it changes nothing.

    Raises NotFound, NotYours, IllegalStep, Invalid.
    """
    job = _held(order, job_id, by)
    if job.planned_arrival == planned_arrival:
        return order
    if job.state not in _BEFORE_ARRIVAL:
        raise _illegal(job, "planned-arrival")
    demand_possible_arrival(planned_arrival, at=at)
    return order.changed(job.arriving(planned_arrival, at=at))


def pause(
    order: WorkOrder, job_id: UUID, *, by: TechnicianId, at: datetime, reason: HoldReason
) -> WorkOrder:
    """Work waits for `reason`. Raises NotFound, NotYours, IllegalStep, TooManySteps."""
    job = _held(order, job_id, by)
    if job.state is JobState.PAUSED and job.reason == reason:
        return order
    _demand(order, job, Verb.PAUSE)
    paused = job.stepped(JobState.PAUSED, at=at, by=by, reason=reason)
    return order.changed(replace(paused, paused_at_version=order.next_version))


def give_back(
    order: WorkOrder, job_id: UUID, *, by: TechnicianId, at: datetime, reason: str
) -> WorkOrder:
    """Take the job back from its technician, who wants it so; it waits for another.

    Raises NotFound, NotYours, IllegalStep, TooManySteps.
    """
    job = _held(order, job_id, by)
    _demand(order, job, Verb.RETURN)
    return order.changed(_waiting_again(job, at=at, reason=reason))


def complete(
    order: WorkOrder, job_id: UUID, *, by: TechnicianId, at: datetime, report: Report
) -> WorkOrder:
    """Complete the job; steps that were skipped are filled in. Said again, it changes nothing.

    Raises NotFound, NotYours, IllegalStep, TooManySteps.
    """
    job = _held(order, job_id, by)
    if job.state is JobState.COMPLETED:
        return order
    _demand(order, job, Verb.COMPLETE)
    done = _walked(job, to=JobState.WORKING, at=at).stepped(JobState.COMPLETED, at=at, by=by)
    return order.changed(replace(done, report=report))


def ask_follow_up(
    order: WorkOrder,
    job_id: UUID,
    *,
    by: TechnicianId,
    at: datetime,
    reason: str,
    report: Report,
    skills: tuple[SkillNeed, ...] | None,
) -> WorkOrder:
    """End this job and open a linked one for the second visit that is needed. Said again, it
    changes nothing.

    Raises NotFound, NotYours, IllegalStep, TooManySteps.
    """
    job = _held(order, job_id, by)
    if job.state is JobState.FOLLOW_UP:
        return order
    _demand(order, job, Verb.FOLLOW_UP)
    ended = _walked(job, to=JobState.WORKING, at=at).stepped(
        JobState.FOLLOW_UP, at=at, by=by, reason=reason
    )
    again = order.new_job(
        cycle=job.cycle, at=ended.steps[-1].at, skills=job.skills if skills is None else skills
    )
    return order.changed(replace(ended, report=report), again)


def interrupt(order: WorkOrder, job_id: UUID, *, at: datetime) -> WorkOrder:
    """Pause the job that its technician leaves for an emergency; one that they were only on the way
    to is accepted again, since no technician has been there.

    The same when no technician is at it. Raises NotFound.
    """
    job = order.job(job_id)
    if job.state not in DOING:
        return order
    to = JobState.ACCEPTED if job.state is JobState.TRAVELLING else JobState.PAUSED
    left = job.stepped(to, at=at, by=job.technician_id, reason=HoldReason.INTERRUPTED)
    return order.changed(
        left.arriving(None, at=at)
        if to is JobState.ACCEPTED
        else replace(left, paused_at_version=order.next_version)
    )


def note_holder_bars(order: WorkOrder, job_id: UUID, codes: tuple[str, ...]) -> WorkOrder:
    """Record which rules the job's technician does not meet any more; the same where that is known.

    Raises NotFound.
    """
    job = order.job(job_id)
    return order if job.holder_bars == codes else order.changed(replace(job, holder_bars=codes))


def take_away(order: WorkOrder, job_id: UUID, *, at: datetime, reason: str) -> WorkOrder:
    """Take back open offers, or the job from the technician who holds it: staff want it so, or its
    technician is gone. `reason` is one of `TAKEN_AWAY`.

    Raises NotFound, IllegalStep.
    """
    if reason not in TAKEN_AWAY:
        raise AssertionError(f"{reason} would be taken for the technician's own")
    job = order.job(job_id)
    if job.state not in OPEN or (job.state not in TAKEN and not job.open_offers):
        raise IllegalStep(
            f"There is nothing to take back from a job that is {job.state}.",
            verb="withdraw",
            state=job.state,
            legal=["assign"] if job.state is JobState.WAITING else [],
        )
    return order.changed(_waiting_again(job, at=at, reason=reason))


def not_yours(job: Job, by: TechnicianId, *, holder: str | None = None) -> NotYours:
    """Return the refusal to a technician who does not have the job: what it is, when and why they
    lost it, and who has it now (`holder`, a name).
    """
    lost = job.end_of_hold(by)
    return NotYours(
        f"The job is {job.state}, and not yours.",
        state=job.state,
        ended_at=None if lost is None else lost.at.isoformat(),
        reason=None if lost is None else lost.reason,
        held_by=holder,
    )


def _held(order: WorkOrder, job_id: UUID, by: TechnicianId) -> Job:
    job = order.job(job_id)
    if job.technician_id != by:
        raise not_yours(job, by)
    return job


def _demand(order: WorkOrder, job: Job, verb: Verb) -> None:
    if job.state not in TECHNICIAN_MAY[verb]:
        raise _illegal(job, verb)
    if verb in _BACK_AND_FORTH:
        order.room_for_steps()


def _illegal(job: Job, verb: str) -> IllegalStep:
    may = [str(each) for each in legal(job)]
    return IllegalStep(
        f"A job that is {job.state} cannot {verb}.", verb=verb, state=job.state, legal=list(may)
    )


def _walked(job: Job, *, to: JobState, at: datetime) -> Job:
    """Step along the road to `to`, with every step on the way filled in."""
    start = (
        _STATES_IN_ORDER.index(job.state)
        if job.state in _STATES_IN_ORDER
        else _STATES_IN_ORDER.index(to) - 1
    )
    for state in _STATES_IN_ORDER[start + 1 : _STATES_IN_ORDER.index(to) + 1]:
        job = job.stepped(state, at=at, by=job.technician_id)
    return job


def _waiting_again(job: Job, *, at: datetime, reason: str) -> Job:
    taken_back = job.with_offers(withdrawn(job, at=at, reason=reason))
    waiting = taken_back.stepped(JobState.WAITING, at=at, by=job.technician_id, reason=reason)
    return replace(waiting.arriving(None, at=at), technician_id=None, holder_bars=(), pool=None)
