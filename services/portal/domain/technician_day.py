"""A technician's day: which job comes first, whether they are on shift, how far the way is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from services.portal.domain.own_job import Due, OwnJob
from shared.contracts.dispatch import JobState
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Place
from shared.geodesy import metres_between

_FAR = datetime.max.replace(tzinfo=UTC)
_LATER = (ClockKind.RESOLUTION,)
_WALKING_M_PER_MIN = 75
_DETOUR = 1.3
"""A way on foot is so much longer than the line that a bird flies."""


def in_order(jobs: Iterable[OwnJob]) -> list[OwnJob]:
    """Return the jobs in the order in which they are to be done: what is being done, what comes
    next by its planned arrival or its promise, and last what is paused.
    """
    return sorted(jobs, key=_urgency)


def _urgency(job: OwnJob) -> tuple[int, datetime, datetime, str]:
    rank = 0 if job.is_being_done else 2 if job.state is JobState.PAUSED else 1
    due = job.due_at or _FAR
    return rank, job.planned_arrival or due, due, str(job.id)


def ended_on(jobs: Iterable[OwnJob], day: date, zone: tzinfo) -> list[OwnJob]:
    """Return those that ended on the day, the last first."""
    ended = [
        job
        for job in jobs
        if job.ended_at is not None and job.ended_at.astimezone(zone).date() == day
    ]
    return sorted(ended, key=lambda job: job.ended_at or _FAR, reverse=True)


@dataclass(frozen=True, kw_only=True)
class OnShift:
    """Whether a technician is there now, and until when (None: it has no end that is known)."""

    is_on: bool
    until: datetime | None = None


def shift_now(technician: Mapping[str, Any], now: datetime, zone: tzinfo) -> OnShift:
    """Return whether the technician, as dispatch answers them, is on shift and not on leave; one
    without shifts always is.
    """
    for leave in technician.get("leave") or ():
        if datetime.fromisoformat(leave["start"]) <= now < datetime.fromisoformat(leave["end"]):
            return OnShift(is_on=False, until=datetime.fromisoformat(leave["end"]))
    shifts = technician.get("shifts")
    if shifts is None:
        return OnShift(is_on=True)
    today = now.astimezone(zone).date()
    spans = [
        _span(shift, day, zone)
        for day in (today - timedelta(days=1), today)
        for shift in _shifts_on(day, shifts)
    ]
    ends = [end for start, end in spans if start <= now < end]
    return OnShift(is_on=bool(ends), until=max(ends, default=None))


def _shifts_on(day: date, shifts: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return the shifts of that date, else of its weekday."""
    dated = [shift for shift in shifts if shift.get("date") == day.isoformat()]
    return dated or [
        shift
        for shift in shifts
        if shift.get("date") is None and shift["weekday"] == day.isoweekday()
    ]


def _span(shift: Mapping[str, Any], day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    start, end = (_minutes(shift[name]) for name in ("start", "end"))
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    length = timedelta(minutes=end - start + (24 * 60 if end <= start else 0))
    begins = midnight + timedelta(minutes=start)
    return begins, begins + length


def _minutes(wall: str) -> int:
    hours, minutes = wall.split(":")
    return 60 * int(hours) + int(minutes)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A way on foot, as far as that can be told from above."""

    metres: int
    minutes: int


def walk_between(start: Place | None, to: Place | None) -> Walk | None:
    """Return the way from one place to another; None where either has no coordinates."""
    if start is None or to is None:
        return None
    if start.lat is None or start.lon is None or to.lat is None or to.lon is None:
        return None
    metres = metres_between(start.lat, start.lon, to.lat, to.lon) * _DETOUR
    return Walk(metres=round(metres / 10) * 10, minutes=max(1, round(metres / _WALKING_M_PER_MIN)))


def next_due(clocks: Sequence[Mapping[str, Any]], job: OwnJob) -> Due | None:
    """Return the promise that the technician works against, of a ticket's clocks as sla answers
    them: to be there, and once they are to have it fixed.
    """
    kinds = (ClockKind.RESOLUTION,) if job.there_since() else (ClockKind.ARRIVAL, *_LATER)
    known = {clock["kind"]: clock for clock in clocks}
    for kind in kinds:
        clock = known.get(kind)
        if clock and clock["due_at"] and clock["stopped_at"] is None:
            return Due(kind=kind, at=clock["due_at"])
    return None


def standing_at(jobs: Sequence[OwnJob], technician: Mapping[str, Any]) -> Place | None:
    """Return where the technician is, as far as it is known: at the job that they are doing, where
    they were seen, or where they begin.
    """
    doing = next((job for job in jobs if job.state in (JobState.ON_SITE, JobState.WORKING)), None)
    if doing is not None:
        return doing.place
    position = technician.get("position")
    point = position["point"] if position else technician.get("home")
    return Place(lat=point["lat"], lon=point["lon"]) if point else None


def arrival_choices(now: datetime, walk: Walk | None) -> list[datetime]:
    """Return the arrivals that a technician may promise, to five minutes, the likeliest first:
    after the way and a moment to set out.
    """
    first = (walk.minutes if walk else 5) + 5
    step = timedelta(minutes=5)
    base = datetime.fromtimestamp(-(-now.timestamp() // step.total_seconds()) * 300, UTC)
    return [
        base + timedelta(minutes=-(-minutes // 5) * 5)
        for minutes in (first, first + 5, first + 15, first + 30, first + 60)
    ]
