"""One job to be given to a technician, with all that the rules look at, and what bars a technician
from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property

from services.dispatch.domain.certificates import days_of
from services.dispatch.domain.language import Language
from services.dispatch.domain.need import Need
from services.dispatch.domain.rules import SiteRules
from services.dispatch.domain.sentences import Spoken
from shared.contracts.base import SkillNeed, Window
from shared.ids import SiteId, TechnicianId

USUAL_MINUTES = 60
"""What a job of a category takes of which a site does not say it."""


class Code(StrEnum):
    LACKS_SKILL = "lacks_skill"
    NOT_THIS_SITE = "not_this_site"
    OFF_SHIFT = "off_shift"
    SHIFT_ENDS = "shift_ends"
    ON_LEAVE = "on_leave"
    AT_CAPACITY = "at_capacity"
    COOLING_DOWN = "cooling_down"
    TOO_FAR = "too_far"
    OUTSIDE_WINDOWS = "outside_windows"
    AT_DESK = "at_desk"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_EXPIRED = "certificate_expired"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One hard rule that bars a technician from a job; `until` when it lifts by itself, where that
    is known.

    `say` makes the sentence: a turn compares thousands of pairs and needs none of them.
    """

    code: Code
    say: Callable[[Spoken], str] = field(repr=False, compare=False)
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How often a technician said no to a job (or nothing) within the cooling-down time, and when
    last.

    Who `gave_back` the job, or was taken off it by staff, is not asked one round more.
    """

    times: int
    last: datetime
    gave_back: bool = False


@dataclass(frozen=True, kw_only=True)
class Case:
    """One job to be given to a technician, with all that the rules look at but the technicians.

    `expected_minutes` is what such work takes, without the way.
    """

    site_id: SiteId
    need: Need
    skills: tuple[SkillNeed, ...]
    rules: SiteRules
    zone: tzinfo
    now: datetime
    asked: Mapping[TechnicianId, Asked]
    known_here: frozenset[TechnicianId] = frozenset()
    """Who was here before: for this ticket, or in the same flat."""
    expected_minutes: int = USUAL_MINUTES

    @cached_property
    def fans_out(self) -> bool:
        """Whether it is an emergency about which several are asked at once."""
        return self.rules.fans_out(self.need)

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """The skills needed, each with its least level."""
        return {skill.code: skill.level for skill in self.skills}

    @cached_property
    def certificates(self) -> tuple[str, ...]:
        """The kinds of certificate that the work demands."""
        return self.rules.certificates_for(self.need.category, self.skills)

    @cached_property
    def work(self) -> Window:
        """When the work is to be done: the agreed visit, else now."""
        visit = self.need.visit
        return (
            visit
            if visit is not None and visit.end > self.now
            else Window(start=self.now, end=self.now + timedelta(minutes=1))
        )

    @cached_property
    def is_for_now(self) -> bool:
        """Whether no visit is agreed that is still to come."""
        return self.work is not self.need.visit

    @cached_property
    def has_to_fit(self) -> bool:
        """Whether it is to be finished before a shift ends: work for now that is no emergency."""
        return self.is_for_now and not self.need.is_emergency

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The visit windows that the resident prefers and that are not over, in order; none for an
        emergency, nor once a visit was agreed.
        """
        return self.need.windows_at(self.now)

    def days_of_work(self, *, arrival: datetime) -> tuple[date, date]:
        """Return the first and the last day of the work: of the agreed visit, else of the
        arrival.
        """
        begin, end = (arrival, arrival) if self.is_for_now else (self.work.start, self.work.end)
        return days_of(begin, end, self.zone)

    def spoken(self, language: Language) -> Spoken:
        """Return how sentences about the job are said."""
        return Spoken(language, self.zone, self.now)
