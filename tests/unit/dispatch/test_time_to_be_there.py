"""Work is offered to those who finish it in their shift, for hours at which the resident is at
home.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.dispatch.actions.making_offers import held_out
from services.dispatch.domain.asking import Ask, NoCandidate, whom_to_ask
from services.dispatch.domain.case import Case
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.decisions import Hold, LookAgain, Waiting
from services.dispatch.domain.eligibility import bars, holder_bars, newly_barred
from services.dispatch.domain.handing_out import Turn, plan
from services.dispatch.domain.language import Language
from services.dispatch.domain.need import need_of
from services.dispatch.domain.places import Point, way_min
from services.dispatch.domain.presence import demand_on_shift, hours_missed
from services.dispatch.domain.refusals import NotEligible
from services.dispatch.domain.rules import SiteRules
from services.dispatch.domain.technician import Load
from services.dispatch.store.work_orders import needed_of
from shared.contracts import SkillNeed, Window
from shared.contracts.tickets import Priority
from shared.geodesy import metres_between
from shared.ids import TicketId, new_id
from tests.unit.dispatch.arranging import (
    HERE,
    NOON,
    PLUMBING,
    SHANGHAI,
    a_candidate,
    a_case,
    a_need,
    a_shift,
    a_technician,
    a_ticket,
    after,
    an_order,
)

UNTIL_FOUR = (a_shift(1, "08:00", "16:00"), a_shift(2, "08:00", "16:00"))
ALL_DAY = tuple(a_shift(day, "00:00", "24:00") for day in range(1, 8))
NEAR = Point(lat=31.2340, lon=121.4737)
"""About 400 m away: not quite six minutes."""
TOMORROW = Window(start=after(days=1), end=after(days=1, hours=2))


def case_at(at: datetime, *, takes: int = 60, rules: SiteRules | None = None, **need: Any) -> Case:
    found = a_case(now=at, rules=rules, **need)
    return Case(**{**vars(found), "expected_minutes": takes})


def codes(technician: dict[str, Any], case: Case) -> list[str]:
    return [bar.code.value for bar in bars(a_candidate("li", **technician), case)]


@pytest.mark.parametrize(
    ("before_four_min", "takes", "home", "barred"),
    [
        (61, 60, HERE, False),
        (60, 60, HERE, False),
        (59, 60, HERE, True),
        (61, 60, NEAR, True),
        (70, 60, NEAR, False),
        (59, 45, HERE, False),
        (2, 60, HERE, True),
    ],
)
def test_who_cannot_be_done_before_the_shift_ends_is_not_asked(
    before_four_min: int, takes: int, home: Point, barred: bool
) -> None:
    at = after(hours=4) - timedelta(minutes=before_four_min)

    found = codes({"shifts": UNTIL_FOUR, "home": home}, case_at(at, takes=takes))

    assert found == (["shift_ends"] if barred else [])


def test_it_is_said_until_when_and_lifts_with_the_next_shift() -> None:
    case = case_at(after(hours=3, minutes=30))

    [bar] = bars(a_candidate(shifts=UNTIL_FOUR), case)

    assert bar.until == after(hours=20)
    assert bar.say(case.spoken(Language.CHINESE)) == (
        "Li师傅今天 16:00 下班，做不完这单（约 60 分钟）。"
    )
    assert "16:00 today" in bar.say(case.spoken(Language.ENGLISH))


@pytest.mark.parametrize(
    ("technician", "more"),
    [
        ({"shifts": None}, {}),
        ({"shifts": ALL_DAY}, {}),
        ({"shifts": UNTIL_FOUR}, {"priority": Priority.EMERGENCY}),
        ({"shifts": UNTIL_FOUR}, {"rules": SiteRules(overtime_s=3600)}),
        ({"shifts": UNTIL_FOUR}, {"visit": Window(start=after(days=1), end=after(hours=25))}),
        ({"shifts": (*UNTIL_FOUR, a_shift(1, "16:00", "20:00"))}, {}),
    ],
)
def test_no_end_of_a_shift_bars_where_there_is_none_or_it_does_not_matter(
    technician: dict[str, Any], more: dict[str, Any]
) -> None:
    assert codes(technician, case_at(after(hours=3, minutes=30), **more)) == []


@pytest.mark.parametrize(
    ("at", "barred"), [(after(hours=-4, minutes=20), False), (after(hours=-3), True)]
)
def test_what_takes_longer_than_a_shift_is_offered_at_the_beginning_of_one(
    at: datetime, barred: bool
) -> None:
    found = codes({"shifts": UNTIL_FOUR}, case_at(at, takes=900))

    assert found == (["shift_ends"] if barred else [])


def test_of_technicians_whose_shift_ends_the_one_who_stays_is_asked() -> None:
    crew = Crew(
        [a_candidate("li", shifts=UNTIL_FOUR), a_candidate("wang", shifts=ALL_DAY, home=NEAR)]
    )

    answer = whom_to_ask(case_at(after(hours=3, minutes=30)), crew)

    assert isinstance(answer, Ask)
    assert [each.technician.id for each in answer.best] == ["wang"]


def test_an_offer_ends_with_the_shift_and_no_later_than_it_would_have() -> None:
    at, order = after(hours=3, minutes=50), an_order()
    case = case_at(at, takes=5)
    hands = [a_candidate("li", shifts=UNTIL_FOUR), a_candidate("wang", shifts=ALL_DAY)]

    offered = held_out(order, order.jobs[0].id, hands, case, offered_at=at)

    assert [offer.expires_at for offer in offered.jobs[0].offers] == [
        after(hours=4),
        after(hours=4, minutes=5),
    ]


def test_work_for_now_is_not_accepted_after_the_shift() -> None:
    li, at = a_technician(shifts=UNTIL_FOUR), after(hours=4)

    with pytest.raises(NotEligible) as refused:
        demand_on_shift(li, a_need(), SHANGHAI, now=at)

    assert refused.value.details["codes"] == ["off_shift"]
    demand_on_shift(li, a_need(), SHANGHAI, now=after(hours=3.9))
    demand_on_shift(li, a_need(priority=Priority.EMERGENCY), SHANGHAI, now=at)
    demand_on_shift(li, a_need(visit=TOMORROW), SHANGHAI, now=at)
    demand_on_shift(a_technician(shifts=None), a_need(), SHANGHAI, now=at)


def test_windows_are_the_tickets_and_no_more_once_a_visit_is_agreed_or_it_is_an_emergency() -> None:
    windows = (TOMORROW, Window(start=after(hours=-2), end=after(hours=-1)))

    need = need_of(a_ticket(preferred_windows=windows))

    assert need.preferred_windows == windows
    assert need.windows_at(NOON) == (TOMORROW,)
    assert need.windows_at(after(days=2)) == ()
    assert a_need(preferred_windows=windows, visit=TOMORROW).windows_at(NOON) == ()
    assert a_need(preferred_windows=windows, priority=Priority.EMERGENCY).windows_at(NOON) == ()


@pytest.mark.parametrize(
    ("at", "barred"),
    [
        (NOON, True),
        (TOMORROW.start - timedelta(minutes=8), True),
        (TOMORROW.start - timedelta(minutes=5), False),
        (TOMORROW.start + timedelta(hours=1), False),
        (TOMORROW.end - timedelta(minutes=3), True),
        (TOMORROW.end, False),
    ],
)
def test_none_sets_out_to_arrive_when_the_resident_is_not_at_home(
    at: datetime, barred: bool
) -> None:
    found = codes({"home": NEAR}, case_at(at, preferred_windows=(TOMORROW,)))

    assert found == (["outside_windows"] if barred else [])


@pytest.mark.parametrize(
    ("arrival", "missed"),
    [
        (NOON, True),
        (TOMORROW.start - timedelta(minutes=31), True),
        (TOMORROW.start - timedelta(minutes=30), False),
        (TOMORROW.end - timedelta(minutes=1), False),
        (TOMORROW.end, True),
    ],
)
def test_hours_that_were_asked_for_or_agreed_can_be_missed(arrival: datetime, missed: bool) -> None:
    asked = hours_missed(case_at(NOON, preferred_windows=(TOMORROW,)), arrival=arrival)
    agreed = hours_missed(case_at(NOON, visit=TOMORROW), arrival=arrival)

    assert ((asked is not None), (agreed is not None)) == (missed, missed)
    assert hours_missed(case_at(NOON), arrival=arrival) is None
    emergency = case_at(NOON, visit=TOMORROW, priority=Priority.EMERGENCY)
    assert hours_missed(emergency, arrival=arrival) is None


def test_hours_that_are_missed_are_told_with_their_days() -> None:
    visit = Window(start=after(days=3), end=after(days=3, hours=1))

    assert hours_missed(case_at(NOON, visit=visit), arrival=NOON) == (
        "A visit is set for 12:00 on Thu 5 Mar to 13:00; to arrive about 12:00 today is at "
        "another time."
    )


def test_between_two_windows_it_waits_for_the_second() -> None:
    later = Window(start=after(days=2), end=after(days=2, hours=1))
    case = case_at(TOMORROW.end, preferred_windows=(later, TOMORROW))

    [bar] = bars(a_candidate(), case)

    assert bar.until == later.start
    assert "at home from 12:00 tomorrow" in bar.say(case.spoken(Language.ENGLISH))


def test_what_is_wanted_later_alarms_none_and_is_looked_at_once_when_it_is_time() -> None:
    far = a_candidate("far", home=Point(lat=31.30, lon=121.4737))
    near = a_candidate("near", home=NEAR)
    way = way_min(metres_between(NEAR.lat, NEAR.lon, HERE.lat, HERE.lon))
    job = Waiting(
        id=new_id(),
        order_id=TicketId(new_id()),
        case=case_at(NOON, preferred_windows=(TOMORROW,)),
        is_due=True,
    )
    opens = TOMORROW.start - timedelta(minutes=way)

    assert plan(Turn(), [job], [far, near], NOON).decisions == (LookAgain(job=job, at=opens),)

    then = Waiting(**{**vars(job), "case": case_at(opens, preferred_windows=(TOMORROW,))})
    assert plan(Turn(), [then], [far, near], opens).decisions == (
        Hold(job=then, technicians=(near.technician.id,)),
    )


def test_that_no_technician_has_the_skill_is_said_however_late_the_resident_wants_it() -> None:
    lock = a_candidate("zhou", skills=(SkillNeed(code="lock"),))

    answer = whom_to_ask(case_at(NOON, preferred_windows=(TOMORROW,)), Crew([lock]))

    assert isinstance(answer, NoCandidate)
    assert answer.unassignable


def test_in_the_window_the_busy_are_waited_for_without_an_alarm() -> None:
    case = case_at(TOMORROW.end - timedelta(minutes=3), preferred_windows=(TOMORROW,))
    crew = Crew([a_candidate("li", home=NEAR, load=Load(holds=2))])

    answer = whom_to_ask(case, crew)

    assert isinstance(answer, NoCandidate)
    assert not answer.unassignable


def test_no_turn_reads_what_is_wanted_much_later() -> None:
    need = a_need(preferred_windows=(TOMORROW,))

    assert needed_of((PLUMBING,), need, now=NOON) == ["plumbing:2", "window"]
    assert needed_of((PLUMBING,), need, now=TOMORROW.start) == ["plumbing:2"]
    assert needed_of((PLUMBING,), a_need(), now=NOON) == ["plumbing:2"]


def test_only_what_bars_anew_takes_an_offer_back() -> None:
    li = a_candidate(shifts=UNTIL_FOUR, load=Load(holds=2))
    evening = after(hours=5)
    was = case_at(evening)
    other = case_at(evening, takes=30, category="lock")
    agreed = case_at(evening, visit=Window(start=after(hours=30), end=after(hours=31)))
    lock = case_at(evening, skills=(SkillNeed(code="lock"),))

    assert newly_barred(li, was=was, now=other) == frozenset()
    assert newly_barred(li, was=was, now=agreed) == {"off_shift"}
    assert newly_barred(li, was=lock, now=lock) == {"lacks_skill"}


def test_a_holder_is_measured_by_skill_site_and_the_agreed_visit_alone() -> None:
    li = a_technician(shifts=UNTIL_FOUR)
    night = Window(start=after(hours=30), end=after(hours=31))

    assert holder_bars(li, case_at(after(hours=5)), is_at_it=False) == ()
    assert holder_bars(li, case_at(NOON, visit=night), is_at_it=False) == ("off_shift",)
    assert holder_bars(
        a_technician(sites=("other",)),
        case_at(NOON, skills=(SkillNeed(code="lock"),)),
        is_at_it=False,
    ) == ("lacks_skill", "not_this_site")


def test_the_holder_of_an_emergency_is_there_now_or_at_it_already() -> None:
    li = a_technician(shifts=UNTIL_FOUR)
    evening = case_at(after(hours=5), priority=Priority.EMERGENCY)

    assert holder_bars(li, case_at(NOON, priority=Priority.EMERGENCY), is_at_it=False) == ()
    assert holder_bars(li, evening, is_at_it=False) == ("off_shift",)
    assert holder_bars(li, evening, is_at_it=True) == ()
