"""How much a technician has in hand."""

import pytest

from services.dispatch.domain.holding import Assignment, demand_free_hands, free_slot
from services.dispatch.domain.refusals import AlreadyDoing, AtCapacity, WindowsOverlap
from shared.contracts import Window
from shared.ids import JobId, new_id
from tests.unit.dispatch.arranging import LI, NOON, after


def held(slot: int, *, doing: bool = False, visit: Window | None = None) -> Assignment:
    return Assignment(
        id=new_id(),
        job_id=JobId(new_id()),
        technician_id=LI,
        slot=slot,
        capacity=3,
        doing=doing,
        accepted_at=NOON,
        visit=visit,
    )


def test_one_of_the_free_slots_is_taken() -> None:
    assert {free_slot([], capacity=3, visit=None, chance=chance) for chance in range(9)} == {
        1,
        2,
        3,
    }
    assert {
        free_slot([held(1), held(3)], capacity=3, visit=None, chance=chance) for chance in range(9)
    } == {2}


def test_more_than_the_capacity_is_refused_also_after_it_was_lowered() -> None:
    with pytest.raises(AtCapacity) as refused:
        free_slot([held(1), held(2)], capacity=2, visit=None, chance=0)
    with pytest.raises(AtCapacity):
        free_slot([held(4), held(5)], capacity=2, visit=None, chance=0)

    assert refused.value.details == {"holds": 2, "capacity": 2}


def test_visits_may_touch_but_not_overlap() -> None:
    first = held(1, visit=Window(start=after(hours=1), end=after(hours=2)))

    assert (
        free_slot(
            [first], capacity=3, visit=Window(start=after(hours=2), end=after(hours=3)), chance=0
        )
        == 2
    )
    with pytest.raises(WindowsOverlap):
        free_slot(
            [first], capacity=3, visit=Window(start=after(hours=1.5), end=after(hours=3)), chance=0
        )


def test_one_job_is_done_at_a_time() -> None:
    doing = held(1, doing=True)

    demand_free_hands([doing, held(2)], doing.job_id)
    with pytest.raises(AlreadyDoing):
        demand_free_hands([doing], JobId(new_id()))
