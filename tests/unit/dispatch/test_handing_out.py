"""A turn as a plan: jobs and technicians in, decisions out."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from services.dispatch.domain.case import Asked
from services.dispatch.domain.handing_out import (
    Hold,
    LeftToDesk,
    LookAgain,
    Plan,
    Turn,
    Unassignable,
    Waiting,
    plan,
)
from services.dispatch.domain.need import RANK
from services.dispatch.domain.rules import Mode, SiteRules
from services.dispatch.domain.technician import Candidate, Load
from shared.contracts import SkillNeed, Window
from shared.contracts.tickets import Priority
from shared.ids import TechnicianId, TicketId, new_id
from tests.unit.dispatch.arranging import LI, NOON, WANG, a_candidate, a_case, a_shift, after

LOCK = SkillNeed(code="lock", level=1)
FULL = Load(holds=2)


def a_job(*, is_due: bool = True, is_unassignable: bool = False, **case: Any) -> Waiting:
    return Waiting(
        id=new_id(),
        order_id=TicketId(new_id()),
        case=a_case(**case),
        is_due=is_due,
        is_unassignable=is_unassignable,
    )


def planned(jobs: list[Waiting], candidates: list[Candidate], *changed: TechnicianId) -> Plan:
    return plan(Turn(changed=frozenset(changed)), jobs, candidates, NOON)


def holds(found: Plan) -> list[tuple[Waiting, tuple[str, ...]]]:
    return [(each.job, each.technicians) for each in found.decisions if isinstance(each, Hold)]


def test_what_is_offered_for_one_job_counts_for_those_after_it() -> None:
    jobs = [a_job() for _ in range(5)]

    found = planned(jobs, [a_candidate("li", capacity=1), a_candidate("wang", capacity=2)])

    assert [len(each.technicians) for each in found.decisions if isinstance(each, Hold)] == [
        1,
        1,
        1,
    ]
    assert sorted(id for _, ids in holds(found) for id in ids) == ["li", "wang", "wang"]
    assert [each.job for each in found.decisions] == jobs
    assert [each.at for each in found.decisions if isinstance(each, LookAgain)] == [
        after(minutes=15)
    ] * 2


def test_the_first_of_the_jobs_gets_the_last_hand() -> None:
    urgent, normal = a_job(priority=Priority.URGENT), a_job()

    found = planned([urgent, normal], [a_candidate("li", capacity=1)])

    assert holds(found) == [(urgent, ("li",))]
    assert RANK[urgent.case.need.priority] < RANK[normal.case.need.priority]


def test_a_job_that_is_not_due_is_offered_to_the_changed_alone() -> None:
    job = a_job(is_due=False)
    both = [a_candidate("li"), a_candidate("wang")]

    assert holds(planned([job], both, WANG)) == [(job, ("wang",))]
    assert planned([job], both) == Plan(decisions=(), free_at={}, room_left=False)


def test_a_job_that_is_not_due_and_helped_by_none_of_the_changed_leaves_no_decision() -> None:
    found = planned([a_job(is_due=False)], [a_candidate("li", skills=(LOCK,))], LI)

    assert found == Plan(decisions=(), free_at={}, room_left=True)


def test_that_a_job_is_unassignable_is_said_once_and_why() -> None:
    technicians = [a_candidate("li", skills=(LOCK,)), a_candidate("wang", shifts=())]
    new, known = a_job(), a_job(is_unassignable=True)

    said, left = planned([new, known], technicians).decisions

    assert isinstance(said, Unassignable)
    assert [(each.technician_id, each.codes) for each in said.barred] == [
        ("li", ("lacks_skill",)),
        ("wang", ("off_shift",)),
    ]
    assert left == LookAgain(job=known, at=said.again_at)


def test_that_all_are_merely_busy_is_said_to_none() -> None:
    job = a_job()

    assert planned([job], [a_candidate("li", load=FULL)]).decisions == (
        LookAgain(job=job, at=after(minutes=15)),
    )


def test_an_emergency_counts_what_is_held_and_not_what_is_offered() -> None:
    emergency, normal = a_job(is_due=False, priority=Priority.EMERGENCY), a_job(is_due=False)
    asked_already = a_candidate("li", load=Load(holds=1, open_offers=1))

    found = planned([emergency, normal], [asked_already], LI)

    assert holds(found) == [(emergency, ("li",))]
    assert not found.room_left


def test_that_an_emergency_waits_for_a_dispatcher_is_said_once() -> None:
    rules = SiteRules(mode=Mode.MANUAL, emergency_fan_out=0, retry_s=60)
    new = a_job(rules=rules, priority=Priority.EMERGENCY)
    known = replace(new, id=new_id(), is_left_to_desk=True)

    assert planned([new, known], [a_candidate("li")]).decisions == (
        LeftToDesk(job=new, again_at=after(minutes=1)),
        LookAgain(job=known, at=after(minutes=1)),
    )


def test_a_job_for_a_dispatcher_is_offered_to_none_and_looked_at_as_often_as_rules_say() -> None:
    rules = SiteRules(mode=Mode.MANUAL, retry_s=60)
    due, other = a_job(rules=rules), a_job(is_due=False, rules=rules)

    assert planned([due, other], [a_candidate("li")], LI).decisions == (
        LookAgain(job=due, at=after(minutes=1)),
    )


@pytest.mark.parametrize(
    ("technician", "case", "at"),
    [
        ({}, {"asked": {LI: Asked(times=2, last=after(minutes=-110))}}, after(minutes=10)),
        ({"shifts": (a_shift(1, "12:05", "20:00"),)}, {}, after(minutes=5)),
        ({"leave": (Window(start=NOON, end=after(minutes=7)),)}, {}, after(minutes=7)),
        ({"leave": (Window(start=NOON, end=after(minutes=16)),)}, {}, None),
        ({"load": FULL, "shifts": (a_shift(1, "12:05", "20:00"),)}, {}, None),
        ({"skills": (LOCK,), "shifts": (a_shift(1, "12:05", "20:00"),)}, {}, None),
        ({"home": None, "shifts": ()}, {}, None),
    ],
)
def test_a_technician_barred_by_time_alone_is_looked_at_when_it_is_over_or_the_job_before(
    technician: dict[str, Any], case: dict[str, Any], at: datetime | None
) -> None:
    found = planned([a_job(is_due=False, **case)], [a_candidate("li", **technician)], LI)

    assert found.decisions == ()
    assert found.free_at == ({} if at is None else {LI: at})


def test_the_same_values_give_the_same_plan_whatever_the_order_of_the_technicians() -> None:
    jobs = [a_job(), a_job(priority=Priority.EMERGENCY), a_job(is_due=False)]
    technicians = [a_candidate(f"t{n}", capacity=1 + n % 2) for n in range(6)]
    changed = [each.technician.id for each in technicians[:2]]

    assert planned(jobs, technicians, *changed) == planned(jobs, technicians[::-1], *changed)
