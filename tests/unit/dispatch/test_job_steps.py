"""The job's states, every step from every state."""

from dataclasses import replace

import pytest

from services.dispatch.domain import job_steps, offering
from services.dispatch.domain.job import TAKEN, Report, Step, first_step
from services.dispatch.domain.job_steps import TECHNICIAN_MAY, Verb
from services.dispatch.domain.refusals import IllegalStep, NotYours, OfferDecided, TooManySteps
from services.dispatch.domain.telling import what_happened
from services.dispatch.domain.work_order import MAX_STEPS, WorkOrder
from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.contracts.tickets import HoldReason
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from tests.unit.dispatch.arranging import (
    LI,
    NOON,
    TICKET_ID,
    WANG,
    a_need,
    after,
    an_offer,
    an_order,
    committed,
)

LEGAL = {
    (None, JobState.WAITING),
    (JobState.WAITING, JobState.OFFERED),
    (JobState.OFFERED, JobState.ACCEPTED),
    (JobState.OFFERED, JobState.WAITING),
    (JobState.ACCEPTED, JobState.TRAVELLING),
    (JobState.TRAVELLING, JobState.ON_SITE),
    (JobState.ON_SITE, JobState.WORKING),
    (JobState.WORKING, JobState.PAUSED),
    (JobState.ON_SITE, JobState.PAUSED),
    (JobState.PAUSED, JobState.WORKING),
    *((state, JobState.WAITING) for state in TAKEN),
    (JobState.WORKING, JobState.COMPLETED),
    (JobState.WORKING, JobState.FOLLOW_UP),
}
MEANS = {
    JobState.WAITING: WorkOrderState.WAITING,
    JobState.OFFERED: WorkOrderState.WAITING,
    JobState.COMPLETED: WorkOrderState.DONE,
    JobState.FOLLOW_UP: WorkOrderState.WAITING,
    JobState.CANCELLED: WorkOrderState.CANCELLED,
}
JOB_ID = an_order().jobs[0].id


def offered() -> WorkOrder:
    order = an_order()
    return committed(offering.offer_job(order, JOB_ID, [an_offer("li"), an_offer("wang")], at=NOON))


def accepted() -> WorkOrder:
    order = offered()
    return committed(
        offering.accept(
            order, order.jobs[0].offers[0].id, at=NOON, decided_at=NOON, planned_arrival=None
        )
    )


def doing(order: WorkOrder, verb: Verb) -> WorkOrder:
    at = after(minutes=order.version)
    match verb:
        case Verb.PAUSE:
            return job_steps.pause(order, JOB_ID, by=LI, at=at, reason=HoldReason.NO_ACCESS)
        case Verb.RETURN:
            return job_steps.give_back(order, JOB_ID, by=LI, at=at, reason="ill")
        case Verb.COMPLETE:
            return job_steps.complete(order, JOB_ID, by=LI, at=at, report=Report())
        case Verb.FOLLOW_UP:
            return job_steps.ask_follow_up(
                order, JOB_ID, by=LI, at=at, reason="parts", report=Report(), skills=None
            )
        case _:
            return job_steps.step_along(order, JOB_ID, verb, by=LI, at=at)


def in_state(state: JobState) -> WorkOrder:
    """A work order whose job came to that state in LI's hands by legal steps."""
    ways: dict[JobState, list[Verb]] = {
        JobState.ACCEPTED: [],
        JobState.TRAVELLING: [Verb.TRAVEL],
        JobState.ON_SITE: [Verb.ARRIVE],
        JobState.WORKING: [Verb.START],
        JobState.PAUSED: [Verb.START, Verb.PAUSE],
        JobState.COMPLETED: [Verb.COMPLETE],
        JobState.FOLLOW_UP: [Verb.FOLLOW_UP],
    }
    order = accepted()
    for verb in ways[state]:
        order = committed(doing(order, verb))
    return order


HELD_OR_DONE = sorted([*TAKEN, JobState.COMPLETED, JobState.FOLLOW_UP])
LEADS_TO = {
    Verb.TRAVEL: JobState.TRAVELLING,
    Verb.ARRIVE: JobState.ON_SITE,
    Verb.START: JobState.WORKING,
    Verb.PAUSE: JobState.PAUSED,
    Verb.RESUME: JobState.WORKING,
    Verb.RETURN: JobState.WAITING,
    Verb.COMPLETE: JobState.COMPLETED,
    Verb.FOLLOW_UP: JobState.FOLLOW_UP,
}


@pytest.mark.parametrize("state", HELD_OR_DONE)
@pytest.mark.parametrize("verb", list(Verb))
def test_every_verb_from_every_state_is_a_legal_step_a_repeat_or_refused(
    state: JobState, verb: Verb
) -> None:
    before = in_state(state)

    if state in TECHNICIAN_MAY[verb]:
        after_ = doing(before, verb)
        assert after_.version == before.version + 1
        assert after_.job(JOB_ID).state is LEADS_TO[verb]
    elif state is LEADS_TO[verb]:
        assert doing(before, verb) == before
    else:
        with pytest.raises(IllegalStep) as refused:
            doing(before, verb)
        assert refused.value.details["legal"] == [
            str(each) for each in job_steps.legal(before.job(JOB_ID))
        ]


@pytest.mark.parametrize("state", HELD_OR_DONE)
def test_what_is_skipped_is_filled_in_so_that_every_step_is_legal(state: JobState) -> None:
    steps = in_state(state).job(JOB_ID).steps

    pairs = list(
        zip([None, *(step.state for step in steps)], [step.state for step in steps], strict=False)
    )
    assert set(pairs) <= LEGAL
    assert [step.at for step in steps] == sorted(step.at for step in steps)


@pytest.mark.parametrize("state", HELD_OR_DONE)
def test_the_work_order_says_what_its_job_is(state: JobState) -> None:
    order = in_state(state)

    assert order.state is MEANS.get(state, WorkOrderState(state.value) if state in TAKEN else None)


def test_a_second_visit_is_a_linked_job_and_the_work_order_is_done_after_it() -> None:
    asked = in_state(JobState.FOLLOW_UP)

    assert [(job.number, job.state) for job in asked.jobs] == [
        (1, JobState.FOLLOW_UP),
        (2, JobState.WAITING),
    ]
    assert asked.jobs[1].id == first_step(TICKET_ID, cycle=1, number=2, at=NOON).id


def test_a_paused_job_remembers_the_version_until_it_goes_on() -> None:
    paused = in_state(JobState.PAUSED)
    resumed = doing(paused, Verb.RESUME)

    assert paused.job(JOB_ID).paused_at_version == paused.version
    assert resumed.job(JOB_ID).paused_at_version is None
    assert (paused.reason, resumed.reason) == ("no_access", None)


def test_only_whoever_holds_the_job_works_on_it() -> None:
    with pytest.raises(NotYours):
        job_steps.step_along(accepted(), JOB_ID, Verb.TRAVEL, by=WANG, at=NOON)
    with pytest.raises(NotFound):
        job_steps.step_along(accepted(), new_id(), Verb.TRAVEL, by=LI, at=NOON)


def test_the_first_acceptance_wins_and_the_others_are_told_of_it() -> None:
    order = accepted()
    won, lost = order.jobs[0].offers

    assert (won.state, lost.state, lost.reason) == (
        OfferState.ACCEPTED,
        OfferState.WITHDRAWN,
        "accepted_by_other",
    )
    with pytest.raises(OfferDecided) as refused:
        offering.accept(order, lost.id, at=NOON, decided_at=NOON, planned_arrival=None)
    assert refused.value.details["accepted_at"] == NOON.isoformat()


def test_a_job_waits_again_only_when_its_last_open_offer_is_gone() -> None:
    both = offered()
    first, second = both.jobs[0].offers

    one = offering.decline(both, first.id, at=NOON, decided_at=NOON, reason="far")
    none = offering.expire(one, [first.id, second.id], at=NOON)

    assert (one.jobs[0].state, none.jobs[0].state) == (JobState.OFFERED, JobState.WAITING)
    assert [offer.state for offer in none.jobs[0].offers] == [
        OfferState.DECLINED,
        OfferState.EXPIRED,
    ]
    assert none.jobs[0].offers[1].decided_at == second.expires_at
    assert offering.expire(none, [second.id], at=NOON) is none


def test_what_is_held_or_not_waiting_cannot_be_offered() -> None:
    for order in (an_order(need=a_need(held=True)), offered(), accepted()):
        with pytest.raises(IllegalStep):
            offering.offer_job(order, JOB_ID, [an_offer()], at=NOON)


def test_nothing_can_be_taken_back_from_what_nobody_has() -> None:
    for order in (an_order(), in_state(JobState.COMPLETED)):
        with pytest.raises(IllegalStep):
            job_steps.take_away(order, JOB_ID, at=NOON, reason="withdrawn_by_staff")


@pytest.mark.parametrize("verb", [Verb.PAUSE, Verb.RETURN, Verb.FOLLOW_UP])
def test_people_cannot_move_it_back_and_forth_for_ever(verb: Verb) -> None:
    order = in_state(JobState.WORKING)
    job = order.job(JOB_ID)
    long = (
        *job.steps,
        *(Step(at=NOON, state=JobState.PAUSED) for _ in range(MAX_STEPS - len(job.steps))),
    )
    full = order.changed(replace(job, steps=long))

    with pytest.raises(TooManySteps) as refused:
        doing(full, verb)
    assert isinstance(refused.value, Conflict)


def test_rounds_that_came_to_nothing_are_forgotten_in_legal_pairs() -> None:
    order = an_order()
    for n in range(100):
        order = offering.offer_job(order, JOB_ID, [an_offer()], at=after(minutes=n))
        order = offering.decline(
            order, order.jobs[0].offers[-1].id, at=after(minutes=n), decided_at=NOON, reason="no"
        )
    steps = order.jobs[0].steps

    pairs = list(
        zip([None, *(step.state for step in steps)], [step.state for step in steps], strict=False)
    )
    assert len(steps) == 61
    assert set(pairs) <= LEGAL
    assert steps[-1].at == after(minutes=99)


def test_each_change_is_told_by_its_name() -> None:
    start = an_order()
    both = offered()
    first, second = both.jobs[0].offers
    declined = offering.decline(both, first.id, at=NOON, decided_at=NOON, reason="far")
    expired = offering.expire(declined, [second.id], at=NOON)
    working, paused = in_state(JobState.WORKING), in_state(JobState.PAUSED)

    told = [
        what_happened(None, start),
        what_happened(start, both),
        what_happened(both, declined),
        what_happened(declined, expired),
        what_happened(both, accepted()),
        what_happened(accepted(), in_state(JobState.TRAVELLING)),
        what_happened(accepted(), in_state(JobState.ON_SITE)),
        what_happened(accepted(), working),
        what_happened(working, paused),
        what_happened(paused, doing(paused, Verb.RESUME)),
        what_happened(working, doing(working, Verb.RETURN)),
        what_happened(accepted(), in_state(JobState.COMPLETED)),
        what_happened(working, doing(working, Verb.FOLLOW_UP)),
        what_happened(
            both, job_steps.take_away(both, JOB_ID, at=NOON, reason="withdrawn_by_staff")
        ),
        what_happened(start, offering.mark_unassignable(start, [], at=NOON)),
    ]

    assert told == [
        "created",
        "offered",
        "offer_declined",
        "offer_expired",
        "accepted",
        "travelling",
        "arrived",
        "started",
        "paused",
        "resumed",
        "returned",
        "completed",
        "follow_up",
        "offer_withdrawn",
        "unassignable",
    ]


def test_the_rules_that_a_technician_does_not_meet_any_more_are_noted_once() -> None:
    order = accepted()

    noted = job_steps.note_holder_bars(order, JOB_ID, ("lacks_skill",))

    assert noted.jobs[0].holder_bars == ("lacks_skill",)
    assert job_steps.note_holder_bars(noted, JOB_ID, ("lacks_skill",)) is noted
    assert what_happened(order, noted) == "holder_barred"
