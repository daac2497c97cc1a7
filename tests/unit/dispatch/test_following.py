"""Following tickets, row by row of the race table, from dispatch's side."""

from typing import Any

import pytest

from services.dispatch.domain import job_steps, offering
from services.dispatch.domain.following import follow
from services.dispatch.domain.job import Report
from services.dispatch.domain.job_steps import Verb
from services.dispatch.domain.offering import mark_unassignable
from services.dispatch.domain.telling import what_happened
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts import TicketV1
from shared.contracts.categories import Road
from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.contracts.tickets import (
    Appointment,
    Classing,
    HoldReason,
    Place,
    Priority,
    TicketState,
)
from tests.unit.dispatch.arranging import LI, NOON, a_ticket, after, an_offer, committed

BEGUN = committed(follow(None, a_ticket()))
JOB_ID = BEGUN.jobs[0].id


def offered() -> WorkOrder:
    return committed(offering.offer_job(BEGUN, JOB_ID, [an_offer()], at=NOON))


def accepted() -> WorkOrder:
    order = offered()
    return committed(
        offering.accept(
            order, order.jobs[0].offers[0].id, at=NOON, decided_at=NOON, planned_arrival=None
        )
    )


def paused() -> WorkOrder:
    working = committed(job_steps.step_along(accepted(), JOB_ID, Verb.START, by=LI, at=NOON))
    return committed(
        job_steps.pause(working, JOB_ID, by=LI, at=NOON, reason=HoldReason.WAITING_PARTS)
    )


def completed() -> WorkOrder:
    return committed(job_steps.complete(accepted(), JOB_ID, by=LI, at=NOON, report=Report()))


def test_a_work_order_begins_with_one_job_and_what_the_ticket_needs() -> None:
    ticket = a_ticket(
        place=Place(building="3", unit="1202", lat=31.2, lon=121.4),
        priority=Priority.URGENT,
        appointments=(
            Appointment(at=NOON, start=after(days=1), end=after(days=1, hours=1)),
            Appointment(at=NOON, start=after(days=2), end=after(days=2, hours=1)),
        ),
    )

    order = follow(None, ticket)

    assert (order.version, order.observed, order.state) == (1, 1, WorkOrderState.WAITING)
    assert [(job.cycle, job.number, job.state, job.steps[0].at) for job in order.jobs] == [
        (1, 1, JobState.WAITING, NOON)
    ]
    assert (order.need.spot, order.need.rank, order.need.held) == ("3/1202", 1, False)
    assert order.need.visit is not None
    assert order.need.visit.start == after(days=2)


def test_flats_of_one_number_behind_two_entrances_are_two_places() -> None:
    one, other = (
        follow(None, a_ticket(place=Place(building="5", entrance=entrance, unit="1202")))
        for entrance in ("1", "2")
    )

    assert (one.need.spot, other.need.spot) == ("5/1/1202", "5/2/1202")


@pytest.mark.parametrize("order", [BEGUN, offered(), accepted(), paused(), completed()])
@pytest.mark.parametrize(
    "ticket", [a_ticket(version=1), a_ticket(TicketState.CANCELLED, version=1)]
)
def test_what_was_taken_into_account_already_changes_nothing(
    order: WorkOrder, ticket: TicketV1
) -> None:
    assert follow(order, ticket) is order


@pytest.mark.parametrize("order", [BEGUN, offered(), accepted(), paused()])
@pytest.mark.parametrize("state", [TicketState.CANCELLED, TicketState.RESOLVED, TicketState.CLOSED])
def test_an_ended_ticket_ends_whatever_is_open(order: WorkOrder, state: TicketState) -> None:
    ended = follow(order, a_ticket(state, version=2))

    assert ended.version == order.version + 1
    assert (ended.state, ended.reason, ended.jobs[0].state) == (
        WorkOrderState.CANCELLED,
        f"ticket_{state}",
        JobState.CANCELLED,
    )
    assert not ended.jobs[0].open_offers
    assert what_happened(order, ended) == "cancelled"
    assert ended.jobs[0].steps[-1].at == after(minutes=2)


def test_completed_work_stands_when_the_ticket_is_cancelled() -> None:
    stands = follow(completed(), a_ticket(TicketState.CANCELLED, version=2))

    assert (stands.state, stands.version, stands.observed) == (
        WorkOrderState.DONE,
        completed().version,
        2,
    )


@pytest.mark.parametrize("order", [offered(), accepted(), completed()])
def test_a_reopened_ticket_gets_one_new_job_and_the_old_one_counts_no_more(
    order: WorkOrder,
) -> None:
    reopened = follow(order, a_ticket(version=9, cycle=2))

    assert [(job.cycle, job.number) for job in reopened.jobs] == [(1, 1), (2, 1)]
    assert [job.state for job in reopened.open_jobs] == [JobState.WAITING]
    assert (reopened.cycle, reopened.state) == (2, WorkOrderState.WAITING)
    assert what_happened(order, reopened) == "created"


def test_a_hold_by_staff_takes_offers_back_and_leaves_accepted_work_alone() -> None:
    held = a_ticket(TicketState.ON_HOLD, version=2, hold="staff", before=TicketState.OPEN)

    back, on = follow(offered(), held), follow(accepted(), held)

    assert (back.jobs[0].state, back.jobs[0].offers[0].state) == (
        JobState.WAITING,
        OfferState.WITHDRAWN,
    )
    assert what_happened(offered(), back) == "offer_withdrawn"
    assert (on.jobs[0].state, on.version, on.need.held) == (
        JobState.ACCEPTED,
        accepted().version,
        True,
    )


def test_a_hold_that_a_job_caused_changes_nothing() -> None:
    order = paused()

    same = follow(
        order,
        a_ticket(
            TicketState.ON_HOLD, version=2, hold=f"job:{JOB_ID}", before=TicketState.IN_PROGRESS
        ),
    )

    assert (same.state, same.version, same.need.held) == (
        WorkOrderState.PAUSED,
        order.version,
        False,
    )


def test_a_pause_ends_for_a_ticket_that_had_seen_it_and_for_no_other() -> None:
    order = paused()

    unaware = follow(
        order, a_ticket(TicketState.IN_PROGRESS, version=2, observed=order.version - 1)
    )
    aware = follow(unaware, a_ticket(TicketState.IN_PROGRESS, version=3, observed=order.version))

    assert unaware.state is WorkOrderState.PAUSED
    assert (aware.jobs[0].state, aware.jobs[0].technician_id) == (JobState.ACCEPTED, LI)
    assert what_happened(unaware, aware) == "resumed"


def test_what_the_ticket_needs_is_kept_without_news() -> None:
    amended = follow(BEGUN, a_ticket(version=2, priority=Priority.URGENT))

    assert (amended.version, amended.observed, amended.need.priority) == (1, 2, Priority.URGENT)


def test_a_ticket_that_is_over_when_first_heard_of_gets_no_job() -> None:
    order = follow(None, a_ticket(TicketState.CLOSED, version=4))

    assert (order.jobs, order.state) == ((), WorkOrderState.CANCELLED)
    assert what_happened(None, order) == "cancelled"


# ---- the desk


def turned(*roads: Road, version: int = 2, **more: Any) -> TicketV1:
    """The ticket after it took these roads, the first at noon and each a minute after the last."""
    classes = tuple(
        Classing(at=after(minutes=n), category="plumbing", priority=Priority.NORMAL, road=road)
        for n, road in enumerate(roads)
    )
    return a_ticket(version=version, road=roads[-1], classes=classes, **more)


TO_DESK = turned(Road.DISPATCH, Road.DESK)
BACK = turned(Road.DISPATCH, Road.DESK, Road.DISPATCH, version=3)


def test_no_job_is_made_of_a_ticket_that_the_desk_sees_to() -> None:
    order = committed(follow(None, turned(Road.DESK, version=1)))

    assert (order.jobs, order.state, order.waits) == ((), WorkOrderState.CANCELLED, False)
    assert what_happened(None, order) == "cancelled"
    assert follow(order, turned(Road.DESK, title="more")).version == order.version


@pytest.mark.parametrize("order", [BEGUN, offered()])
def test_what_no_technician_has_taken_ends_when_the_desk_sees_to_it(order: WorkOrder) -> None:
    unassignable = mark_unassignable(order, [], at=NOON) if order is BEGUN else order

    at_desk = follow(unassignable, TO_DESK)

    assert [(job.state, job.steps[-1].reason) for job in at_desk.jobs] == [
        (JobState.CANCELLED, "ticket_at_desk")
    ]
    assert at_desk.jobs[0].steps[-1].at == after(minutes=1)
    assert all(offer.reason == "ticket_at_desk" for offer in at_desk.jobs[0].offers)
    assert at_desk.unassignable_at is None
    assert what_happened(order, at_desk) == "cancelled"


@pytest.mark.parametrize("order", [accepted(), paused(), completed()])
def test_what_a_technician_has_taken_goes_on_at_the_desk(order: WorkOrder) -> None:
    at_desk = follow(order, TO_DESK)

    assert (at_desk.version, at_desk.jobs, at_desk.need.at_desk) == (
        order.version,
        order.jobs,
        True,
    )


def test_what_is_given_up_does_not_wait_for_another_at_the_desk() -> None:
    at_desk = committed(follow(accepted(), TO_DESK))

    back = job_steps.give_back(at_desk, JOB_ID, by=LI, at=after(hours=1), reason="ill")

    assert [(step.state, step.reason) for step in back.jobs[0].steps[-2:]] == [
        (JobState.WAITING, "ill"),
        (JobState.CANCELLED, "ticket_at_desk"),
    ]
    assert (back.state, back.waits, back.open_jobs) == (WorkOrderState.CANCELLED, False, ())
    assert what_happened(at_desk, back) == "cancelled"


def test_work_begins_when_the_ticket_is_turned_back_dated_then() -> None:
    at_desk = committed(follow(offered(), TO_DESK))

    again = follow(at_desk, BACK)

    assert [(job.number, job.state) for job in again.jobs] == [
        (1, JobState.CANCELLED),
        (2, JobState.WAITING),
    ]
    assert again.jobs[1].steps[0].at == after(minutes=2)
    assert what_happened(at_desk, again) == "created"
    assert follow(committed(follow(None, turned(Road.DESK, version=1))), BACK).waits


def test_of_a_turn_there_and_back_that_is_heard_at_once_nothing_is_seen() -> None:
    order = offered()

    assert follow(order, BACK).jobs == order.jobs


def test_work_that_was_done_is_not_begun_anew() -> None:
    done = completed()

    assert follow(committed(follow(done, TO_DESK)), BACK).jobs == done.jobs


def test_a_ticket_held_by_staff_is_turned_all_the_same() -> None:
    held: dict[str, Any] = {"hold": "staff", "before": TicketState.OPEN}

    at_desk = follow(offered(), TO_DESK.model_copy(update={**held, "state": TicketState.ON_HOLD}))
    back = follow(
        committed(at_desk), BACK.model_copy(update={**held, "state": TicketState.ON_HOLD})
    )

    assert (at_desk.open_jobs, len(back.open_jobs), back.waits) == ((), 1, False)


def test_a_reopened_ticket_of_the_desk_gets_no_job() -> None:
    reopened = follow(completed(), turned(Road.DISPATCH, Road.DESK, version=9, cycle=2))

    assert (reopened.cycle, reopened.state, reopened.open_jobs) == (
        2,
        WorkOrderState.CANCELLED,
        (),
    )
