"""Following dispatch, and every race between the two services as tickets sees it."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise, permutations

import pytest

from services.tickets.domain.amending import amend
from services.tickets.domain.following import EARLIER_WORK, follow
from services.tickets.domain.limits import MAX_STEPS, STEPS_FOR_ENDING
from services.tickets.domain.merging import merge_into
from services.tickets.domain.ticket import STAFF_HOLD, Ticket
from services.tickets.domain.verbs import ENDED, STEPS
from shared.contracts import WorkOrderV1
from shared.contracts.dispatch import (
    JobState,
    JobStep,
    JobV1,
    OfferState,
    OfferV1,
    WorkOrderState,
)
from shared.contracts.tickets import HoldReason
from shared.contracts.tickets import TicketState as State
from shared.ids import new_id
from tests.unit.tickets.arranging import (
    JOB_ID,
    NOON,
    OTHER_ID,
    RESIDENT,
    STAFF,
    TICKET_ID,
    a_job,
    a_new_ticket,
    a_ticket,
    after,
    an_order,
)

NOW = after(hours=2)
WAITING = an_order(WorkOrderState.WAITING, a_job(JobState.WAITING))
ACCEPTED = an_order(
    WorkOrderState.ACCEPTED, a_job(JobState.WAITING, JobState.OFFERED, JobState.ACCEPTED)
)
TRAVELLING = an_order(WorkOrderState.TRAVELLING, a_job(JobState.ACCEPTED, JobState.TRAVELLING))
WORKING = an_order(
    WorkOrderState.WORKING,
    a_job(JobState.ACCEPTED, JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING),
)
PAUSED = an_order(
    WorkOrderState.PAUSED,
    a_job(
        JobState.ACCEPTED,
        JobState.TRAVELLING,
        JobState.ON_SITE,
        JobState.PAUSED,
        reason="waiting_parts",
    ),
)
DONE = an_order(
    WorkOrderState.DONE,
    a_job(
        JobState.ACCEPTED,
        JobState.TRAVELLING,
        JobState.ON_SITE,
        JobState.WORKING,
        JobState.COMPLETED,
    ),
)
CANCELLED = an_order(WorkOrderState.CANCELLED, a_job(JobState.WAITING, JobState.CANCELLED))
EVERY_ORDER = [WAITING, ACCEPTED, TRAVELLING, WORKING, PAUSED, DONE, CANCELLED]
MEANS = {
    WorkOrderState.WAITING: State.OPEN,
    WorkOrderState.ACCEPTED: State.ASSIGNED,
    WorkOrderState.TRAVELLING: State.IN_PROGRESS,
    WorkOrderState.ON_SITE: State.IN_PROGRESS,
    WorkOrderState.WORKING: State.IN_PROGRESS,
    WorkOrderState.PAUSED: State.ON_HOLD,
    WorkOrderState.DONE: State.RESOLVED,
}


def following(ticket: Ticket, *orders: WorkOrderV1) -> tuple[Ticket, list[str]]:
    """The ticket after those orders, and the facts on the way."""
    facts = []
    for order in orders:
        ticket, happenings = follow(ticket, order, at=NOW)
        facts += [happening.name for happening in happenings if happening.fact]
    return ticket, facts


def newer(order: WorkOrderV1, version: int) -> WorkOrderV1:
    return order.model_copy(update={"version": version})


@pytest.mark.parametrize(
    ("state", "order", "facts"),
    [
        (State.OPEN, ACCEPTED, ["assigned"]),
        (State.OPEN, WORKING, ["assigned", "started"]),
        (State.OPEN, PAUSED, ["held"]),
        (State.OPEN, DONE, ["assigned", "resolved"]),
        (State.ASSIGNED, WORKING, ["started"]),
        (State.ASSIGNED, WAITING, ["unassigned"]),
        (State.ASSIGNED, DONE, ["resolved"]),
        (State.IN_PROGRESS, ACCEPTED, ["assigned"]),
        (State.IN_PROGRESS, WAITING, ["unassigned"]),
        (State.IN_PROGRESS, PAUSED, ["held"]),
        (State.IN_PROGRESS, DONE, ["resolved"]),
        (State.OPEN, WAITING, []),
        (State.ASSIGNED, ACCEPTED, []),
        (State.IN_PROGRESS, TRAVELLING, []),
        (State.OPEN, CANCELLED, []),
    ],
)
def test_a_ticket_walks_to_what_its_work_order_says_a_happening_a_step_and_one_version_for_all(
    state: State, order: WorkOrderV1, facts: list[str]
) -> None:
    ticket = a_ticket(state)

    after_, said = following(ticket, order)

    assert said == facts
    assert after_.state is MEANS.get(order.state, state)
    assert after_.version == ticket.version + bool(facts)
    assert after_.observed == order.version


def test_what_is_heard_of_only_when_it_is_done_was_taken_when_it_was_taken() -> None:
    ticket, _ = following(a_new_ticket(), DONE)

    taken, done = (
        next(step for step in job.steps if step.state is state)
        for job in DONE.jobs
        for state in (JobState.ACCEPTED, JobState.COMPLETED)
    )
    assert [(step.state, step.at) for step in ticket.steps[1:]] == [
        (State.ASSIGNED, taken.at),
        (State.RESOLVED, done.at),
    ]


def test_what_nobody_is_known_to_have_taken_is_only_resolved() -> None:
    _, said = following(a_new_ticket(), an_order(WorkOrderState.DONE, a_job(JobState.COMPLETED)))

    assert said == ["resolved"]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("order", EVERY_ORDER, ids=lambda order: str(order.state))
def test_every_way_is_made_of_legal_steps_with_a_line_each(
    state: State, order: WorkOrderV1
) -> None:
    ticket = a_ticket(state)

    after_, happenings = follow(ticket, order, at=NOW)

    seen = [ticket, *(happening.ticket for happening in happenings)]
    for one, next_ in pairwise(seen):
        assert next_.version == ticket.version + 1
        assert next_.entries == one.entries + 1
        assert one.state is next_.state or (one.state, next_.state) in STEPS
    assert after_ == seen[-1] or not happenings


def test_steps_are_dated_when_the_technician_took_them() -> None:
    ticket, _ = following(a_new_ticket(), WORKING)

    accepted, travelling = (step.at for step in WORKING.jobs[0].steps[:2])
    assert [step.at for step in ticket.steps[1:]] == [accepted, travelling]
    assert {step.cause for step in ticket.steps[1:]} == {f"job:{JOB_ID}"}


def test_what_happened_before_the_last_step_is_dated_with_it() -> None:
    ticket = a_ticket(State.ASSIGNED)
    early = an_order(
        WorkOrderState.TRAVELLING,
        a_job(JobState.ACCEPTED, JobState.TRAVELLING, at=NOON - timedelta(hours=1)),
    )

    after_, _ = following(ticket, early)

    assert after_.steps[-1].at == ticket.steps[-1].at


def test_a_return_is_dated_when_the_job_began_to_wait_and_says_why() -> None:
    returned = an_order(
        WorkOrderState.WAITING,
        a_job(JobState.ACCEPTED, JobState.WAITING, JobState.OFFERED, reason="too far"),
    )

    ticket, _ = following(a_ticket(State.ASSIGNED), returned)

    assert (ticket.steps[-1].at, ticket.steps[-1].reason) == (
        returned.jobs[0].steps[1].at,
        "too far",
    )


def test_a_pause_holds_the_ticket_for_its_job_with_its_reason() -> None:
    held, _ = following(a_ticket(State.IN_PROGRESS), PAUSED)

    resumed, facts = following(held, newer(WORKING, 3))

    assert (held.hold, held.before, held.steps[-1].reason) == (
        f"job:{JOB_ID}",
        State.IN_PROGRESS,
        "waiting_parts",
    )
    assert (resumed.state, resumed.hold, resumed.before, facts) == (
        State.IN_PROGRESS,
        None,
        None,
        ["released"],
    )


def test_an_order_that_was_taken_into_account_changes_nothing() -> None:
    ticket, _ = following(a_new_ticket(), newer(WORKING, 5))

    again, facts = following(ticket, newer(WORKING, 5), newer(ACCEPTED, 4), newer(WAITING, 2))

    assert again is ticket
    assert facts == []


def test_every_order_of_hearing_ends_in_the_same_state() -> None:
    history = [
        newer(WAITING, 1),
        newer(ACCEPTED, 2),
        newer(WORKING, 3),
        newer(PAUSED, 4),
        newer(DONE, 5),
    ]

    ends = {
        (ticket.state, ticket.observed, ticket.hold)
        for heard in permutations(history)
        for ticket, _ in [following(a_new_ticket(), *heard)]
    }

    assert ends == {(State.RESOLVED, 5, None)}


# ---- the races: what tickets did | what dispatch did meanwhile ----


@pytest.mark.parametrize("order", EVERY_ORDER, ids=lambda order: str(order.state))
def test_cancelled_stays_cancelled_whatever_dispatch_did_meanwhile(order: WorkOrderV1) -> None:
    cancelled = a_ticket(State.CANCELLED)

    after_, facts = following(cancelled, order)

    assert (after_.state, after_.version, facts) == (State.CANCELLED, cancelled.version, [])
    assert after_.observed == order.version


@pytest.mark.parametrize("order", EVERY_ORDER, ids=lambda order: str(order.state))
def test_merged_stays_merged_whatever_dispatch_did_meanwhile(order: WorkOrderV1) -> None:
    target = a_ticket(State.OPEN, OTHER_ID)
    merged = merge_into(a_ticket(State.OPEN), target, by=STAFF, at=after(minutes=5))

    after_, facts = following(merged, order)

    assert (after_.state, after_.duplicate_of, facts) == (State.CANCELLED, OTHER_ID, [])


@pytest.mark.parametrize("order", EVERY_ORDER, ids=lambda order: str(order.state))
def test_resolved_by_staff_stays_resolved_while_jobs_are_open(order: WorkOrderV1) -> None:
    resolved = a_ticket(State.OPEN).resolve(by=STAFF, at=after(minutes=5), note="valve turned")

    after_, facts = following(resolved, order)

    assert (after_.state, facts) == (State.RESOLVED, [])


@pytest.mark.parametrize("order", EVERY_ORDER, ids=lambda order: str(order.state))
def test_reopened_ignores_work_of_the_old_cycle_but_shows_it(order: WorkOrderV1) -> None:
    reopened = a_ticket(State.RESOLVED).reopen(by=RESIDENT, at=after(hours=1), reason="drips")

    after_, happenings = follow(reopened, order, at=NOW)

    assert (after_.state, after_.cycle, after_.version) == (State.OPEN, 2, reopened.version)
    assert [(happening.name, happening.fact) for happening in happenings] == [(EARLIER_WORK, False)]
    assert after_.entries == reopened.entries + 1


def test_reopened_follows_the_work_of_its_own_cycle() -> None:
    reopened = a_ticket(State.RESOLVED).reopen(by=RESIDENT, at=after(hours=1), reason="drips")
    accepted = an_order(
        WorkOrderState.ACCEPTED, a_job(JobState.ACCEPTED, cycle=2, at=NOW), version=9, cycle=2
    )

    after_, facts = following(reopened, accepted)

    assert (after_.state, after_.steps[-1].cycle, facts) == (State.ASSIGNED, 2, ["assigned"])


def test_held_by_staff_stays_held_while_the_remembered_state_moves() -> None:
    held = a_ticket(State.OPEN).put_on_hold(
        by=STAFF, at=after(minutes=5), reason=HoldReason.NO_ACCESS
    )

    after_, facts = following(held, newer(ACCEPTED, 2), newer(WORKING, 3))

    assert (after_.state, after_.before, after_.hold) == (State.ON_HOLD, State.IN_PROGRESS, "staff")
    assert facts == ["assigned", "started"]
    assert after_.release(by=STAFF, at=NOW).state is State.IN_PROGRESS


def test_held_by_staff_takes_no_notice_of_a_pause() -> None:
    held = a_ticket(State.IN_PROGRESS).put_on_hold(
        by=STAFF, at=after(minutes=5), reason=HoldReason.NO_ACCESS
    )

    after_, facts = following(held, PAUSED)

    assert (after_.hold, after_.before, after_.version, facts) == (
        "staff",
        State.IN_PROGRESS,
        held.version,
        [],
    )


def test_held_by_staff_is_resolved_when_all_jobs_are_done() -> None:
    held = a_ticket(State.IN_PROGRESS).put_on_hold(
        by=STAFF, at=after(minutes=5), reason=HoldReason.NO_ACCESS
    )

    after_, facts = following(held, DONE)

    assert (after_.state, after_.hold, after_.before, facts) == (
        State.RESOLVED,
        None,
        None,
        ["resolved"],
    )


def test_amended_and_reclassified_go_on_with_the_work_that_was_accepted() -> None:
    amended = amend(a_ticket(State.OPEN), by=RESIDENT, title="Kitchen, under the sink")

    after_, facts = following(amended, ACCEPTED)

    assert (after_.state, after_.title, facts) == (
        State.ASSIGNED,
        "Kitchen, under the sink",
        ["assigned"],
    )


def test_a_job_that_is_returned_while_paused_ends_the_hold() -> None:
    held, _ = following(a_ticket(State.IN_PROGRESS), PAUSED)

    after_, facts = following(held, newer(WAITING, 3))

    assert (after_.state, after_.hold, facts) == (State.OPEN, None, ["released"])


# ---- limits, and who may read because of the work ----


def test_a_ticket_of_too_many_steps_is_still_resolved_by_its_work() -> None:
    ticket = a_ticket(State.OPEN)
    while len(ticket.steps) < MAX_STEPS - STEPS_FOR_ENDING:
        ticket = ticket.step(
            to=State.ASSIGNED if ticket.state is State.OPEN else State.OPEN, at=NOW, cause="job:1"
        )
    stuck, nothing = following(ticket, newer(WORKING, 7))

    resolved, facts = following(stuck, newer(DONE, 8))

    assert (stuck.state, stuck.observed, nothing) == (ticket.state, 7, [])
    assert (resolved.state, facts) == (State.RESOLVED, ["resolved"])


def test_technicians_are_admitted_by_their_job_or_an_open_offer_until_it_ends() -> None:
    until = after(hours=3)
    offers = (
        OfferV1(
            id=new_id(),
            technician_id="asked",
            state=OfferState.OPEN,
            offered_at=NOW,
            expires_at=until,
        ),
        OfferV1(
            id=new_id(),
            technician_id="declined",
            state=OfferState.DECLINED,
            offered_at=NOW,
            expires_at=until,
        ),
    )
    offered = an_order(
        WorkOrderState.WAITING, a_job(JobState.WAITING, JobState.OFFERED, offers=offers)
    )

    asked, _ = following(a_new_ticket(), offered)
    holding, _ = following(asked, newer(WORKING, 3))
    over, _ = following(holding, newer(DONE, 4))

    assert asked.admitted == {"asked": until}
    assert holding.admitted == {"tech-1": None}
    assert over.admitted == {}


def test_a_fact_is_never_needed_to_tell_that_an_order_was_seen() -> None:
    ticket = a_new_ticket()

    after_, happenings = follow(ticket, WAITING, at=NOW)

    assert (after_.id, after_.version, after_.entries, happenings) == (
        TICKET_ID,
        ticket.version,
        ticket.entries,
        (),
    )
    assert after_.state not in ENDED


def test_work_that_changed_hands_unseen_was_given_back_and_taken_anew() -> None:
    taken, _ = following(a_new_ticket(), ACCEPTED)
    job = a_job(
        JobState.ACCEPTED,
        JobState.WAITING,
        JobState.OFFERED,
        JobState.ACCEPTED,
        JobState.TRAVELLING,
        at=after(hours=1),
    )

    again, facts = following(taken, newer(an_order(WorkOrderState.TRAVELLING, job), 3))

    assert facts == ["unassigned", "assigned", "started"]
    assert [step.at for step in again.steps[-2:]] == [step.at for step in job.steps[-2:]]
    assert following(again, newer(an_order(WorkOrderState.TRAVELLING, job), 4))[1] == []


def test_what_was_done_is_on_the_timeline_whole() -> None:
    note = "Replaced the valve. Keep it shut until nine. " * 20
    done = DONE.jobs[0].model_copy(update={"note": note})
    order = an_order(WorkOrderState.DONE, done)

    _, happenings = follow(a_ticket(State.IN_PROGRESS), order, at=NOW)

    assert [(each.name, each.detail["note"]) for each in happenings] == [("resolved", note)]


def test_that_a_second_visit_is_needed_is_on_the_timeline_until_that_is_given_back() -> None:
    first = a_job(JobState.ACCEPTED, JobState.WORKING, JobState.FOLLOW_UP, at=after(minutes=40))
    first = first.model_copy(update={"note": "Valve isolated"})
    waiting = a_job(JobState.WAITING, at=after(minutes=40))
    lost = a_job(JobState.WAITING, JobState.ACCEPTED, JobState.WAITING, at=after(minutes=60))

    [needed], [given_back] = (
        follow(
            a_ticket(State.IN_PROGRESS), an_order(WorkOrderState.WAITING, first, second), at=NOW
        )[1]
        for second in (waiting, lost)
    )

    assert (needed.detail.get("follow_up"), needed.detail.get("note")) == (True, "Valve isolated")
    assert "follow_up" not in given_back.detail


# ---- pauses that were over before the ticket heard of them ----


def _at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def _steps(*steps: tuple[int, JobState]) -> JobV1:
    return a_job(*(state for _, state in steps)).model_copy(
        update={
            "steps": tuple(
                JobStep(
                    at=_at(minute),
                    state=state,
                    technician_id="li",
                    reason="waiting_parts" if state is JobState.PAUSED else None,
                )
                for minute, state in steps
            )
        }
    )


_SET_OUT = (2, JobState.TRAVELLING)
_BEGAN = (5, JobState.WORKING)
_PAUSED = (10, JobState.PAUSED)
_WENT_ON = (40, JobState.WORKING)


def _held_between(ticket: Ticket) -> list[tuple[datetime, datetime | None]]:
    ends = [*(step.at for step in ticket.steps[1:]), None]
    return [
        (step.at, end)
        for step, end in zip(ticket.steps, ends, strict=True)
        if step.state is State.ON_HOLD
    ]


@pytest.mark.parametrize("state", [State.OPEN, State.ASSIGNED, State.IN_PROGRESS])
def test_a_pause_that_is_over_held_the_ticket_for_as_long_as_it_lasted(state: State) -> None:
    order = an_order(
        WorkOrderState.WORKING, _steps((1, JobState.ACCEPTED), _SET_OUT, _BEGAN, _PAUSED, _WENT_ON)
    )

    ticket, facts = following(a_ticket(state), order)

    assert (ticket.state, ticket.hold) == (State.IN_PROGRESS, None)
    assert _held_between(ticket) == [(_at(10), _at(40))]
    assert facts[-2:] == ["held", "released"]
    held = next(step for step in ticket.steps if step.state is State.ON_HOLD)
    assert held.reason == "waiting_parts"
    assert following(ticket, newer(order, 9))[1] == []


def test_every_pause_of_several_that_are_over_held_it() -> None:
    order = an_order(
        WorkOrderState.DONE,
        _steps(
            *((1, JobState.ACCEPTED), _SET_OUT, _BEGAN, _PAUSED, _WENT_ON),
            *((50, JobState.PAUSED), (55, JobState.WORKING), (60, JobState.COMPLETED)),
        ),
    )

    ticket, facts = following(a_ticket(State.ASSIGNED), order)

    assert _held_between(ticket) == [(_at(10), _at(40)), (_at(50), _at(55))]
    assert facts == ["started", "held", "released", "held", "released", "resolved"]


def test_a_second_pause_leaves_the_work_between_the_two_counted() -> None:
    first = _steps((1, JobState.ACCEPTED), _SET_OUT, _BEGAN, _PAUSED)
    held, _ = following(a_ticket(State.IN_PROGRESS), an_order(WorkOrderState.PAUSED, first))
    second = _steps(
        (1, JobState.ACCEPTED), _SET_OUT, _BEGAN, _PAUSED, _WENT_ON, (50, JobState.PAUSED)
    )

    ticket, _ = following(held, newer(an_order(WorkOrderState.PAUSED, second), 9))

    assert ticket.state is State.ON_HOLD
    assert _held_between(ticket) == [(_at(10), _at(40)), (_at(50), None)]


def test_work_after_a_pause_is_counted_when_it_is_heard_of_only_at_its_end() -> None:
    paused = _steps((1, JobState.ACCEPTED), _SET_OUT, _BEGAN, _PAUSED)
    held, _ = following(a_ticket(State.IN_PROGRESS), an_order(WorkOrderState.PAUSED, paused))
    done = _steps(
        (1, JobState.ACCEPTED), _SET_OUT, _BEGAN, _PAUSED, _WENT_ON, (60, JobState.COMPLETED)
    )

    ticket, facts = following(held, newer(an_order(WorkOrderState.DONE, done), 9))

    assert facts == ["released", "resolved"]
    assert _held_between(ticket) == [(_at(10), _at(40))]


def test_a_pause_while_staff_hold_it_is_theirs() -> None:
    ticket = a_ticket(State.ON_HOLD)
    order = an_order(
        WorkOrderState.WORKING, _steps((1, JobState.ACCEPTED), _SET_OUT, _BEGAN, _PAUSED, _WENT_ON)
    )

    after_, facts = following(replace(ticket, hold=STAFF_HOLD, before=State.IN_PROGRESS), order)

    assert (after_.state, facts) == (State.ON_HOLD, [])
