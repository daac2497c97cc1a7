"""Arithmetic in working time, against a clock on the wall that is read minute by minute."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.calendar import DAY_MIN, Calendar, Hours, SpecialDay, WeekdayHours
from services.sla.domain.calendars import usual_calendar
from services.sla.domain.holiday_dates import Country
from services.sla.domain.working_time import Period, WorkingTime

_MINUTE = timedelta(minutes=1)
_TWO_SORTS_OF_HOURS = {
    "date": "2026-01-01",
    "like_weekday": 1,
    "hours": [{"start_min": 1, "end_min": 2}],
}
_TURNING_POINTS = [
    datetime(2026, 3, 29, tzinfo=UTC),  # Berlin springs forward
    datetime(2026, 10, 25, tzinfo=UTC),  # Berlin falls back
    datetime(2026, 3, 8, tzinfo=UTC),  # New York
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2026, 4, 4, tzinfo=UTC),  # Lord Howe, by half an hour
    datetime(2026, 10, 3, tzinfo=UTC),
    datetime(2011, 12, 29, tzinfo=UTC),  # Apia skips a day
    datetime(2006, 10, 29, tzinfo=UTC),  # St. John's falls back at 00:01, into the day before
    datetime(2026, 10, 1, tzinfo=UTC),  # the national holidays of China
]
_ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/St_Johns",
    "UTC",
]


def _hours() -> st.SearchStrategy[Hours]:
    return st.builds(Hours, start_min=st.integers(0, DAY_MIN - 1), end_min=st.integers(0, DAY_MIN))


@st.composite
def _calendars(draw: st.DrawFn) -> Calendar:
    weekly = st.builds(
        WeekdayHours,
        weekday=st.integers(1, 7),
        start_min=st.integers(0, DAY_MIN - 1),
        end_min=st.integers(0, DAY_MIN),
    )
    week = draw(
        st.lists(weekly, min_size=1, max_size=8).filter(
            lambda hours: sum(each.length() for each in hours) >= 120
        )
    )
    days = draw(
        st.dictionaries(
            st.dates(date(2026, 3, 26), date(2026, 4, 8)),
            st.lists(_hours(), max_size=2),
            max_size=3,
        )
    )
    return Calendar(
        time_zone=draw(st.sampled_from(_ZONES)),
        week=tuple(week),
        holidays=draw(st.none() | st.just(Country(code="CN"))),
        days=tuple(SpecialDay(date=day, hours=tuple(hours)) for day, hours in days.items()),
    )


def _instants() -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda base, minutes: base + minutes * _MINUTE,
        st.sampled_from(_TURNING_POINTS),
        st.integers(-2 * DAY_MIN, 2 * DAY_MIN),
    )


def _count(calendar: Calendar, begin: datetime, end: datetime) -> timedelta:
    """What a clock on the wall says, read every minute."""
    zone, on_date = ZoneInfo(calendar.time_zone), cache(calendar.on_date)
    minutes = 0
    for n in range(int((end - begin) / _MINUTE)):
        shown = (begin + n * _MINUTE).astimezone(zone)
        minute, day = shown.hour * 60 + shown.minute, shown.date()
        today = any(each.start_min <= minute < each.until() for each in on_date(day))
        minutes += today or any(
            minute + DAY_MIN < each.until() for each in on_date(day - timedelta(days=1))
        )
    return minutes * _MINUTE


@settings(max_examples=12, deadline=None)
@given(calendar=_calendars(), begin=_instants(), minutes=st.integers(0, 2 * DAY_MIN))
def test_time_between_two_instants_is_what_the_wall_clock_counts(
    calendar: Calendar, begin: datetime, minutes: int
) -> None:
    end = begin + minutes * _MINUTE

    counted = WorkingTime(calendar).between(begin, end)

    assert counted == _count(calendar, begin, end)


@settings(max_examples=25, deadline=None)
@given(
    calendar=_calendars(),
    start=_instants(),
    amount=st.timedeltas(timedelta(0), timedelta(hours=40)),
)
def test_adding_time_gives_the_first_instant_by_which_it_has_passed(
    calendar: Calendar, start: datetime, amount: timedelta
) -> None:
    hours = WorkingTime(calendar)

    due = hours.add(start, amount)

    assert due is not None
    assert hours.between(start, due) == amount
    assert amount == timedelta(0) or hours.between(start, due - timedelta(microseconds=1)) < amount


@settings(max_examples=25, deadline=None)
@given(
    calendar=_calendars(),
    first=_instants(),
    minutes=st.lists(st.integers(0, 2 * DAY_MIN), min_size=2, max_size=2),
)
def test_time_between_adds_up(calendar: Calendar, first: datetime, minutes: list[int]) -> None:
    second = first + minutes[0] * _MINUTE
    third = second + minutes[1] * _MINUTE
    hours = WorkingTime(calendar)

    parts = hours.between(first, second) + hours.between(second, third)

    assert parts == hours.between(first, third)


@settings(max_examples=25, deadline=None)
@given(
    calendar=_calendars(),
    start=_instants(),
    amount=st.timedeltas(timedelta(minutes=1), timedelta(hours=20)),
    cuts=st.lists(st.integers(1, 2000), min_size=0, max_size=6),
)
def test_a_due_time_leaves_just_the_amount_outside_the_pauses(
    calendar: Calendar, start: datetime, amount: timedelta, cuts: list[int]
) -> None:
    edges = [start + sum(cuts[: n + 1]) * _MINUTE for n in range(len(cuts))]
    pauses = [Period(since, until) for since, until in zip(edges[::2], edges[1::2], strict=False)]
    hours = WorkingTime(calendar)

    due = hours.due(start, amount, pauses)

    assert due is not None
    paused = sum(
        (
            hours.between(pause.since, min(pause.until or due, due))
            for pause in pauses
            if pause.since < due
        ),
        timedelta(0),
    )
    assert hours.between(start, due) - paused == amount
    assert hours.outside(pauses, start, due) == amount


def test_nothing_is_due_while_a_pause_has_no_end() -> None:
    hours = WorkingTime(Calendar(time_zone="UTC", always_open=True))
    start = datetime(2026, 1, 1, tzinfo=UTC)

    due = hours.due(start, timedelta(hours=2), [Period(start + timedelta(hours=1), None)])

    assert due is None


def test_two_working_days_from_friday_afternoon_end_on_tuesday_afternoon() -> None:
    hours = WorkingTime(usual_calendar("Asia/Shanghai"))
    friday_at_four = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    due = hours.add(friday_at_four, 2 * hours.working_day)

    assert due == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_a_night_shift_is_an_hour_longer_when_the_clocks_go_back() -> None:
    night = Calendar(
        time_zone="Europe/Berlin",
        week=(WeekdayHours(weekday=6, start_min=22 * 60, end_min=6 * 60),),
    )

    worked = WorkingTime(night).between(
        datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)
    )

    assert worked == timedelta(hours=9)


def test_hours_that_the_clocks_skip_are_no_working_time() -> None:
    early = Calendar(
        time_zone="Europe/Berlin", week=(WeekdayHours(weekday=7, start_min=120, end_min=180),)
    )

    worked = WorkingTime(early).between(
        datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)
    )

    assert worked == timedelta(0)


def test_a_make_up_workday_is_worked_and_the_holiday_it_makes_up_for_is_not() -> None:
    china = usual_calendar("Asia/Shanghai").model_copy(update={"holidays": Country(code="CN")})
    hours = WorkingTime(china)

    saturday = hours.between(
        datetime(2026, 10, 9, 16, tzinfo=UTC), datetime(2026, 10, 10, 16, tzinfo=UTC)
    )
    national_day = hours.between(
        datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 1, 16, tzinfo=UTC)
    )

    assert (saturday, national_day) == (timedelta(hours=8.5), timedelta(0))


def test_a_special_day_outranks_the_holiday() -> None:
    worked_through = SpecialDay(date=date(2026, 10, 1), like_weekday=1)
    china = usual_calendar("Asia/Shanghai").model_copy(
        update={"holidays": Country(code="CN"), "days": (worked_through,)}
    )

    worked = WorkingTime(china).between(
        datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 1, 16, tzinfo=UTC)
    )

    assert worked == timedelta(hours=8.5)


def test_a_calendar_that_is_hardly_open_never_reaches_what_would_take_ten_years() -> None:
    one_hour_a_week = Calendar(
        time_zone="UTC", week=(WeekdayHours(weekday=1, start_min=0, end_min=60),)
    )

    due = WorkingTime(one_hour_a_week).add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=60))

    assert due is None


def test_a_year_without_official_make_up_days_is_warned_of() -> None:
    china = usual_calendar("Asia/Shanghai").model_copy(update={"holidays": Country(code="CN")})

    remarks = {year: [each.code for each in china.remarks(year)] for year in (2026, 2027)}

    assert remarks == {2026: [], 2027: ["make_up_workdays_unknown"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../etc/passwd"},
        {"time_zone": "UTC", "week": [{"weekday": 1, "start_min": 0, "end_min": 59}]},
        {"time_zone": "UTC", "always_open": True, "holidays": {"code": "XX"}},
        {"time_zone": "UTC", "always_open": True, "holidays": {"code": "CN", "subdivision": "BY"}},
        {
            "time_zone": "UTC",
            "always_open": True,
            "days": [{"date": "2026-01-01"}, {"date": "2026-01-01", "name": "again"}],
        },
        {
            "time_zone": "UTC",
            "always_open": True,
            "days": [
                {"date": "2026-01-01", "like_weekday": 1, "hours": [{"start_min": 1, "end_min": 2}]}
            ],
        },
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"validation error"):
        Calendar.model_validate(wrong)
