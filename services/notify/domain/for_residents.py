"""What there is to say to the reporter of a ticket and to those who follow it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from pydantic import JsonValue

from services.notify.domain.about_tickets import beginning, for_reporter
from services.notify.domain.asked import asked
from services.notify.domain.job_view import visit_view
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, stamp
from services.notify.domain.occasion import Occasion
from services.notify.domain.roads import rerouted
from services.notify.domain.superseding import OWN, SUPERSEDES
from services.notify.domain.visits import is_lost, planned_after, visits
from shared.contracts.dispatch import JobState, JobV1
from shared.contracts.tickets import Deed, TicketState, TicketStep
from shared.ids import PersonId
from shared.standing import follows_dispatch, standing_visit

_WITH_A_TECHNICIAN = frozenset({TicketState.ASSIGNED, TicketState.IN_PROGRESS})

_SAID_AT_STEP: Mapping[TicketState, Kind] = {
    TicketState.ON_HOLD: Kind.TICKET_HELD,
    TicketState.RESOLVED: Kind.TICKET_RESOLVED,
    TicketState.CLOSED: Kind.TICKET_CLOSED,
    TicketState.CANCELLED: Kind.TICKET_CANCELLED,
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
    received = [] if waits else [_received(known), *asked(known)]
    said = sorted(
        [
            *received,
            *_steps(known),
            *visits(known),
            *rerouted(known),
            *_answers(known),
            *_refusals(known),
            *_breaches(known),
        ],
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
    """Yield what there is to say to the person: none of their own words, what they brought about
    themself only so that older messages no longer stand, and to a new follower all but the newest
    as moot, so that they do not hear the whole past at once. That a report was received, and what
    it lacks, is for those whose it is.

    `words_of` has the causes of steps that one of the people took: what they wrote is theirs alone.
    """
    follows = person != known.ticket.reporter_id
    newcomer = follows and person not in known.heard
    if follows:
        said = [occasion for occasion in said if occasion.kind is not Kind.TICKET_ASKED]
    for occasion in said:
        own = occasion.said_by == person
        if own and occasion.kind not in SUPERSEDES:
            continue
        newest = occasion is said[-1] and occasion.kind is not Kind.TICKET_RECEIVED
        moot = "before_following" if newcomer and not newest else occasion.moot
        if own:
            moot = moot or OWN
        if words_of.get(occasion.cause, person) != person:
            occasion = _without_words(occasion)
        language = known.site_language if follows else occasion.language
        yield replace(occasion, recipient_id=person, language=language, moot=moot)


def _without_words(occasion: Occasion) -> Occasion:
    data = {name: None if name in _WORDS else each for name, each in occasion.data.items()}
    return replace(occasion, data=data, words=None)


_WORDS = frozenset({"reason", "note"})


def _received(known: Known) -> Occasion:
    return for_reporter(
        known, Kind.TICKET_RECEIVED, f"{known.ticket.id}", known.ticket.steps[0].at, due=known.due()
    )


def _steps(known: Known) -> Iterator[Occasion]:
    steps = known.ticket.steps
    for index, (before, step) in enumerate(pairwise(steps)):
        kind = _said_at(before, step, _before_hold(steps[: index + 1]))
        if kind is None or (known.awaits_order and kind in _TOLD_WITH_THE_ORDER):
            continue
        written = _written(known, kind, step)
        yield for_reporter(
            known,
            kind,
            _cause_of(known, step),
            step.at,
            said_by=step.cause if kind is Kind.TICKET_RELEASED else None,
            whole=written,
            moot="given_back" if _was_given_back(known, steps[index + 1 :]) else None,
            also=_about_step(known, kind, step, written),
        )


_TOLD_WITH_THE_ORDER = frozenset({Kind.TICKET_ASSIGNED, Kind.TICKET_RESOLVED})
"""Say what stands in the work order: who comes and when, what was done."""


def _cause_of(known: Known, step: TicketStep) -> str:
    return f"{known.ticket.id}/{step.cycle}/{step.state}/{stamp(step.at)}"


def _said_at(before: TicketStep, step: TicketStep, unheld: TicketState) -> Kind | None:
    had_technician = unheld in _WITH_A_TECHNICIAN
    if before.state is TicketState.ON_HOLD and step.state not in _SAID_AT_STEP:
        if step.state is TicketState.ASSIGNED and not had_technician:
            return Kind.TICKET_ASSIGNED
        # One whose technician gave the job back meanwhile is told of that.
        lost = step.state is TicketState.OPEN and had_technician
        return None if lost else Kind.TICKET_RELEASED
    if step.state is TicketState.ASSIGNED:
        # Who was on the way and was called to an emergency comes later: `visits` says so.
        return None if before.state is TicketState.IN_PROGRESS else Kind.TICKET_ASSIGNED
    if step.state is TicketState.OPEN and step.cycle > before.cycle:
        merged = before.state is TicketState.CANCELLED
        return Kind.TICKET_UNMERGED if merged else Kind.TICKET_REOPENED
    if step.merged_into is not None:
        return Kind.TICKET_MERGED
    return _SAID_AT_STEP.get(step.state)


def _was_given_back(known: Known, steps: tuple[TicketStep, ...]) -> bool:
    """Return whether the first of these steps, an assignment, did not last: the work looks for a
    technician again in the same cycle, by the ticket or by its work order, which may be ahead.
    """
    assigned = steps[0]
    if assigned.state is not TicketState.ASSIGNED:
        return False
    jobs = known.work_order.jobs if known.work_order else ()
    return any(
        step.state is TicketState.OPEN and step.cycle == assigned.cycle for step in steps
    ) or any(
        is_lost(before, step) and step.at > assigned.at
        for job in jobs
        if job.cycle == assigned.cycle
        for before, step in pairwise(job.steps)
    )


def _before_hold(steps: tuple[TicketStep, ...]) -> TicketState:
    return next(
        (step.state for step in reversed(steps) if step.state is not TicketState.ON_HOLD),
        TicketState.OPEN,
    )


def _written(known: Known, kind: Kind, step: TicketStep) -> str | None:
    """Return what a person wrote with the step, whole: staff, a resident, or the technician who
    ended the work.
    """
    if kind is Kind.TICKET_RESOLVED and follows_dispatch(step):
        done = [
            job
            for job in (known.work_order.jobs if known.work_order else ())
            if job.cycle == step.cycle and job.state is JobState.COMPLETED and job.note
        ]
        return max(done, key=lambda job: job.steps[-1].at).note if done else None
    return known.note_at(step.at)


def _about_step(
    known: Known, kind: Kind, step: TicketStep, written: str | None
) -> dict[str, JsonValue]:
    if kind is Kind.TICKET_ASSIGNED:
        job = _job_in_hand(known)
        visit = standing_visit(known.ticket.appointments)
        return {
            "technician": known.name_of(job.technician_id) if job else None,
            "planned_arrival": planned_after(job, step.at) if job else None,
            "visit": None if visit is None else visit_view(visit),
            "due": known.due(),
        }
    if kind is Kind.TICKET_MERGED:
        return {"merged_into": step.merged_into}
    if kind is Kind.TICKET_CLOSED:
        rated = any(each.cycle == step.cycle and each.by is None for each in known.ticket.ratings)
        return {"reason": beginning(step.reason), "rated": rated}
    if kind is Kind.TICKET_UNMERGED:
        before = [each.merged_into for each in known.ticket.steps if each.at < step.at]
        return {"reason": beginning(step.reason), "merged_into": before[-1], "due": known.due()}
    if kind is Kind.TICKET_RELEASED:
        return {"due": known.due()}
    if kind is Kind.TICKET_REOPENED:
        return {"reason": beginning(step.reason), "due": known.due()}
    told: dict[str, JsonValue] = {"reason": beginning(step.reason)}
    if kind is Kind.TICKET_RESOLVED:
        told["close_after_working_days"] = known.close_after_working_days
    return told if written is None else {**told, "note": beginning(written)}


def _job_in_hand(known: Known) -> JobV1 | None:
    jobs = known.work_order.jobs if known.work_order else ()
    return next((job for job in reversed(jobs) if job.technician_id is not None), None)


def _answers(known: Known) -> Iterator[Occasion]:
    """Yield what staff, and the technician who has the job, said to the resident."""
    for comment in known.comments:
        if comment.public and (comment.by_staff or comment.by_technician):
            # residents learn a technician's name, and no id
            author: dict[str, JsonValue] = (
                {"technician": known.name_of(comment.author_id)}
                if comment.by_technician
                else {"author_id": comment.author_id}
            )
            yield for_reporter(
                known,
                Kind.TICKET_ANSWERED,
                f"{comment.id}",
                comment.at,
                said_by=comment.author_id,
                whole=comment.text,
                words=beginning(comment.text),
                also=author,
            )


def _refusals(known: Known) -> Iterator[Occasion]:
    """Yield that staff go on with what the resident asked to cancel."""
    for activity in known.ticket.activities:
        if activity.deed is Deed.CANCEL_REFUSED:
            written = known.note_at(activity.at)
            yield for_reporter(
                known,
                Kind.TICKET_CANCEL_REFUSED,
                f"{known.ticket.id}/{activity.deed}/{stamp(activity.at)}",
                activity.at,
                said_by=activity.by,
                whole=written,
                reason=beginning(written),
            )


def _breaches(known: Known) -> Iterator[Occasion]:
    for told in known.clocks.announced if known.clocks else ():
        if told.threshold < 100 or told.skipped:
            continue
        clock = known.clock(told.clock)
        over = clock is None or clock.stopped_at is not None or clock.breached_at is None
        yield for_reporter(
            known,
            Kind.TICKET_LATE,
            f"{known.ticket.id}/{told.clock}/{stamp(told.due_at)}",
            told.fell_at,
            moot="no_longer_late" if over else None,
            clock=told.clock.value,
        )
