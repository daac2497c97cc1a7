"""Who can: the hard rules, each with a code and a sentence, so that "why not Li?" has an answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property, partial

from services.dispatch.domain.need import Need
from services.dispatch.domain.places import distance_m
from services.dispatch.domain.rules import SiteRules
from services.dispatch.domain.shifts import covers, next_begin, on_shift
from services.dispatch.domain.technician import Candidate, Technician
from shared.contracts.base import SkillNeed, Window
from shared.ids import SiteId, TechnicianId

MAX_ASKED = 2
"""How often one technician is asked about a job within one cooling-down time: once, and one round
more when no other technician is left.
"""


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
    """One hard rule that bars a technician from a job; `until` when it lifts by itself, where that
    is known.

    `say` makes the sentence: a turn compares thousands of pairs and needs none of them.
    """

    code: Code
    say: Callable[[], str] = field(repr=False, compare=False)
    until: datetime | None = None

    @property
    def sentence(self) -> str:
        return self.say()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How often a technician said no to a job (or nothing, or gave it back) within the cooling-down
    time, and when last.
    """

    times: int
    last: datetime


@dataclass(frozen=True, kw_only=True)
class Case:
    """One job to be given to a technician, with all that the rules look at but the technicians."""

    site_id: SiteId
    need: Need
    skills: tuple[SkillNeed, ...]
    rules: SiteRules
    zone: tzinfo
    now: datetime
    asked: Mapping[TechnicianId, Asked]
    known_here: frozenset[TechnicianId] = frozenset()
    """Who was here before: for this ticket, or in the same flat."""

    @cached_property
    def fans_out(self) -> bool:
        """Whether it is an emergency about which several are asked at once."""
        return self.rules.fans_out(self.need)

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """The skills needed, each with its least level."""
        return {skill.code: skill.level for skill in self.skills}

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


def bars(
    candidate: Candidate,
    case: Case,
    *,
    counting_offers: bool = True,
    absent: Sequence[Bar] | None = None,
) -> tuple[Bar, ...]:
    """Return every hard rule that bars them, none when they can. An emergency does not count what
    is merely offered to them.

    `absent` is what `absence` says of them, where that is known already.
    """
    technician = candidate.technician
    found = [*_lacking(technician, case.skills)]
    if case.site_id not in technician.sites or technician.removed_at is not None:
        found.append(Bar(code=Code.NOT_THIS_SITE, say=lambda: f"Does not work at {case.site_id}."))
    found.extend(absence(technician, case) if absent is None else absent)
    if not has_room(candidate, case, counting_offers=counting_offers):
        load = candidate.load
        found.append(
            Bar(
                code=Code.AT_CAPACITY,
                say=lambda: (
                    f"Can hold {technician.capacity}, holds {load.holds} and is offered "
                    f"{load.open_offers}."
                ),
            )
        )
    found.extend(_cooling_down(technician, case))
    found.extend(_distance(candidate, case))
    return tuple(found)


def has_skills(technician: Technician, needed: Sequence[SkillNeed]) -> bool:
    """Return whether they can do it at all; all other rules look at when, where and how much."""
    levels = technician.levels
    return all(levels.get(skill.code, 0) >= skill.level for skill in needed)


def has_room(candidate: Candidate, case: Case, *, counting_offers: bool = True) -> bool:
    """Return whether they could hold one more job; what is merely offered to them counts too, but
    not for an emergency.
    """
    return candidate.places(counting_offers=counting_offers and not case.fans_out) > 0


def _lacking(technician: Technician, needed: Sequence[SkillNeed]) -> list[Bar]:
    if has_skills(technician, needed):
        return []
    levels = technician.levels
    return [
        Bar(code=Code.LACKS_SKILL, say=partial(_lack, skill, levels.get(skill.code)))
        for skill in needed
        if levels.get(skill.code, 0) < skill.level
    ]


def _lack(skill: SkillNeed, level: int | None) -> str:
    return f"Needs {skill.code} at level {skill.level}, has {level or 'none'}."


def _cooling_down(technician: Technician, case: Case) -> list[Bar]:
    asked = case.asked.get(technician.id)
    if asked is None or (until := asked.last + case.rules.cooling_down) <= case.now:
        return []
    return [
        Bar(
            code=Code.COOLING_DOWN,
            say=lambda: f"Said no {asked.times} times; asked again from {_clock(until, case)}.",
            until=until,
        )
    ]


def absence(technician: Technician, case: Case) -> list[Bar]:
    """Return what keeps them away at the time of the work; of all jobs of a site that are for now
    it is the same.
    """
    found = []
    agreed = not case.is_for_now
    if technician.shifts is not None:
        if agreed and not covers(technician.shifts, case.zone, case.work):
            found.append(
                Bar(code=Code.OFF_SHIFT, say=lambda: "Does not work through the agreed visit.")
            )
        elif not agreed and not on_shift(technician.shifts, case.zone, case.now):
            begin = next_begin(technician.shifts, case.zone, case.now)
            found.append(
                Bar(
                    code=Code.OFF_SHIFT,
                    say=lambda: f"Off shift; {_when(begin, case)}.",
                    until=begin,
                )
            )
    if leave := technician.on_leave(case.work):
        end = leave.end
        found.append(
            Bar(code=Code.ON_LEAVE, say=lambda: f"On leave until {_clock(end, case)}.", until=end)
        )
    return found


def _when(begin: datetime | None, case: Case) -> str:
    return (
        "no shifts are planned" if begin is None else f"the next shift begins {_clock(begin, case)}"
    )


def _distance(candidate: Candidate, case: Case) -> list[Bar]:
    limit, here, there = case.rules.max_distance_m, candidate.whereabouts(case.now), case.need.point
    if (
        limit is None
        or here is None
        or there is None
        or (metres := distance_m(here, there)) <= limit
    ):
        return []
    return [
        Bar(
            code=Code.TOO_FAR, say=lambda: f"Is {metres:.0f} m away, at most {limit} m are allowed."
        )
    ]


def _clock(at: datetime, case: Case) -> str:
    return at.astimezone(case.zone).strftime("%m-%d %H:%M")
