"""Who can: the hard rules, each with a code and a sentence, so that "why not Li?" has an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from services.dispatch.domain.need import Need
from services.dispatch.domain.places import distance_m
from services.dispatch.domain.rules import SiteRules
from services.dispatch.domain.shifts import covers, next_begin, on_shift
from services.dispatch.domain.technician import Candidate, Technician
from shared.contracts.base import SkillNeed, Window
from shared.ids import SiteId, TechnicianId

ASKED_AT_MOST = 2
"""Within one cooling-down time: once, and one round more when nobody else is left."""


class Code(StrEnum):
    LACKS_SKILL = "lacks_skill"
    NOT_THIS_SITE = "not_this_site"
    OFF_SHIFT = "off_shift"
    ON_LEAVE = "on_leave"
    AT_CAPACITY = "at_capacity"
    COOLING_DOWN = "cooling_down"
    TOO_FAR = "too_far"


LASTING = frozenset({Code.LACKS_SKILL, Code.NOT_THIS_SITE, Code.ON_LEAVE, Code.AT_CAPACITY})
"""What not even a dispatcher can decide away."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One hard rule that bars a technician from a job; `until` when it lifts by itself, where that is known."""

    code: Code
    sentence: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How often a technician said no to a job (or nothing, or gave it back) within the cooling-down time, and when last."""

    times: int
    last: datetime


@dataclass(frozen=True, kw_only=True)
class Case:
    """One job to be given to somebody, with all that the rules look at but the technicians."""

    site_id: SiteId
    need: Need
    skills: tuple[SkillNeed, ...]
    rules: SiteRules
    zone: tzinfo
    now: datetime
    asked: Mapping[TechnicianId, Asked]
    known_here: frozenset[TechnicianId] = frozenset()
    """Who was here before: for this ticket, or in the same flat."""

    @property
    def work(self) -> Window:
        """When the work is to be done: the agreed visit, else now."""
        visit = self.need.visit
        return visit if visit is not None and visit.end > self.now else Window(start=self.now, end=self.now + timedelta(minutes=1))


def bars(candidate: Candidate, case: Case, *, counting_offers: bool = True) -> tuple[Bar, ...]:
    """Every hard rule that bars them, none when they can. An emergency does not count what is merely offered to them."""
    technician = candidate.technician
    found = [*_lacking(technician, case.skills)]
    if case.site_id not in technician.sites or technician.removed_at is not None:
        found.append(Bar(code=Code.NOT_THIS_SITE, sentence=f"Does not work at {case.site_id}."))
    found.extend(_absence(technician, case))
    if candidate.places(counting_offers=counting_offers and not case.rules.fans_out(case.need)) <= 0:
        held = f"holds {candidate.load.holds} and is offered {candidate.load.open_offers}"
        found.append(Bar(code=Code.AT_CAPACITY, sentence=f"Can hold {technician.capacity}, {held}."))
    asked = case.asked.get(technician.id)
    if asked is not None and (until := asked.last + case.rules.cooling_down) > case.now:
        found.append(
            Bar(code=Code.COOLING_DOWN, sentence=f"Said no {asked.times} times; asked again from {_clock(until, case)}.", until=until)
        )
    found.extend(_distance(candidate, case))
    return tuple(found)


def _lacking(technician: Technician, needed: Sequence[SkillNeed]) -> list[Bar]:
    levels = technician.levels
    return [
        Bar(code=Code.LACKS_SKILL, sentence=f"Needs {skill.code} at level {skill.level}, has {levels.get(skill.code, 'none')}.")
        for skill in needed
        if levels.get(skill.code, 0) < skill.level
    ]


def _absence(technician: Technician, case: Case) -> list[Bar]:
    found = []
    agreed = case.work is case.need.visit
    if technician.shifts is not None:
        if agreed and not covers(technician.shifts, case.zone, case.work):
            found.append(Bar(code=Code.OFF_SHIFT, sentence="Does not work through the agreed visit."))
        elif not agreed and not on_shift(technician.shifts, case.zone, case.now):
            begin = next_begin(technician.shifts, case.zone, case.now)
            when = "no shifts are planned" if begin is None else f"the next shift begins {_clock(begin, case)}"
            found.append(Bar(code=Code.OFF_SHIFT, sentence=f"Off shift; {when}.", until=begin))
    if leave := technician.on_leave(case.work):
        found.append(Bar(code=Code.ON_LEAVE, sentence=f"On leave until {_clock(leave.end, case)}.", until=leave.end))
    return found


def _distance(candidate: Candidate, case: Case) -> list[Bar]:
    limit, here, there = case.rules.max_distance_m, candidate.whereabouts(case.now), case.need.point
    if limit is None or here is None or there is None or (metres := distance_m(here, there)) <= limit:
        return []
    return [Bar(code=Code.TOO_FAR, sentence=f"Is {metres:.0f} m away, at most {limit} m are allowed.")]


def _clock(at: datetime, case: Case) -> str:
    return at.astimezone(case.zone).strftime("%m-%d %H:%M")
