"""The hard rules, each with its code; and who is asked of those who can."""

from typing import Any

import pytest

from services.dispatch.domain.asking import Ask, NoCandidate, reasons, standings, whom_to_ask
from services.dispatch.domain.case import Asked
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.eligibility import bars
from services.dispatch.domain.language import Language
from services.dispatch.domain.places import Point, distance_m, travel_min
from services.dispatch.domain.ranking import ranked
from services.dispatch.domain.rules import Mode, SiteRules
from services.dispatch.domain.technician import Load, Position
from shared.contracts import SkillNeed, Window
from shared.contracts.tickets import Priority
from tests.unit.dispatch.arranging import HERE, LI, NOON, a_candidate, a_case, a_shift, after

FAR = Point(lat=31.30, lon=121.4737)
BUSY = Load(holds=2)


def asked_of(answer: Ask | NoCandidate) -> list[str]:
    assert isinstance(answer, Ask)
    return [candidate.technician.id for candidate in answer.best]


@pytest.mark.parametrize(
    ("technician", "case", "code"),
    [
        ({"skills": ()}, {}, "lacks_skill"),
        ({"skills": (SkillNeed(code="plumbing", level=1),)}, {}, "lacks_skill"),
        ({"sites": ("other",)}, {}, "not_this_site"),
        ({"removed_at": NOON}, {}, "not_this_site"),
        ({"shifts": ()}, {}, "off_shift"),
        ({"shifts": (a_shift(1, "08:00", "12:00"),)}, {}, "off_shift"),
        (
            {"shifts": (a_shift(1, "08:00", "16:00"),)},
            {"visit": Window(start=after(hours=3.5), end=after(hours=5))},
            "off_shift",
        ),
        ({"leave": (Window(start=after(hours=-1), end=after(hours=1)),)}, {}, "on_leave"),
        (
            {"leave": (Window(start=after(days=1), end=after(days=2)),)},
            {"visit": Window(start=after(hours=23), end=after(hours=25))},
            "on_leave",
        ),
        ({"load": BUSY}, {}, "at_capacity"),
        ({"load": Load(holds=1, open_offers=1)}, {}, "at_capacity"),
        ({}, {"asked": {LI: Asked(times=1, last=after(minutes=-119))}}, "cooling_down"),
        ({"home": FAR}, {"rules": SiteRules(max_distance_m=5000)}, "too_far"),
    ],
)
def test_a_hard_rule_bars_with_its_code_and_a_sentence(
    technician: dict[str, Any], case: dict[str, Any], code: str
) -> None:
    about = a_case(**case)

    found = bars(a_candidate(**technician), about)

    assert [bar.code.value for bar in found] == [code]
    assert found[0].say(about.spoken(Language.ENGLISH)).endswith(".")
    assert found[0].say(about.spoken(Language.CHINESE)).endswith("。")


@pytest.mark.parametrize(
    ("technician", "case"),
    [
        ({}, {}),
        ({"shifts": None}, {}),
        ({"shifts": (a_shift(1, "12:00", "13:00"),)}, {}),
        (
            {"shifts": (a_shift(1, "18:00", "24:00"),)},
            {"visit": Window(start=after(hours=6), end=after(hours=7))},
        ),
        ({"leave": (Window(start=after(hours=1), end=after(hours=2)),)}, {}),
        ({"load": Load(holds=1, open_offers=1)}, {"priority": Priority.EMERGENCY}),
        ({}, {"asked": {LI: Asked(times=2, last=after(minutes=-121))}}),
        ({"home": None}, {"rules": SiteRules(max_distance_m=5000)}),
        ({"home": FAR}, {"rules": SiteRules(max_distance_m=5000), "point": None}),
    ],
)
def test_nothing_bars_who_can(technician: dict[str, Any], case: dict[str, Any]) -> None:
    assert bars(a_candidate(**technician), a_case(**case)) == ()


def test_the_way_is_measured_on_the_globe_and_walked_or_ridden() -> None:
    beijing, shanghai = Point(lat=39.9042, lon=116.4074), Point(lat=31.2304, lon=121.4737)

    assert distance_m(beijing, shanghai) == pytest.approx(1_067_000, rel=0.01)
    assert distance_m(HERE, HERE) == 0
    assert travel_min(300) == pytest.approx(300 * 1.3 / 75)
    assert travel_min(10_000) == pytest.approx(4 + 13_000 / 300)
    assert all(travel_min(m) < travel_min(m + 50) for m in range(0, 5000, 50))


def test_somebody_is_where_they_were_seen_within_the_hour_else_where_they_work_else_at_home() -> (
    None
):
    seen = Position(point=FAR, at=after(minutes=-59))
    stale = Position(point=FAR, at=after(minutes=-61))
    works = Point(lat=31.24, lon=121.48)

    assert a_candidate(position=seen, load=Load(works_at=works)).whereabouts(NOON) == FAR
    assert a_candidate(position=stale, load=Load(works_at=works)).whereabouts(NOON) == works
    assert a_candidate(position=stale).whereabouts(NOON) == HERE


@pytest.mark.parametrize(
    ("better", "worse", "term"),
    [
        ({}, {"home": FAR}, "travel"),
        ({}, {"load": Load(holds=1)}, "load"),
        ({}, {"load": Load(open_offers=1)}, "load"),
        ({}, {"load": Load(taken_lately=4)}, "fairness"),
        ({}, {"skills": (SkillNeed(code="plumbing", level=5),)}, "skill"),
        (
            {},
            {"skills": (SkillNeed(code="plumbing", level=2), SkillNeed(code="lift", level=1))},
            "skill",
        ),
    ],
)
def test_each_term_speaks_for_the_better_one(
    better: dict[str, Any], worse: dict[str, Any], term: str
) -> None:
    case = a_case()
    costs = [
        {each.name: each.minutes for each in ranked(a_candidate(**who), case).terms}[term]
        for who in (better, worse)
    ]

    assert costs[0] < costs[1]
    assert asked_of(
        whom_to_ask(case, Crew([a_candidate("a", **worse), a_candidate("z", **better)]))
    ) == ["z"]


def test_of_equals_the_same_one_is_asked_whatever_their_order() -> None:
    equals = [a_candidate("b"), a_candidate("a"), a_candidate("c")]

    assert (
        asked_of(whom_to_ask(a_case(), Crew(equals)))
        == asked_of(whom_to_ask(a_case(), Crew(equals[::-1])))
        == ["a"]
    )


def test_an_emergency_goes_to_the_nearest_three_nearest_first() -> None:
    at = [a_candidate(f"t{n}", home=Point(lat=31.2304 + n / 500, lon=121.4737)) for n in range(5)]

    assert asked_of(whom_to_ask(a_case(priority=Priority.EMERGENCY), Crew(at[::-1]))) == [
        "t0",
        "t1",
        "t2",
    ]


def test_who_said_no_once_is_asked_again_only_when_nobody_else_is_left() -> None:
    once = {LI: Asked(times=1, last=after(minutes=-5))}

    assert asked_of(
        whom_to_ask(a_case(asked=once), Crew([a_candidate("li"), a_candidate("wang", home=FAR)]))
    ) == ["wang"]
    assert asked_of(
        whom_to_ask(a_case(asked=once), Crew([a_candidate("li"), a_candidate("wang", load=BUSY)]))
    ) == ["li"]


def test_who_said_no_twice_is_left_alone_until_the_cooling_down_is_over() -> None:
    case, li = a_case(asked={LI: Asked(times=2, last=after(minutes=-110))}), a_candidate("li")

    answer = whom_to_ask(case, Crew([li]))

    assert isinstance(answer, NoCandidate)
    assert answer.unassignable
    assert [(each.technician_id, each.codes) for each in reasons(case, Crew([li]))] == [
        ("li", ("cooling_down",))
    ]
    assert answer.again_at == after(minutes=10)


def test_who_gave_it_back_is_not_asked_one_round_more() -> None:
    case = a_case(asked={LI: Asked(times=1, last=after(minutes=-5), gave_back=True)})

    assert isinstance(whom_to_ask(case, Crew([a_candidate("li")])), NoCandidate)


def test_that_somebody_is_merely_busy_is_no_reason_to_alarm_anybody() -> None:
    busy, unable = a_candidate("li", load=BUSY), a_candidate("zhou", skills=())
    off = a_candidate("wang", load=BUSY, shifts=())

    waits, due_work = (
        whom_to_ask(a_case(), Crew([busy, unable])),
        whom_to_ask(a_case(), Crew([off, unable])),
    )

    assert isinstance(waits, NoCandidate)
    assert not waits.unassignable
    assert isinstance(due_work, NoCandidate)
    assert due_work.unassignable


def test_it_is_tried_again_when_the_first_bar_lifts_and_not_later_than_the_retry_time() -> None:
    patient = SiteRules(retry_s=86400)
    back = a_candidate("li", leave=(Window(start=NOON, end=after(hours=3)),))
    later = a_candidate("wang", shifts=(a_shift(1, "20:00", "24:00"),))
    never = a_candidate("zhou", skills=(), shifts=(a_shift(1, "12:30", "24:00"),))

    slow, quick = (
        whom_to_ask(a_case(rules=patient), Crew([back, later, never])),
        whom_to_ask(a_case(), Crew([back, later, never])),
    )

    assert isinstance(slow, NoCandidate)
    assert slow.again_at == after(hours=3)
    assert isinstance(quick, NoCandidate)
    assert quick.again_at == after(minutes=15)


def test_everybody_stands_somewhere_the_able_first() -> None:
    found = standings(
        a_case(),
        [a_candidate("zhou", skills=()), a_candidate("far", home=FAR), a_candidate("near")],
    )

    assert [standing.candidate.technician.id for standing in found] == ["near", "far", "zhou"]
    assert [standing.ranked is None for standing in found] == [False, False, True]


def test_the_engine_asks_by_mode_and_always_about_emergencies_unless_told_otherwise() -> None:
    rules = SiteRules(mode=Mode.MANUAL, modes={"lift": Mode.PLAN})
    lift, plain = a_case(category="lift").need, a_case().need
    emergency = a_case(priority=Priority.EMERGENCY).need

    assert [rules.asks(need) for need in (lift, plain, emergency)] == [True, False, True]
    assert not SiteRules(mode=Mode.MANUAL, emergency_fan_out=0).asks(emergency)


@pytest.mark.parametrize("fan_out", [0, 3])
def test_an_emergency_is_never_pooled(fan_out: int) -> None:
    rules = SiteRules(mode=Mode.POOL, emergency_fan_out=fan_out)

    modes = [
        rules.mode_for(a_case(priority=priority).need)
        for priority in (Priority.EMERGENCY, Priority.URGENT, Priority.LOW)
    ]

    assert modes == [Mode.PLAN, Mode.POOL, Mode.POOL]
