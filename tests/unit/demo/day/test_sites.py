from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from demo.audit.hours import Hours
from demo.compound import compound
from demo.day.sites import (
    MIN_OFFER_S,
    MIN_PROMISE_S,
    body_of,
    break_of,
    calendar_body,
    hours_of,
    policy_body,
    rules_body,
    sites,
    terms_of,
)
from demo.pace import Pace

PACE = Pace(speed=288, longest_gap_min=None)
NOON = datetime(2026, 11, 30, 4, 12, tzinfo=UTC)


def test_half_the_sites_keep_hours_and_some_are_pooled_in_every_area() -> None:
    all_sites = sites()

    assert sum(site.keeps_hours for site in all_sites) == 10
    assert {site.area for site in all_sites if site.pooled} == {0, 1, 2, 3}
    assert len({site.km for site in all_sites}) == 20
    assert len({site.profile.code for site in all_sites}) == 20


def test_a_site_is_the_compound_moved_to_where_it_lies() -> None:
    near, far = sites()[0], sites()[4]

    here, there = body_of(near, []), body_of(far, [])

    assert here["lat"] == near.profile.lat
    moved_km = (there["lat"] - here["lat"]) * 111.2
    assert abs(moved_km - 4.4) < 0.01
    assert here["code"] != there["code"]


def test_the_noon_break_is_a_whole_minute_in_the_sites_own_time() -> None:
    site = next(each for each in sites() if each.keeps_hours and each.profile.language == "zh-CN")

    hours = hours_of(site, break_at=NOON)
    body = calendar_body(site, hours)

    assert {"weekday": 1, "start": "06:12", "end": "12:12"} in body["week"]
    assert {"weekday": 1, "start": "12:13", "end": "18:12"} in body["week"]
    assert len(body["week"]) == 14


def test_the_oracle_waits_over_the_break_that_the_calendar_has() -> None:
    for site in (each for each in sites() if each.keeps_hours):
        hours = hours_of(site, break_at=NOON)
        before = (NOON - timedelta(seconds=10)).timestamp()

        assert hours.due(before, 20.0) == before + 20.0 + 60.0


def test_hours_that_reach_over_midnight_are_open_on_both_sides_of_it() -> None:
    site = next(each for each in sites() if each.keeps_hours and each.profile.language == "zh-CN")
    midnight = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)

    hours = hours_of(site, break_at=midnight - timedelta(minutes=3))

    after = (midnight - timedelta(minutes=1)).timestamp()
    assert hours.due(after, 120.0) == after + 120.0
    assert midnight.astimezone(ZoneInfo(site.profile.time_zone)).hour == 0


def test_a_site_without_hours_of_its_own_is_always_open() -> None:
    site = next(each for each in sites() if not each.keeps_hours)

    hours = hours_of(site, break_at=NOON)

    assert hours == Hours(time_zone=site.profile.time_zone)
    assert calendar_body(site, hours)["always_open"] is True


def test_breaks_begin_at_a_whole_minute_after_two_fifths_of_the_day() -> None:
    begins = datetime(2026, 11, 30, 4, 0, 30, tzinfo=UTC)

    assert break_of(begins, length_s=200) == datetime(2026, 11, 30, 4, 2, tzinfo=UTC)


def test_promises_are_divided_by_the_speed_and_never_too_short_to_measure() -> None:
    site = sites()[0]
    terms = terms_of(Hours(time_zone="UTC"), PACE)

    targets = policy_body(site, terms)["targets"]

    assert targets["normal"] == {
        "counted_in": "working",
        "response": 25.0,
        "arrival": 106.25,
        "resolution": 212.5,
    }
    assert targets["emergency"]["counted_in"] == "wall"
    assert targets["emergency"]["response"] == MIN_PROMISE_S
    assert min(rules_body(site, PACE)["offer_lifetime_s"].values()) == MIN_OFFER_S


def test_moving_a_site_leaves_the_compound_as_it_was() -> None:
    before = compound().buildings["1"]

    body_of(sites()[7], [])

    assert compound().buildings["1"] == before
