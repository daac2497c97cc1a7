"""When people work: intervals per weekday in a time zone, days that differ, and a country's
holidays.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.sla.domain.holiday_dates import Country, known_year
from shared.remarks import Remark, WrongValue

DAY_MIN = 24 * 60
_LEAST_WEEKLY_MIN = 60

WEEKDAYS = range(1, 8)
"""ISO 8601: Monday is 1, Sunday is 7."""


class Hours(BaseModel):
    """From `start_min` to `end_min`, in minutes since midnight; an end at or before the start,
    24:00 apart, is on the next day.
    """

    model_config = ConfigDict(frozen=True)

    start_min: Annotated[int, Field(ge=0, lt=DAY_MIN)]
    end_min: Annotated[int, Field(ge=0, le=DAY_MIN)]

    def length(self) -> int:
        return self.until() - self.start_min

    def until(self) -> int:
        """Return the end, in minutes since the midnight that the start is counted from."""
        return self.end_min if self.end_min > self.start_min else self.end_min + DAY_MIN


class WeekdayHours(Hours):
    weekday: Annotated[int, Field(ge=1, le=7)]


class SpecialDay(BaseModel):
    """A date that differs: it has hours of its own (none: closed), or it is worked like a weekday
    (调休).
    """

    model_config = ConfigDict(frozen=True)

    date: date
    name: str = ""
    hours: tuple[Hours, ...] = ()
    like_weekday: Annotated[int, Field(ge=1, le=7)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.hours and self.like_weekday is not None:
            raise WrongValue(
                "hours_and_weekday", "has either hours of its own or those of a weekday, not both"
            )
        return self


class Calendar(BaseModel):
    """Its intervals belong to the date they start on: a night shift begun before a holiday goes on
    into it.

    `always_open` is 24 × 7, whatever else is said. `working_day_s` is what a day of a target means;
    left out, it is as long as most days.
    """

    model_config = ConfigDict(frozen=True)

    time_zone: str
    always_open: bool = False
    week: tuple[WeekdayHours, ...] = ()
    holidays: Country | None = None
    days: tuple[SpecialDay, ...] = ()
    working_day_s: Annotated[int, Field(gt=0, le=86_400)] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        zone(self.time_zone)
        if not self.always_open and sum(hours.length() for hours in self.week) < _LEAST_WEEKLY_MIN:
            raise WrongValue(
                "hardly_open", "has to be open for at least an hour a week, or always_open"
            )
        if len({day.date for day in self.days}) < len(self.days):
            raise WrongValue("date_twice", "has a date twice")
        return self

    def on_weekday(self, weekday: int) -> tuple[Hours, ...]:
        return tuple(hours for hours in self.week if hours.weekday == weekday)

    def on_date(self, day: date) -> tuple[Hours, ...]:
        """Return the hours that start on that local date: special days first, then holidays and
        their make-up workdays, then the week.
        """
        special = next((each for each in self.days if each.date == day), None)
        if special is not None:
            return (
                special.hours
                if special.like_weekday is None
                else self.on_weekday(special.like_weekday)
            )
        if self.holidays is not None:
            if day in self.holidays.make_up_workdays(day.year):
                return self.on_weekday(self.usual_weekday())
            if day in self.holidays.days_off(day.year):
                return ()
        return self.on_weekday(day.isoweekday())

    def usual_weekday(self) -> int:
        """Return the first weekday with the hours that most days have."""
        lengths = {
            weekday: sum(hours.length() for hours in self.on_weekday(weekday))
            for weekday in WEEKDAYS
        }
        usual, _ = Counter(length for length in lengths.values() if length).most_common(1)[0]
        return next(weekday for weekday in WEEKDAYS if lengths[weekday] == usual)

    def working_day(self) -> timedelta:
        """Return what one day of a target in working time means."""
        if self.working_day_s is not None:
            return timedelta(seconds=self.working_day_s)
        if self.always_open:
            return timedelta(days=1)
        return timedelta(
            minutes=sum(hours.length() for hours in self.on_weekday(self.usual_weekday()))
        )

    def remarks(self, year: int) -> tuple[Remark, ...]:
        """Return what is worth a look: `make_up_workdays_unknown`."""
        if self.holidays is None or known_year(self.holidays, year):
            return ()
        text = (
            f"No official make-up workdays of {self.holidays.code} are known for {year}; add them "
            "as days when they are announced."
        )
        values = {"country": self.holidays.code, "year": str(year)}
        return (Remark(code="make_up_workdays_unknown", text=text, values=values),)


def zone(name: str) -> ZoneInfo:
    """Return the zone of that name. Raises WrongValue for what is no IANA time zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongValue(
            "unknown_time_zone", "'{zone}' is no IANA time zone, such as Asia/Shanghai", zone=name
        ) from error
