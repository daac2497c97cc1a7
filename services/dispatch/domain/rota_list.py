"""A rota from a list: by weekday, a column for each or a row for each, or by date.

What a list says of a day is so; days that it does not name stay as they are. What is worked on a
date is worked then in place of what the week has.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from services.dispatch.domain.shift_names import Legend, Times, is_yes, time_of_day
from services.dispatch.domain.shifts import Shift
from services.dispatch.domain.technician import Technician
from shared.contracts.base import Window
from shared.importing.columns import NAME, PERSON
from shared.importing.form import Field, ImportForm, Kind
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SIGNS = "一二三四五六日"
_MAX_LEAVE = 100
_MAX_SHIFTS = 100

Day = int | date
"""A weekday of every week (Monday 1 … Sunday 7), or a date."""


def _weekday(n: int) -> Field:
    sign, english = _SIGNS[n], ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
                                "Sunday")[n]  # fmt: skip
    return Field(
        name=_DAYS[n],
        headings=(f"周{sign}", english, f"星期{sign}", f"礼拜{sign}", sign, english[:3]),
        max_chars=60,
    )


_WEEKDAYS: Mapping[str, str] = {
    **{
        said.casefold(): str(n + 1)
        for n in range(7)
        for said in (*_weekday(n).headings, str(n + 1))
    },
    **dict.fromkeys(("周天", "星期天", "天"), "7"),
}

ROTA = ImportForm(
    name="rota",
    fields=(
        replace(
            PERSON, headings=("工号", "Id", "编号", "员工编号", "Number"), needed=True, filled=True
        ),
        replace(NAME, in_template=True),
        *(_weekday(n) for n in range(7)),
        Field(
            name="weekday",
            headings=("星期", "Weekday", "周几"),
            kind=Kind.CHOICE,
            choices=_WEEKDAYS,
            in_template=False,
        ),
        Field(name="date", headings=("日期", "Date"), kind=Kind.DATE, in_template=False),
        Field(name="shift", headings=("班次", "Shift", "班"), max_chars=60, in_template=False),
        Field(
            name="start", headings=("上班", "Start", "上班时间", "开始"), max_chars=20,
            in_template=False,
        ),
        Field(
            name="end", headings=("下班", "End", "下班时间", "结束"), max_chars=20,
            in_template=False,
        ),
    ),
    key=("id", "weekday", "date", "shift", "start"),
    group=("id",),
)  # fmt: skip
EXAMPLE: Mapping[str, str | tuple[str, str]] = {
    "name": ("李师傅", "Li Wei"),
    **dict.fromkeys(_DAYS[:5], "08:00-17:00"),
    "sat": ("休", "off"),
    "sun": ("休", "off"),
}


@dataclass(kw_only=True)
class Week:
    """A technician as a rota has them, and what each of its rows came to."""

    before: Technician
    after: Technician
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: list[tuple[SheetRow, WrongCell]] = field(default_factory=list)


def plan_week(
    before: Technician,
    rows: Sequence[SheetRow],
    legend: Legend,
    *,
    zone: tzinfo,
    now: datetime,
) -> Week:
    """Return what the rows of one technician come to."""
    week = Week(before=before, after=before)
    days: dict[Day, list[tuple[SheetRow, tuple[Times, ...] | None]]] = defaultdict(list)
    for row in rows:
        try:
            for day, shifts in _said_by(row, legend):
                days[day].append((row, shifts))
        except WrongCell as wrong:
            week.wrong.append((row, wrong))
    bad = {row.number for row, _ in week.wrong}
    today = now.astimezone(zone).date()
    free = _take_free(days)
    whole = [_whole_of(day, zone) for day in days if isinstance(day, date)]
    there = [window for window in before.leave if window not in whole]
    leave, on_leave = _with_leave(there, free, zone, now)
    days = {day: said for day, said in days.items() if not _is_past(day, today)}
    kept = [
        shift
        for shift in before.shifts or ()
        if _day_of(shift) not in {*days, *free} and not _is_past(_day_of(shift), today)
    ]
    named = [
        _shift_on(day, times)
        for day, said in days.items()
        for times in dict.fromkeys(each for _, shifts in said for each in shifts or ())
    ]
    if len(leave) > _MAX_LEAVE or len(kept) + len(named) > _MAX_SHIFTS:
        too_many = WrongCell(
            "id",
            "too_many_shifts",
            "would be more than {leaves} leaves or {shifts} shifts of one technician",
            leaves=_MAX_LEAVE,
            shifts=_MAX_SHIFTS,
        )
        week.wrong += [(row, too_many) for row in rows if row.number not in bad]
        return week
    wanted = replace(before, leave=leave)
    if days or before.shifts is not None:
        wanted = replace(wanted, shifts=tuple(sorted((*kept, *named), key=_order)))
    if _same(wanted, before):
        wanted = before
    week.after = wanted if wanted is before else replace(wanted, version=before.version + 1)
    _count(week, [row for row in rows if row.number not in bad], days, on_leave)
    return week


def _said_by(row: SheetRow, legend: Legend) -> list[tuple[Day, tuple[Times, ...] | None]]:
    """Return the days that a row names, and the shifts of each; None: off."""
    said: list[tuple[Day, tuple[Times, ...] | None]] = []
    for n, name in enumerate(_DAYS):
        if (cell := row.text(name)) is not None:
            shifts = _shifts_of(row, legend) if is_yes(cell) else legend.shifts(cell, name)
            said.append((n + 1, shifts))
    day, weekday = row.text("date"), row.text("weekday")
    if day is not None or weekday is not None:
        shifts = _shifts_of(row, legend)
        said.append((date.fromisoformat(day) if day else int(weekday or 0), shifts))
    if not said:
        raise WrongCell(
            "id", "no_shift", "has no shift: name weekdays, or a date, and what is worked then"
        )
    return said


def _shifts_of(row: SheetRow, legend: Legend) -> tuple[Times, ...] | None:
    start, end, shift = row.text("start"), row.text("end"), row.text("shift")
    if start is not None and end is not None:
        return legend.shifts(f"{time_of_day(start)}-{time_of_day(end)}", "start")
    if shift is None:
        raise WrongCell("shift", "missing_shift", "is missing: write a shift, its times, or 休")
    return legend.shifts(shift, "shift")


def _take_free(
    days: dict[Day, list[tuple[SheetRow, tuple[Times, ...] | None]]],
) -> dict[date, list[SheetRow]]:
    """Take out the dates on which nothing is worked; return them with their rows."""
    free = {
        day: [row for row, _ in said]
        for day, said in days.items()
        if isinstance(day, date) and all(shifts is None for _, shifts in said)
    }
    for day in free:
        del days[day]
    return free


def _is_past(day: Day, today: date) -> bool:
    """Return whether nothing of a date is left to be worked: its night may be."""
    return isinstance(day, date) and day < today - timedelta(days=1)


def _day_of(shift: Shift) -> Day:
    return shift.weekday if shift.on is None else shift.on


def _shift_on(day: Day, times: Times) -> Shift:
    start, end = times
    if isinstance(day, date):
        return Shift(weekday=day.isoweekday(), start_min=start, end_min=end, on=day)
    return Shift(weekday=day, start_min=start, end_min=end)


def _whole_of(day: date, zone: tzinfo) -> Window:
    """Return the date from midnight to midnight."""
    begin, end = (
        datetime.combine(each, time(), zone).astimezone(UTC)
        for each in (day, day + timedelta(days=1))
    )
    return Window(start=begin, end=end)


def _with_leave(
    leave: Sequence[Window], free: Mapping[date, Sequence[SheetRow]], zone: tzinfo, now: datetime
) -> tuple[tuple[Window, ...], set[int]]:
    """Return the leave with those of the dates that are not over, and the rows of the new ones."""
    found, new = list(leave), set[int]()
    for day, rows in free.items():
        whole = _whole_of(day, zone)
        covered = any(each.start <= whole.start and whole.end <= each.end for each in found)
        if whole.end > now and not covered:
            found.append(whole)
            new |= {row.number for row in rows}
    return tuple(sorted(found, key=lambda window: (window.start, window.end))), new


def _count(
    week: Week,
    rows: Sequence[SheetRow],
    days: Mapping[Day, Sequence[tuple[SheetRow, tuple[Times, ...] | None]]],
    on_leave: set[int],
) -> None:
    """Count what each row came to: new where its days had no shifts before."""
    had = {_day_of(shift) for shift in week.before.shifts or ()}
    days_of: dict[int, set[Day]] = defaultdict(set)
    for day, said in days.items():
        for row, _ in said:
            days_of[row.number].add(day)
    for row in rows:
        named = days_of[row.number]
        if _week_of(week.after, named) != _week_of(week.before, named) or (
            week.before.shifts is None and named
        ):
            week.created += not named & had
            week.changed += bool(named & had)
        elif row.number in on_leave:
            week.created += 1
        else:
            week.unchanged += 1


def _week_of(technician: Technician, days: set[Day]) -> set[Shift]:
    return {shift for shift in technician.shifts or () if _day_of(shift) in days}


def _same(one: Technician, other: Technician) -> bool:
    def set_of(technician: Technician) -> set[Shift] | None:
        return None if technician.shifts is None else set(technician.shifts)

    return set_of(one) == set_of(other) and one.leave == other.leave


def _order(shift: Shift) -> tuple[date, int, int, int]:
    return shift.on or date.min, shift.weekday, shift.start_min, shift.end_min
