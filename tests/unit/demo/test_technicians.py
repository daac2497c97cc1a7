from collections import Counter
from datetime import UTC, datetime

import pytest

from demo.pace import DEFAULT_SPEED
from demo.requests import Request, Where
from demo.technicians import (
    MIN_PER_SKILL,
    Technician,
    crew_size,
    hire_technicians,
)
from shared.geodesy import metres_between

HOME = (31.2126, 121.4312)


def asking_for(**counts: int) -> list[Request]:
    opened, where = datetime(2026, 1, 20, tzinfo=UTC), Where(lat=HOME[0], lon=HOME[1])
    return [
        Request(
            row=2,
            source_id="1",
            opened_at=opened,
            category=category,
            language="en",
            where=where,
            reporter_id="r",
        )
        for category, count in counts.items()
        for _ in range(count)
    ]


def a_crew(size: int = 12, seed: int = 1, **counts: int) -> tuple[Technician, ...]:
    requests = asking_for(**(counts or {"plumbing": 70, "lock": 20, "gas": 1}))
    return hire_technicians(
        requests, site_id="s", centre=HOME, language="zh-CN", size=size, seed=seed
    )


def test_the_same_seed_hires_the_same_crew() -> None:
    assert a_crew(seed=5) == a_crew(seed=5)
    assert a_crew(seed=5) != a_crew(seed=6)


def test_whatever_is_asked_for_several_know_how_to_do_it() -> None:
    crew = a_crew(plumbing=90, lock=5, gas=1, lift=1, heating=1)

    known = Counter(skill.code for technician in crew for skill in technician.skills)

    assert all(
        known[code] >= MIN_PER_SKILL for code in ("plumbing", "lock", "gas", "lift", "heating")
    )


def test_the_crew_is_of_mixed_skills_and_most_know_what_is_asked_for_most() -> None:
    crew = a_crew(plumbing=80, lock=20)

    trades = Counter(technician.skills[0].code for technician in crew)

    assert trades["plumbing"] > trades["lock"] > 0
    assert all(len({skill.code for skill in technician.skills}) >= 2 for technician in crew)


def test_everyone_has_a_name_and_an_id_of_their_own_and_lives_near_the_work() -> None:
    crew = a_crew(size=120)

    assert (
        len({technician.id for technician in crew})
        == len({technician.name for technician in crew})
        == 120
    )
    assert all(metres_between(*technician.home, *HOME) < 1000 for technician in crew)


def test_a_crew_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no crew of 12 for 0 requests"):
        hire_technicians([], site_id="s", centre=HOME, language="en", size=12, seed=1)


def test_the_crew_grows_with_what_comes_in_a_second() -> None:
    assert crew_size(rows=213, arrival_s=75, speed=DEFAULT_SPEED) == 12
    assert crew_size(rows=12, arrival_s=3, speed=DEFAULT_SPEED) == 12
    assert 30 <= crew_size(rows=3995, arrival_s=400, speed=DEFAULT_SPEED) <= 60
