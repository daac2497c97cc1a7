"""Calendars: `GET /v1/calendars`, `GET|PUT /v1/calendars/{id}`. A site's own has the site's id."""

import datetime as dt
from typing import Annotated, Any, Self

from fastapi import Query, Response
from pydantic import Field, StringConstraints, model_validator

from services.sla.actions.change_calendar import put_calendar
from services.sla.actions.read_terms import list_calendars
from services.sla.actions.seeing import see_calendar
from services.sla.domain.access import MANAGERS
from services.sla.domain.calendar import Calendar, Hours, SpecialDay
from services.sla.domain.calendars import WrittenCalendar
from shared.auth.caller import STAFF, Caller
from shared.errors import Conflict, NotFound
from shared.http.declared import refuses
from shared.http.fields import Body, Flag, Identifier, Reply, ShortWords, Storable, Whole
from shared.http.paging import IDENTIFIERS, Page, paged_by
from shared.http.remarks import RemarkOut
from shared.http.requests import IfMatchMaybe, Tx, etag, may
from shared.http.routing import action_router

router = action_router("/v1/calendars", tag="calendars")

Reader = Annotated[Caller, may(*STAFF)]
Writer = Annotated[Caller, may(*MANAGERS)]

_Weekday = Annotated[Whole, Field(ge=1, le=7)]
_TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
_Start = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
_Day = Annotated[
    str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
]


class HoursIn(Body):
    """From `start` to `end`; an end at or before the start is on the next day."""

    start: _Start = Field(examples=["08:00"])
    end: _TimeOfDay = Field(examples=["12:00"])

    def hours(self) -> dict[str, int]:
        return {"start_min": _minutes(self.start), "end_min": _minutes(self.end)}


class WeekdayHoursIn(HoursIn):
    """`weekday` 1 is Monday, 7 is Sunday."""

    weekday: _Weekday


class CountryIn(Body):
    """ISO 3166-1, with a subdivision where holidays differ: `CN`, or `DE` and `BY`."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    subdivision: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,10}$")] | None = None


class SpecialDayIn(Body):
    """A date with hours of its own (none: closed), or worked like a weekday
    (`like_weekday`, 调休).
    """

    date: _Day = Field(examples=["2026-10-10"])
    name: ShortWords = ""
    hours: Annotated[list[HoursIn], Field(max_length=24)] = []
    like_weekday: _Weekday | None = None


class CalendarIn(Body):
    """A calendar as it is to be, whole. `site_id` left out is the site whose id the calendar has,
    null is every site.

    `working_day_s` is what a day of a target means; left out, it is as long as most days are.
    """

    site_id: Identifier | None = None
    time_zone: Annotated[str, StringConstraints(max_length=60), Storable] = Field(
        examples=["Asia/Shanghai"]
    )
    always_open: Flag = False
    week: Annotated[list[WeekdayHoursIn], Field(max_length=200)] = []
    holidays: CountryIn | None = None
    days: Annotated[list[SpecialDayIn], Field(max_length=2000)] = []
    working_day_s: Annotated[Whole, Field(ge=1, le=86_400)] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        self.calendar()
        return self

    def calendar(self) -> Calendar:
        """Return the calendar. Raises ValueError for what cannot be."""
        return Calendar.model_validate(
            {
                "time_zone": self.time_zone,
                "always_open": self.always_open,
                "week": [{"weekday": hours.weekday, **hours.hours()} for hours in self.week],
                "holidays": None if self.holidays is None else self.holidays.model_dump(),
                "days": [
                    {
                        **day.model_dump(include={"date", "name", "like_weekday"}),
                        "hours": [hours.hours() for hours in day.hours],
                    }
                    for day in self.days
                ],
                "working_day_s": self.working_day_s,
            }
        )


class HoursOut(Reply):
    start: str
    end: str


class WeekdayHoursOut(HoursOut):
    weekday: int


class CountryOut(Reply):
    code: str
    subdivision: str | None


class SpecialDayOut(Reply):
    date: dt.date
    name: str
    hours: tuple[HoursOut, ...]
    like_weekday: int | None


class CalendarOut(Reply):
    """Version 0 is the usual calendar of a site that has written none.

    `warnings` says what is worth a look, in words, and `remarks` the same for programs:
    `make_up_workdays_unknown`.
    """

    id: str
    version: int
    site_id: str | None
    time_zone: str
    always_open: bool
    week: tuple[WeekdayHoursOut, ...]
    holidays: CountryOut | None
    days: tuple[SpecialDayOut, ...]
    working_day_s: int
    warnings: tuple[str, ...]
    remarks: tuple[RemarkOut, ...]


class CalendarsOut(Reply):
    items: tuple[CalendarOut, ...]


@router.get("")
@refuses(NotFound)
async def list_all(
    caller: Reader,
    tx: Tx,
    page: Annotated[Page[str], paged_by(IDENTIFIERS)],
    response: Response,
    site: Annotated[Identifier | None, Query()] = None,
) -> CalendarsOut:
    """Return the calendars that were written for your sites and for all, by id; with `site` those
    that count there. The usual calendar of a site that has written none is read by its id.
    """
    found = await list_calendars(
        tx, by=caller, site_id=site, after=page.last or "", limit=page.limit
    )
    shown = page.cut(found, response, lambda written: written.id)
    return CalendarsOut(items=tuple(_out(written, year=tx.now.year) for written in shown))


@router.get("/{calendar_id}")
async def read(calendar_id: Identifier, response: Response, caller: Reader, tx: Tx) -> CalendarOut:
    written = await see_calendar(tx, calendar_id, by=caller)
    etag(response, written.version)
    return _out(written, year=tx.now.year)


@router.put(
    "/{calendar_id}", responses={201: {"model": CalendarOut, "description": "The calendar is new."}}
)
@refuses(Conflict)
async def put(
    calendar_id: Identifier,
    response: Response,
    body: CalendarIn,
    version: IfMatchMaybe,
    caller: Writer,
    tx: Tx,
) -> CalendarOut:
    """Create the calendar, or its next version; `If-Match` is demanded where it exists.

    Only clocks that are going on follow.
    """
    site_id = body.site_id if "site_id" in body.model_fields_set else calendar_id
    written = await put_calendar(
        tx, calendar_id, body.calendar(), site_id=site_id, version=version, by=caller
    )
    response.status_code = 201 if written.version == 1 else 200
    etag(response, written.version)
    return _out(written, year=tx.now.year)


def _minutes(time_of_day: str) -> int:
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:])


def _out(written: WrittenCalendar, *, year: int) -> CalendarOut:
    calendar = written.calendar
    remarks = tuple(remark for each in (year, year + 1) for remark in calendar.remarks(each))
    return CalendarOut(
        id=written.id,
        version=written.version,
        site_id=written.site_id,
        time_zone=calendar.time_zone,
        always_open=calendar.always_open,
        week=tuple(
            WeekdayHoursOut(weekday=hours.weekday, **_shown(hours)) for hours in calendar.week
        ),
        holidays=None
        if calendar.holidays is None
        else CountryOut.model_validate(calendar.holidays),
        days=tuple(_day_out(day) for day in calendar.days),
        working_day_s=int(calendar.working_day().total_seconds()),
        warnings=tuple(each.text for each in remarks),
        remarks=tuple(map(RemarkOut.model_validate, remarks)),
    )


def _day_out(day: SpecialDay) -> SpecialDayOut:
    hours = tuple(HoursOut(**_shown(each)) for each in day.hours)
    return SpecialDayOut(date=day.date, name=day.name, hours=hours, like_weekday=day.like_weekday)


def _shown(hours: Hours) -> dict[str, Any]:
    return {
        name: f"{minutes // 60:02}:{minutes % 60:02}"
        for name, minutes in (("start", hours.start_min), ("end", hours.end_min))
    }
