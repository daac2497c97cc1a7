from collections import Counter
from datetime import UTC, datetime

import pytest

from fettle.demo.cast import (
    FEWEST_PER_SKILL,
    Player,
    Reply,
    answer_to,
    cast_players,
    crew_size,
    distance_km,
    travel_min,
    work_min,
)
from fettle.demo.pace import DEFAULT_SPEED
from fettle.demo.requests import Request, Where

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


def a_crew(size: int = 12, seed: int = 1, **counts: int) -> tuple[Player, ...]:
    requests = asking_for(**(counts or {"plumbing": 70, "lock": 20, "gas": 1}))
    return cast_players(requests, site_id="s", centre=HOME, language="zh-CN", size=size, seed=seed)


def test_the_same_seed_casts_the_same_crew() -> None:
    assert a_crew(seed=5) == a_crew(seed=5)
    assert a_crew(seed=5) != a_crew(seed=6)


def test_whatever_is_asked_for_several_know_how_to_do_it() -> None:
    crew = a_crew(plumbing=90, lock=5, gas=1, lift=1, heating=1)

    known = Counter(skill.code for player in crew for skill in player.skills)

    assert all(
        known[code] >= FEWEST_PER_SKILL for code in ("plumbing", "lock", "gas", "lift", "heating")
    )


def test_the_crew_is_of_mixed_skills_and_most_know_what_is_asked_for_most() -> None:
    crew = a_crew(plumbing=80, lock=20)

    trades = Counter(player.skills[0].code for player in crew)

    assert trades["plumbing"] > trades["lock"] > 0
    assert all(len({skill.code for skill in player.skills}) >= 2 for player in crew)


def test_everyone_has_a_name_and_an_id_of_their_own_and_lives_near_the_work() -> None:
    crew = a_crew(size=120)

    assert len({player.id for player in crew}) == len({player.name for player in crew}) == 120
    assert all(distance_km(player.home, HOME) < 1 for player in crew)


def test_a_crew_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no crew of 12 for 0 requests"):
        cast_players([], site_id="s", centre=HOME, language="en", size=12, seed=1)


def test_the_crew_grows_with_what_comes_in_a_second() -> None:
    assert crew_size(rows=213, arrival_s=75, speed=DEFAULT_SPEED) == 12
    assert crew_size(rows=12, arrival_s=3, speed=DEFAULT_SPEED) == 12
    assert 30 <= crew_size(rows=3995, arrival_s=400, speed=DEFAULT_SPEED) <= 60


def test_the_same_offer_gets_the_same_answer_in_any_order() -> None:
    offers = [f"offer-{number}" for number in range(50)]

    forth = {
        offer: answer_to(
            seed=1, technician_id="t", offer_id=offer, priority="normal", language="en"
        )
        for offer in offers
    }
    back = {
        offer: answer_to(
            seed=1, technician_id="t", offer_id=offer, priority="normal", language="en"
        )
        for offer in reversed(offers)
    }

    assert forth == back


def test_some_decline_with_a_reason_some_let_it_run_out_and_most_accept() -> None:
    answers = [
        answer_to(
            seed=1, technician_id="t", offer_id=str(number), priority="normal", language="zh-CN"
        )
        for number in range(2000)
    ]

    replies = Counter(answer.reply for answer in answers)

    assert 0.85 < replies[Reply.ACCEPT] / 2000 < 0.95
    assert replies[Reply.SILENCE] > 20
    assert all(bool(answer.reason) == (answer.reply is Reply.DECLINE) for answer in answers)


def test_an_emergency_is_never_left_unanswered() -> None:
    answers = [
        answer_to(
            seed=1, technician_id="t", offer_id=str(number), priority="emergency", language="en"
        )
        for number in range(2000)
    ]

    assert {answer.reply for answer in answers} == {Reply.ACCEPT, Reply.DECLINE}
    assert max(answer.after_min for answer in answers) <= 0.6


def test_near_is_walked_and_far_is_driven() -> None:
    across_the_yard, across_the_city = (31.2135, 121.43), (31.30, 121.43)

    assert 2 < travel_min(HOME, across_the_yard) < 6
    assert 20 < travel_min(HOME, across_the_city) < 45
    assert travel_min(HOME, None) == 15


def test_work_takes_half_to_twice_the_usual() -> None:
    taken = [work_min("plumbing", job_id=str(number), seed=1) for number in range(500)]

    assert 17.5 <= min(taken) < max(taken) <= 70
    assert work_min("unheard of", job_id="1", seed=1) == work_min("other", job_id="1", seed=1)
