"""Who is on duty at a site, and what they have in hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from services.dispatch.domain.shifts import next_begin
from services.dispatch.domain.technician import Technician
from shared.contracts.base import Window
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Place, Priority
from shared.ids import SiteId, TechnicianId

_AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Whether a technician is at work, until when, and when next; None: no shifts say so."""

    on_duty: bool
    until: datetime | None = None
    next_at: datetime | None = None
    on_leave: bool = False


@dataclass(frozen=True, kw_only=True)
class JobInHand:
    """A job that a technician holds, or is asked to take until `expires_at`; it is in its state
    `since` then. `reference` and `place` are of its ticket, once that is known.
    """

    technician_id: TechnicianId
    job_id: UUID
    ticket_id: UUID
    site_id: SiteId
    state: JobState
    since: datetime | None
    planned_arrival: datetime | None
    category: str
    priority: Priority
    reference: str | None
    place: Place | None
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Member:
    """A technician of a site with their duty, and with what they hold and are asked at sites whose
    staff look; `elsewhere` is how much more they hold at others.
    """

    technician: Technician
    duty: Duty
    holds: tuple[JobInHand, ...]
    asked: tuple[JobInHand, ...]
    elsewhere: int


def duty_of(technician: Technician, zone: tzinfo, *, now: datetime) -> Duty:
    """Return whether the technician is at work now; one whose shifts are not kept always is, but
    for leave.
    """
    leave = technician.on_leave(Window(start=now, end=now + _AN_INSTANT))
    if leave is not None:
        return Duty(on_duty=False, next_at=leave.end, on_leave=True)
    if technician.shifts is None:
        return Duty(on_duty=True)
    stretch = technician.stretch(zone, now)
    if stretch is not None:
        return Duty(on_duty=True, until=stretch.end)
    return Duty(on_duty=False, next_at=next_begin(technician.shifts, zone, now))


def member(
    technician: Technician,
    duty: Duty,
    *,
    holds: Sequence[JobInHand],
    asked: Sequence[JobInHand],
    sites: frozenset[SiteId] | None,
) -> Member:
    """Return the technician with what of their work lies at these sites (None: at any)."""
    seen = tuple(job for job in holds if sites is None or job.site_id in sites)
    return Member(
        technician=technician,
        duty=duty,
        holds=seen,
        asked=tuple(job for job in asked if sites is None or job.site_id in sites),
        elsewhere=len(holds) - len(seen),
    )
