"""An emergency comes first: full hands do not bar it, and lower work gives way."""

from dataclasses import replace
from typing import Any

import pytest

from services.dispatch.domain.asking import Ask, NoCandidate, standings, whom_to_ask
from services.dispatch.domain.case import Asked
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.decisions import Hold, Unassignable, Waiting
from services.dispatch.domain.eligibility import bars
from services.dispatch.domain.handing_out import Turn, plan
from services.dispatch.domain.holding import Assignment, capacity_for, free_slot, one_beyond
from services.dispatch.domain.job_steps import interrupt
from services.dispatch.domain.offering import accept, offer_job
from services.dispatch.domain.places import Point
from services.dispatch.domain.refusals import AtCapacity
from services.dispatch.domain.rules import SiteRules
from services.dispatch.domain.technician import Candidate, Load
from services.dispatch.domain.telling import what_happened
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import HoldReason, Priority
from shared.ids import JobId, TicketId, new_id
from tests.unit.dispatch.arranging import (
    LI,
    NOON,
    WANG,
    a_candidate,
    a_case,
    after,
    an_offer,
    an_order,
    committed,
)

FULL = Load(holds=2)
AT_ANOTHER = Load(holds=2, emergencies=1)
FAR = Point(lat=31.30, lon=121.4737)


def emergency(**more: Any) -> Any:
    return a_case(priority=Priority.EMERGENCY, **more)


def asked_of(answer: Ask | NoCandidate) -> list[str]:
    assert isinstance(answer, Ask)
    return [candidate.technician.id for candidate in answer.best]


def an_assignment(slot: int, *, capacity: int = 2, is_emergency: bool = False) -> Assignment:
    return Assignment(
        id=new_id(),
        job_id=JobId(new_id()),
        technician_id=LI,
        slot=slot,
        capacity=capacity,
        doing=False,
        accepted_at=NOON,
        is_emergency=is_emergency,
    )


def test_full_hands_bar_other_work_but_no_emergency() -> None:
    busy = a_candidate(load=FULL)

    assert [bar.code for bar in bars(busy, a_case())] == ["at_capacity"]
    assert bars(busy, emergency()) == ()


def test_one_who_holds_an_emergency_is_full_for_the_next() -> None:
    assert [bar.code for bar in bars(a_candidate(load=AT_ANOTHER), emergency())] == ["at_capacity"]


def test_the_busy_are_asked_about_an_emergency_only_when_none_with_room_is_left() -> None:
    near_but_busy, far_and_free = a_candidate("li", load=FULL), a_candidate("wang", home=FAR)
    no = {WANG: Asked(times=1, last=after(minutes=-1))}

    assert asked_of(whom_to_ask(emergency(), Crew([near_but_busy, far_and_free]))) == ["wang"]
    assert asked_of(whom_to_ask(emergency(asked=no), Crew([near_but_busy, far_and_free]))) == ["li"]


def test_the_busy_are_asked_nearest_first_and_no_more_of_them_than_of_others() -> None:
    busy = [
        a_candidate(f"t{n}", load=FULL, home=Point(lat=31.2304 + n / 500, lon=121.4737))
        for n in range(5)
    ]

    assert asked_of(whom_to_ask(emergency(), Crew(busy[::-1]))) == ["t0", "t1", "t2"]


def test_that_all_are_at_other_emergencies_is_said_at_once() -> None:
    answer = whom_to_ask(emergency(), Crew([a_candidate(load=AT_ANOTHER)]))

    assert isinstance(answer, NoCandidate)
    assert answer.unassignable


def test_a_turn_offers_an_emergency_to_the_busy_and_says_so_when_none_is_left() -> None:
    jobs = [
        Waiting(id=new_id(), order_id=TicketId(new_id()), case=emergency(asked=asked), is_due=True)
        for asked in ({}, {LI: Asked(times=2, last=NOON)})
    ]

    found = plan(Turn(), jobs, [a_candidate(load=FULL)], NOON).decisions

    assert found[0] == Hold(job=jobs[0], technicians=(LI,))
    assert isinstance(found[1], Unassignable)


def test_one_who_could_be_interrupted_stands_behind_those_with_room() -> None:
    found = standings(emergency(), [a_candidate("li", load=FULL), a_candidate("wang", home=FAR)])

    assert [each.candidate.technician.id for each in found] == ["wang", "li"]
    assert all(each.ranked is not None for each in found)


def test_an_emergency_is_held_beside_what_they_can_hold_and_a_second_is_not() -> None:
    held = [an_assignment(1), an_assignment(2)]

    capacity = capacity_for(held, capacity=2, is_emergency=True)

    assert free_slot(held, capacity=capacity, visit=None, chance=0) == 3
    assert capacity_for(held, capacity=2, is_emergency=False) == 2
    with_one = [*held, an_assignment(3, capacity=3, is_emergency=True)]
    with pytest.raises(AtCapacity):
        free_slot(
            with_one,
            capacity=capacity_for(with_one, capacity=2, is_emergency=True),
            visit=None,
            chance=0,
        )


def test_what_a_dispatcher_overrules_is_held_beside_anything() -> None:
    held = [an_assignment(1), an_assignment(3, capacity=3, is_emergency=True)]

    capacity = one_beyond(held, capacity=2)

    assert free_slot(held, capacity=capacity, visit=None, chance=0) == 2


def a_held_order(state: JobState) -> WorkOrder:
    order = an_order()
    job_id = order.jobs[0].id
    offered = offer_job(order, job_id, [an_offer("li")], at=NOON)
    taken = accept(
        offered,
        offered.jobs[0].offers[0].id,
        at=NOON,
        decided_at=NOON,
        planned_arrival=after(minutes=20),
    )
    job = taken.jobs[0]
    for step in (JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING):
        if job.state is not state:
            job = job.stepped(step, at=after(minutes=1), by=LI)
    return committed(replace(taken, jobs=(job,)))


@pytest.mark.parametrize("state", [JobState.ON_SITE, JobState.WORKING])
def test_work_that_is_left_for_an_emergency_is_paused_and_stays_its_technicians(
    state: JobState,
) -> None:
    order = a_held_order(state)

    left = interrupt(order, order.jobs[0].id, at=after(minutes=5))

    job = left.jobs[0]
    assert (job.state, job.reason, job.technician_id) == (
        JobState.PAUSED,
        HoldReason.INTERRUPTED,
        "li",
    )
    assert job.paused_at_version == left.version == order.version + 1
    assert what_happened(order, left) == "paused"


def test_a_visit_that_had_not_begun_is_accepted_again_without_a_time() -> None:
    order = a_held_order(JobState.TRAVELLING)

    left = interrupt(order, order.jobs[0].id, at=after(minutes=5))

    job = left.jobs[0]
    assert (job.state, job.reason, job.technician_id) == (
        JobState.ACCEPTED,
        HoldReason.INTERRUPTED,
        "li",
    )
    assert (job.planned_arrival, job.planned_at) == (None, None)
    assert what_happened(order, left) == "paused"


def test_a_job_that_no_technician_is_at_is_not_interrupted() -> None:
    order = a_held_order(JobState.ACCEPTED)

    assert interrupt(order, order.jobs[0].id, at=NOON) is order


def test_where_emergencies_are_left_to_the_mode_full_hands_do_not_bar_them_either() -> None:
    case = emergency(rules=SiteRules(emergency_fan_out=0))
    crew: list[Candidate] = [a_candidate("li", load=FULL), a_candidate("wang", load=FULL)]

    assert len(asked_of(whom_to_ask(case, Crew(crew)))) == 1
