"""Technicians come in the order of their rank, as if all had been compared, though few are."""

import random
from itertools import islice

import pytest

from services.dispatch.domain.case import Case, Code
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.eligibility import has_room
from services.dispatch.domain.places import Point
from services.dispatch.domain.ranking import rank_of
from services.dispatch.domain.technician import Candidate, Load, Position
from shared.contracts import SkillNeed, Window
from shared.contracts.tickets import Priority
from shared.ids import TechnicianId
from tests.support.calls import counted_calls
from tests.unit.dispatch.arranging import NOON, a_candidate, a_case, a_shift, after

LIFT = SkillNeed(code="lift", level=1)


def somewhere(chance: random.Random) -> Point | None:
    """In a town, at one of a few addresses, at the ends of the world, or not known."""
    return chance.choice(
        [
            Point(lat=31.2 + chance.random() / 10, lon=121.4 + chance.random() / 10),
            Point(lat=31.23, lon=121.40 + chance.randrange(4) / 100),
            Point(lat=chance.choice([-90.0, 0.0, 90.0]), lon=chance.choice([-180.0, 0.0, 180.0])),
            None,
        ]
    )


def anybody(chance: random.Random, id: str) -> Candidate:
    load = Load(
        holds=chance.randrange(3),
        open_offers=chance.randrange(3),
        taken_lately=chance.randrange(5),
        works_at=somewhere(chance),
    )
    seen = somewhere(chance)
    skills = (
        SkillNeed(code="plumbing", level=chance.choice([1, 2, 3, 5])),
        *([LIFT] if chance.random() < 0.3 else ()),
    )
    position = (
        None if seen is None else Position(point=seen, at=after(minutes=-chance.randrange(120)))
    )
    return a_candidate(
        id,
        home=somewhere(chance),
        skills=skills,
        capacity=chance.randrange(1, 6),
        position=position,
        load=load,
    )


def some_job(chance: random.Random, candidates: list[Candidate]) -> Case:
    case = a_case(
        point=somewhere(chance), priority=chance.choice([Priority.NORMAL, Priority.EMERGENCY])
    )
    known = chance.sample(
        [each.technician.id for each in candidates], k=chance.choice([0, 0, 1, 4])
    )
    return Case(
        **{
            **{name: getattr(case, name) for name in case.__dataclass_fields__},
            "known_here": frozenset(known),
        }
    )


def all_compared(case: Case, candidates: list[Candidate]) -> list[Candidate]:
    able = [
        each
        for each in candidates
        if each.technician.levels["plumbing"] >= 2 and has_room(each, case)
    ]
    return sorted(able, key=rank_of(case))


@pytest.mark.parametrize("seed", range(40))
def test_the_order_is_that_of_all_ranks_also_after_offers(seed: int) -> None:
    chance = random.Random(seed)
    candidates = [anybody(chance, f"t{n:02}") for n in range(60)]
    crew = Crew(candidates)

    for _ in range(12):
        case = some_job(chance, candidates)
        expected = all_compared(case, candidates)

        assert list(crew.best_first(case)) == expected

        asked = expected[: chance.randrange(1, 4)]
        crew.offer(asked)
        candidates = [each.offered() if each in asked else each for each in candidates]
        assert list(crew) == candidates


def test_who_was_here_before_comes_once_though_others_stand_at_the_same_place() -> None:
    neighbours = [a_candidate(f"t{n}") for n in range(4)]
    case = a_case()
    known = Case(
        **{
            **{name: getattr(case, name) for name in case.__dataclass_fields__},
            "known_here": frozenset({TechnicianId("t2")}),
        }
    )

    assert [each.technician.id for each in Crew(neighbours).best_first(known)] == [
        "t2",
        "t0",
        "t1",
        "t3",
    ]


def a_town(technicians: int) -> list[Candidate]:
    chance = random.Random(7)
    homes = [
        Point(lat=31.2 + chance.random() / 10, lon=121.4 + chance.random() / 10)
        for _ in range(technicians)
    ]
    return [a_candidate(f"t{n:04}", home=home) for n, home in enumerate(homes)]


def at_a_depot(technicians: int) -> list[Candidate]:
    return [a_candidate(f"t{n:04}", home=Point(lat=31.2, lon=121.4)) for n in range(technicians)]


@pytest.mark.parametrize("priority", [Priority.NORMAL, Priority.EMERGENCY])
@pytest.mark.parametrize(
    "candidates", [a_town(500), at_a_depot(500)], ids=["all over a town", "at one depot"]
)
def test_the_best_of_500_technicians_are_found_in_a_fraction_of_what_comparing_them_costs(
    candidates: list[Candidate], priority: Priority
) -> None:
    crew = Crew(candidates)
    jobs = [
        a_case(point=Point(lat=31.2 + n / 1000, lon=121.45), priority=priority) for n in range(50)
    ]
    list(islice(crew.best_first(jobs[0]), 1))

    with counted_calls() as searching:
        found = [list(islice(crew.best_first(job), 3)) for job in jobs]
    with counted_calls() as comparing:
        expected = [all_compared(job, candidates)[:3] for job in jobs]

    assert found == expected
    assert searching.n * 2 < comparing.n


def test_one_who_is_away_is_ranked_for_a_visit_agreed_for_later_and_not_for_now() -> None:
    early, late = (
        a_candidate("early", shifts=(a_shift(1, "08:00", "13:00"),)),
        a_candidate("late", shifts=(a_shift(1, "14:00", "20:00"),)),
    )
    crew = Crew([early, late])
    later = a_case(visit=Window(start=after(hours=3), end=after(hours=4)))

    assert list(crew.best_first(a_case())) == [early]
    assert list(crew.best_first(later)) == [early, late]
    assert (
        [bar.code for bar in crew.bars(late, a_case())]
        == [bar.code for bar in crew.bars(early, later)]
        == [Code.OFF_SHIFT]
    )
    assert crew.bars(late, later) == ()


def test_offers_of_a_turn_spread_over_the_crew_by_what_each_has_to_do() -> None:
    crew = Crew([a_candidate(f"t{n}", capacity=3) for n in range(4)])
    job = a_case(now=NOON)

    asked = []
    while best := list(islice(crew.best_first(job), 1)):
        crew.offer(best)
        asked.append(best[0].technician.id)

    assert asked == ["t0", "t1", "t2", "t3"] * 3
