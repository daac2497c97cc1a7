"""A turn as a plan: jobs and technicians in, decisions out."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from services.dispatch.domain.case import Asked
from services.dispatch.domain.decisions import (
    Hold,
    LeftToDesk,
    LookAgain,
    PutInPool,
    Unassignable,
    Waiting,
)
from services.dispatch.domain.handing_out import Plan, Turn, plan
from services.dispatch.domain.job import Pool
from services.dispatch.domain.need import RANK
from services.dispatch.domain.places import Point
from services.dispatch.domain.rules import Mode, SiteRules
from services.dispatch.domain.technician import Candidate, Load
from shared.contracts import SkillNeed, Window
from shared.contracts.tickets import Priority
from shared.ids import TechnicianId, TicketId, new_id
from tests.unit.dispatch.arranging import LI, NOON, WANG, a_candidate, a_case, a_shift, after

LOCK = SkillNeed(code="lock", level=1)
FULL = Load(holds=2)


def a_job(
    *,
    is_due: bool = True,
    is_unassignable: bool = False,
    pool: Pool | None = None,
    **case: Any,
) -> Waiting:
    return Waiting(
        id=new_id(),
        order_id=TicketId(new_id()),
        case=a_case(**case),
        is_due=is_due,
        is_unassignable=is_unassignable,
        pool=pool,
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


@pytest.mark.parametrize("priority", [Priority.EMERGENCY, Priority.LOW])
def test_that_a_job_waits_for_a_dispatcher_is_said_once(priority: Priority) -> None:
    rules = SiteRules(mode=Mode.MANUAL, emergency_fan_out=0, retry_s=60)
    new = a_job(rules=rules, priority=priority)
    known = replace(new, id=new_id(), is_left_to_desk=True)

    assert planned([new, known], [a_candidate("li")]).decisions == (
        LeftToDesk(job=new, again_at=after(minutes=1)),
        LookAgain(job=known, at=after(minutes=1)),
    )


def test_a_job_for_a_dispatcher_is_offered_to_none_and_looked_at_as_often_as_rules_say() -> None:
    rules = SiteRules(mode=Mode.MANUAL, retry_s=60)
    due, other = a_job(rules=rules), a_job(is_due=False, rules=rules)

    assert planned([due, other], [a_candidate("li")], LI).decisions == (
        LeftToDesk(job=due, again_at=after(minutes=1)),
    )


POOL = SiteRules(mode=Mode.POOL)


def pooled_at(**before: float) -> Pool:
    at = after(**{name: -value for name, value in before.items()})
    return Pool(at=at, until=at + POOL.pool_time)


def test_a_job_is_put_into_the_pool_and_those_who_are_able_are_told_best_first() -> None:
    job = a_job(rules=POOL)
    near, far = a_candidate("near"), a_candidate("far", home=Point(lat=31.25, lon=121.4737))
    others = [a_candidate("full", load=FULL), a_candidate("zhou", skills=(LOCK,))]

    [decision] = planned([job], [far, near, *others]).decisions

    pool = Pool(
        at=NOON,
        until=after(minutes=10),
        told=(TechnicianId("near"), TechnicianId("far")),
    )
    assert decision == PutInPool(job=job, pool=pool)


def test_of_many_twenty_are_told_and_the_pool_takes_no_room_from_other_work() -> None:
    pooled, plain = a_job(rules=POOL), a_job()
    many = [a_candidate(f"t{n:02}", capacity=1) for n in range(40)]

    put, held = planned([pooled, plain], many).decisions

    assert isinstance(put, PutInPool)
    assert put.pool.told == tuple(TechnicianId(f"t{n:02}") for n in range(20))
    assert isinstance(held, Hold)
    assert held.technicians == ("t00",)


def test_while_it_is_in_the_pool_a_job_is_offered_to_none() -> None:
    due, other = (
        a_job(rules=POOL, pool=pooled_at(minutes=9), is_due=is_due) for is_due in (True, False)
    )

    found = planned([due, other], [a_candidate("li")], LI)

    assert found.decisions == (LookAgain(job=due, at=after(minutes=1)),)


def test_what_was_not_grabbed_in_time_is_handed_out_as_by_plan() -> None:
    grabbed_by_none = a_job(rules=POOL, pool=pooled_at(minutes=10))

    assert holds(planned([grabbed_by_none], [a_candidate("li")])) == [(grabbed_by_none, ("li",))]


def test_where_the_rules_pool_no_more_a_job_is_offered_or_left_to_the_desk_at_once() -> None:
    pool = pooled_at(minutes=1)
    plain = a_job(pool=pool)
    manual = a_job(pool=pool, rules=SiteRules(mode=Mode.MANUAL))
    emergency = a_job(pool=pool, rules=POOL, priority=Priority.EMERGENCY)

    found = planned([emergency, plain, manual], [a_candidate("li", capacity=3)])

    assert holds(found) == [(emergency, ("li",)), (plain, ("li",))]
    assert isinstance(found.decisions[-1], LeftToDesk)


def test_a_job_that_none_is_able_to_take_waits_outside_of_the_pool_until_one_is() -> None:
    unheard, other = a_job(rules=POOL), a_job(rules=POOL, is_due=False)
    busy, unable = a_candidate("li", load=FULL), a_candidate("li", skills=(LOCK,))

    waits = planned([unheard], [busy]).decisions
    hopeless = planned([unheard], [unable]).decisions
    helped = planned([other], [a_candidate("li"), a_candidate("wang")], WANG).decisions

    assert waits == (LookAgain(job=unheard, at=after(minutes=15)),)
    assert isinstance(hopeless[0], Unassignable)
    [put] = helped
    assert isinstance(put, PutInPool)
    assert put.pool.told == (WANG,)


def test_one_who_said_no_and_is_the_last_to_ask_is_asked_and_not_left_to_grab() -> None:
    asked = {LI: Asked(times=1, last=after(minutes=-5))}
    job = a_job(rules=POOL, asked=asked)

    assert holds(planned([job], [a_candidate("li")])) == [(job, ("li",))]


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
