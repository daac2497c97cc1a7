"""What is said about technicians over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from services.dispatch.api.schemas import SkillOut
from services.dispatch.domain.certificates import Certificate
from services.dispatch.domain.places import Point
from services.dispatch.domain.shifts import Shift
from services.dispatch.domain.technician import Technician
from shared.contracts.base import SkillNeed
from shared.http.fields import Body, Code, Identifier, Moment, Reply, Storable, Whole
from shared.http.inputs import Language, LocationIn, SkillIn, WindowIn
from shared.ids import SiteId, TechnicianId

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Storable
]
Number = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), Storable
]


def _of_the_calendar(day: str) -> str:
    date.fromisoformat(day)
    return day


Day = Annotated[
    str,
    StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
    AfterValidator(_of_the_calendar),
    Field(examples=["2026-10-10"]),
]
Wall = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]


class ShiftIn(Body):
    """`weekday` is ISO 1–7 in the site's zone; an end before its start lies on the next day. A
    shift with a `date` is worked on that date alone, and there in place of what the week has; its
    weekday may be left out.
    """

    weekday: Annotated[Whole, Field(ge=1, le=7)] | None = None
    date: Day | None = None
    start: Wall
    end: Wall

    @model_validator(mode="after")
    def _is_on_a_day(self) -> "ShiftIn":
        if self.weekday is None and self.date is None:
            raise ValueError("a shift has to name a weekday or a date")
        if self.date is not None and self.weekday not in (None, _weekday_of(self.date)):
            raise ValueError("a shift with a date may name no other weekday than that of its date")
        return self

    @model_validator(mode="after")
    def _has_a_length(self) -> "ShiftIn":
        if self.start == self.end or self.start == "24:00":
            raise ValueError(
                "a shift has to begin before 24:00 and end at another time than it begins"
            )
        return self

    def shift(self) -> Shift:
        return Shift(
            weekday=self.weekday or _weekday_of(self.date or ""),
            start_min=_minutes(self.start),
            end_min=_minutes(self.end),
            on=None if self.date is None else date.fromisoformat(self.date),
        )


def _each_once(skills: tuple[SkillIn, ...]) -> tuple[SkillIn, ...]:
    if len({skill.code for skill in skills}) < len(skills):
        raise ValueError("each skill may be named once")
    return skills


def needs(skills: tuple[SkillIn, ...]) -> tuple[SkillNeed, ...]:
    return tuple(skill.skill() for skill in skills)


def point_of(location: LocationIn) -> Point:
    return Point(lat=location.lat, lon=location.lon)


Sites = Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=100)]
Skills = Annotated[tuple[SkillIn, ...], Field(max_length=100), AfterValidator(_each_once)]
Shifts = Annotated[tuple[ShiftIn, ...], Field(max_length=100)]


class TechnicianIn(Body):
    """Without `shifts` no shifts are kept: they may be asked at any hour. An empty list: never."""

    name: Name
    sites: Sites
    skills: Skills = ()
    home: LocationIn | None = None
    capacity: Annotated[Whole, Field(ge=1, le=50)] = 1
    shifts: Shifts | None = None
    language: Language = "zh-CN"

    def technician(self, id: str) -> Technician:
        return Technician(
            id=TechnicianId(id),
            version=1,
            name=self.name,
            sites=tuple(dict.fromkeys(SiteId(site) for site in self.sites)),
            skills=needs(self.skills),
            home=None if self.home is None else point_of(self.home),
            capacity=self.capacity,
            shifts=None if self.shifts is None else tuple(shift.shift() for shift in self.shifts),
            language=self.language,
        )


class SkillsIn(Body):
    skills: Skills


class ShiftsIn(Body):
    shifts: Shifts | None


class LeaveIn(Body):
    leave: Annotated[tuple[WindowIn, ...], Field(max_length=100)]


class CertificateIn(Body):
    """Good from `issued_on` through the whole of `expires_on`, as the site counts days."""

    kind: Code
    number: Number
    issued_on: Day
    expires_on: Day

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "CertificateIn":
        if self.expires_on < self.issued_on:
            raise ValueError("`expires_on` must not come before `issued_on`")
        return self

    def certificate(self) -> Certificate:
        return Certificate(
            kind=self.kind,
            number=self.number,
            issued_on=date.fromisoformat(self.issued_on),
            expires_on=date.fromisoformat(self.expires_on),
        )


def _each_number_once(certificates: tuple[CertificateIn, ...]) -> tuple[CertificateIn, ...]:
    if len({(each.kind, each.number) for each in certificates}) < len(certificates):
        raise ValueError("each certificate may be named once, by kind and number")
    return certificates


Certificates = Annotated[
    tuple[CertificateIn, ...],
    Field(max_length=50, fail_fast=True),
    AfterValidator(_each_number_once),
]


class CertificatesIn(Body):
    certificates: Certificates


def _list_or_object(body: Any) -> str:
    return "list" if isinstance(body, list) else "object"


CertificatesBody = Annotated[
    Annotated[Certificates, Tag("list")] | Annotated[CertificatesIn, Tag("object")],
    Discriminator(_list_or_object),
]
"""The list as it is, or an object that has it as `certificates`."""


class PositionIn(LocationIn):
    at: Moment | None = None
    """When they were there; now if left out."""


class ShiftOut(Reply):
    weekday: int
    start: str
    end: str


class DatedShiftOut(ShiftOut):
    """Worked on that date alone, and there in place of what the week has."""

    date: date


class CertificateOut(Reply):
    kind: str
    number: str
    issued_on: date
    expires_on: date


class WindowOut(Reply):
    start: datetime
    end: datetime


class PointOut(Reply):
    lat: float
    lon: float


class PositionOut(Reply):
    point: PointOut
    at: datetime


class TechnicianOut(Reply):
    id: str
    version: int
    name: str
    sites: tuple[str, ...]
    skills: tuple[SkillOut, ...]
    home: PointOut | None
    capacity: int
    shifts: tuple[DatedShiftOut | ShiftOut, ...] | None
    leave: tuple[WindowOut, ...]
    certificates: tuple[CertificateOut, ...]
    position: PositionOut | None
    language: str

    @classmethod
    def of(cls, technician: Technician) -> "TechnicianOut":
        shifts = technician.shifts
        written = None if shifts is None else tuple(_written(shift) for shift in shifts)
        return cls.model_validate(
            {**{name: getattr(technician, name) for name in cls.model_fields}, "shifts": written}
        )


class TechniciansOut(Reply):
    items: tuple[TechnicianOut, ...]


class RepublishedOut(Reply):
    republished: int


def _weekday_of(day: str) -> int:
    return date.fromisoformat(day).isoweekday()


def _minutes(wall: str) -> int:
    hours, minutes = wall.split(":")
    return 60 * int(hours) + int(minutes)


def _written(shift: Shift) -> ShiftOut:
    start, end = _wall(shift.start_min), _wall(shift.end_min)
    if shift.on is None:
        return ShiftOut(weekday=shift.weekday, start=start, end=end)
    return DatedShiftOut(weekday=shift.weekday, start=start, end=end, date=shift.on)


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
