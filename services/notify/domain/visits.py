"""What residents hear of a visit: who sets out, when they come, and that they do not come after
all.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from pydantic import JsonValue

from services.notify.domain.about_tickets import beginning, for_reporter
from services.notify.domain.appointments import about_visit, kind_of, visit_cause
from services.notify.domain.holders import TAKEN
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, stamp
from services.notify.domain.occasion import Occasion
from shared.contracts.dispatch import JobState, JobStep, JobV1
from shared.contracts.tickets import HoldReason, Priority, TicketState
from shared.standing import BEEN_THERE, standing_visit

_SAID_AT_JOB_STEP: Mapping[JobState, Kind] = {
    JobState.TRAVELLING: Kind.TECHNICIAN_TRAVELLING,
    JobState.ON_SITE: Kind.TECHNICIAN_ARRIVED,
}
_BEFORE_ARRIVAL = frozenset({JobState.ACCEPTED, JobState.TRAVELLING})
_EARLY = timedelta(minutes=30)
_OVER = frozenset({TicketState.RESOLVED, TicketState.CLOSED, TicketState.CANCELLED})


def visits(known: Known) -> Iterator[Occasion]:
    """Yield every occasion of the ticket's visits so far; what was so and is no more is moot."""
    for job in known.work_order.jobs if known.work_order else ():
        yield from _on_the_way(known, job)
        yield from _lost(known, job)
        yield from _left_to_another(known, job)
        yield from _rescheduled(known, job)
        yield from _called_away(known, job)
    yield from _appointed(known)


def _on_the_way(known: Known, job: JobV1) -> Iterator[Occasion]:
    lost_at = [after.at for before, after in pairwise(job.steps) if is_lost(before, after)]
    for step in _taken_one_by_one(job):
        if kind := _SAID_AT_JOB_STEP.get(step.state):
            given_back = any(at > step.at for at in lost_at)
            wanted = _wanted(known, job, step) if kind is Kind.TECHNICIAN_TRAVELLING else []
            also: dict[str, JsonValue] = {"wanted": [*wanted]} if wanted else {}
            yield for_reporter(
                known,
                kind,
                f"{job.id}/{step.state}/{stamp(step.at)}",
                step.at,
                moot="given_back" if given_back else None,
                also=also,
                technician=known.name_of(step.technician_id),
                planned_arrival=planned_after(job, step.at),
                due=known.due(),
            )


def _wanted(known: Known, job: JobV1, step: JobStep) -> list[JsonValue]:
    """Return the hours that the resident asked for, where the technician who sets out comes at none
    of them; up to half an hour early is at one. No hours count once a visit is set, nor in an
    emergency.
    """
    ticket = known.ticket
    arrival = job.planned_arrival if planned_after(job, step.at) else step.at
    ahead = [window for window in ticket.preferred_windows if window.end > step.at]
    if (
        arrival is None
        or ticket.priority is Priority.EMERGENCY
        or standing_visit(ticket.appointments) is not None
        or any(window.start - _EARLY <= arrival < window.end for window in ahead)
    ):
        return []
    return [{"start": stamp(window.start), "end": stamp(window.end)} for window in ahead]


def _taken_one_by_one(job: JobV1) -> Iterator[JobStep]:
    """Yield the steps without those that were skipped and only filled in, at the same instant as
    the one that followed.
    """
    for step, after in pairwise([*job.steps, None]):
        if step is not None and (after is None or after.at > step.at):
            yield step


def _lost(known: Known, job: JobV1) -> Iterator[Occasion]:
    """Yield that the technician does not come after all, or was there and does not go on: theirs or
    another's decision.
    """
    for index, (before, step) in enumerate(pairwise(job.steps)):
        if is_lost(before, step) and not _awaits_ticket(known, step.at):
            yield for_reporter(
                known,
                Kind.TICKET_UNASSIGNED,
                f"{job.id}/{step.state}/{stamp(step.at)}",
                step.at,
                moot=_moot(known),
                technician=known.name_of(step.technician_id or before.technician_id),
                held=known.ticket.hold == "staff",
                was_there=_was_there(job.steps[: index + 1]),
                cancel_requested=known.ticket.cancel_requested_at is not None,
                due=known.due(),
            )


def _awaits_ticket(known: Known, at: datetime) -> bool:
    """Return whether the ticket, which may end then, has yet to hear of the loss."""
    return known.awaits_end and known.ticket.steps[-1].at < at


def _was_there(steps: Sequence[JobStep]) -> bool:
    """Return whether the technician of the last of these steps was on site."""
    theirs = takewhile(lambda step: step.state in TAKEN, reversed(steps))
    return any(step.state in BEEN_THERE for step in theirs)


def is_lost(before: JobStep, step: JobStep) -> bool:
    """Return whether the technician who had the job has it no more, and it looks for another."""
    return before.state in TAKEN and step.state is JobState.WAITING


def _left_to_another(known: Known, job: JobV1) -> Iterator[Occasion]:
    """Yield that a second visit is needed, and what was done at this one."""
    for step in job.steps:
        if step.state is JobState.FOLLOW_UP and not _awaits_ticket(known, step.at):
            parts = dict.fromkeys(part for part in (job.note, step.reason) if part)
            written = "\n".join(parts) or None
            yield for_reporter(
                known,
                Kind.TICKET_FOLLOW_UP,
                f"{job.id}/{step.state}/{stamp(step.at)}",
                step.at,
                moot=_moot(known),
                whole=written,
                technician=known.name_of(step.technician_id),
                note=beginning(written),
                due=known.due(),
            )


def _rescheduled(known: Known, job: JobV1) -> Iterator[Occasion]:
    """Yield that the technician expects to arrive at another time than when they took the job or
    set out.
    """
    said_at = {step.at for step in job.steps if step.state in _BEFORE_ARRIVAL}
    if job.state in _BEFORE_ARRIVAL and job.planned_at and job.planned_at not in said_at:
        yield for_reporter(
            known,
            Kind.TECHNICIAN_RESCHEDULED,
            f"{job.id}/planned/{stamp(job.planned_at)}",
            job.planned_at,
            moot=_moot(known),
            technician=known.name_of(job.technician_id),
            planned_arrival=planned_after(job, job.planned_at),
        )


def _called_away(known: Known, job: JobV1) -> Iterator[Occasion]:
    """Yield that the technician was called to an emergency on the way, and comes later."""
    for before, step in pairwise(job.steps):
        called = before.state is JobState.TRAVELLING and step.reason == HoldReason.INTERRUPTED
        if called and not _awaits_ticket(known, step.at):
            yield for_reporter(
                known,
                Kind.TECHNICIAN_RESCHEDULED,
                f"{job.id}/{step.state}/{stamp(step.at)}",
                step.at,
                moot=_moot(known),
                technician=known.name_of(step.technician_id or before.technician_id),
                planned_arrival=None,
                reason=step.reason,
                due=known.due(),
            )


def _appointed(known: Known) -> Iterator[Occasion]:
    """Yield each visit that was agreed, offered or cancelled, of which only the newest counts."""
    agreed = known.ticket.appointments
    for visit in agreed:
        yield for_reporter(
            known,
            kind_of(visit),
            visit_cause(known, visit),
            visit.at,
            said_by=visit.by or None,
            moot=_moot(known) if visit is agreed[-1] else "superseded",
            also=about_visit(agreed, visit),
        )


def planned_after(job: JobV1, at: datetime) -> str | None:
    """Return when the technician plans to arrive; None where that was over at that time."""
    planned = job.planned_arrival
    return stamp(planned) if planned is not None and planned > at else None


def _moot(known: Known) -> str | None:
    return "ticket_ended" if known.ticket.state in _OVER else None
