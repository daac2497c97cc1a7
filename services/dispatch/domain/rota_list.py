"""A rota from a list: by weekday, a column for each or a row for each, or by date.

What a list says of a day is so; days that it does not name stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from services.dispatch.domain.shift_names import Legend, Times, time_of_day
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
    days: dict[int, list[tuple[SheetRow, tuple[Times, ...]]]] = defaultdict(list)
    dated: dict[date, list[tuple[SheetRow, tuple[Times, ...] | None]]] = defaultdict(list)
    for row in rows:
        try:
            for day, shifts in _said_by(row, legend):
                if isinstance(day, date):
                    dated[day].append((row, shifts))
                else:
                    days[day].append((row, shifts or ()))
        except WrongCell as wrong:
            week.wrong.append((row, wrong))
    bad = {row.number for row, _ in week.wrong}
    free = [day for day, said in dated.items() if all(shifts is None for _, shifts in said)]
    leave, new = _with_leave(before.leave, free, zone, now)
    on_leave = {row.number for day in new for row, _ in dated[day]}
    for day, said in _by_weekday(dated, week, bad).items():
        days[day] += said
    kept = [shift for shift in before.shifts or () if shift.weekday not in days]
    named = [
        Shift(weekday=day, start_min=start, end_min=end)
        for day, said in days.items()
        for start, end in dict.fromkeys(each for _, shifts in said for each in shifts)
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
    if days:
        wanted = replace(wanted, shifts=tuple(sorted((*kept, *named), key=_order)))
    if _same(wanted, before):
        wanted = before
    week.after = wanted if wanted is before else replace(wanted, version=before.version + 1)
    _count(week, [row for row in rows if row.number not in bad], days, on_leave)
    return week


def _said_by(row: SheetRow, legend: Legend) -> list[tuple[int | date, tuple[Times, ...] | None]]:
    """Return the days that a row names, weekdays by number, and the shifts of each."""
    said: list[tuple[int | date, tuple[Times, ...] | None]] = []
    for n, name in enumerate(_DAYS):
        if (cell := row.text(name)) is not None:
            said.append((n + 1, legend.shifts(cell, name)))
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


def _by_weekday(
    dated: Mapping[date, Sequence[tuple[SheetRow, tuple[Times, ...] | None]]],
    week: Week,
    bad: set[int],
) -> dict[int, list[tuple[SheetRow, tuple[Times, ...]]]]:
    """Return the shifts of dates by weekday; where they change from week to week, their rows are
    wrong: a technician's shifts are those of a week.
    """
    found: dict[int, dict[date, set[Times]]] = defaultdict(dict)
    rows: dict[int, list[tuple[SheetRow, tuple[Times, ...]]]] = defaultdict(list)
    for day, said in dated.items():
        for row, shifts in said:
            if shifts is not None:
                found[day.isoweekday()].setdefault(day, set()).update(shifts)
                rows[day.isoweekday()].append((row, shifts))
    for weekday, by_date in found.items():
        if len({frozenset(shifts) for shifts in by_date.values()}) > 1:
            differs = WrongCell(
                "date",
                "week_differs",
                "is worked otherwise on the same day of another week of the list: shifts are kept "
                "by the week, so give one week at a time",
            )
            for row in {row.number: row for row, _ in rows.pop(weekday)}.values():
                bad.add(row.number)
                week.wrong.append((row, differs))
    return rows


def _with_leave(
    leave: tuple[Window, ...], days: Iterable[date], zone: tzinfo, now: datetime
) -> tuple[tuple[Window, ...], list[date]]:
    """Return the leave with those of the days that are not over, and which of them are new."""
    found, new = list(leave), []
    for day in days:
        begin, end = (
            datetime.combine(each, time(), zone).astimezone(UTC)
            for each in (day, day + timedelta(days=1))
        )
        covered = any(each.start <= begin and end <= each.end for each in found)
        if end > now and not covered:
            found.append(Window(start=begin, end=end))
            new.append(day)
    return tuple(sorted(found, key=lambda window: (window.start, window.end))), new


def _count(
    week: Week,
    rows: Sequence[SheetRow],
    days: Mapping[int, Sequence[tuple[SheetRow, tuple[Times, ...]]]],
    on_leave: set[int],
) -> None:
    """Count what each row came to: new where its days had no shifts before."""
    had = {shift.weekday for shift in week.before.shifts or ()}
    days_of: dict[int, set[int]] = defaultdict(set)
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


def _week_of(technician: Technician, days: set[int]) -> set[Shift]:
    return {shift for shift in technician.shifts or () if shift.weekday in days}


def _same(one: Technician, other: Technician) -> bool:
    def set_of(technician: Technician) -> set[Shift] | None:
        return None if technician.shifts is None else set(technician.shifts)

    return set_of(one) == set_of(other) and one.leave == other.leave


def _order(shift: Shift) -> tuple[int, int, int]:
    return shift.weekday, shift.start_min, shift.end_min
