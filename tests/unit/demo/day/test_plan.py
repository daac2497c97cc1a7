from collections import Counter
from datetime import UTC, datetime

import pytest

from demo.catalogue import DANGER_WORDS
from demo.day.deeds import deeds_on
from demo.day.plan import (
    BEGINS_MIN,
    EMERGENCY_SKILLS,
    LENGTH_MIN,
    STORM_AT_MIN,
    Day,
    plan_day,
    storm_length_min,
)
from fettle.home import SERVICES

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)


def a_day(seed: int = 1, tickets: int = 600) -> Day:
    return plan_day(seed=seed, tickets=tickets, now=NOW)


def test_the_same_seed_plays_the_same_people_and_deeds() -> None:
    once, again = a_day(), plan_day(seed=1, tickets=600, now=NOW.replace(hour=20))

    assert (once.reports, once.crews, once.service_to_die) == (
        again.reports,
        again.crews,
        again.service_to_die,
    )
    assert [deeds_on(each.request, seed=1) for each in once.reports] == [
        deeds_on(each.request, seed=1) for each in again.reports
    ]


def test_another_seed_plays_another_day() -> None:
    one, other = a_day(1), a_day(2)

    assert [each.request.text for each in one.reports] != [
        each.request.text for each in other.reports
    ]
    assert {a_day(seed, 60).service_to_die for seed in range(40)} == set(SERVICES)


@pytest.mark.parametrize(("tickets", "length_s"), [(600, 200.0), (120, 45.0), (1200, 400.0)])
def test_a_day_is_long_enough_for_its_tickets(tickets: int, length_s: float) -> None:
    day = a_day(tickets=tickets)

    assert len(day.reports) == tickets
    assert day.length_s == pytest.approx(length_s)
    assert day.real_s(BEGINS_MIN + LENGTH_MIN) == pytest.approx(length_s)


def test_twenty_sites_are_served_by_sixty_technicians_of_four_areas() -> None:
    day = a_day()

    assert len(day.sites) == 20
    assert len({technician.id for technician in day.technicians}) == 60
    assert Counter(site.area for site in day.sites) == dict.fromkeys(range(4), 5)
    assert {len(crew) for crew in day.crews.values()} == {15}
    for technician in day.technicians:
        assert {skill.code for skill in technician.skills} >= set(EMERGENCY_SKILLS)


def test_every_category_that_is_reported_can_be_mended_in_its_area() -> None:
    day = a_day()

    for report in day.reports:
        able = [
            each
            for each in day.crews[report.site.area]
            if any(skill.code == report.request.category for skill in each.skills)
        ]
        assert len(able) >= 3


def test_the_storm_brings_emergencies_to_two_sites_at_tenfold_the_days_rate() -> None:
    day = a_day()
    storm = [report for report in day.reports if report.storm]
    length = storm_length_min(len(day.reports))

    assert len({report.site.id for report in storm}) == 2
    assert len({report.site.area for report in storm}) == 2
    assert all(STORM_AT_MIN <= each.minute <= STORM_AT_MIN + length for each in storm)
    assert all(
        any(word in report.request.text.lower() for word in DANGER_WORDS) for report in storm
    )
    mean = len(day.reports) / LENGTH_MIN
    assert len(storm) / length == pytest.approx(10 * mean)


def test_reports_come_in_the_order_of_time_and_within_the_day() -> None:
    day = a_day()
    minutes = [report.minute for report in day.reports]

    assert minutes == sorted(minutes)
    assert minutes[0] >= BEGINS_MIN
    assert minutes[-1] <= BEGINS_MIN + LENGTH_MIN
    assert len({report.request.source_id for report in day.reports}) == 600


def test_a_resident_speaks_one_language_and_lives_in_one_flat() -> None:
    languages: dict[str, set[str]] = {}
    flats: dict[str, set[str]] = {}
    for report in a_day().reports:
        request = report.request
        languages.setdefault(request.reporter_id, set()).add(request.language)
        if request.where.unit:
            flat = f"{request.where.building}-{request.where.unit}"
            flats.setdefault(request.reporter_id, set()).add(flat)

    assert {len(each) for each in languages.values()} == {1}
    assert {len(each) for each in flats.values()} == {1}


def test_the_english_area_speaks_english_alone() -> None:
    day = a_day()
    english = {site.id for site in day.sites if site.profile.language == "en"}

    assert len(english) == 5
    spoken = {report.request.language for report in day.reports if report.site.id in english}
    assert spoken == {"en"}
