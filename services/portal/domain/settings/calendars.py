"""Working calendars: the hours of a week, holidays, and days that differ."""

import re
from collections.abc import Mapping
from typing import Any

from services.portal.domain.settings.difference import Body, Told
from services.portal.domain.settings.site_basics import Say
from services.portal.domain.settings.written import Unreadable, Wrong, read_hours, write_hours

WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)
WEEKDAY_WORDS = {
    1: "desk-settings-monday",
    2: "desk-settings-tuesday",
    3: "desk-settings-wednesday",
    4: "desk-settings-thursday",
    5: "desk-settings-friday",
    6: "desk-settings-saturday",
    7: "desk-settings-sunday",
}
_NOT_READ_BACK = ("id", "version", "warnings", "remarks", "working_day_s")
_DAY = re.compile(
    r"(20[0-9]{2}-[01][0-9]-[0-3][0-9])\s*"
    r"(?:(休|closed|-)|=\s*([1-7])|((?:[0-2]?[0-9][:：][0-5][0-9]\s*[-–—~至到]\s*"
    r"[0-2]?[0-9][:：][0-5][0-9][\s,，、]*)+))"
    r"\s*(.*)"
)
_COUNTRY = re.compile(r"([A-Za-z]{2})(?:-([A-Za-z0-9-]{1,10}))?")


def body_of(read: Body) -> Body:
    """Return a calendar as it is put, of what was read. How long a working day is follows from the
    hours.
    """
    return {name: value for name, value in read.items() if name not in _NOT_READ_BACK}


def fields_of(calendar: Body) -> dict[str, str]:
    holidays = calendar["holidays"]
    return {
        "time_zone": calendar["time_zone"],
        "always_open": "1" if calendar["always_open"] else "",
        **{f"day_{day}": write_hours(_of_weekday(calendar, day)) for day in WEEKDAYS},
        "holidays": "" if holidays is None else _country(holidays),
        "days": "\n".join(_line(day) for day in calendar["days"]),
    }


def changed(calendar: Body, form: Mapping[str, str]) -> tuple[Body, list[Wrong]]:
    """Return the calendar as the form has it, and what of the form is wrong."""
    wrongs: list[Wrong] = []
    is_always_open = form.get("always_open") == "1"
    week: list[Body] = []
    for day in WEEKDAYS:
        try:
            hours = read_hours(form.get(f"day_{day}", ""))
        except Unreadable as error:
            wrongs.append(Wrong(name=f"day_{day}", key=error.key, values=error.values))
            continue
        week += [{"weekday": day, **each} for each in hours]
    days = []
    for line in (each.strip() for each in form.get("days", "").splitlines()):
        if line:
            try:
                days.append(_read_day(line))
            except Unreadable as error:
                wrongs.append(Wrong(name="days", key=error.key, values=error.values))
    country = form.get("holidays", "").strip()
    found = _COUNTRY.fullmatch(country)
    if country and found is None:
        wrongs.append(Wrong(name="holidays", key="desk-settings-wrong-country"))
    return {
        **calendar,
        "time_zone": form.get("time_zone", "").strip(),
        "always_open": is_always_open,
        "week": [] if is_always_open else week,
        "holidays": {"code": found[1].upper(), "subdivision": found[2]} if found else None,
        "days": days,
    }, wrongs


def told(calendar: Body | None, t: Say) -> list[Told]:
    """Return the calendar in words; nothing of none."""
    if calendar is None:
        return []
    if calendar["always_open"]:
        week = [(t("desk-settings-calendar-week"), t("desk-settings-always-open"))]
    else:
        closed = t("desk-settings-closed")
        week = [
            (t(WEEKDAY_WORDS[day]), write_hours(_of_weekday(calendar, day)) or closed)
            for day in WEEKDAYS
        ]
    holidays = calendar["holidays"]
    return [
        (t("desk-settings-site-zone"), calendar["time_zone"]),
        *week,
        (
            t("desk-settings-calendar-holidays"),
            t("desk-settings-nothing") if holidays is None else _country(holidays),
        ),
        *((day["date"], _day_in_words(day, t)) for day in calendar["days"]),
    ]


def _of_weekday(calendar: Body, day: int) -> list[Body]:
    return [
        {"start": each["start"], "end": each["end"]}
        for each in calendar["week"]
        if each["weekday"] == day
    ]


def _country(holidays: Body) -> str:
    subdivision = holidays["subdivision"]
    return f"{holidays['code']}-{subdivision}" if subdivision else str(holidays["code"])


def _line(day: Body) -> str:
    """Return a day that differs as it is written: `2026-10-10 =6 调休`."""
    if day["like_weekday"] is not None:
        what = f"={day['like_weekday']}"
    else:
        what = write_hours(day["hours"]) or "休"
    return f"{day['date']} {what} {day['name']}".rstrip()


def _read_day(line: str) -> Body:
    found = _DAY.fullmatch(line)
    if found is None:
        raise Unreadable("desk-settings-wrong-day", value=line)
    date, _, like, hours, name = found.groups()
    like_weekday: Any = None if like is None else int(like)
    return {
        "date": date,
        "name": name.strip(),
        "hours": read_hours(hours) if hours else [],
        "like_weekday": like_weekday,
    }


def _day_in_words(day: Body, t: Say) -> str:
    if day["like_weekday"] is not None:
        what = t("desk-settings-like", weekday=t(WEEKDAY_WORDS[day["like_weekday"]]))
    else:
        what = write_hours(day["hours"]) or t("desk-settings-closed")
    return f"{what} {day['name']}".rstrip()
