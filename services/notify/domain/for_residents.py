"""What there is to say to the reporter of a ticket and to those who follow it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from pydantic import JsonValue

from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, stamp
from services.notify.domain.occasion import Occasion
from services.notify.domain.shortening import shortened
from shared.contracts.dispatch import JobState, JobStep, JobV1
from shared.contracts.tickets import TicketState, TicketStep
from shared.ids import PersonId, SiteId

_WITH_A_TECHNICIAN = frozenset({TicketState.ASSIGNED, TicketState.IN_PROGRESS})

_SAID_AT_STEP: Mapping[TicketState, Kind] = {
    TicketState.ON_HOLD: Kind.TICKET_HELD,
    TicketState.RESOLVED: Kind.TICKET_RESOLVED,
    TicketState.CLOSED: Kind.TICKET_CLOSED,
    TicketState.CANCELLED: Kind.TICKET_CANCELLED,
}
_SAID_AT_JOB_STEP: Mapping[JobState, Kind] = {
    JobState.TRAVELLING: Kind.TECHNICIAN_TRAVELLING,
    JobState.ON_SITE: Kind.TECHNICIAN_ARRIVED,
}


PATIENCE = timedelta(seconds=2)
"""So long the first word on a new ticket waits for the promises, so that it can say by when."""


def awaits_promises(known: Known, *, now: datetime) -> datetime | None:
    """Return until when it is worth waiting for the ticket's clocks before it is said to be
    received; None when it is not.
    """
    until = known.ticket.opened_at + PATIENCE
    return until if known.clocks is None and now < until else None


def for_residents(known: Known, *, now: datetime) -> list[Occasion]:
    """Return every occasion of this ticket so far, for each who should know."""
    waits = awaits_promises(known, now=now) is not None
    received = [] if waits else [_received(known)]
    said = sorted(
        [*received, *_steps(known), *_visits(known), *_answers(known), *_breaches(known)],
        key=lambda occasion: occasion.at,
    )
    persons = dict.fromkeys([known.ticket.reporter_id, *known.ticket.followers])
    words_of = {
        _cause_of(known, step): step.cause for step in known.ticket.steps if step.cause in persons
    }
    return [
        occasion
        for person in persons
        for occasion in _to(PersonId(person), said, known, words_of=words_of)
    ]


def _to(
    person: PersonId, said: list[Occasion], known: Known, *, words_of: Mapping[str, str]
) -> Iterator[Occasion]:
    """Yield what there is to say to the person: none of their own words, and to a new follower all
    but the newest as moot, so that they do not hear the whole past at once. That a report was
    received is for those whose it is.

    `words_of` has the causes of steps that one of the people took: the reason is theirs alone.
    """
    follows = person != known.ticket.reporter_id
    newcomer = follows and person not in known.heard
    for occasion in said:
        if occasion.data.get("author_id") == person:
            continue
        newest = occasion is said[-1] and occasion.kind is not Kind.TICKET_RECEIVED
        moot = "before_following" if newcomer and not newest else occasion.moot
        data = occasion.data
        if "reason" in data and words_of.get(occasion.cause, person) != person:
            data = {**data, "reason": None}
        language = known.site_language if follows else occasion.language
        yield replace(occasion, recipient_id=person, language=language, moot=moot, data=data)


def _received(known: Known) -> Occasion:
    return _occasion(
        known, Kind.TICKET_RECEIVED, f"{known.ticket.id}", known.ticket.steps[0].at, due=known.due()
    )


def _steps(known: Known) -> Iterator[Occasion]:
    steps = known.ticket.steps
    for index, (before, step) in enumerate(pairwise(steps)):
        kind = _said_at(before, step, _before_hold(steps[: index + 1]))
        if kind is not None:
            yield _occasion(
                known, kind, _cause_of(known, step), step.at, **_about_step(known, kind, step)
            )


def _cause_of(known: Known, step: TicketStep) -> str:
    return f"{known.ticket.id}/{step.cycle}/{step.state}/{stamp(step.at)}"


def _said_at(before: TicketStep, step: TicketStep, unheld: TicketState) -> Kind | None:
    if step.state is TicketState.ASSIGNED:
        # A hold that ends with the same technician is no new assignment.
        released = before.state is TicketState.ON_HOLD and unheld in _WITH_A_TECHNICIAN
        return None if released else Kind.TICKET_ASSIGNED
    if step.state is TicketState.OPEN and step.cycle > before.cycle:
        merged = before.state is TicketState.CANCELLED
        return Kind.TICKET_UNMERGED if merged else Kind.TICKET_REOPENED
    if step.merged_into is not None:
        return Kind.TICKET_MERGED
    return _SAID_AT_STEP.get(step.state)


def _before_hold(steps: tuple[TicketStep, ...]) -> TicketState:
    return next(
        (step.state for step in reversed(steps) if step.state is not TicketState.ON_HOLD),
        TicketState.OPEN,
    )


def _about_step(known: Known, kind: Kind, step: TicketStep) -> dict[str, JsonValue]:
    if kind is Kind.TICKET_ASSIGNED:
        job = _job_in_hand(known)
        planned = job.planned_arrival if job else None
        return {
            "technician": known.name_of(job.technician_id) if job else None,
            "planned_arrival": stamp(planned) if planned else None,
            "due": known.due(),
        }
    if kind is Kind.TICKET_MERGED:
        return {"merged_into": step.merged_into}
    if kind in {Kind.TICKET_REOPENED, Kind.TICKET_UNMERGED}:
        return {"reason": _words(step.reason), "due": known.due()}
    if kind is Kind.TICKET_RESOLVED:
        days = known.close_after_working_days
        return {"reason": _words(step.reason), "close_after_working_days": days}
    return {"reason": _words(step.reason)}


def _job_in_hand(known: Known) -> JobV1 | None:
    jobs = known.work_order.jobs if known.work_order else ()
    return next((job for job in reversed(jobs) if job.technician_id is not None), None)


def _visits(known: Known) -> Iterator[Occasion]:
    for job in known.work_order.jobs if known.work_order else ():
        for step in _taken_one_by_one(job):
            if kind := _SAID_AT_JOB_STEP.get(step.state):
                cause = f"{job.id}/{step.state}/{stamp(step.at)}"
                planned = job.planned_arrival
                yield _occasion(
                    known,
                    kind,
                    cause,
                    step.at,
                    technician=known.name_of(step.technician_id),
                    planned_arrival=stamp(planned) if planned else None,
                    due=known.due(),
                )


def _taken_one_by_one(job: JobV1) -> Iterator[JobStep]:
    """Return the steps without those that were skipped and only filled in, at the same instant as
    the one that followed.
    """
    for step, after in pairwise([*job.steps, None]):
        if step is not None and (after is None or after.at > step.at):
            yield step


def _answers(known: Known) -> Iterator[Occasion]:
    for comment in known.comments:
        if comment.public and comment.by_staff:
            more: dict[str, JsonValue] = {
                "words": _words(comment.text),
                "author_id": comment.author_id,
            }
            yield _occasion(known, Kind.TICKET_ANSWERED, f"{comment.id}", comment.at, **more)


def _breaches(known: Known) -> Iterator[Occasion]:
    for told in known.clocks.announced if known.clocks else ():
        if told.threshold < 100 or told.skipped:
            continue
        clock = known.clock(told.clock)
        over = clock is None or clock.stopped_at is not None or clock.breached_at is None
        cause = f"{known.ticket.id}/{told.clock}/{stamp(told.due_at)}"
        occasion = _occasion(known, Kind.TICKET_LATE, cause, told.fell_at, clock=told.clock.value)
        yield replace(occasion, moot="no_longer_late" if over else None)


def _occasion(known: Known, kind: Kind, cause: str, at: datetime, **more: JsonValue) -> Occasion:
    ticket = known.ticket
    about: dict[str, JsonValue] = {
        "ticket_id": str(ticket.id),
        "reference": ticket.reference,
        "category": ticket.category,
        "priority": ticket.priority.value,
    }
    return Occasion(
        recipient_id=PersonId(ticket.reporter_id),
        kind=kind,
        cause=cause,
        at=at,
        ticket_id=ticket.id,
        site_id=SiteId(ticket.site_id),
        language=ticket.language,
        data={**about, **more},
    )


def _words(text: str | None) -> str | None:
    return None if text is None else shortened(text)
