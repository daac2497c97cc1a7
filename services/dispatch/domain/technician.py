"""A technician: where they work, what they can do, when they are there, and how much they have to
do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property

from services.dispatch.domain.certificates import Certificate, CertificateWarning
from services.dispatch.domain.places import Point, distance_m
from services.dispatch.domain.shifts import Shift, Stretch, stretch_at
from shared.contracts.base import SkillNeed, Window
from shared.ids import SiteId, TechnicianId

_POSITION_HOLDS = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where a technician was seen last."""

    point: Point
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Technician:
    """`shifts` None: no shifts are kept for them, they work whenever they are asked.

    `skills` hold the level they have.
    """

    id: TechnicianId
    version: int
    name: str
    sites: tuple[SiteId, ...]
    skills: tuple[SkillNeed, ...] = ()
    home: Point | None = None
    capacity: int = 1
    shifts: tuple[Shift, ...] | None = None
    leave: tuple[Window, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    certificate_warnings: tuple[CertificateWarning, ...] = ()
    """The newest of each kind that ends soon, or has ended."""
    position: Position | None = None
    language: str = "zh-CN"
    removed_at: datetime | None = None

    @property
    def site_id(self) -> SiteId:
        return self.sites[0]

    @cached_property
    def levels(self) -> Mapping[str, int]:
        return {skill.code: skill.level for skill in self.skills}

    def stretch(self, zone: tzinfo, at: datetime) -> Stretch | None:
        """Return the working time without a break that they are in at that instant; None off shift,
        and where no shifts are kept.
        """
        if self.shifts is None:
            return None
        day, known = self._stretches.get(zone, (None, None))
        if known is None or day != at.date() or not known.begin <= at < known.end:
            known = stretch_at(self.shifts, zone, at)
            self._stretches[zone] = at.date(), known
        return known

    @cached_property
    def _stretches(self) -> dict[tzinfo, tuple[date, Stretch | None]]:
        """The last one asked for in each zone, and on which day: a turn asks it of a whole crew."""
        return {}

    def changed_to(self, wanted: "Technician") -> "Technician":
        """Return the technician as wanted, in the next version; the same when nothing differs.

        Leave, certificates and position stay as they are, a removal is undone.
        """
        same_place = replace(
            wanted,
            version=self.version,
            leave=self.leave,
            certificates=self.certificates,
            certificate_warnings=self.certificate_warnings,
            position=self.position,
            removed_at=None,
        )
        return self if same_place == self else replace(same_place, version=self.version + 1)

    def on_leave(self, window: Window) -> Window | None:
        """Return the leave that the window falls into."""
        return next(
            (
                leave
                for leave in self.leave
                if leave.start < window.end and window.start < leave.end
            ),
            None,
        )

    def removed(self, *, at: datetime) -> "Technician":
        return replace(self, removed_at=at, version=self.version + 1)


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a technician has to do: jobs held, offers open, jobs taken in the last day, and where
    they are working.

    `emergencies` are those among the jobs held, looked up only where an emergency is given away.
    """

    holds: int = 0
    open_offers: int = 0
    taken_lately: int = 0
    works_at: Point | None = None
    emergencies: int = 0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    technician: Technician
    load: Load = Load()

    def places(self, *, counting_offers: bool) -> int:
        """Return how many more jobs they could take; open offers count as taken where asked for."""
        return (
            self.technician.capacity
            - self.load.holds
            - (self.load.open_offers if counting_offers else 0)
        )

    def offered(self) -> "Candidate":
        """Return the candidate with one more open offer."""
        return replace(self, load=replace(self.load, open_offers=self.load.open_offers + 1))

    def whereabouts(self, now: datetime) -> Point | None:
        """Return the last known position while it is fresh, else where they are working, else
        home.
        """
        position = self.technician.position
        if position is not None and now - position.at <= _POSITION_HOLDS:
            return position.point
        return self.load.works_at or self.technician.home

    def metres_to(self, there: Point | None, now: datetime) -> float | None:
        """Return metres from where they are; None when either place is not known."""
        here = self.whereabouts(now)
        return None if here is None or there is None else distance_m(here, there)
