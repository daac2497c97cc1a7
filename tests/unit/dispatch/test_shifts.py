"""Weekly shifts in the site's own time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.domain.shifts import Shift, covers, next_begin, stretch_at
from shared.contracts import Window
from tests.unit.dispatch.arranging import SHANGHAI, a_shift

DAY = a_shift(1, "08:00", "16:00")
NIGHT = a_shift(1, "22:00", "06:00")
SUNDAY_NIGHT = a_shift(7, "22:00", "06:00")
BERLIN = ZoneInfo("Europe/Berlin")


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    """In Shanghai in a week of March 2026 whose Monday is the second."""
    return datetime(2026, 3, 1 + day, hour, minute, tzinfo=SHANGHAI)


def on_shift(shifts: Sequence[Shift], zone: tzinfo, at: datetime) -> bool:
    return stretch_at(shifts, zone, at) is not None


@pytest.mark.parametrize(
    ("shift", "at", "works"),
    [
        (DAY, wall(1, 7, 59), False),
        (DAY, wall(1, 8), True),
        (DAY, wall(1, 15, 59), True),
        (DAY, wall(1, 16), False),
        (DAY, wall(2, 9), False),
        (NIGHT, wall(1, 23), True),
        (NIGHT, wall(2, 5, 59), True),
        (NIGHT, wall(2, 6), False),
        (NIGHT, wall(1, 5), False),
        (SUNDAY_NIGHT, wall(8, 3), True),
        (SUNDAY_NIGHT, wall(1, 3), True),
        (a_shift(1, "00:00", "24:00"), wall(1, 23, 59), True),
        (a_shift(1, "00:00", "24:00"), wall(2, 0), False),
    ],
)
def test_somebody_works_from_the_start_of_a_shift_until_before_its_end(
    shift: Shift, at: datetime, works: bool
) -> None:
    assert on_shift([shift], SHANGHAI, at.astimezone(UTC)) is works


def test_shifts_that_touch_count_as_one() -> None:
    touching = [
        a_shift(1, "08:00", "12:00"),
        a_shift(1, "12:00", "24:00"),
        a_shift(2, "00:00", "02:00"),
    ]
    visit = Window(start=wall(1, 11), end=wall(2, 1))

    assert covers(touching, SHANGHAI, visit)
    assert not covers(touching[:1] + touching[2:], SHANGHAI, visit)


def test_a_week_of_whole_days_has_no_end() -> None:
    always = [a_shift(day, "00:00", "24:00") for day in range(1, 8)]

    assert covers(always, SHANGHAI, Window(start=wall(3, 23), end=wall(6, 4)))
    assert next_begin(always, SHANGHAI, wall(3, 12)) is None


def test_a_window_of_decades_costs_no_more_than_a_fortnight() -> None:
    looked_up = 0

    class Zone(tzinfo):
        def utcoffset(self, _: datetime | None) -> timedelta:
            nonlocal looked_up
            looked_up += 1
            return timedelta(hours=8)

        def dst(self, _: datetime | None) -> timedelta:
            return timedelta(0)

        def tzname(self, _: datetime | None) -> str:
            return "here"

    decades = Window(start=wall(1, 8), end=wall(1, 8) + timedelta(days=20_000))
    always = [a_shift(day, "00:00", "24:00") for day in range(1, 8)]

    assert covers(always, Zone(), decades)
    assert not covers(always[:6], Zone(), decades)
    assert looked_up < 1000


def test_the_next_shift_begins_when_it_begins() -> None:
    assert next_begin([DAY, NIGHT], SHANGHAI, wall(1, 8)) == wall(1, 22)
    assert next_begin([DAY], SHANGHAI, wall(1, 9)) == wall(8, 8)
    assert next_begin([], SHANGHAI, wall(1, 9)) is None


def on_date(day: int, start: str, end: str) -> Shift:
    """A shift of one date alone, by its day in that month."""
    on = wall(day, 12).date()
    return a_shift(on.isoweekday(), start, end, on=on)


def test_the_shifts_of_a_date_are_worked_in_place_of_the_weeks() -> None:
    shifts = [DAY, on_date(8, "12:00", "14:00"), on_date(8, "18:00", "20:00")]

    hours = (9, 13, 15, 19)
    assert [on_shift(shifts, SHANGHAI, wall(1, hour)) for hour in hours] == [True] * 3 + [False]
    assert [on_shift(shifts, SHANGHAI, wall(8, hour)) for hour in hours] == [
        *(False, True),
        *(False, True),
    ]
    assert [on_shift(shifts, SHANGHAI, wall(15, hour)) for hour in hours] == [True] * 3 + [False]
    assert not covers(shifts, SHANGHAI, Window(start=wall(8, 8), end=wall(8, 9)))
    assert covers(shifts, SHANGHAI, Window(start=wall(8, 18), end=wall(8, 20)))


def test_the_night_before_a_date_is_worked_to_its_end() -> None:
    shifts = [SUNDAY_NIGHT, on_date(8, "12:00", "14:00")]

    assert on_shift(shifts, SHANGHAI, wall(8, 5))


def test_the_next_shift_may_be_of_a_date_however_far() -> None:
    far = on_date(29, "08:00", "16:00")

    assert next_begin([far], SHANGHAI, wall(1, 9)) == wall(29, 8)
    assert next_begin([DAY, far], SHANGHAI, wall(1, 9)) == wall(8, 8)
    assert next_begin([far], SHANGHAI, wall(29, 9)) is None


def test_a_night_shift_lasts_an_hour_less_when_clocks_go_forward() -> None:
    saturday_night = [a_shift(6, "22:00", "06:00")]
    begin, end = datetime(2026, 3, 28, 21, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC)

    assert on_shift(saturday_night, BERLIN, begin)
    assert on_shift(saturday_night, BERLIN, end - timedelta(minutes=1))
    assert not on_shift(saturday_night, BERLIN, end)
    assert covers(saturday_night, BERLIN, Window(start=begin, end=end))


shifts = st.lists(
    st.builds(
        Shift,
        weekday=st.integers(1, 7),
        start_min=st.integers(0, 1439),
        end_min=st.integers(1, 1440),
    ).filter(lambda shift: shift.start_min != shift.end_min),
    max_size=5,
)
instants = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


zones = st.sampled_from([SHANGHAI, BERLIN])


@given(shifts, zones, instants)
def test_to_work_at_an_instant_is_to_be_covered_for_its_minute(
    found: list[Shift], zone: ZoneInfo, at: datetime
) -> None:
    minute = Window(start=at, end=at + timedelta(minutes=1))

    assert on_shift(found, zone, at) is covers(found, zone, minute)


@given(shifts, zones, instants)
def test_work_begins_at_the_next_begin_and_not_before(
    found: list[Shift], zone: ZoneInfo, at: datetime
) -> None:
    begin = next_begin(found, zone, at)

    assert begin is None or (begin > at and on_shift(found, zone, begin))
    if not found:
        assert begin is None
    elif not on_shift(found, zone, at):
        assert begin is not None
        assert not on_shift(found, zone, begin - timedelta(minutes=1))


AT_HALF_PAST_TWO = a_shift(7, "02:30", "10:00")
AT_HALF_PAST_ONE = a_shift(7, "01:30", "02:30")


@pytest.mark.parametrize(
    ("shift", "at", "works"),
    [
        # the clocks go on from 02:00 to 03:00: half past two is half past three
        (AT_HALF_PAST_TWO, datetime(2026, 3, 29, 1, 10, tzinfo=UTC), False),
        (AT_HALF_PAST_TWO, datetime(2026, 3, 29, 1, 30, tzinfo=UTC), True),
        # and back from 03:00 to 02:00: who began at half past two is there at the second ten past
        (AT_HALF_PAST_TWO, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True),
        (AT_HALF_PAST_TWO, datetime(2026, 10, 25, 1, 10, tzinfo=UTC), True),
        (AT_HALF_PAST_TWO, datetime(2026, 10, 25, 9, 0, tzinfo=UTC), False),
        (AT_HALF_PAST_ONE, datetime(2026, 10, 25, 0, 29, tzinfo=UTC), True),
        (AT_HALF_PAST_ONE, datetime(2026, 10, 25, 1, 10, tzinfo=UTC), False),
    ],
)
def test_when_the_clocks_change_a_technician_works_from_one_instant_to_another(
    shift: Shift, at: datetime, works: bool
) -> None:
    assert on_shift([shift], BERLIN, at) is works
    assert covers([shift], BERLIN, Window(start=at, end=at + timedelta(minutes=1))) is works
