from datetime import UTC, datetime
from math import inf
from zoneinfo import ZoneInfo

from demo.audit.hours import Hours

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
OFFICE = dict.fromkeys((1, 2, 3, 4, 5), ((8 * 60, 12 * 60), (13 * 60 + 30, 18 * 60)))
HOUR_S = 3600.0


def at(text: str, zone: str = SHANGHAI) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def shown(instant: float, zone: str = SHANGHAI) -> str:
    there = datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone))
    return f"{there:%a %d %H:%M}"


def test_in_all_hours_a_promise_is_due_after_so_many_seconds() -> None:
    hours = Hours(time_zone=SHANGHAI)

    assert hours.due(100.0, 30.0) == 130.0
    assert hours.due(100.0, 30.0, [(110.0, 150.0)]) == 170.0


def test_working_hours_stop_at_noon_at_night_and_over_the_weekend() -> None:
    hours = Hours(time_zone=SHANGHAI, week=OFFICE)

    assert shown(hours.due(at("2026-01-19 11:00"), 2 * HOUR_S)) == "Mon 19 14:30"
    assert shown(hours.due(at("2026-01-19 17:30"), HOUR_S)) == "Tue 20 08:30"
    assert shown(hours.due(at("2026-01-23 17:30"), HOUR_S)) == "Mon 26 08:30"
    assert shown(hours.due(at("2026-01-24 03:00"), HOUR_S)) == "Mon 26 09:00"


def test_a_pause_counts_only_as_far_as_it_lies_in_working_hours() -> None:
    hours = Hours(time_zone=SHANGHAI, week=OFFICE)
    over_noon = (at("2026-01-19 11:30"), at("2026-01-19 14:00"))

    due = hours.due(at("2026-01-19 11:00"), 2 * HOUR_S, [over_noon])

    assert shown(due) == "Mon 19 15:30"


def test_hours_across_midnight_belong_to_the_day_on_which_they_begin() -> None:
    hours = Hours(time_zone=SHANGHAI, week={1: ((22 * 60, 6 * 60),)})

    assert shown(hours.due(at("2026-01-19 21:00"), 3 * HOUR_S)) == "Tue 20 01:00"
    assert shown(hours.due(at("2026-01-20 05:00"), 2 * HOUR_S)) == "Mon 26 23:00"


def test_a_night_that_daylight_saving_shortens_is_as_long_as_it_was() -> None:
    hours = Hours(time_zone=NEW_YORK, week={7: ((0, 6 * 60),), 1: ((0, 6 * 60),)})

    due = hours.due(at("2026-03-08 00:00", NEW_YORK), 6 * HOUR_S)

    assert shown(due, NEW_YORK) == "Mon 09 01:00"


def test_what_never_opens_or_waits_for_ever_is_never_due() -> None:
    assert Hours(time_zone=SHANGHAI, week={}).due(0.0, 1.0) == inf
    assert Hours(time_zone=SHANGHAI).due(0.0, 1.0, [(0.5, inf)]) == inf
    assert Hours(time_zone=SHANGHAI).due(0.0, 1.0, [(2.0, inf)]) == 1.0
